//! What a style is, at one layer: means and products of its channels.

use common::Float;
use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::gram::{gram, gram_loss};

/// Nothing is divided by less: maps of a layer that is asleep have no size.
const LEAST: f64 = 1e-12;

/// What of the style's maps the image's maps shall have too.
#[derive(Clone, Debug, PartialEq)]
pub enum Style<F> {
    /// The Gram matrix, as Gatys, Ecker and Bethge have it.
    Gram(Array2<F>),
    /// The mean of each channel, and the Gram matrix of what is left without it: the covariance.
    Moments(Array1<F>, Array2<F>),
}

/// Which of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Statistic {
    /// The plain Gram matrix
    Gram,
    /// Means, and the Gram matrix of what is left without them
    Moments,
}

// ANCHOR: centred
/// The mean of each channel of maps C×P, and the maps without it.
fn centred<F: Float>(maps: ArrayView2<'_, F>) -> (Array1<F>, Array2<F>) {
    let means = maps.sum_axis(Axis(1)) / F::of(maps.ncols() as f64);
    let rest = &maps - &means.view().insert_axis(Axis(1));
    (means, rest)
}
// ANCHOR_END: centred

impl<F: Float> Style<F> {
    /// That of maps C×P.
    pub fn of(maps: ArrayView2<'_, F>, statistic: Statistic) -> Self {
        match statistic {
            Statistic::Gram => Self::Gram(gram(maps)),
            Statistic::Moments => {
                let (means, rest) = centred(maps);
                Self::Moments(means, gram(rest.view()))
            }
        }
    }

    // ANCHOR: loss
    /// How far maps C×P are from it, and the gradient of that with respect to the maps. Each part is
    /// measured by its own size, so that no layer is louder than another.
    pub fn loss(&self, maps: ArrayView2<'_, F>) -> (F, Array2<F>) {
        match self {
            Self::Gram(wanted) => {
                let (loss, gradient) = gram_loss(maps, wanted);
                let size = size(wanted);
                (loss / size, gradient / size)
            }
            Self::Moments(means, wanted) => {
                let (found, rest) = centred(maps);
                let (loss, mut gradient) = gram_loss(rest.view(), wanted);
                let (size, spread) = (size(wanted), wanted.diag().sum().max(F::of(LEAST)));
                let off = found - means;
                gradient /= size;
                let pull = &off * (F::of(2.0 / maps.ncols() as f64) / spread);
                gradient += &pull.insert_axis(Axis(1));
                (loss / size + off.iter().map(|&d| d * d).sum::<F>() / spread, gradient)
            }
        }
    }
    // ANCHOR_END: loss
}

/// The sum of all squares.
fn size<F: Float>(matrix: &Array2<F>) -> F {
    matrix.iter().map(|&x| x * x).sum::<F>().max(F::of(LEAST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::gradient::{TOLERANCE, numerical_gradient, relative_error};
    use common::random::{generator, normal};

    #[test]
    fn its_gradients_are_the_numerical_ones() {
        for statistic in [Statistic::Gram, Statistic::Moments] {
            let rng = &mut generator(3);
            let mut maps: Array2<f64> = normal((3, 6), rng);
            let style = Style::of((normal::<f64, _>((3, 8), rng) + 0.5).view(), statistic);
            let gradient = style.loss(maps.view()).1;
            let tried = numerical_gradient(&mut maps, |maps| style.loss(maps.view()).0);
            assert!(relative_error(&gradient, &tried) < TOLERANCE, "{statistic:?}");
        }
    }

    #[test]
    fn maps_have_their_own_style() {
        for statistic in [Statistic::Gram, Statistic::Moments] {
            let maps: Array2<f64> = normal((4, 9), &mut generator(4));
            let (loss, gradient) = Style::of(maps.view(), statistic).loss(maps.view());
            assert!(loss < 1e-28 && gradient.iter().all(|g| g.abs() < 1e-14), "{statistic:?}");
        }
    }

    #[test]
    fn a_layer_that_is_asleep_is_no_division_by_zero() {
        for statistic in [Statistic::Gram, Statistic::Moments] {
            let style = Style::of(Array2::<f32>::zeros((2, 4)).view(), statistic);
            let (loss, gradient) = style.loss(Array2::ones((2, 4)).view());
            assert!(loss.is_finite() && gradient.iter().all(|g| g.is_finite()), "{statistic:?}");
        }
    }
}
