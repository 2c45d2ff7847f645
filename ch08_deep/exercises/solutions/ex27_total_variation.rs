//! A solution of exercise 27: total variation and its gradient.

use ndarray::Array2;

/// T and ∂T/∂x, H×W, of an image H×W.
pub fn total_variation(image: &Array2<f64>) -> (f64, Array2<f64>) {
    let (height, width) = image.dim();
    let (mut sum, mut gradient) = (0.0, Array2::zeros((height, width)));
    for ((i, j), &here) in image.indexed_iter() {
        for next in [(i + 1, j), (i, j + 1)] {
            let Some(there) = image.get(next) else { continue };
            let step = there - here;
            sum += step * step;
            gradient[next] += 2.0 * step;
            gradient[[i, j]] -= 2.0 * step;
        }
    }
    (sum, gradient)
}
