//! Weaves the book: prose and code go in, pages with formulas, diagrams and figures come out.
//!
//! [mdBook](https://rust-lang.github.io/mdBook/) turns Markdown into a site. This crate stands in
//! front of it and, page by page, replaces what a browser could not show without help:
//!
//! * [`mod@include`]: `{{#include file:anchor}}` becomes the lines of a file that compiles;
//! * [`formula`]: `$…$` and `$$…$$` become MathML;
//! * [`curves`], [`graph`], [`grid`], [`shapes`] and [`volumes`]: blocks of a few lines become diagrams in SVG;
//! * [`figure`]: an image alone in its paragraph becomes a figure with a caption;
//! * [`console`]: the wildcards of the tests become an ellipsis.
//!
//! [`page`] applies them in one pass, [`preprocess`] does so for every page, and [`build`] runs
//! mdBook and then has [`links`] follow every link of the finished site. A mistake on a page is a
//! [`Fault`]: one line that says where and what.
//!
//! Around the book there are two helpers: [`gallery`] draws the figures anew and knows which are
//! older than their code, and [`exercises`] tells a reader which one comes next.

// A test may panic: that is how it says no.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod build;
mod cargo;
pub mod console;
pub mod curves;
pub mod exercises;
pub mod fault;
pub mod figure;
pub mod formula;
pub mod gallery;
pub mod graph;
pub mod grid;
pub mod include;
pub mod links;
pub mod page;
pub mod preprocess;
pub mod shapes;
pub mod svg;
mod verdict;
pub mod volumes;
mod warnings;

pub use fault::{Fault, Slip};
