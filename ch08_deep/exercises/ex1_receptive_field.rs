//! Exercise 1: how much of the image does a number see?
//!
//! Wanted: the side of the square of the input that one number sees after some layers, given from
//! the first to the last as (window, stride). One convolution of 3×3 sees 3; two see 5.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex1_

/// The side of the receptive field in pixels.
pub fn receptive_field(layers: &[(usize, usize)]) -> usize {
    todo!("how far apart in the image are two neighbours of a map?")
}
