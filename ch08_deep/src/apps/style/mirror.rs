//! A frame around an image, in which the image goes on as in a mirror.

use common::layer::Layer;
use common::{Float, Tensor};
use ndarray::{Axis, Slice, concatenate};

// ANCHOR: mirror
/// One more pixel on every side of images N×C×H×W, each a copy of the one behind the edge. Zeros there
/// would be an edge of their own, and an image that learns would paint a frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mirror;

impl<F: Float> Layer<F> for Mirror {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.infer(x)
    }

    fn backward(&mut self, mut dy: Tensor<F>) -> Tensor<F> {
        for axis in [Axis(2), Axis(3)] {
            // What a copy does to the loss, its original has done.
            let last = dy.len_of(axis) - 1;
            for (copy, original) in [(0, 2), (last, last - 2)] {
                let copy = dy.index_axis(axis, copy).to_owned();
                dy.index_axis_mut(axis, original).zip_mut_with(&copy, |dy, &copy| *dy += copy);
            }
            dy.slice_axis_inplace(axis, Slice::from(1..last));
        }
        dy.as_standard_layout().into_owned()
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        [Axis(2), Axis(3)].into_iter().fold(x, |x, axis| {
            let last = x.len_of(axis) as isize - 1;
            let line = |at: isize| x.slice_axis(axis, Slice::from(at..=at));
            concatenate(axis, &[line(1), x.view(), line(last - 1)]).expect("lines of one length")
        })
    }
}
// ANCHOR_END: mirror

#[cfg(test)]
mod tests {
    use super::*;
    use common::gradient::{TOLERANCE, check_layer};
    use common::random::{generator, normal};
    use ndarray::array;

    #[test]
    fn it_goes_on_behind_the_edge() {
        let y = Mirror.infer(array![[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]].into_dyn());
        let expected = array![[[
            [5.0, 4.0, 5.0, 6.0, 5.0],
            [2.0, 1.0, 2.0, 3.0, 2.0],
            [5.0, 4.0, 5.0, 6.0, 5.0],
            [2.0, 1.0, 2.0, 3.0, 2.0],
        ]]];
        assert_eq!(y, expected.into_dyn());
    }

    #[test]
    fn its_gradient_is_the_numerical_one() {
        for shape in [[2, 3, 2, 4], [1, 1, 3, 2]] {
            let x = normal(shape.to_vec(), &mut generator(1));
            for (name, error) in check_layer(&mut Mirror, &x) {
                assert!(error < TOLERANCE, "{name} of {shape:?}: {error:.1e}");
            }
        }
    }
}
