//! The discriminator: is this a real seven, or a made one?

use common::init::Init;
use common::layers::{Affine, Conv2d, Dropout, LeakyRelu, Window};
use common::network::Network;
use common::random::Generator;
use common::{Float, Result, Tensor};
use ndarray::{Array2, Ix1, Ix2};

use super::generator::CLASSES;

/// The slope of its leaky ReLUs below zero.
const SLOPE: f64 = 0.2;
/// The share of numbers that dropout silences.
const DROPOUT: f64 = 0.3;

// ANCHOR: discriminator
/// Ten questions to an image N×1×28×28 with numbers from −1 to 1: is it a real 0, is it a real 1, …? A
/// logit N×10 for each: convolutions 4×4 with stride 2 to `width` maps of 14×14 and 2·`width` of 7×7, and
/// an affine layer. (A projection discriminator, Miyato and Koyama 2018, in its plainest form.)
///
/// # Errors
/// If `width` is 0.
pub fn discriminator<F: Float>(width: usize, rng: &mut Generator) -> Result<Network<F>> {
    let (maps, half) = (2 * width, Window::new((4, 4), 2, 1)?);
    let leaky = || LeakyRelu::new(F::of(SLOPE));
    Ok(Network::new()
        .with(Conv2d::new((1, width), half, Init::He, rng)?)
        .with(leaky())
        .with(Conv2d::new((width, maps), half, Init::He, rng)?)
        .with(leaky())
        .with(Dropout::new(DROPOUT, rng))
        .with(Affine::new(maps * 7 * 7, CLASSES, Init::Xavier, rng)))
}
// ANCHOR_END: discriminator

// ANCHOR: asked
/// Of the ten logits of each image, N×10, that of its class.
pub fn asked<F: Float>(logits: &Tensor<F>, classes: &[u8]) -> Tensor<F> {
    let logits = logits.view().into_dimensionality::<Ix2>().expect("a row for each image");
    assert_eq!(logits.nrows(), classes.len(), "asked: every image needs a class");
    let rows = logits.rows().into_iter().zip(classes);
    rows.map(|(row, &class)| row[usize::from(class)]).collect::<ndarray::Array1<F>>().into_dyn()
}

/// From ∂loss/∂asked, N numbers, to ∂loss/∂logits N×10: nobody asked for the other nine.
pub fn put_back<F: Float>(dy: Tensor<F>, classes: &[u8]) -> Tensor<F> {
    let dy = dy.into_dimensionality::<Ix1>().expect("a number for each image");
    let mut all = Array2::zeros((dy.len(), CLASSES));
    for ((mut row, &class), &dy) in all.rows_mut().into_iter().zip(classes).zip(&dy) {
        row[usize::from(class)] = dy;
    }
    all.into_dyn()
}
// ANCHOR_END: asked
