//! What the chapters' programs have in common.

pub mod comparison;
pub mod job;
