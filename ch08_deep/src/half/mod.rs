//! Numbers of 16 bits.

pub mod effects;
pub mod in_half;
pub mod rounding;
