//! A solution of exercise 9: what does a block cost?

use ch08_deep::networks::inception::Widths;

/// Weights and biases of the block.
pub fn parameters(channels: usize, widths: &Widths) -> usize {
    let conv = |filters, channels, side| filters * (channels * side * side + 1);
    let (three, five) = (widths.three, widths.five);
    conv(widths.one, channels, 1)
        + conv(three.0, channels, 1)
        + conv(three.1, three.0, 3)
        + conv(five.0, channels, 1)
        + conv(five.1, five.0, 5)
        + conv(widths.pool, channels, 1)
}
