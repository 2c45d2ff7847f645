//! A convolution that does not learn: its backward pass is a convolution too.

use common::layer::Layer;
use common::layers::Conv2d;
use common::{Float, Result, Tensor};
use ndarray::{Array1, Array4, ArrayView4, Axis, Slice, concatenate};
use rayon::prelude::*;

/// Filters are worked on in so many groups at most, each by one thread: there is only one image, and
/// nothing else to divide. The number is fixed, so that any number of threads gives the same bits.
const GROUPS: usize = 4;
/// A group has so many filters at least: each reads the whole image.
const SMALLEST_GROUP: usize = 16;

// ANCHOR: frozen
/// A convolution with stride 1 whose filters F×C×KH×KW are given and stay.
///
/// Nobody asks for ∂loss/∂W, which saves a third of the work. And ∂loss/∂x needs no x: it is the
/// convolution of ∂loss/∂y with the filters turned by 180°, channels and filters exchanged.
pub struct Frozen<F> {
    there: Vec<Conv2d<F>>,
    back: Vec<Conv2d<F>>,
}

impl<F: Float> Frozen<F> {
    /// A layer with these filters F×C×K×K, F biases, and so many zeros on every side, at most K − 1.
    ///
    /// # Errors
    /// If there are no filters, or not as many biases.
    pub fn new(w: &Array4<F>, b: &Array1<F>, pad: usize) -> Result<Self> {
        let mut turned = w.view().permuted_axes([1, 0, 2, 3]);
        turned.invert_axis(Axis(2));
        turned.invert_axis(Axis(3));
        let no_bias = Array1::zeros(turned.len_of(Axis(0)));
        let rest = w.len_of(Axis(2)) - 1 - pad;
        Ok(Self { there: groups(w.view(), b, pad)?, back: groups(turned, &no_bias, rest)? })
    }
}
// ANCHOR_END: frozen

/// The filters in groups, each as a layer of its own.
fn groups<F: Float>(w: ArrayView4<'_, F>, b: &Array1<F>, pad: usize) -> Result<Vec<Conv2d<F>>> {
    let filters = w.len_of(Axis(0));
    let each = filters.div_ceil(GROUPS).max(SMALLEST_GROUP);
    (0..filters)
        .step_by(each)
        .map(|first| {
            let part = Slice::from(first..(first + each).min(filters));
            let (w, b) = (w.slice_axis(Axis(0), part), b.slice_axis(Axis(0), part));
            Ok(Conv2d::from_weights(w.to_owned(), b.to_owned(), 1, pad)?)
        })
        .collect()
}

/// The maps of all groups, one after the other.
fn maps<F: Float>(groups: &[Conv2d<F>], x: &Tensor<F>) -> Tensor<F> {
    let maps: Vec<_> = groups.par_iter().map(|group| group.infer(x.clone())).collect();
    let views: Vec<_> = maps.iter().map(|maps| maps.view()).collect();
    concatenate(Axis(1), &views).expect("maps of one size")
}

impl<F: Float> Layer<F> for Frozen<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        maps(&self.there, &x)
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        maps(&self.back, &dy)
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        maps(&self.there, &x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::init::Init;
    use common::layers::Window;
    use common::random::{generator, normal};

    #[test]
    fn it_is_the_convolution_that_learns() {
        // 37 filters make three groups.
        for pad in 0..3 {
            let rng = &mut generator(1);
            let window = Window::new((3, 3), 1, pad).expect("a window");
            let mut conv: Conv2d<f64> =
                Conv2d::new((3, 37), window, Init::He, rng).expect("a layer");
            conv.b.assign(&normal(37, rng));
            let mut frozen = Frozen::new(&conv.w, &conv.b, pad).expect("a layer");
            let x: Tensor<f64> = normal(vec![1, 3, 7, 6], rng);
            let y = conv.forward(x.clone());
            approx::assert_abs_diff_eq!(frozen.infer(x.clone()), y, epsilon = 1e-12);
            approx::assert_abs_diff_eq!(frozen.forward(x), y, epsilon = 1e-12);
            let dy: Tensor<f64> = normal(y.raw_dim(), rng);
            let dx = conv.backward(dy.clone());
            approx::assert_abs_diff_eq!(frozen.backward(dy), dx, epsilon = 1e-12);
            assert!(frozen.params().is_empty());
        }
    }
}
