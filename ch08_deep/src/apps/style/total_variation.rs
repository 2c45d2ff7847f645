//! Total variation: how much neighbouring pixels differ.

use common::{Float, Tensor};
use ndarray::{Axis, Slice};

// ANCHOR: total_variation
/// The mean square of all differences between neighbours, along rows plus along columns, of images
/// N×C×H×W, and its gradient (after Rudin, Osher and Fatemi, 1992, who did not square).
pub fn total_variation<F: Float>(image: &Tensor<F>) -> (F, Tensor<F>) {
    let (mut loss, mut gradient) = (F::zero(), Tensor::zeros(image.raw_dim()));
    for axis in [Axis(2), Axis(3)].into_iter().filter(|&axis| image.len_of(axis) > 1) {
        let (first, second) = (Slice::from(..-1), Slice::from(1..));
        let step = &image.slice_axis(axis, second) - &image.slice_axis(axis, first);
        let count = F::of(step.len() as f64);
        loss += step.iter().map(|&d| d * d).sum::<F>() / count;
        let pull = step * (F::of(2.0) / count);
        gradient.slice_axis_mut(axis, second).zip_mut_with(&pull, |g, &p| *g += p);
        gradient.slice_axis_mut(axis, first).zip_mut_with(&pull, |g, &p| *g -= p);
    }
    (loss, gradient)
}
// ANCHOR_END: total_variation

#[cfg(test)]
mod tests {
    use super::*;
    use common::gradient::{TOLERANCE, numerical_gradient, relative_error};
    use common::random::{generator, normal};
    use ndarray::array;

    #[test]
    fn small_numbers_by_hand() {
        let image = array![[[[0.0, 1.0], [0.0, 3.0]]]].into_dyn();
        let (loss, gradient) = total_variation(&image);
        assert_eq!(loss, (1.0 + 9.0) / 2.0 + 4.0 / 2.0);
        assert_eq!(gradient, array![[[[-1.0, -1.0], [-3.0, 5.0]]]].into_dyn());
    }

    #[test]
    fn a_single_row_or_pixel_has_what_it_has() {
        assert_eq!(total_variation(&array![[[[2.0, 5.0]]]].into_dyn()).0, 9.0);
        let (loss, gradient) = total_variation(&array![[[[2.0]]]].into_dyn());
        assert_eq!((loss, gradient), (0.0, array![[[[0.0]]]].into_dyn()));
    }

    #[test]
    fn its_gradient_is_the_numerical_one() {
        let mut image: Tensor<f64> = normal(vec![2, 3, 4, 5], &mut generator(1));
        let gradient = total_variation(&image).1;
        let tried = numerical_gradient(&mut image, |image| total_variation(image).0);
        assert!(relative_error(&gradient, &tried) < TOLERANCE);
    }
}
