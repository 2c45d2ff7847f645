//! Chapter 8: deep networks.
//!
//! Small filters, many of them, one layer upon another: what the book has been building towards. And
//! what it takes to train them fast.
//!
//! | section | what it teaches | module |
//! |---|---|---|
//! | `train` | a deep network of 3×3 filters learns to read digits | [`deep_conv_net`], [`train`] |
//! | `evaluate` | reading with weights from a file | [`evaluate`] |
//! | `misclassified` | the digits that are still read wrong | [`misclassified`] |
//! | `threads` | one step on several threads: faster, and the same bits | [`threads`] |
//! | `bench` | how fast the book's networks are, and where a step's time goes | [`networks`], [`step`], [`mod@bench`], [`timed`], [`breakdown`], [`breakdown_figure`] |

pub mod bench;
pub mod breakdown;
pub mod breakdown_figure;
pub mod deep_conv_net;
pub mod evaluate;
pub mod misclassified;
pub mod networks;
pub mod step;
pub mod threads;
pub mod timed;
pub mod train;
