//! Images turned around: from a plane for each channel to pixels with their channels side by side, and
//! back.

use crate::scalar::Scalar;

/// Zeros around a block of numbers; the rows have `row` numbers each, of which the block's begin after
/// as many rows and numbers as `down` and `across` say first, and are as many as they say second.
pub(super) fn clear_border<F: Scalar>(
    numbers: &mut [F],
    row: usize,
    down: (usize, usize),
    across: (usize, usize),
) {
    for (y, row) in numbers.chunks_exact_mut(row).enumerate() {
        if (down.0..down.0 + down.1).contains(&y) {
            row[..across.0].fill(F::zero());
            row[across.0 + across.1..].fill(F::zero());
        } else {
            row.fill(F::zero());
        }
    }
}

/// Numbers that change places together.
const FOUR: usize = 4;

/// The first four numbers.
#[inline(always)]
fn four<F: Scalar>(numbers: &[F]) -> [F; FOUR] {
    let mut first = [F::zero(); FOUR];
    first.copy_from_slice(&numbers[..FOUR]);
    first
}

/// Rows of all channels that change places before the next ones: few enough to stay in the nearest
/// cache.
const ROWS: usize = 8;

/// From a plane for each channel to pixels with their channels side by side; a pixel has `filled`
/// numbers, and from a row to the next there are `row`.
#[inline(always)]
pub(super) fn to_pixels<F: Scalar>(
    planes: &[F],
    (channels, (height, width)): (usize, (usize, usize)),
    pixels: &mut [F],
    (row, filled): (usize, usize),
) {
    let (plane, whole) = (height * width, if width < FOUR { 0 } else { channels / FOUR * FOUR });
    for first in (0..height).step_by(ROWS) {
        for c in (0..whole).step_by(FOUR) {
            for y in first..height.min(first + ROWS) {
                let rows = &planes[c * plane + y * width..];
                let (a, b) = (&rows[..width], &rows[plane..][..width]);
                let (c_row, d) = (&rows[2 * plane..][..width], &rows[3 * plane..][..width]);
                let pixels = &mut pixels[y * row..][..(width - 1) * filled + c + FOUR];
                let mut x = 0;
                loop {
                    let block = [four(&a[x..]), four(&b[x..]), four(&c_row[x..]), four(&d[x..])];
                    let block = F::transposed(block);
                    let pixels = &mut pixels[x * filled + c..];
                    pixels[..FOUR].copy_from_slice(&block[0]);
                    pixels[filled..][..FOUR].copy_from_slice(&block[1]);
                    pixels[2 * filled..][..FOUR].copy_from_slice(&block[2]);
                    pixels[3 * filled..][..FOUR].copy_from_slice(&block[3]);
                    if x + FOUR == width {
                        break;
                    }
                    x = (x + FOUR).min(width - FOUR); // the last block reaches back
                }
            }
        }
    }
    for c in whole..channels {
        for (y, plane) in planes[c * height * width..].chunks_exact(width).take(height).enumerate()
        {
            for (x, &number) in plane.iter().enumerate() {
                pixels[y * row + x * filled + c] = number;
            }
        }
    }
}

/// From pixels to a plane for each channel, with a number added to all of a channel.
#[inline(always)]
pub(super) fn to_planes<F: Scalar>(
    pixels: &[F],
    (row, filled): (usize, usize),
    bias: impl Fn(usize) -> F,
    planes: &mut [F],
    (channels, (height, width)): (usize, (usize, usize)),
) {
    let (plane, whole) = (height * width, if width < FOUR { 0 } else { channels / FOUR * FOUR });
    for first in (0..height).step_by(ROWS) {
        for c in (0..whole).step_by(FOUR) {
            let bias = [bias(c), bias(c + 1), bias(c + 2), bias(c + 3)];
            for y in first..height.min(first + ROWS) {
                let (a, rest) = planes[c * plane + y * width..].split_at_mut(plane);
                let (b, rest) = rest.split_at_mut(plane);
                let (c_row, d) = rest.split_at_mut(plane);
                let (a, b) = (&mut a[..width], &mut b[..width]);
                let (c_row, d) = (&mut c_row[..width], &mut d[..width]);
                let pixels = &pixels[y * row..][..(width - 1) * filled + c + FOUR];
                let mut x = 0;
                loop {
                    let pixels = &pixels[x * filled + c..];
                    let mut block = [
                        four(pixels),
                        four(&pixels[filled..]),
                        four(&pixels[2 * filled..]),
                        four(&pixels[3 * filled..]),
                    ];
                    for pixel in &mut block {
                        for i in 0..FOUR {
                            pixel[i] += bias[i];
                        }
                    }
                    let block = F::transposed(block);
                    a[x..][..FOUR].copy_from_slice(&block[0]);
                    b[x..][..FOUR].copy_from_slice(&block[1]);
                    c_row[x..][..FOUR].copy_from_slice(&block[2]);
                    d[x..][..FOUR].copy_from_slice(&block[3]);
                    if x + FOUR == width {
                        break;
                    }
                    x = (x + FOUR).min(width - FOUR);
                }
            }
        }
    }
    for c in whole..channels {
        let plane = planes[c * height * width..].chunks_exact_mut(width).take(height);
        for (y, plane) in plane.enumerate() {
            for (x, number) in plane.iter_mut().enumerate() {
                *number = pixels[y * row + x * filled + c] + bias(c);
            }
        }
    }
}
