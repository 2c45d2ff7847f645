//! Convolutions with 3×3 filters by minimal filtering: images are cut into tiles, and a plain matrix
//! product over the channels stands where the convolution was.
//!
//! The channels of a pixel lie side by side here, so that whatever is done to a pixel is done to a
//! vector of channels at once, however small the image is.

use pulp::Simd;

use super::buffers::Buffers;
use super::winograd::{
    Filter, FilterGradient, IN, Input, InputGradient, OUT, Output, OutputGradient, TAPS, transform,
};
use super::{AddUp, Backward, Forward, Pack, Shape};
use crate::kernels::matmul::{Factor, Product};
use crate::kernels::simd::{lanes, load, store, sum};
use crate::scalar::Scalar;

/// Channels are filled up to a multiple of this: the longest vector.
pub(super) const CHANNELS: usize = 16;
/// Elements of a transformed tile.
const ELEMENTS: usize = IN * IN;
/// As many numbers as transformed tiles may have on both sides, so that they stay in the cache.
const CACHE: usize = 3 << 16;

/// What stands where, for some images.
#[derive(Clone, Copy)]
struct Tiles {
    shape: Shape,
    /// Tiles from top to bottom and from left to right of an image.
    down: usize,
    across: usize,
    /// Images, all of whose tiles are worked on together.
    images: usize,
}

/// Channels with those that fill vectors up.
fn filled(channels: usize) -> usize {
    channels.next_multiple_of(CHANNELS)
}

/// From an element to the next, if it has so many numbers: not a power of two, which would make all
/// elements meet in one corner of the cache.
fn apart(numbers: usize) -> usize {
    numbers + CHANNELS
}

/// Gradients of the filters, 3×3 for each channel, filters side by side.
pub(super) fn gradients(shape: &Shape) -> usize {
    TAPS * TAPS * shape.channels * filled(shape.filters)
}

/// Whether tiles cost less than lines: that depends on how many of the pixels that they cover are
/// pixels of the map.
pub(super) fn pay(shape: &Shape) -> bool {
    let (down, across) = (shape.map.0.div_ceil(OUT), shape.map.1.div_ceil(OUT));
    let products = shape.map.0 * shape.map.1 * TAPS * TAPS;
    shape.window == (TAPS, TAPS)
        && shape.channels.min(shape.filters) >= CHANNELS / 2
        && 3 * down * across * ELEMENTS <= 2 * products
}

impl Tiles {
    fn new(shape: Shape, images: usize) -> Self {
        let (down, across) = (shape.map.0.div_ceil(OUT), shape.map.1.div_ceil(OUT));
        Self { shape, down, across, images }
    }

    /// As many of `images` images as fit in the cache, in equal groups.
    fn group(shape: Shape, images: usize) -> Self {
        let one = Self::new(shape, 1);
        let numbers = ELEMENTS * one.tiles() * (filled(shape.channels) + filled(shape.filters));
        let groups = images.div_ceil((CACHE / numbers).max(1)).max(1);
        Self { images: images.div_ceil(groups), ..one }
    }

    /// Tiles of all images.
    fn tiles(&self) -> usize {
        self.images * self.down * self.across
    }

    /// Pixels of a row of an image with its border, as far as tiles reach.
    fn width(&self) -> usize {
        self.across * OUT + IN - OUT
    }

    /// Pixels of an image with its border, as far as tiles reach.
    fn pixels(&self) -> usize {
        (self.down * OUT + IN - OUT) * self.width()
    }

    /// From an element of the transformed tiles to the next.
    fn element(&self, channels: usize) -> usize {
        apart(self.tiles() * channels)
    }

    fn fit<F: Scalar>(&self, buffers: &mut Buffers<F>) {
        let (channels, filters) = (filled(self.shape.channels), filled(self.shape.filters));
        buffers.inputs.resize(ELEMENTS * self.element(channels), F::zero());
        buffers.outputs.resize(ELEMENTS * self.element(filters), F::zero());
        let map = self.down * self.across * OUT * OUT;
        buffers.pixels.resize((self.pixels() * channels).max(map * filters), F::zero());
    }
}

// ANCHOR: forward
/// Images to maps.
#[inline(always)]
pub(super) fn forward<F: Scalar, S: Simd>(simd: S, work: Forward<'_, F>) {
    let Forward { shape, filters, bias, images, maps, buffers } = work;
    let (image, map) = (shape.image_len(), shape.map_len());
    let group = Tiles::group(shape, images.len() / image).images;
    for (images, maps) in images.chunks(group * image).zip(maps.chunks_mut(group * map)) {
        let tiles = Tiles::new(shape, images.len() / image);
        tiles.fit(buffers);
        transform_images(&tiles, simd, images, buffers);
        let (channels, filters_filled) = (filled(shape.channels), filled(shape.filters));
        let (inputs, outputs) = (tiles.element(channels), tiles.element(filters_filled));
        for p in 0..ELEMENTS {
            Product {
                a: Factor::Rows(&buffers.inputs[p * inputs..]),
                b: &filters[p * apart(channels * filters_filled)..][..channels * filters_filled],
                c: &mut buffers.outputs[p * outputs..][..tiles.tiles() * filters_filled],
                first: 0,
                k: channels,
                m: filters_filled,
                add: false,
            }
            .in_vectors(simd);
        }
        to_maps(&tiles, simd, bias, buffers, maps);
    }
}
// ANCHOR_END: forward

// ANCHOR: backward
/// Gradients of maps to those of weights, and to those of images.
#[inline(always)]
pub(super) fn backward<F: Scalar, S: Simd>(simd: S, work: Backward<'_, F>) {
    let Backward { shape, filters, images, maps, d, buffers } = work;
    let (image, map) = (shape.image_len(), shape.map_len());
    let (channels, filters_filled) = (filled(shape.channels), filled(shape.filters));
    let group = Tiles::group(shape, images.len() / image).images;
    let (dw, db) = d.split_at_mut(gradients(&shape));
    db.fill(F::zero());
    let weights = shape.channels * filters_filled;
    buffers.gradients.clear();
    buffers.gradients.resize(ELEMENTS * apart(weights), F::zero());
    for (images, maps) in images.chunks_mut(group * image).zip(maps.chunks(group * map)) {
        let tiles = Tiles::new(shape, images.len() / image);
        tiles.fit(buffers);
        transform_images(&tiles, simd, images, buffers);
        from_maps(&tiles, simd, maps, buffers, db);
        let (inputs, outputs) = (tiles.element(channels), tiles.element(filters_filled));
        for (p, gradients) in buffers.gradients.chunks_exact_mut(apart(weights)).enumerate() {
            let outputs = &buffers.outputs[p * outputs..][..tiles.tiles() * filters_filled];
            Product {
                a: Factor::Columns(&buffers.inputs[p * inputs..], channels),
                b: outputs,
                c: &mut gradients[..weights],
                first: 0,
                k: tiles.tiles(),
                m: filters_filled,
                add: true,
            }
            .in_vectors(simd);
            if let Some(filters) = filters {
                Product {
                    a: Factor::Rows(outputs),
                    b: &filters[p * apart(channels * filters_filled)..]
                        [..channels * filters_filled],
                    c: &mut buffers.inputs[p * inputs..][..tiles.tiles() * channels],
                    first: 0,
                    k: filters_filled,
                    m: channels,
                    add: false,
                }
                .in_vectors(simd);
            }
        }
        if filters.is_some() {
            to_images(&tiles, simd, buffers, images);
        }
    }
    for i in (0..weights).step_by(lanes::<F, S>()) {
        let step = apart(weights);
        let from = (&buffers.gradients[i..], (IN * step, step));
        let to = (&mut dw[i..], (TAPS * weights, weights));
        transform(FilterGradient, simd, from, to, (false, false));
    }
}
// ANCHOR_END: backward

// ANCHOR: images
/// From images to their transformed tiles.
#[inline(always)]
fn transform_images<F: Scalar, S: Simd>(
    tiles: &Tiles,
    simd: S,
    images: &[F],
    buffers: &mut Buffers<F>,
) {
    let Shape { channels, image: size, pad, .. } = tiles.shape;
    let (filled, row) = (filled(channels), tiles.width() * filled(channels));
    let (step, mut tile) = (tiles.element(filled), 0);
    let pixels = &mut buffers.pixels[..tiles.pixels() * filled];
    match filled == channels {
        true => clear_border(pixels, row, (pad, size.0), (pad * filled, size.1 * filled)),
        // Channels that only fill vectors up are multiplied with zeros: they must be numbers.
        false => pixels.fill(F::zero()),
    }
    for image in images.chunks_exact(tiles.shape.image_len()) {
        to_pixels(image, (channels, size), &mut pixels[pad * (row + filled)..], (row, filled));
        for y in 0..tiles.down {
            for x in 0..tiles.across {
                let corner = y * OUT * row + x * OUT * filled;
                for c in (0..filled).step_by(lanes::<F, S>()) {
                    let from = (&pixels[corner + c..], (row, filled));
                    let to = &mut buffers.inputs[tile * filled + c..];
                    transform(Input, simd, from, (to, (IN * step, step)), (false, false));
                }
                tile += 1;
            }
        }
    }
}
// ANCHOR_END: images

/// Zeros around a block of numbers; the rows have `row` numbers each, of which the block's begin after
/// as many rows and numbers as `down` and `across` say first, and are as many as they say second.
fn clear_border<F: Scalar>(
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

/// From the transformed tiles of the sums to maps.
#[inline(always)]
fn to_maps<F: Scalar, S: Simd>(
    tiles: &Tiles,
    simd: S,
    bias: &[F],
    buffers: &mut Buffers<F>,
    maps: &mut [F],
) {
    let Shape { filters, map: size, .. } = tiles.shape;
    let (filled, row) = (filled(filters), tiles.across * OUT * filled(filters));
    let (step, mut tile) = (tiles.element(filled), 0);
    let pixels = &mut buffers.pixels[..tiles.down * OUT * row];
    for map in maps.chunks_exact_mut(tiles.shape.map_len()) {
        for y in 0..tiles.down {
            for x in 0..tiles.across {
                let corner = y * OUT * row + x * OUT * filled;
                for f in (0..filled).step_by(lanes::<F, S>()) {
                    let from = (&buffers.outputs[tile * filled + f..], (IN * step, step));
                    let to = (&mut pixels[corner + f..], (row, filled));
                    transform(Output, simd, from, to, (false, false));
                }
                tile += 1;
            }
        }
        to_planes(pixels, (row, filled), |f| bias[f], map, (filters, size));
    }
}

/// From the gradients of maps to those of their sums' transformed tiles, and of the biases.
#[inline(always)]
fn from_maps<F: Scalar, S: Simd>(
    tiles: &Tiles,
    simd: S,
    maps: &[F],
    buffers: &mut Buffers<F>,
    db: &mut [F],
) {
    let Shape { filters, map: size, .. } = tiles.shape;
    let (filled, row) = (filled(filters), tiles.across * OUT * filled(filters));
    let (step, mut tile) = (tiles.element(filled), 0);
    let pixels = &mut buffers.pixels[..tiles.down * OUT * row];
    match filled == filters {
        true => clear_border(pixels, row, (0, size.0), (0, size.1 * filled)),
        false => pixels.fill(F::zero()),
    }
    for map in maps.chunks_exact(tiles.shape.map_len()) {
        to_pixels(map, (filters, size), pixels, (row, filled));
        for y in 0..tiles.down {
            for x in 0..tiles.across {
                let corner = y * OUT * row + x * OUT * filled;
                for f in (0..filled).step_by(lanes::<F, S>()) {
                    let from = (&pixels[corner + f..], (row, filled));
                    let to = (&mut buffers.outputs[tile * filled + f..], (IN * step, step));
                    transform(OutputGradient, simd, from, to, (false, false));
                }
                tile += 1;
            }
        }
        for (db, map) in db.iter_mut().zip(map.chunks_exact(size.0 * size.1)) {
            *db += sum(simd, map);
        }
    }
}

/// From the gradients of the images' transformed tiles to those of the images.
#[inline(always)]
fn to_images<F: Scalar, S: Simd>(
    tiles: &Tiles,
    simd: S,
    buffers: &mut Buffers<F>,
    images: &mut [F],
) {
    let Shape { channels, image: size, pad, .. } = tiles.shape;
    let (filled, row) = (filled(channels), tiles.width() * filled(channels));
    let (step, mut tile) = (tiles.element(filled), 0);
    let pixels = &mut buffers.pixels[..tiles.pixels() * filled];
    for image in images.chunks_exact_mut(tiles.shape.image_len()) {
        for y in 0..tiles.down {
            for x in 0..tiles.across {
                let corner = y * OUT * row + x * OUT * filled;
                for c in (0..filled).step_by(lanes::<F, S>()) {
                    let from = (&buffers.inputs[tile * filled + c..], (IN * step, step));
                    // Tiles overlap: what they say of a pixel is added up.
                    let to = (&mut pixels[corner + c..], (row, filled));
                    transform(InputGradient, simd, from, to, (y > 0, x > 0));
                }
                tile += 1;
            }
        }
        let pixels = &pixels[pad * (row + filled)..];
        to_planes(pixels, (row, filled), |_| F::zero(), image, (channels, size));
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
fn to_pixels<F: Scalar>(
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

/// The way back, with a number added to all of a channel.
#[inline(always)]
fn to_planes<F: Scalar>(
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

/// Kernels F×C×3×3, transformed, as the matrices of the products: each element C×F for the forward
/// pass, F×C for the backward pass.
#[inline(always)]
pub(super) fn pack<F: Scalar, S: Simd>(simd: S, work: Pack<'_, F>) {
    let Pack { shape: Shape { channels, filters, .. }, w, forward, packed } = work;
    let (rows, columns) = if forward { (channels, filters) } else { (filters, channels) };
    // From a row, and from a column, to the next kernel.
    let (row, column) = if forward { (1, channels) } else { (channels, 1) };
    let (element, filled_columns) = (apart(filled(rows) * filled(columns)), filled(columns));
    packed.clear();
    packed.resize(ELEMENTS * element, F::zero());
    for i in 0..rows {
        for j in (0..columns).step_by(CHANNELS) {
            let mut kernels = [[F::zero(); CHANNELS]; TAPS * TAPS];
            for n in 0..CHANNELS.min(columns - j) {
                let kernel = &w[(i * row + (j + n) * column) * TAPS * TAPS..][..TAPS * TAPS];
                kernels.iter_mut().zip(kernel).for_each(|(to, &from)| to[n] = from);
            }
            for n in (0..CHANNELS).step_by(lanes::<F, S>()) {
                let from = (&kernels.as_flattened()[n..], (TAPS * CHANNELS, CHANNELS));
                let to = &mut packed[i * filled_columns + j + n..];
                transform(Filter, simd, from, (to, (IN * element, element)), (false, false));
            }
        }
    }
}

/// The gradients of some kernels C×3×3.
#[inline(always)]
pub(super) fn add_up<F: Scalar, S: Simd>(simd: S, work: AddUp<'_, F>) {
    let AddUp { shape, parts, first, dw, .. } = work;
    let Shape { channels, filters, .. } = shape;
    let (filled, part) = (filled(filters), gradients(&shape) + filters);
    let count = dw.len() / (channels * TAPS * TAPS);
    for c in 0..channels {
        for f in (0..count).step_by(lanes::<F, S>()) {
            let mut d = [[F::zero(); CHANNELS]; TAPS * TAPS];
            for (k, d) in d.iter_mut().enumerate() {
                let at = (k * channels + c) * filled + first + f;
                let mut sum = F::splat(simd, F::zero());
                for part in parts.chunks_exact(part) {
                    sum = F::plus(simd, sum, load(simd, &part[at..]));
                }
                store(simd, d, sum);
            }
            for n in 0..lanes::<F, S>().min(count - f) {
                let kernel = &mut dw[((f + n) * channels + c) * TAPS * TAPS..][..TAPS * TAPS];
                kernel.iter_mut().zip(&d).for_each(|(kernel, d)| *kernel = d[n]);
            }
        }
    }
}
