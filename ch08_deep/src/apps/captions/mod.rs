//! Sentences: from a picture to words, one after the other.

pub mod beam;
pub mod bleu;
pub mod caption;
pub mod captioner;
pub mod gaze;
pub mod learning;
pub mod looks;
pub mod mistakes;
pub mod pairs;
pub mod sentence;
pub mod sheet;
