//! SegNet: down by max pooling, and up again to where the maxima stood.

use clap::ValueEnum;
use common::init::Init;
use common::layers::{Conv2d, MaxUnpool2d, Upsample, Window};
use common::network::Network;
use common::random::Generator;
use common::{Float, Result};

use crate::apps::blocks::{conv_norm_relu, halves};

/// Maps at the whole size, at a half, and at a quarter of it.
const WIDTHS: [usize; 3] = [24, 48, 64];

/// How maps become larger again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Enlarging {
    /// Every number goes back to where the maximum stood; zeros between them
    Unpool,
    /// Every number becomes a square of 2×2
    Nearest,
}

// ANCHOR: segnet
/// SegNet (Badrinarayanan, Kendall and Cipolla, 2015) in small: at each size two convolutions on the
/// way down and two on the way up.
///
/// From N×3×H×W to scores N×classes×H×W; H and W are multiples of 8.
///
/// # Errors
/// If there are no classes.
pub fn segnet<F: Float>(
    classes: usize,
    enlarging: Enlarging,
    rng: &mut Generator,
) -> Result<Network<F>> {
    let [full, half, quarter] = WIDTHS;
    let mut inner = Network::new();
    for (outside, width) in [(half, quarter), (full, half)] {
        let down = conv_norm_relu(Network::new(), (outside, width), rng)?;
        let down = conv_norm_relu(down, (width, width), rng)?;
        let up = conv_norm_relu(around(down, inner, enlarging)?, (width, width), rng)?;
        inner = conv_norm_relu(up, (width, outside), rng)?;
    }
    let down = conv_norm_relu(Network::new(), (3, full), rng)?;
    let down = conv_norm_relu(down, (full, full), rng)?;
    let up = conv_norm_relu(around(down, inner, enlarging)?, (full, full), rng)?;
    Ok(up.with(Conv2d::new((full, classes), Window::new((3, 3), 1, 1)?, Init::He, rng)?))
}

/// The network, then half the size, `inner`, and the whole size again.
fn around<F: Float>(
    network: Network<F>,
    inner: Network<F>,
    enlarging: Enlarging,
) -> Result<Network<F>> {
    Ok(match enlarging {
        Enlarging::Unpool => network.with(MaxUnpool2d::new(Window::new((2, 2), 2, 0)?, inner)?),
        Enlarging::Nearest => network.with(halves()?).with(inner).with(Upsample::nearest(2)?),
    })
}
// ANCHOR_END: segnet

#[cfg(test)]
mod tests {
    use super::*;
    use common::Tensor;
    use common::layer::Layer;
    use common::model::parameter_count;
    use common::random::generator;

    #[test]
    fn it_comes_back_to_the_size_it_began_with() {
        let mut counts = Vec::new();
        for enlarging in [Enlarging::Unpool, Enlarging::Nearest] {
            let mut network: Network<f32> = segnet(8, enlarging, &mut generator(1)).expect("fits");
            let y = network.infer(Tensor::zeros(vec![2, 3, 16, 24]));
            assert_eq!(y.shape(), [2, 8, 16, 24]);
            counts.push(parameter_count(&mut network));
        }
        assert_eq!(counts[0], counts[1], "there is nothing to learn in either");
    }
}
