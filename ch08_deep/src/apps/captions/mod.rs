//! Words and time: recurrent networks that remember, and that write; sentences from pictures.

pub mod beam;
pub mod bleu;
pub mod caption;
pub mod captioner;
pub mod counts;
pub mod fading;
pub mod gaze;
pub mod kinds;
pub mod language;
pub mod language_figures;
pub mod learning;
pub mod looks;
pub mod mistakes;
pub mod one_unit;
pub mod pairs;
pub mod ranges;
pub mod reading;
pub mod recall;
pub mod remembering;
pub mod sentence;
pub mod sheet;
pub mod symbol_model;
pub mod text;
pub mod units;
pub mod writing;
