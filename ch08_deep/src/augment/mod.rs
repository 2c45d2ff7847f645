//! Images that are distorted anew each time they are seen.

pub mod distorting;
pub mod distortion;
pub mod elastic;
pub mod looks;
pub mod variations;
