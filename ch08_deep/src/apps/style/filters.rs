//! The network that is looked into: six convolutions of 3×3, with filters that are random or that
//! have learned to tell textures apart.

use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, AvgPool2d, Conv2d, Relu, Window};
use common::network::Network;
use common::random::Generator;
use common::{Float, Result};
use ndarray::{Array1, Array4, Ix1, Ix4};

use super::features::Features;
use super::frozen::Frozen;
use super::normalise::Normalise;
use super::textures::KINDS;
use crate::networks::global_average::GlobalAverage;

/// Filters of the convolutions; the size is halved before the third and before the fifth.
const WIDTHS: [usize; 6] = [32, 32, 64, 64, 128, 128];
/// What the pixels themselves count in the style; each of the layers counts 1.
const PIXELS: f64 = 6.0;
/// The convolution whose maps are the content, counted from 1.
const CONTENT: usize = 4;

// ANCHOR: classifier
/// A small VGG with average pooling: from images N×3×H×W to scores of the kinds of textures.
///
/// # Errors
/// None: the layers fit.
pub fn classifier<F: Float>(rng: &mut Generator) -> Result<Network<F>> {
    let mut network = Network::new().with(Normalise::HALVES);
    let mut channels = 3;
    for (i, filters) in WIDTHS.into_iter().enumerate() {
        if halves_before(i) {
            network = network.with(halve()?);
        }
        let conv = Conv2d::new((channels, filters), Window::new((3, 3), 1, 1)?, Init::He, rng)?;
        network = network.with(conv).with(Relu::default());
        channels = filters;
    }
    let scores = Affine::new(channels, KINDS.len(), Init::He, rng);
    Ok(network.with(GlobalAverage::default()).with(scores))
}
// ANCHOR_END: classifier

fn halves_before(convolution: usize) -> bool {
    convolution > 0 && convolution.is_multiple_of(2)
}

/// Pooling by the mean of every 2×2 numbers: Gatys and colleagues found that images become smoother
/// than with the largest.
pub(super) fn halve<F: Float>() -> Result<AvgPool2d<F>> {
    Ok(AvgPool2d::new(Window::new((2, 2), 2, 0)?)?)
}

// ANCHOR: features
/// The convolutions of a [`classifier`], whatever it knows, as stages: the pixels, and the maps after
/// each ReLU.
///
/// # Errors
/// None: the layers fit.
pub fn features<F: Float>(classifier: &mut Network<F>) -> Result<Features<F>> {
    let mut stages = vec![Network::new().with(Normalise::HALVES)];
    for (i, (w, b)) in convolutions(classifier).into_iter().enumerate() {
        let stage = match halves_before(i) {
            true => Network::new().with(halve()?),
            false => Network::new(),
        };
        stages.push(stage.with(Frozen::new(&w, &b)?).with(Relu::default()));
    }
    let mut style = vec![1.0; stages.len()];
    style[0] = PIXELS;
    Ok(Features::new(stages, style, CONTENT))
}
// ANCHOR_END: features

/// Filters and biases of a network's convolutions.
fn convolutions<F: Float>(network: &mut Network<F>) -> Vec<(Array4<F>, Array1<F>)> {
    let values: Vec<_> = network.params().iter().map(|p| p.value.to_owned()).collect();
    let pairs = values.chunks_exact(2).filter_map(|pair| {
        let w = pair[0].clone().into_dimensionality::<Ix4>().ok()?;
        Some((w, pair[1].clone().into_dimensionality::<Ix1>().ok()?))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::Tensor;
    use common::gradient::{TOLERANCE, numerical_gradient, relative_error};
    use common::random::{generator, normal};

    #[test]
    fn the_way_back_from_all_stages_is_the_gradient() {
        let mut network: Network<f64> = classifier(&mut generator(1)).expect("it fits");
        let mut features = features(&mut network).expect("it fits");
        let rng = &mut generator(2);
        let mut image: Tensor<f64> = normal(vec![1, 3, 4, 8], rng);
        let wanted: Vec<Option<Tensor<f64>>> = (features.infer(image.clone()).iter().enumerate())
            .map(|(i, maps)| (i % 3 != 1).then(|| normal(maps.raw_dim(), rng)))
            .collect();
        features.forward(image.clone());
        let gradient = features.backward(wanted.clone()).expect("something was wanted");
        let sum = |image: &Tensor<f64>| -> f64 {
            let maps = features.infer(image.clone());
            let both = maps.iter().zip(&wanted);
            both.filter_map(|(maps, wanted)| Some((maps * wanted.as_ref()?).sum())).sum()
        };
        let tried = numerical_gradient(sum, &mut image);
        assert!(relative_error(&gradient, &tried) < TOLERANCE);
    }

    #[test]
    fn its_maps_are_the_classifiers() {
        let rng = &mut generator(3);
        let mut network: Network<f64> = classifier(rng).expect("it fits");
        let features = features(&mut network).expect("it fits");
        let image: Tensor<f64> = normal(vec![1, 3, 8, 8], rng);
        let last = features.infer(image.clone()).pop().expect("maps");
        let params = network.params();
        let [w, b] = &params[params.len() - 2..] else { panic!("a weight and a bias") };
        let w = w.value.to_owned().into_dimensionality::<ndarray::Ix2>().expect("a matrix");
        let means = GlobalAverage::default().infer(last);
        let means = means.into_dimensionality::<ndarray::Ix2>().expect("rows");
        let scores = means.dot(&w) + &b.value;
        drop(params);
        approx::assert_abs_diff_eq!(scores, network.infer(image), epsilon = 1e-10);
    }
}
