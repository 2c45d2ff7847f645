//! Draws digits as a reader might: one brush, any size, colour and place.
//!
//! The shapes are not those of the built-in digits: lines and arcs, as a ruler and compass make
//! them.

use image::{Rgba, RgbaImage};

/// How a digit is drawn.
#[derive(Clone)]
pub struct Drawing {
    pub width: u32,
    pub height: u32,
    /// The digit's box: left, top, width, height, in pixels.
    pub place: [f64; 4],
    /// Width of the brush, in pixels.
    pub brush: f64,
    pub ink: [u8; 4],
    pub paper: [u8; 4],
    /// How far the top leans to the right, in boxes.
    pub slant: f64,
}

impl Drawing {
    /// Black on white, in the middle of 200×200 pixels.
    pub fn plain() -> Self {
        Self {
            width: 200,
            height: 200,
            place: [60.0, 40.0, 80.0, 120.0],
            brush: 14.0,
            ink: [0, 0, 0, 255],
            paper: [255; 4],
            slant: 0.0,
        }
    }

    /// The picture of `digit`; the brush's edge is one pixel soft.
    pub fn draw(&self, digit: usize) -> RgbaImage {
        let [left, top, width, height] = self.place;
        let to_pixels =
            |(x, y): (f64, f64)| (left + width * (x + self.slant * (0.5 - y)), top + height * y);
        let pieces: Vec<_> = strokes(digit)
            .into_iter()
            .flat_map(|stroke| {
                let points: Vec<_> = stroke.into_iter().map(to_pixels).collect();
                points.windows(2).map(|ends| (ends[0], ends[1])).collect::<Vec<_>>()
            })
            .collect();
        RgbaImage::from_fn(self.width, self.height, |x, y| {
            let p = (f64::from(x) + 0.5, f64::from(y) + 0.5);
            let nearest = pieces
                .iter()
                .map(|&(a, b)| distance2(p, a, b))
                .fold(f64::INFINITY, f64::min)
                .sqrt();
            let cover = (self.brush / 2.0 - nearest + 0.5).clamp(0.0, 1.0);
            let mix = |c: usize| {
                let (ink, paper) = (f64::from(self.ink[c]), f64::from(self.paper[c]));
                (cover * ink + (1.0 - cover) * paper).round() as u8
            };
            Rgba([mix(0), mix(1), mix(2), mix(3)])
        })
    }
}

type Stroke = Vec<(f64, f64)>;

fn strokes(digit: usize) -> Vec<Stroke> {
    match digit {
        0 => vec![arc((0.5, 0.5), (0.45, 0.5), 0.0, 360.0)],
        1 => vec![vec![(0.5, 0.0), (0.5, 1.0)]],
        2 => vec![
            arc((0.5, 0.28), (0.42, 0.28), 190.0, 370.0),
            vec![(0.91, 0.33), (0.05, 1.0), (0.95, 1.0)],
        ],
        3 => vec![
            arc((0.45, 0.25), (0.42, 0.25), 215.0, 450.0),
            arc((0.45, 0.75), (0.48, 0.25), 270.0, 505.0),
        ],
        4 => vec![vec![(0.3, 0.0), (0.05, 0.6), (0.95, 0.6)], vec![(0.75, 0.05), (0.75, 1.0)]],
        5 => vec![
            vec![(0.9, 0.0), (0.2, 0.0), (0.12, 0.45)],
            arc((0.42, 0.68), (0.48, 0.32), 225.0, 490.0),
        ],
        6 => vec![
            arc((0.9, 0.62), (0.82, 0.65), 180.0, 268.0),
            arc((0.48, 0.72), (0.4, 0.28), 0.0, 360.0),
        ],
        7 => vec![vec![(0.05, 0.0), (0.95, 0.0), (0.4, 1.0)]],
        8 => vec![
            arc((0.5, 0.25), (0.36, 0.25), 0.0, 360.0),
            arc((0.5, 0.75), (0.42, 0.25), 0.0, 360.0),
        ],
        _ => vec![
            arc((0.5, 0.28), (0.4, 0.28), 0.0, 360.0),
            vec![(0.9, 0.28), (0.86, 0.6), (0.7, 1.0)],
        ],
    }
}

/// A piece of an ellipse; angles in degrees, clockwise from the right as y points down.
fn arc((x, y): (f64, f64), (rx, ry): (f64, f64), from: f64, to: f64) -> Stroke {
    let angle = |i: i32| (from + (to - from) * f64::from(i) / 40.0).to_radians();
    (0..=40).map(|i| (x + rx * angle(i).cos(), y + ry * angle(i).sin())).collect()
}

/// The square of the distance from `p` to the straight piece from `a` to `b`.
fn distance2(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (ab, ap) = ((b.0 - a.0, b.1 - a.1), (p.0 - a.0, p.1 - a.1));
    let square = (ab.0 * ab.0 + ab.1 * ab.1).max(f64::MIN_POSITIVE);
    let t = ((ap.0 * ab.0 + ap.1 * ab.1) / square).clamp(0.0, 1.0);
    (ap.0 - t * ab.0).powi(2) + (ap.1 - t * ab.1).powi(2)
}
