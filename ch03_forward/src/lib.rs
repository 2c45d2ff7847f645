//! Chapter 3: inference.
//!
//! A network that somebody has trained is a few matrices and two functions. This chapter takes it
//! apart, rebuilds it by hand, and lets it read digits: MNIST's, and the reader's own.
//!
//! | section | what it teaches | module |
//! |---|---|---|
//! | `activations` | what a neuron makes of its sum, and the slope of that | [`activations`] |
//! | `matrix` | a layer's sums are one matrix product; which shapes fit | [`matrix`] |
//! | `three-layer`, `two-two-one` | two small networks, number by number | [`three_layer`], [`two_two_one`] |
//! | `softmax` | from scores to probabilities, without overflow | [`mod@softmax`] |
//! | `digits` | the images and labels in use | [`digits`] |
//! | `infer` | a trained network reads 10,000 images; what batches are good for | [`sample_net`], [`infer`] |
//! | `classify` | it reads a picture of yours | [`edges`], [`common::data::paper`], [`common::data::split`], [`common::data::ink`], [`pieces`], [`strokes`], [`ink`], [`classify`] |

pub mod activations;
pub mod classify;
pub mod digits;
pub mod edges;
pub mod infer;
pub mod ink;
pub mod matrix;
pub mod pieces;
pub mod sample_net;
pub mod softmax;
pub mod strokes;
pub mod three_layer;
pub mod two_two_one;
