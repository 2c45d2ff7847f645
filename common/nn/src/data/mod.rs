//! Labelled images: sets of them, digits of our own making, and scenes with several.

pub mod digits;
pub mod scenes;

mod dataset;

pub use dataset::{Dataset, shuffled_batches};
