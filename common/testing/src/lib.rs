//! What the chapters' tests share.

mod exercise;
mod pages;

pub use exercise::Exercise;
pub use pages::check_pages;
