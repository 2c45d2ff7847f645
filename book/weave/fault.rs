//! What can be wrong with a page, said in one line.

use std::path::PathBuf;
use thiserror::Error;

/// A mistake in a page of the book: the file, the line (counted from 1) and what is wrong.
#[derive(Debug, Error, PartialEq)]
#[error("{}:{line}: {what}", file.display())]
pub struct Fault {
    /// The page, as a reader standing in the workspace would name it.
    pub file: PathBuf,
    /// The line of the page, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

/// A mistake in a piece of a page, which knows its own lines but not where on the page it stands.
#[derive(Debug, PartialEq)]
pub struct Slip {
    /// The line of the piece, counted from 0.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

impl Slip {
    /// A mistake on a line of the piece, counted from 0.
    pub fn new(line: usize, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}
