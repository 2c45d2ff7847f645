//! Chapter 1: the tools. Rust and `ndarray` for those who know Python and NumPy.
//!
//! Every line that a section prints stands beside its Python spelling, and what does not fit is
//! shown failing: the errors are half of the lesson.
//!
//! | section | what it teaches | module |
//! |---|---|---|
//! | `rust` | numbers, variables, `Vec`, `HashMap`, conditions, functions, a struct with methods | [`rust`] |
//! | `arrays` | making arrays, arithmetic | [`making`] |
//! | | shapes, types and broadcasting, and what refuses to fit | [`shapes`] |
//! | | elements, slices, conditions; views and copies | [`picking`] |
//! | | reshape, transpose, the matrix product | [`reshaping`] |
//! | `plots` | curves in figures | [`plots`] |
//! | `images` | a picture is an array; digits with their labels | [`boat`], [`images`] |
//!
//! [`mod@show`] prints the lines of all of them.

pub mod boat;
pub mod images;
pub mod making;
pub mod picking;
pub mod plots;
pub mod reshaping;
pub mod rust;
pub mod shapes;
pub mod show;
