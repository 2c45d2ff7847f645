//! A solution of exercise 4: im2col for one image.

use ndarray::Array2;

/// What the filter sees, (OH·OW)×(KH·KW).
pub fn im2col(x: &Array2<f64>, (kh, kw): (usize, usize)) -> Array2<f64> {
    let (oh, ow) = (x.nrows() - kh + 1, x.ncols() - kw + 1);
    Array2::from_shape_fn((oh * ow, kh * kw), |(r, k)| x[[r / ow + k / kw, r % ow + k % kw]])
}
