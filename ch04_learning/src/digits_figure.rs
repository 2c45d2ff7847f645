//! What the small network gets to see: digits as they were, and averaged down.

use common::data::Dataset;
use common::plot::{ImageGrid, Tile};
use ndarray::{Array2, s};

use crate::train::BLOCK;
use crate::vectors::Vectors;

/// Ten digits, the first of each class, above their small versions.
pub fn grid(images: &Dataset) -> ImageGrid {
    let first = |class: u8| images.labels.iter().position(|&label| label == class);
    let shown: Vec<usize> = (0..10).filter_map(first).collect();
    let tiles = [1, BLOCK].into_iter().flat_map(|block| {
        shown.iter().map(move |&index| Tile {
            pixels: shrunk(images, index, block),
            caption: String::new(),
            highlight: false,
        })
    });
    ImageGrid {
        title: "Digits of 28×28 and of 7×7 pixels".to_string(),
        columns: shown.len(),
        tiles: tiles.collect(),
    }
}

/// One image, with each block of pixels brought to one.
fn shrunk(images: &Dataset, index: usize, block: usize) -> Array2<u8> {
    let image = images.images.slice(s![index..=index, .., .., ..]).to_owned();
    let (height, width) = (image.dim().2 / block, image.dim().3 / block);
    let one = Dataset { images: image, labels: vec![images.labels[index]] };
    let small = Vectors::shrink(&one, block);
    Array2::from_shape_fn((height, width), |(row, column)| {
        (255.0 * small.x[[0, row * width + column]]).round() as u8
    })
}
