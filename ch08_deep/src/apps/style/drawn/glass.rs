//! Stained glass: bright panes between dark leads.

use common::random::{Generator, Rng};
use image::RgbImage;

use super::super::noise::Fractal;
use super::{Color, lit, mix, painted, smooth};

const PANES: usize = 110;
const COLORS: [Color; 8] = [
    [0.80, 0.10, 0.10],
    [0.95, 0.55, 0.08],
    [0.98, 0.84, 0.28],
    [0.08, 0.32, 0.68],
    [0.10, 0.56, 0.42],
    [0.48, 0.14, 0.48],
    [0.92, 0.90, 0.78],
    [0.30, 0.66, 0.85],
];
/// Half as wide is a lead, in picture heights.
const LEAD: f32 = 0.010;

pub(super) fn draw(side: usize, rng: &mut Generator) -> RgbImage {
    let panes: Vec<((f32, f32), Color)> = (0..PANES)
        .map(|_| {
            let at = (rng.random_range(-0.05..1.05), rng.random_range(-0.05..1.05));
            let color = COLORS[rng.random_range(0..COLORS.len())];
            (at, lit(color, rng.random_range(0.85..1.1)))
        })
        .collect();
    let streaks = Fractal::new(6, 4, rng);
    painted((side, side), |x, y| {
        // The two nearest middles: where both are equally near, there is lead.
        let [mut first, mut second] = [(f32::INFINITY, [0.0; 3]); 2];
        for &((px, py), color) in &panes {
            let off = (x - px).hypot(y - py);
            match off {
                _ if off < first.0 => (second, first) = (first, (off, color)),
                _ if off < second.0 => second = (off, color),
                _ => {}
            }
        }
        let border = second.0 - first.0;
        let light = 1.0 + 0.25 * streaks.at(x, 0.3 * y) - 2.2 * first.0;
        let pane = lit(first.1, light.max(0.55));
        mix([0.05, 0.04, 0.05], pane, smooth(LEAD, 1.6 * LEAD, border))
    })
}
