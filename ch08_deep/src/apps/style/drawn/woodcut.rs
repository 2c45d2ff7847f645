//! A woodcut: carved lines, black on paper.

use common::random::Generator;
use image::RgbImage;

use super::super::noise::Fractal;
use super::{mix, painted, smooth};

/// Lines from the upper to the lower edge of a picture without hills.
const LINES: f32 = 26.0;

pub(super) fn draw(side: usize, rng: &mut Generator) -> RgbImage {
    let (hills, tone) = (Fractal::new(3, 3, rng), Fractal::new(4, 2, rng));
    let (waver, paper) = (Fractal::new(24, 2, rng), Fractal::new(40, 2, rng));
    painted((side, side), |x, y| {
        let height = y + 0.28 * hills.at(0.9 * x, 0.9 * y) + 0.004 * waver.at(x, y);
        let wave = (std::f32::consts::TAU * LINES * height).sin();
        // Where it is dark, lines are wide.
        let ink = smooth(-0.18, 0.18, wave + 0.95 * tone.at(x, y));
        let paper = 1.0 + 0.04 * paper.at(x, y);
        mix([0.08, 0.07, 0.09], [0.94 * paper, 0.89 * paper, 0.76 * paper], ink)
    })
}
