//! Frames of a game, as text and as pictures.

use common::plot::{Rgb, RgbImage};
use ndarray::Array2;

/// What may stand at a place of a frame: how text shows it, and its colour. The first is nothing.
pub const KINDS: [(char, [u8; 3]); 6] = [
    ('.', [24, 26, 34]),
    ('o', [250, 250, 250]),
    ('\'', [120, 130, 150]),
    ('=', [86, 180, 233]),
    ('#', [213, 94, 0]),
    ('_', [90, 100, 90]),
];
/// Numbers of kinds.
pub const BALL: u8 = 1;
/// Where the ball was, or what the ball is at the end of.
pub const TRAIL: u8 = 2;
/// What the player moves.
pub const PADDLE: u8 = 3;
/// What is to be hit.
pub const BRICK: u8 = 4;
/// What stands still.
pub const WALL: u8 = 5;

/// The frame in letters, a line for each row and two letters for each place, so that it is about as wide as high.
pub fn text(frame: &Array2<u8>) -> String {
    let letters = |&kind: &u8| [KINDS[usize::from(kind)].0; 2];
    let line = |row: ndarray::ArrayView1<'_, u8>| row.iter().flat_map(letters).collect::<String>();
    frame.rows().into_iter().map(|row| line(row) + "\n").collect()
}

/// The frame in colours, a square of `side` pixels for each place.
pub fn picture(frame: &Array2<u8>, side: u32) -> RgbImage {
    let (rows, columns) = frame.dim();
    RgbImage::from_fn(columns as u32 * side, rows as u32 * side, |x, y| {
        let kind = frame[[(y / side) as usize, (x / side) as usize]];
        Rgb(KINDS[usize::from(kind)].1)
    })
}
