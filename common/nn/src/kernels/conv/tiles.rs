//! Convolutions with 3×3 filters by minimal filtering: images are cut into tiles, and a plain matrix
//! product over the channels stands where the convolution was.
//!
//! The channels of a pixel lie side by side here, so that whatever is done to a pixel is done to a
//! vector of channels at once, however small the image is.

use pulp::Simd;

use super::buffers::Buffers;
use super::pixels::{clear_border, to_pixels, to_planes};
use super::winograd::{
    Filter, FilterGradient, IN, Input, InputGradient, OUT, Output, OutputGradient, TAPS, Transform,
    transform,
};
use super::{AddUp, Backward, Forward, Pack, Shape};
use crate::kernels::matmul::{Factor, Product, Start};
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

    fn of_an_image(&self) -> usize {
        self.down * self.across
    }

    /// Tiles of all images.
    fn tiles(&self) -> usize {
        self.images * self.of_an_image()
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
        let map = self.of_an_image() * OUT * OUT;
        buffers.pixels.resize((self.pixels() * channels).max(map * filters), F::zero());
    }

    /// Applies `matrix` to all tiles of an image, whose vectors stand in their two `places`. Where
    /// tiles overlap, what they say of a pixel is added up.
    #[inline(always)]
    fn transform<T, F, S, const FROM: usize, const TO: usize>(
        &self,
        matrix: T,
        simd: S,
        channels: usize,
        (from, to): (&[F], &mut [F]),
        places: (Places, Places),
        overlap: bool,
    ) where
        T: Transform<FROM, TO>,
        F: Scalar,
        S: Simd,
    {
        for y in 0..self.down {
            for x in 0..self.across {
                let (from, to) = (&from[places.0.first(y, x)..], &mut to[places.1.first(y, x)..]);
                let add = (overlap && y > 0, overlap && x > 0);
                for c in (0..channels).step_by(lanes::<F, S>()) {
                    let from = (&from[c..], places.0.step);
                    transform(matrix, simd, from, (&mut to[c..], places.1.step), add);
                }
            }
        }
    }
}

/// Where the vectors of tiles stand.
#[derive(Clone, Copy)]
struct Places {
    /// From a tile to the one below, and to the one beside it.
    tile: (usize, usize),
    /// The same from a vector of a tile to another.
    step: (usize, usize),
}

impl Places {
    /// In an image, with so many numbers to a row and to a pixel.
    fn of_pixels(row: usize, channels: usize) -> Self {
        Self { tile: (OUT * row, OUT * channels), step: (row, channels) }
    }

    /// In the matrices of the products, one for each element of a tile.
    fn of_elements(tiles: &Tiles, channels: usize) -> Self {
        let element = tiles.element(channels);
        Self { tile: (tiles.across * channels, channels), step: (IN * element, element) }
    }

    /// The first vector of a tile.
    fn first(&self, y: usize, x: usize) -> usize {
        y * self.tile.0 + x * self.tile.1
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
        from_images(&tiles, simd, images, buffers);
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
                across: filters_filled,
                start: Start::Zero,
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
        from_images(&tiles, simd, images, buffers);
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
                across: filters_filled,
                start: Start::Here,
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
                    across: channels,
                    start: Start::Zero,
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
fn from_images<F: Scalar, S: Simd>(
    tiles: &Tiles,
    simd: S,
    images: &[F],
    Buffers { inputs, pixels, .. }: &mut Buffers<F>,
) {
    let Shape { channels, image: size, pad, .. } = tiles.shape;
    let (filled, row) = (filled(channels), tiles.width() * filled(channels));
    let pixels = &mut pixels[..tiles.pixels() * filled];
    match filled == channels {
        true => clear_border(pixels, row, (pad, size.0), (pad * filled, size.1 * filled)),
        // Channels that only fill vectors up are multiplied with zeros: they must be numbers.
        false => pixels.fill(F::zero()),
    }
    let places = (Places::of_pixels(row, filled), Places::of_elements(tiles, filled));
    for (i, image) in images.chunks_exact(tiles.shape.image_len()).enumerate() {
        to_pixels(image, (channels, size), &mut pixels[pad * (row + filled)..], (row, filled));
        let inputs = &mut inputs[i * tiles.of_an_image() * filled..];
        tiles.transform(Input, simd, filled, (pixels, inputs), places, false);
    }
}
// ANCHOR_END: images

/// From the transformed tiles of the sums to maps.
#[inline(always)]
fn to_maps<F: Scalar, S: Simd>(
    tiles: &Tiles,
    simd: S,
    bias: &[F],
    Buffers { outputs, pixels, .. }: &mut Buffers<F>,
    maps: &mut [F],
) {
    let Shape { filters, map: size, .. } = tiles.shape;
    let (filled, row) = (filled(filters), tiles.across * OUT * filled(filters));
    let pixels = &mut pixels[..tiles.down * OUT * row];
    let places = (Places::of_elements(tiles, filled), Places::of_pixels(row, filled));
    for (i, map) in maps.chunks_exact_mut(tiles.shape.map_len()).enumerate() {
        let outputs = &outputs[i * tiles.of_an_image() * filled..];
        tiles.transform(Output, simd, filled, (outputs, pixels), places, false);
        to_planes(pixels, (row, filled), |f| bias[f], map, (filters, size));
    }
}

/// From the gradients of maps to those of their sums' transformed tiles, and of the biases.
#[inline(always)]
fn from_maps<F: Scalar, S: Simd>(
    tiles: &Tiles,
    simd: S,
    maps: &[F],
    Buffers { outputs, pixels, .. }: &mut Buffers<F>,
    db: &mut [F],
) {
    let Shape { filters, map: size, .. } = tiles.shape;
    let (filled, row) = (filled(filters), tiles.across * OUT * filled(filters));
    let pixels = &mut pixels[..tiles.down * OUT * row];
    match filled == filters {
        true => clear_border(pixels, row, (0, size.0), (0, size.1 * filled)),
        false => pixels.fill(F::zero()),
    }
    let places = (Places::of_pixels(row, filled), Places::of_elements(tiles, filled));
    for (i, map) in maps.chunks_exact(tiles.shape.map_len()).enumerate() {
        to_pixels(map, (filters, size), pixels, (row, filled));
        let outputs = &mut outputs[i * tiles.of_an_image() * filled..];
        tiles.transform(OutputGradient, simd, filled, (pixels, outputs), places, false);
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
    Buffers { inputs, pixels, .. }: &mut Buffers<F>,
    images: &mut [F],
) {
    let Shape { channels, image: size, pad, .. } = tiles.shape;
    let (filled, row) = (filled(channels), tiles.width() * filled(channels));
    let pixels = &mut pixels[..tiles.pixels() * filled];
    let places = (Places::of_elements(tiles, filled), Places::of_pixels(row, filled));
    for (i, image) in images.chunks_exact_mut(tiles.shape.image_len()).enumerate() {
        let inputs = &inputs[i * tiles.of_an_image() * filled..];
        tiles.transform(InputGradient, simd, filled, (inputs, pixels), places, true);
        let pixels = &pixels[pad * (row + filled)..];
        to_planes(pixels, (row, filled), |_| F::zero(), image, (channels, size));
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
