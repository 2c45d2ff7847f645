//! Chapter 2: the perceptron.
//!
//! Weigh each input, add a bias, and answer 1 if the sum is above zero: this is all that a
//! perceptron does. The right three numbers make it a logic gate; no three numbers make it XOR; and
//! a few of them in two layers make everything else.
//!
//! | section | what it teaches | module |
//! |---|---|---|
//! | `gates` | AND, OR and NAND differ in their numbers alone | [`perceptron`], [`gates`] |
//! | `boundary` | the numbers are a straight line, and no line separates XOR | [`boundary`], [`plane`] |
//! | `xor` | two layers do what one cannot; enough of them are a computer | [`xor`], [`adder`] |
//! | `learn` | Rosenblatt's rule finds the numbers, if there are any | [`rule`], [`learn`] |

pub mod adder;
pub mod boundary;
pub mod gates;
pub mod learn;
pub mod perceptron;
pub mod plane;
pub mod rule;
pub mod xor;
