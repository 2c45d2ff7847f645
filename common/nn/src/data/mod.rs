//! Labelled images: sets of them, digits of our own making, scenes with several, and drawn roads.

pub mod digits;
pub mod roads;
pub mod scenes;

mod dataset;

pub use dataset::{Dataset, shuffled_batches};
