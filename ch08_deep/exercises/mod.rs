//! The reader's files: each says what is wanted and waits for it.

pub mod ex7_inception;
pub mod ex8_shortcut;
pub mod ex9_bottleneck;
