//! A solution of exercise 1: how often does a window fit?

/// Places of a window along one side of an image.
pub fn places(image: usize, window: usize, stride: usize, pad: usize) -> Option<usize> {
    if window == 0 || stride == 0 {
        return None;
    }
    let room = (image + 2 * pad).checked_sub(window)?;
    Some(room / stride + 1)
}
