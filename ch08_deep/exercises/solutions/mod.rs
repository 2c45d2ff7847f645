//! One way to solve each exercise.

pub mod ex7_inception;
pub mod ex8_shortcut;
pub mod ex9_bottleneck;
