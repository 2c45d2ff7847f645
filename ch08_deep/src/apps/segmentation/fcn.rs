//! A fully convolutional network: from a picture of any size to a class for every pixel.

use common::init::Init;
use common::layers::{Conv2d, ConvTranspose2d, Sum, Window};
use common::network::Network;
use common::random::Generator;
use common::{Float, Result};

use crate::apps::blocks::{conv_norm_relu, halves};

/// Maps at the whole size, at a half, a quarter, and an eighth of it.
const WIDTHS: [usize; 4] = [16, 32, 64, 128];

// ANCHOR: fcn
/// FCN (Long, Shelhamer and Darrell, 2015) in small: convolutions at four sizes, each of which scores
/// the classes; from the smallest on, scores are enlarged to the next size and added to those there.
/// Without skips, only the smallest scores.
///
/// From N×1×H×W to scores N×classes×H×W; H and W are multiples of 8.
///
/// # Errors
/// If there are no classes.
pub fn fcn<F: Float>(classes: usize, skips: bool, rng: &mut Generator) -> Result<Network<F>> {
    let [full, half, quarter, eighth] = WIDTHS;
    let deepest = conv_norm_relu(Network::new().with(halves()?), (quarter, eighth), rng)?;
    let deepest = conv_norm_relu(deepest, (eighth, eighth), rng)?;
    let mut deeper = deepest.with(score(eighth, classes, rng)?);
    for sizes in [(half, quarter), (full, half)] {
        deeper = deeper.with(ConvTranspose2d::bilinear(classes, 2)?);
        let network = conv_norm_relu(Network::new().with(halves()?), sizes, rng)?;
        deeper = with_skip(network, skips.then_some(score(sizes.1, classes, rng)?), deeper);
    }
    deeper = deeper.with(ConvTranspose2d::bilinear(classes, 2)?);
    let network = conv_norm_relu(Network::new(), (1, full), rng)?;
    Ok(with_skip(network, skips.then_some(score(full, classes, rng)?), deeper))
}
// ANCHOR_END: fcn

/// A convolution of 1×1: how much each pixel looks like each class.
fn score<F: Float>(channels: usize, classes: usize, rng: &mut Generator) -> Result<Conv2d<F>> {
    let window = Window::new((1, 1), 1, 0)?;
    Ok(Conv2d::new((channels, classes), window, Init::He, rng)?)
}

// ANCHOR: with_skip
/// The network, then what goes deeper, plus the score of what is here.
fn with_skip<F: Float>(
    network: Network<F>,
    score: Option<Conv2d<F>>,
    deeper: Network<F>,
) -> Network<F> {
    match score {
        Some(score) => network.with(Sum::of([Network::new().with(score), deeper])),
        None => network.with(deeper),
    }
}
// ANCHOR_END: with_skip

#[cfg(test)]
mod tests {
    use super::*;
    use common::Tensor;
    use common::layer::Layer;
    use common::model::parameter_count;
    use common::random::generator;

    #[test]
    fn it_takes_pictures_of_any_size() {
        for (skips, scores) in [(true, 4), (false, 1)] {
            let mut network: Network<f32> = fcn(11, skips, &mut generator(1)).expect("it fits");
            for (height, width) in [(8, 8), (24, 64)] {
                let y = network.infer(Tensor::zeros(vec![2, 1, height, width]));
                assert_eq!(y.shape(), [2, 11, height, width]);
            }
            let convolutions = 9 * (16 + 16 * 32 + 32 * 64 + 64 * 128 + 128 * 128);
            let norms = 2 * (16 + 32 + 64 + 128 + 128);
            let scored: usize =
                WIDTHS.iter().rev().take(scores).map(|width| (width + 1) * 11).sum();
            let enlarging = 3 * 11 * 11 * 16;
            assert_eq!(parameter_count(&mut network), convolutions + norms + scored + enlarging);
        }
    }
}
