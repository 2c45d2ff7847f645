//! Words and time: recurrent networks that remember, and that write; sentences from pictures.

pub mod one_unit;
