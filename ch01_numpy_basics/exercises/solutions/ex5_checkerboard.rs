//! A solution of exercise 5: a checkerboard by slices.

use ndarray::{Array2, s};

/// `rows`×`columns`, at least 1×1: 0 where row + column is even, 255 where it is odd.
pub fn checkerboard(rows: usize, columns: usize) -> Array2<u8> {
    let mut board = Array2::zeros((rows, columns));
    board.slice_mut(s![..;2, 1..;2]).fill(255);
    board.slice_mut(s![1..;2, ..;2]).fill(255);
    board
}
