//! The network that is looked into: six convolutions of 3×3, with filters that are random or that
//! have learned to tell textures apart.

use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, AvgPool2d, BatchNorm, Relu, Window};
use common::network::Network;
use common::random::Generator;
use common::{Float, Result, Tensor};
use ndarray::{Array1, Array4, Ix1, Ix4};

use super::features::Features;
use super::frozen::Frozen;
use super::mirror::Mirror;
use super::normalise::Normalise;
use super::textures::KINDS;
use crate::apps::blocks::conv_norm_relu;
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
        network = conv_norm_relu(network, (channels, filters), rng)?;
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
        stages.push(stage.with(Mirror).with(Frozen::new(&w, &b, 0)?).with(Relu::default()));
    }
    let mut style = vec![1.0; stages.len()];
    style[0] = PIXELS;
    Ok(Features::new(stages, style, CONTENT))
}
// ANCHOR_END: features

/// Filters and biases of a classifier's convolutions, each with its batch normalisation in it.
fn convolutions<F: Float>(classifier: &mut Network<F>) -> Vec<(Array4<F>, Array1<F>)> {
    let values: Vec<_> = classifier.params().iter().map(|p| p.value.to_owned()).collect();
    let running: Vec<_> = classifier.buffers().iter().map(|b| b.value.to_owned()).collect();
    let layers = values.chunks_exact(3).zip(running.chunks_exact(2)).take(WIDTHS.len());
    let vector = |x: &Tensor<F>| x.clone().into_dimensionality::<Ix1>().expect("one axis");
    let folded = layers.map(|(values, running)| {
        let w = values[0].clone().into_dimensionality::<Ix4>().expect("four axes");
        let [gamma, beta] = [1, 2].map(|i| vector(&values[i]));
        fold(w, &gamma, &beta, &vector(&running[0]), &vector(&running[1]))
    });
    folded.collect()
}

// ANCHOR: fold
/// A convolution without bias and the batch normalisation behind it as one convolution: once nothing is
/// learned any more, y = γ(x − mean)/√(var + ε) + β multiplies and adds, and so does a filter.
fn fold<F: Float>(
    mut w: Array4<F>,
    gamma: &Array1<F>,
    beta: &Array1<F>,
    mean: &Array1<F>,
    var: &Array1<F>,
) -> (Array4<F>, Array1<F>) {
    let epsilon = BatchNorm::<F>::new(1).epsilon;
    let scale = gamma / var.mapv(|var| (var + epsilon).sqrt());
    for (mut filter, &scale) in w.outer_iter_mut().zip(&scale) {
        filter *= scale;
    }
    (w, beta - mean * scale)
}
// ANCHOR_END: fold

#[cfg(test)]
mod tests {
    use super::*;
    use common::gradient::{TOLERANCE, numerical_gradient, relative_error};
    use common::random::{generator, normal};

    #[test]
    fn the_way_back_from_all_stages_is_the_gradient() {
        let mut network: Network<f64> = classifier(&mut generator(1)).expect("it fits");
        let mut features = features(&mut network).expect("it fits");
        let rng = &mut generator(2);
        let mut image: Tensor<f64> = normal(vec![1, 3, 8, 8], rng);
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
        let tried = numerical_gradient(&mut image, sum);
        assert!(relative_error(&gradient, &tried) < TOLERANCE);
    }

    #[test]
    fn folded_is_normalised() {
        let rng = &mut generator(3);
        let mut network: Network<f64> =
            conv_norm_relu(Network::new(), (3, 5), rng).expect("it fits");
        network.params()[1].value.assign(&normal::<f64, _>(vec![5], rng));
        network.params()[2].value.assign(&normal::<f64, _>(vec![5], rng));
        for _ in 0..3 {
            network.forward(normal::<f64, _>(vec![2, 3, 6, 4], rng) + 0.5);
        }
        let (w, b) = convolutions(&mut network).swap_remove(0);
        let folded = Network::new().with(Frozen::new(&w, &b, 1).expect("it fits"));
        let folded = folded.with(Relu::default());
        let x: Tensor<f64> = normal(vec![1, 3, 6, 4], rng);
        approx::assert_abs_diff_eq!(folded.infer(x.clone()), network.infer(x), epsilon = 1e-12);
    }
}
