//! What the small network gets to see: digits as they were, and averaged down.

use common::data::Dataset;
use common::plot::{Align, Area, Drawn, GREY, bold, label, points, text};
use plotters::prelude::*;

use crate::train::BLOCK;
use crate::vectors::Vectors;

/// Width and height of a drawn digit, in points.
const SIZE: f64 = 56.0;

/// Ten digits, the first of each class, above their small versions.
///
/// # Errors
/// If plotters cannot draw them.
pub fn draw(images: &Dataset, area: &Area<'_>) -> Drawn {
    label(area, "Digits of 28×28 and of 7×7 pixels", (350.0, 20.0), &bold(15.0), Align::Center)?;
    for (row, block) in [1, BLOCK].into_iter().enumerate() {
        let top = 44.0 + row as f64 * (SIZE + 12.0);
        let side = 28 / block;
        let words = format!("{side}×{side}");
        label(area, &words, (42.0, top + SIZE / 2.0), &text(12.5), Align::Center)?;
        let first = |class: u8| images.labels.iter().position(|&label| label == class);
        for (column, index) in (0..10).filter_map(first).enumerate() {
            let left = 84.0 + column as f64 * (SIZE + 4.0);
            draw_digit(&one(images, index, block), side, (left, top), area)?;
        }
    }
    Ok(())
}

/// One image, shrunk.
fn one(images: &Dataset, index: usize, block: usize) -> Vectors {
    let range = index..index + 1;
    let image = images.images.slice(ndarray::s![range, .., .., ..]).to_owned();
    Vectors::shrink(&Dataset { images: image, labels: vec![images.labels[index]] }, block)
}

fn draw_digit(digit: &Vectors, side: usize, (left, top): (f64, f64), area: &Area<'_>) -> Drawn {
    let at = |start: f64, cell: usize| points(start + cell as f64 * SIZE / side as f64) as i32;
    for (pixel, &ink) in digit.x.iter().enumerate() {
        let (row, column) = (pixel / side, pixel % side);
        let corners = [(at(left, column), at(top, row)), (at(left, column + 1), at(top, row + 1))];
        let grey = (255.0 * (1.0 - ink)) as u8;
        area.draw(&Rectangle::new(corners, RGBColor(grey, grey, grey).filled()))?;
    }
    let frame = [(at(left, 0), at(top, 0)), (at(left, side), at(top, side))];
    Ok(area.draw(&Rectangle::new(frame, GREY.stroke_width(points(0.7) as u32)))?)
}
