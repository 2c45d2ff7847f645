//! Which ink hangs together.

use ndarray::Array2;

/// Strokes so near to each other, as a part of the height of both together, are one digit.
const TOUCHING: f32 = 0.04;
/// A stroke that takes less of that height may lie farther away: the bar of a 5.
const LOW: f32 = 0.7;
/// How far away it may lie.
const NEAR: f32 = 0.25;

/// Pixels that hang together, and where they lie.
pub struct Piece {
    /// Row and column of each pixel.
    pub pixels: Vec<(usize, usize)>,
    /// The first row and column, and those after the last.
    pub place: [usize; 4],
}

impl Piece {
    /// Rows that it takes.
    pub fn height(&self) -> usize {
        self.place[2] - self.place[0]
    }

    /// Columns that it takes.
    pub fn width(&self) -> usize {
        self.place[3] - self.place[1]
    }

    /// Rows or columns without ink between this place and the other.
    fn gap(&self, other: &Self) -> f32 {
        let [apart_down, apart_right] = [0, 1].map(|axis| {
            let after = |a: &Self, b: &Self| b.place[axis].saturating_sub(a.place[axis + 2]);
            after(self, other).max(after(other, self)) as f32
        });
        apart_down.hypot(apart_right)
    }
}

/// The connected pieces of ink; pixels that touch at a corner hang together.
pub fn pieces(ink: &Array2<f32>) -> Vec<Piece> {
    let (rows, columns) = ink.dim();
    let mut new = ink.mapv(|v| v > 0.0);
    let mut pieces = Vec::new();
    for (start, _) in ink.indexed_iter() {
        if !std::mem::take(&mut new[start]) {
            continue;
        }
        let mut pixels = vec![start];
        let mut next = 0;
        while next < pixels.len() {
            let (y, x) = pixels[next];
            for y in y.saturating_sub(1)..(y + 2).min(rows) {
                for x in x.saturating_sub(1)..(x + 2).min(columns) {
                    if std::mem::take(&mut new[(y, x)]) {
                        pixels.push((y, x));
                    }
                }
            }
            next += 1;
        }
        let mut place = [start.0, start.1, start.0 + 1, start.1 + 1];
        for &(y, x) in &pixels {
            place = [place[0].min(y), place[1].min(x), place[2].max(y + 1), place[3].max(x + 1)];
        }
        pieces.push(Piece { pixels, place });
    }
    pieces
}

/// How many digits the pieces may be: strokes that lie close to each other are taken for one.
pub fn separate(pieces: &[Piece]) -> usize {
    let mut group: Vec<usize> = (0..pieces.len()).collect();
    for (i, a) in pieces.iter().enumerate() {
        for (j, b) in pieces.iter().enumerate().skip(i + 1) {
            if are_one_digit(a, b) {
                let (from, to) = (group[j], group[i]);
                group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
            }
        }
    }
    group.sort_unstable();
    group.dedup();
    group.len()
}

fn are_one_digit(a: &Piece, b: &Piece) -> bool {
    let both = (a.place[2].max(b.place[2]) - a.place[0].min(b.place[0])) as f32;
    let is_low = (a.height().min(b.height()) as f32) < LOW * both;
    a.gap(b) <= if is_low { NEAR } else { TOUCHING } * both
}
