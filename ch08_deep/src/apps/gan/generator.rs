//! The generator: from noise and a wanted digit to an image.

use common::init::Init;
use common::layers::{Affine, BatchNorm, ConvTranspose2d, Relu, Tanh, Window};
use common::network::Network;
use common::random::{Generator, normal};
use common::{Float, Result, Tensor};
use ndarray::{Array2, s};

use super::to_maps::ToMaps;

/// How many random numbers an image is made of.
pub const NOISE: usize = 64;
/// How many digits may be asked for.
pub const CLASSES: usize = 10;

// ANCHOR: generator
/// From a request N×(64 + 10) to images N×1×28×28 with numbers from −1 to 1: affine to 2·`width` maps
/// of 7×7, then transposed convolutions to `width` maps of 14×14 and to one of 28×28.
///
/// # Errors
/// If `width` is 0.
pub fn generator<F: Float>(width: usize, rng: &mut Generator) -> Result<Network<F>> {
    let (maps, twice) = (2 * width, Window::new((4, 4), 2, 1)?);
    let affine = Affine::new(NOISE + CLASSES, maps * 7 * 7, Init::He, rng).without_bias();
    let larger = ConvTranspose2d::new((maps, width), twice, Init::He, rng)?.without_bias();
    let image = ConvTranspose2d::new((width, 1), twice, Init::Xavier, rng)?;
    let network = Network::new().with(affine).with(ToMaps { shape: [maps, 7, 7] });
    let network = network.with(BatchNorm::new(maps)).with(Relu::default()).with(larger);
    let network = network.with(BatchNorm::new(width)).with(Relu::default()).with(image);
    Ok(network.with(Tanh::default()))
}
// ANCHOR_END: generator

// ANCHOR: request
/// What the generator is asked for: noise N×64, and beside it a 1 in the place of the wanted class.
pub fn request<F: Float>(noise: &Array2<F>, classes: &[u8]) -> Tensor<F> {
    let mut request = Array2::zeros((classes.len(), NOISE + CLASSES));
    request.slice_mut(s![.., ..NOISE]).assign(noise);
    for (mut row, &class) in request.rows_mut().into_iter().zip(classes) {
        row[NOISE + usize::from(class)] = F::one();
    }
    request.into_dyn()
}
// ANCHOR_END: request

/// Noise for `count` images.
pub fn noise<F: Float>(count: usize, rng: &mut Generator) -> Array2<F> {
    normal((count, NOISE), rng)
}

/// `count` points on the way from one noise to another, both ends among them. Normal numbers lie near
/// a sphere, so the way follows it: along a straight line the points between would be shorter than any
/// noise that the generator has learned from.
pub fn walk<F: Float>(ends: &Array2<F>, count: usize) -> Array2<F> {
    let (a, b) = (ends.slice(s![0, ..]), ends.slice(s![1, ..]));
    let cosine = (&a * &b).sum() / ((&a * &a).sum() * (&b * &b).sum()).sqrt();
    let angle = cosine.max(-F::one()).min(F::one()).acos();
    let mut points = Array2::zeros((count, a.len()));
    for (i, mut point) in points.rows_mut().into_iter().enumerate() {
        let t = F::of(i as f64 / (count - 1).max(1) as f64);
        let share = |part: F| match angle.sin() > F::of(1e-6) {
            true => (part * angle).sin() / angle.sin(),
            false => part, // on one line there is no arc
        };
        point.assign(&(&a * share(F::one() - t) + &b * share(t)));
    }
    points
}

/// Images with numbers from 0 to 1, as a reader of digits takes them, of those from −1 to 1.
pub fn to_ink<F: Float>(images: Tensor<F>) -> Tensor<F> {
    images.mapv_into(|x| (x + F::one()) * F::of(0.5))
}

/// Images with numbers from −1 to 1, as the generator makes them, of those from 0 to 1.
pub fn from_ink<F: Float>(images: Tensor<F>) -> Tensor<F> {
    images.mapv_into(|x| x + x - F::one())
}
