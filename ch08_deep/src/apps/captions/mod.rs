//! Words and time: recurrent networks that remember, and that write.

pub mod counts;
pub mod fading;
pub mod kinds;
pub mod language;
pub mod language_figures;
pub mod ranges;
pub mod reading;
pub mod recall;
pub mod remembering;
pub mod symbol_model;
pub mod text;
pub mod units;
pub mod writing;
