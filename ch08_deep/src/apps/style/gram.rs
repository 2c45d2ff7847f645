//! The Gram matrix: which features go together, no matter where.

use common::Float;
use ndarray::{Array2, ArrayView2};

// ANCHOR: gram
/// The Gram matrix C×C of maps C×P: the product of every two channels, averaged over all P places.
pub fn gram<F: Float>(maps: ArrayView2<'_, F>) -> Array2<F> {
    let places = F::of(maps.ncols() as f64);
    maps.dot(&maps.t()) / places
}
// ANCHOR_END: gram

// ANCHOR: gram_loss
/// How far the Gram matrix of maps C×P is from the wanted one, Σ (G − A)², and the gradient of that
/// with respect to the maps.
pub fn gram_loss<F: Float>(maps: ArrayView2<'_, F>, wanted: &Array2<F>) -> (F, Array2<F>) {
    let off = gram(maps) - wanted;
    let places = F::of(maps.ncols() as f64);
    let loss = off.iter().map(|&d| d * d).sum();
    (loss, off.dot(&maps) * (F::of(4.0) / places))
}
// ANCHOR_END: gram_loss

#[cfg(test)]
mod tests {
    use super::*;
    use common::gradient::{TOLERANCE, numerical_gradient, relative_error};
    use common::random::{generator, normal};
    use ndarray::array;

    #[test]
    fn small_numbers_by_hand() {
        let maps = array![[1.0, 2.0, 0.0, 1.0], [0.0, 2.0, 2.0, 0.0]];
        let wanted = array![[1.5, 0.0], [0.0, 2.0]];
        assert_eq!(gram(maps.view()), array![[1.5, 1.0], [1.0, 2.0]]);
        let (loss, gradient) = gram_loss(maps.view(), &wanted);
        assert_eq!(loss, 2.0);
        assert_eq!(gradient, array![[0.0, 2.0, 2.0, 0.0], [1.0, 2.0, 0.0, 1.0]]);
    }

    #[test]
    fn places_may_change_places() {
        let maps: Array2<f64> = normal((3, 5), &mut generator(1));
        let mut mixed = maps.clone();
        for (to, from) in [3, 1, 4, 0, 2].into_iter().enumerate() {
            mixed.column_mut(to).assign(&maps.column(from));
        }
        approx::assert_abs_diff_eq!(gram(maps.view()), gram(mixed.view()), epsilon = 1e-14);
    }

    #[test]
    fn its_gradient_is_the_numerical_one() {
        let rng = &mut generator(2);
        let mut maps: Array2<f64> = normal((3, 7), rng);
        let wanted = gram(normal::<f64, _>((3, 7), rng).view());
        let gradient = gram_loss(maps.view(), &wanted).1;
        let tried = numerical_gradient(&mut maps, |maps| gram_loss(maps.view(), &wanted).0);
        assert!(relative_error(&gradient, &tried) < TOLERANCE);
    }
}
