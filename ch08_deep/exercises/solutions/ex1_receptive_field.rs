//! A solution of exercise 1: how much of the image does a number see?

/// The side of the receptive field in pixels.
pub fn receptive_field(layers: &[(usize, usize)]) -> usize {
    let (mut field, mut apart) = (1, 1);
    for &(window, stride) in layers {
        field += (window - 1) * apart;
        apart *= stride;
    }
    field
}
