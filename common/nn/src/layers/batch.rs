//! Batches as the kernels read them: numbers in order, in parts for the threads.

use ndarray::{ArrayD, ArrayRef, IxDyn};

use crate::{Float, Tensor};

/// A batch is worked on in so many parts at most: enough for the threads of a common machine, and
/// fixed, so that sums over parts have the same bits for any number of threads.
pub(super) const MOST_PARTS: usize = 10;
/// So many images are in a part at least: with fewer, lines are too short and threads too busy
/// with meeting each other.
const SMALLEST_PART: usize = 10;

/// Images in a part of a batch of `n`.
pub(super) fn part(n: usize) -> usize {
    n.div_ceil(MOST_PARTS).max(SMALLEST_PART)
}

/// (C, H, W) of a batch of images.
pub(super) fn image_shape<F: Float>(layer: &str, x: &Tensor<F>) -> (usize, usize, usize) {
    match *x.shape() {
        [_, channels, height, width] => (channels, height, width),
        _ => panic!("{layer}: expected images N×C×H×W, got a batch of shape {:?}", x.shape()),
    }
}

/// The batch with its numbers in the order N, C, H, W; as a rule they already are.
pub(super) fn in_order<T: Clone>(x: ArrayD<T>) -> ArrayD<T> {
    if x.is_standard_layout() { x } else { x.as_standard_layout().into_owned() }
}

pub(super) fn slice<F>(x: &ArrayRef<F, IxDyn>) -> &[F] {
    x.as_slice().expect("numbers in standard order")
}

pub(super) fn slice_mut<F>(x: &mut Tensor<F>) -> &mut [F] {
    x.as_slice_mut().expect("numbers in standard order")
}

/// A batch of this shape, in which any numbers may stand, from memory that the thread has to spare.
pub(super) fn blank<F: Float>(shape: &[usize]) -> Tensor<F> {
    let numbers = F::blank(shape.iter().product());
    Tensor::from_shape_vec(IxDyn(shape), numbers).expect("as many numbers as the shape has")
}

/// Keeps the memory of a batch that nobody needs any more.
pub(super) fn recycle<F: Float>(x: Tensor<F>) {
    F::recycle(x.into_raw_vec_and_offset().0);
}
