//! A solution of exercise 2: what does a convolution cost?

/// (Parameters, multiplications) of a convolution whose window fits the image.
pub fn cost(
    (channels, height, width): (usize, usize, usize),
    filters: usize,
    window: usize,
    pad: usize,
) -> (usize, usize) {
    let weights = filters * channels * window * window;
    let places = (height + 2 * pad - window + 1) * (width + 2 * pad - window + 1);
    (weights + filters, weights * places)
}
