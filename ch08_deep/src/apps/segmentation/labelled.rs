//! Pictures with a class for every pixel, drawn by number.

use common::Tensor;
use common::data::roads::Roads;
use common::data::scenes::Scenes;
use ndarray::{Array2, Array3, Axis, stack};
use rayon::prelude::*;

/// Pictures N×C×H×W, and their pixels' classes N×H×W.
pub type Batch = (Tensor<f32>, Array3<u8>);

// ANCHOR: pictures
/// Endless pictures of one kind and size, the same for the same number.
pub trait Pictures: Sync {
    /// The picture of this number, C×H×W, and its pixels' classes, H×W.
    fn picture(&self, number: u64) -> (Array3<f32>, Array2<u8>);

    /// Those of these numbers, drawn side by side.
    fn batch(&self, numbers: impl IntoIterator<Item = u64>) -> Batch {
        let numbers: Vec<u64> = numbers.into_iter().collect();
        let drawn: Vec<_> = numbers.par_iter().map(|&number| self.picture(number)).collect();
        let images: Vec<_> = drawn.iter().map(|(image, _)| image.view()).collect();
        let masks: Vec<_> = drawn.iter().map(|(_, mask)| mask.view()).collect();
        let images = stack(Axis(0), &images).expect("pictures of one size");
        let masks = stack(Axis(0), &masks).expect("pictures of one size");
        (images.into_dyn(), masks)
    }
}
// ANCHOR_END: pictures

impl Pictures for Scenes<'_> {
    fn picture(&self, number: u64) -> (Array3<f32>, Array2<u8>) {
        let scene = self.scene(number);
        (scene.image.insert_axis(Axis(0)), scene.mask)
    }
}

impl Pictures for Roads {
    fn picture(&self, number: u64) -> (Array3<f32>, Array2<u8>) {
        let road = self.road(number);
        (road.image, road.mask)
    }
}
