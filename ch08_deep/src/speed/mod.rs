//! How fast the networks are, and where the time goes.

pub mod against_torch;
pub mod bench;
pub mod breakdown;
pub mod breakdown_figure;
pub mod step;
pub mod threads;
pub mod timed;
