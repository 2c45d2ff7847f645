//! Training as a program does it: the loop around a step, with progress, interrupts and files.

mod fit;
pub mod interrupt;
mod rescue;

pub use fit::Trainer;
pub use nn::train::*;
pub use rescue::rescue;
