//! Exercise 5: a checkerboard by slices.
//!
//! Wanted: an array of `rows`×`columns` bytes, 0 and 255 by turns along both axes, with 0 in the
//! upper left corner. Begin with zeros and fill two slices; a slice with steps, such as `..;2`,
//! takes every second row or column.
//!
//! Judge: cargo test -p ch01_numpy_basics -- --ignored ex5

use ndarray::{Array2, s};

/// `rows`×`columns`, at least 1×1: 0 where row + column is even, 255 where it is odd.
pub fn checkerboard(rows: usize, columns: usize) -> Array2<u8> {
    todo!("zeros, then two slices filled with 255")
}
