//! What is seen at the edges of a picture and is no part of the page: what lies beside it in a
//! scanner, the border of a form's cell, the corners of a window.

use image::{RgbImage, imageops};
use ndarray::Array2;

use crate::pieces::{Piece, pieces};

/// An edge is no deeper than this part of the shorter side.
const DEEPEST: usize = 8;
/// Without a frame, the page takes more than the rest of the picture: this is the most for the rest.
const REST: f32 = 0.3;
/// A speck takes less than one part in so many of the picture.
const SPECK: usize = 500;

/// A place in a picture: the first row and column, and those after the last.
type Place = [usize; 4];

/// The picture without its edges, given how much of each of its pixels is ink, H×W from 0 to 1; the
/// whole picture if it has none, or nothing else.
pub fn without(picture: &RgbImage, ink: &Array2<f32>) -> RgbImage {
    let (rows, columns) = ink.dim();
    let pieces = pieces(ink);
    let whole = frame(&pieces, ink.dim()).map_or([0, 0, rows, columns], |frame| frame.place);
    let (edges, rest): (Vec<&Piece>, Vec<&Piece>) =
        pieces.iter().partition(|piece| is_edge(piece, whole));
    let Some(digit) = rest.iter().max_by_key(|piece| piece.pixels.len()) else {
        return picture.clone();
    };
    let inside = |piece: &Piece| {
        (0..2).all(|i| piece.place[i] > whole[i] && piece.place[i + 2] < whole[i + 2])
    };
    let surround = edges.iter().any(|piece| piece.place == whole);
    // An 8 that was cut out without a margin has bays at its sides, but a page has edges at corners.
    let corners = [(0, 0), (0, columns - 1), (rows - 1, 0), (rows - 1, columns - 1)];
    let is_bay = |piece: &&Piece| {
        let speck = SPECK * piece.pixels.len() < ink.len();
        !speck && !piece.pixels.iter().any(|at| corners.contains(at))
    };
    let is_page = surround || (ink.mean() < Some(REST) && !edges.iter().any(is_bay));
    let side = (whole[2] - whole[0]).min(whole[3] - whole[1]);
    let is_large = digit.height().max(digit.width()) * 10 > side;
    if edges.is_empty() || !is_page || !is_large || !rest.iter().all(|piece| inside(piece)) {
        return picture.clone();
    }
    let mut is_edge = Array2::from_elem((rows, columns), false);
    edges.iter().flat_map(|edge| &edge.pixels).for_each(|&at| is_edge[at] = true);
    match cut(&is_edge, whole, digit.place) {
        Some([top, left, bottom, right]) => {
            let size = ((right - left) as u32, (bottom - top) as u32);
            imageops::crop_imm(picture, left as u32, top as u32, size.0, size.1).to_image()
        }
        None => picture.clone(),
    }
}

/// A piece of four straight lines, around all others.
fn frame(pieces: &[Piece], size: (usize, usize)) -> Option<&Piece> {
    let largest = pieces.iter().max_by_key(|piece| piece.height() * piece.width())?;
    let [top, left, bottom, right] = largest.place;
    if 2 * largest.height() < size.0 || 2 * largest.width() < size.1 {
        return None;
    }
    let (mut rows, mut columns) = (vec![[false; 2]; size.0], vec![[false; 2]; size.1]);
    let deepest = largest.height().min(largest.width()) / DEEPEST;
    for &(y, x) in &largest.pixels {
        let near = |v: usize, from: usize, to: usize| [v - from < deepest, to - v <= deepest];
        let (vertical, horizontal) = (near(y, top, bottom), near(x, left, right));
        for end in 0..2 {
            columns[x][end] |= vertical[end];
            rows[y][end] |= horizontal[end];
        }
    }
    let straight = |lines: &[[bool; 2]], end: usize| {
        10 * lines.iter().filter(|line| line[end]).count() >= 9 * lines.len()
    };
    let is_frame =
        (0..2).all(|end| straight(&rows[top..bottom], end) && straight(&columns[left..right], end));
    (is_frame && is_edge(largest, largest.place)).then_some(largest)
}

/// Whether a piece reaches a border of the place, and nearly all of it lies along the borders; or
/// lies outside.
fn is_edge(piece: &Piece, [top, left, bottom, right]: Place) -> bool {
    let deepest = (bottom - top).min(right - left) / DEEPEST;
    let depth = |&(y, x): &(usize, usize)| {
        let down = y.saturating_sub(top).min(bottom.saturating_sub(y + 1));
        down.min(x.saturating_sub(left)).min(right.saturating_sub(x + 1))
    };
    let reaches = piece.pixels.iter().any(|at| depth(at) == 0);
    let along = piece.pixels.iter().filter(|at| depth(at) < deepest).count();
    reaches && 20 * along >= 19 * piece.pixels.len()
}

/// The place in `whole` around `digit` in which there is no edge: lines at the borders go, those first
/// that have most of an edge.
fn cut(is_edge: &Array2<bool>, whole: Place, digit: Place) -> Option<Place> {
    let [mut top, mut left, mut bottom, mut right] = whole;
    loop {
        let count = |line: ndarray::ArrayView1<'_, bool>| line.iter().filter(|&&edge| edge).count();
        let row = |y: usize| count(is_edge.slice(ndarray::s![y, left..right]));
        let column = |x: usize| count(is_edge.slice(ndarray::s![top..bottom, x]));
        let (height, width) = (bottom - top, right - left);
        let shares = [
            (row(top) * height, top < digit[0]),
            (column(left) * width, left < digit[1]),
            (row(bottom - 1) * height, bottom > digit[2]),
            (column(right - 1) * width, right > digit[3]),
        ];
        let most = (0..4).max_by_key(|&side| shares[side].0)?;
        match (shares[most], most) {
            ((0, _), _) => break,
            ((_, false), _) => return None,
            (_, 0) => top += 1,
            (_, 1) => left += 1,
            (_, 2) => bottom -= 1,
            (_, _) => right -= 1,
        }
    }
    Some([top, left, bottom, right])
}
