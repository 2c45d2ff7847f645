//! Words and time: recurrent networks that remember, and that write; sentences from pictures.

pub mod beam;
pub mod bleu;
pub mod caption;
pub mod captioner;
pub mod gaze;
pub mod learning;
pub mod looks;
pub mod mistakes;
pub mod one_unit;
pub mod pairs;
pub mod sentence;
pub mod sheet;
