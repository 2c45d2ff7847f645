//! What is drawn on a plane under or beside lines: contours and arrows.

use std::ops::Range;

use plotters::prelude::*;

use super::lines::Chart;
use super::{Drawn, points};

/// A straight piece from one (x, y) to another.
pub type Segment = [(f64, f64); 2];

/// Where f(x, y) = `level`, as short straight pieces: `cells`×`cells` squares over the ranges, each
/// crossed where f passes the level along its edges (marching squares).
pub fn contour(
    f: impl Fn(f64, f64) -> f64,
    (x, y): (&Range<f64>, &Range<f64>),
    cells: usize,
    level: f64,
) -> Vec<Segment> {
    let at = |range: &Range<f64>, i: usize| {
        range.start + (range.end - range.start) * i as f64 / cells as f64
    };
    let mut pieces = Vec::new();
    for (i, j) in (0..cells).flat_map(|i| (0..cells).map(move |j| (i, j))) {
        let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)].map(|(i, j)| {
            let (x, y) = (at(x, i), at(y, j));
            (x, y, f(x, y) - level)
        });
        let mut crossed = Vec::with_capacity(4);
        for k in 0..4 {
            let ((x0, y0, f0), (x1, y1, f1)) = (corners[k], corners[(k + 1) % 4]);
            if (f0 < 0.0) != (f1 < 0.0) {
                let part = f0 / (f0 - f1);
                crossed.push((x0 + part * (x1 - x0), y0 + part * (y1 - y0)));
            }
        }
        // Two crossings are one line; four, at a saddle, are two.
        pieces.extend(crossed.chunks_exact(2).map(|pair| [pair[0], pair[1]]));
    }
    pieces
}

/// The contours of f at all `levels`, over the whole chart, in thin lines of one colour.
///
/// # Errors
/// If plotters cannot draw them.
pub fn draw_contours(
    chart: &mut Chart<'_, '_>,
    f: impl Fn(f64, f64) -> f64,
    levels: impl IntoIterator<Item = f64>,
    color: RGBColor,
) -> Drawn {
    let ranges = (chart.x_range(), chart.y_range());
    let style = color.stroke_width(points(1.2) as u32);
    for level in levels {
        let pieces = contour(&f, (&ranges.0, &ranges.1), 160, level);
        chart.draw_series(pieces.into_iter().map(|piece| PathElement::new(piece, style)))?;
    }
    Ok(())
}

/// An arrow between two places of a chart, its line `width` points thick.
///
/// # Errors
/// If plotters cannot draw it.
pub fn arrow(
    chart: &mut Chart<'_, '_>,
    from: (f64, f64),
    to: (f64, f64),
    color: RGBColor,
    width: f64,
) -> Drawn {
    let pixel = |p: (f64, f64)| {
        let (x, y) = chart.backend_coord(&p);
        (f64::from(x), f64::from(y))
    };
    let ((x0, y0), (x1, y1)) = (pixel(from), pixel(to));
    let length = (x1 - x0).hypot(y1 - y0);
    if length < 1.0 {
        return Ok(());
    }
    let (ux, uy) = ((x1 - x0) / length, (y1 - y0) / length); // along the arrow, one pixel long
    let head = points(4.0 + 2.0 * width).min(0.6 * length);
    let at = |back: f64, aside: f64| {
        ((x1 - back * ux - aside * uy) as i32, (y1 - back * uy + aside * ux) as i32)
    };
    let area = chart.plotting_area().strip_coord_spec();
    let (left, top) = area.get_base_pixel();
    let local = |(x, y): (i32, i32)| (x - left, y - top);
    let shaft = [local((x0 as i32, y0 as i32)), local(at(0.8 * head, 0.0))];
    area.draw(&PathElement::new(shaft, color.stroke_width(points(width) as u32)))?;
    let tip = [at(0.0, 0.0), at(head, 0.45 * head), at(head, -0.45 * head)].map(local);
    Ok(area.draw(&Polygon::new(tip.to_vec(), color.filled()))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contour_of_a_bowl_is_a_circle() {
        let bowl = |x: f64, y: f64| x * x + y * y;
        let pieces = contour(bowl, (&(-2.0..2.0), &(-2.0..2.0)), 101, 1.0);
        let length: f64 = pieces.iter().map(|[a, b]| (a.0 - b.0).hypot(a.1 - b.1)).sum();
        assert!((length - std::f64::consts::TAU).abs() < 1e-2, "{length}");
        assert!(pieces.iter().flatten().all(|&(x, y)| (bowl(x, y) - 1.0).abs() < 1e-2));
        assert!(contour(bowl, (&(-2.0..2.0), &(-2.0..2.0)), 10, 9.0).is_empty());
    }
}
