//! Labelled images: sets of them, and digits of our own making.

pub mod digits;

mod dataset;

pub use dataset::{Dataset, shuffled_batches};
