//! Digits as rows of numbers, and a smaller kind of digits.

use common::data::Dataset;
use ndarray::{Array2, Axis, s};

/// Images as rows, with their labels.
pub struct Vectors {
    /// N×pixels, from 0 for paper to 1 for ink.
    pub x: Array2<f64>,
    /// N classes.
    pub labels: Vec<u8>,
}

impl Vectors {
    // ANCHOR: shrink
    /// Every image made smaller: `block`×`block` pixels become one, their mean.
    ///
    /// # Panics
    /// If the blocks do not fill an image.
    pub fn shrink(images: &Dataset, block: usize) -> Self {
        let (count, _, height, width) = images.images.dim();
        let (rows, columns) = (height / block, width / block);
        let filled = (rows * block, columns * block);
        assert_eq!(filled, (height, width), "blocks must fill the image");
        let mut x = Array2::zeros((count, rows * columns));
        for (image, mut small) in images.images.outer_iter().zip(x.rows_mut()) {
            let image = image.index_axis_move(Axis(0), 0);
            let blocks = image.exact_chunks((block, block));
            for (pixels, mean) in blocks.into_iter().zip(&mut small) {
                let ink: u32 = pixels.iter().map(|&byte| u32::from(byte)).sum();
                *mean = f64::from(ink) / (255 * block * block) as f64;
            }
        }
        Self { x, labels: images.labels.clone() }
    }
    // ANCHOR_END: shrink

    /// How many images there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The images of these indices, stored column by column: that is the order in which a matrix
    /// product reads its left factor, and it saves a fifth of the time of a step.
    pub fn batch(&self, indices: &[usize]) -> Self {
        let labels = indices.iter().map(|&i| self.labels[i]).collect();
        let x = self.x.select(Axis(0), indices);
        Self { x: x.t().as_standard_layout().into_owned().reversed_axes(), labels }
    }

    /// The first `count` images, or all if there are fewer.
    pub fn first(&self, count: usize) -> Self {
        let count = count.min(self.labels.len());
        Self { x: self.x.slice(s![..count, ..]).to_owned(), labels: self.labels[..count].to_vec() }
    }
}
