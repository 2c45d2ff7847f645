//! What programs keep in files: weights, checkpoints; whole or not at all.

pub mod checkpoint;
pub mod files;
pub mod weights;

mod float16;
mod foreign;
mod npy;
