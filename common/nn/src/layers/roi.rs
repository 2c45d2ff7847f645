//! Regions of interest: from rectangles of any size to patches of one size, cut out of a network's
//! maps instead of the picture, so that convolutions are done once and not for each rectangle.

use std::ops::Range;

use ndarray::IxDyn;
use rayon::prelude::*;

use super::batch::{image_shape, slice, slice_mut};
use crate::bounding_box::BoundingBox;
use crate::layer::{check_gradient, kept};
use crate::{Float, Tensor};

/// A rectangle in one of a batch's pictures, in pixels of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// The picture's number in the batch.
    pub image: usize,
    /// Where it lies.
    pub place: BoundingBox,
}

// ANCHOR: roi_layer
/// What cuts regions out of maps N×C×H×W: R regions become patches R×C×`bins`×`bins`.
pub trait RoiLayer<F: Float>: Send + Sync {
    /// The patches, keeping what `backward` will need.
    ///
    /// # Panics
    /// If the maps are no N×C×H×W, or a region is of a picture that is not there; so does `infer`.
    fn forward(&mut self, maps: &Tensor<F>, regions: &[Region]) -> Tensor<F>;

    /// From ∂loss/∂patches to ∂loss/∂maps; where regions overlap, gradients are added up.
    ///
    /// # Panics
    /// If `forward` has not run since the last `backward`.
    fn backward(&mut self, dy: &Tensor<F>) -> Tensor<F>;

    /// The patches, when nothing is to be learned.
    fn infer(&self, maps: &Tensor<F>, regions: &[Region]) -> Tensor<F>;
}
// ANCHOR_END: roi_layer

/// Regions come to one size by max pooling over whole cells of the map (RoI pooling; Girshick, *Fast
/// R-CNN*, 2015): borders are rounded to cells, and once more to bins.
pub struct RoiMaxPool {
    bins: usize,
    stride: usize,
    /// The maps' shape, the regions, and for each number of the patches the cell that it came from.
    kept: Option<(Vec<usize>, Vec<Region>, Vec<u32>)>,
}

/// Regions come to one size without rounding: each bin is the mean of samples between the cells of
/// the map (RoIAlign; He, Gkioxari, Dollár and Girshick, *Mask R-CNN*, 2017).
pub struct RoiAlign {
    bins: usize,
    stride: usize,
    kept: Option<(Vec<usize>, Vec<Region>)>,
}

/// Samples of a bin along each axis.
const SAMPLES: usize = 2;

impl RoiMaxPool {
    /// Patches of `bins`×`bins`, from maps with a cell for every `stride` pixels of the picture along
    /// both axes.
    pub fn new(bins: usize, stride: usize) -> Self {
        Self { bins, stride, kept: None }
    }

    // ANCHOR: bins
    /// The cells of each bin along one axis of a map with `cells` of them, for a region from `start`
    /// to `end` in pixels; no bin is empty.
    fn ranges(&self, (start, end): (f32, f32), cells: usize) -> Vec<Range<usize>> {
        let cell = |pixel: f32| ((pixel / self.stride as f32).round().max(0.0) as usize).min(cells);
        let first = cell(start).min(cells - 1);
        let length = cell(end).max(first + 1) - first;
        let bin = |i: usize| {
            first + i * length / self.bins..first + ((i + 1) * length).div_ceil(self.bins)
        };
        (0..self.bins).map(bin).collect()
    }
    // ANCHOR_END: bins

    fn largest<F: Float>(&self, maps: &Tensor<F>, regions: &[Region]) -> (Tensor<F>, Vec<u32>) {
        let (channels, height, width) = image_shape("RoiMaxPool", maps);
        let patch = channels * self.bins * self.bins;
        let mut y = Tensor::zeros(IxDyn(&[regions.len(), channels, self.bins, self.bins]));
        let mut cells = vec![0; y.len()];
        let (numbers, maps) = (slice_mut(&mut y), slice(maps));
        let patches = numbers.par_chunks_mut(patch).zip(cells.par_chunks_mut(patch));
        patches.zip(regions).for_each(|((y, cells), region)| {
            let BoundingBox { left, top, right, bottom } = region.place;
            let rows = self.ranges((top, bottom), height);
            let columns = self.ranges((left, right), width);
            let image = &maps[region.image * channels * height * width..];
            let mut results = y.iter_mut().zip(cells);
            for map in image.chunks_exact(height * width).take(channels) {
                for rows in &rows {
                    for (columns, (y, cell)) in columns.iter().zip(&mut results) {
                        let places = rows
                            .clone()
                            .flat_map(|row| columns.clone().map(move |x| row * width + x));
                        (*y, *cell) = largest(map, places);
                    }
                }
            }
        });
        (y, cells)
    }
}

/// The largest of a map's numbers at these places, and its place; the first of equal ones.
fn largest<F: Float>(map: &[F], mut places: impl Iterator<Item = usize>) -> (F, u32) {
    let first = places.next().unwrap_or(0);
    let larger = |best: (F, usize), place: usize| {
        if map[place] > best.0 { (map[place], place) } else { best }
    };
    let (number, place) = places.fold((map[first], first), larger);
    (number, place as u32)
}

impl<F: Float> RoiLayer<F> for RoiMaxPool {
    fn forward(&mut self, maps: &Tensor<F>, regions: &[Region]) -> Tensor<F> {
        let (y, cells) = self.largest(maps, regions);
        self.kept = Some((maps.shape().to_vec(), regions.to_vec(), cells));
        y
    }

    fn backward(&mut self, dy: &Tensor<F>) -> Tensor<F> {
        let (shape, regions, cells) = kept("RoiMaxPool", self.kept.take());
        check_gradient("RoiMaxPool", dy.shape(), &[regions.len(), shape[1], self.bins, self.bins]);
        let (map, bins) = (shape[2] * shape[3], self.bins * self.bins);
        add_up(&shape, &regions, |dx, region| {
            let patch = region * shape[1] * bins..(region + 1) * shape[1] * bins;
            let (dy, cells) = (&slice(dy)[patch.clone()], &cells[patch]);
            let channels = dx.chunks_exact_mut(map).zip(dy.chunks_exact(bins));
            for ((dx, dy), cells) in channels.zip(cells.chunks_exact(bins)) {
                dy.iter().zip(cells).for_each(|(&dy, &cell)| dx[cell as usize] += dy);
            }
        })
    }

    fn infer(&self, maps: &Tensor<F>, regions: &[Region]) -> Tensor<F> {
        self.largest(maps, regions).0
    }
}

impl RoiAlign {
    /// Patches of `bins`×`bins`, from maps with a cell for every `stride` pixels of the picture along
    /// both axes.
    pub fn new(bins: usize, stride: usize) -> Self {
        Self { bins, stride, kept: None }
    }

    // ANCHOR: shares
    /// How much of each cell each bin takes along one axis of a map with `cells` of them, for a region
    /// from `start` to `end` in pixels: pairs of a cell and its share.
    fn shares<F: Float>(&self, (start, end): (f32, f32), cells: usize) -> Vec<Vec<(usize, F)>> {
        let stride = self.stride as f64;
        // The middle of cell 0 lies half a cell from the edge.
        let (start, end) = (f64::from(start) / stride - 0.5, f64::from(end) / stride - 0.5);
        let step = (end - start) / (self.bins * SAMPLES) as f64;
        let sample = |i: usize| {
            let place = (start + (i as f64 + 0.5) * step).clamp(0.0, (cells - 1) as f64);
            let (cell, part) = (place as usize, place.fract());
            let share = |part: f64| F::of(part / SAMPLES as f64);
            [(cell, share(1.0 - part)), ((cell + 1).min(cells - 1), share(part))]
        };
        (0..self.bins)
            .map(|bin| (0..SAMPLES).flat_map(|i| sample(bin * SAMPLES + i)).collect())
            .collect()
    }
    // ANCHOR_END: shares

    // ANCHOR: align
    /// A mean along the rows first, then along the columns.
    fn patches<F: Float>(&self, maps: &Tensor<F>, regions: &[Region]) -> Tensor<F> {
        let (channels, height, width) = image_shape("RoiAlign", maps);
        let bins = self.bins;
        let mut y = Tensor::zeros(IxDyn(&[regions.len(), channels, bins, bins]));
        let (patches, maps) =
            (slice_mut(&mut y).par_chunks_mut(channels * bins * bins), slice(maps));
        patches.zip(regions).for_each(|(patch, region)| {
            let BoundingBox { left, top, right, bottom } = region.place;
            let rows = self.shares::<F>((top, bottom), height);
            let columns = self.shares::<F>((left, right), width);
            let image = &maps[region.image * channels * height * width..];
            for (patch, map) in
                patch.chunks_exact_mut(bins * bins).zip(image.chunks_exact(height * width))
            {
                for (y, rows) in patch.chunks_exact_mut(bins).zip(&rows) {
                    for &(row, down) in rows {
                        let row = &map[row * width..][..width];
                        for (y, columns) in y.iter_mut().zip(&columns) {
                            let mean = columns
                                .iter()
                                .fold(F::zero(), |sum, &(x, part)| sum + part * row[x]);
                            *y += down * mean;
                        }
                    }
                }
            }
        });
        y
    }
    // ANCHOR_END: align
}

impl<F: Float> RoiLayer<F> for RoiAlign {
    fn forward(&mut self, maps: &Tensor<F>, regions: &[Region]) -> Tensor<F> {
        self.kept = Some((maps.shape().to_vec(), regions.to_vec()));
        self.patches(maps, regions)
    }

    fn backward(&mut self, dy: &Tensor<F>) -> Tensor<F> {
        let (shape, regions) = kept("RoiAlign", self.kept.take());
        let (bins, height, width) = (self.bins, shape[2], shape[3]);
        check_gradient("RoiAlign", dy.shape(), &[regions.len(), shape[1], bins, bins]);
        add_up(&shape, &regions, |dx, region| {
            let BoundingBox { left, top, right, bottom } = regions[region].place;
            let rows = self.shares::<F>((top, bottom), height);
            let columns = self.shares::<F>((left, right), width);
            let patch = &slice(dy)[region * shape[1] * bins * bins..];
            for (dx, patch) in
                dx.chunks_exact_mut(height * width).zip(patch.chunks_exact(bins * bins))
            {
                for (dy, rows) in patch.chunks_exact(bins).zip(&rows) {
                    for &(row, down) in rows {
                        let row = &mut dx[row * width..][..width];
                        for (&dy, columns) in dy.iter().zip(&columns) {
                            columns.iter().for_each(|&(x, part)| row[x] += down * part * dy);
                        }
                    }
                }
            }
        })
    }

    fn infer(&self, maps: &Tensor<F>, regions: &[Region]) -> Tensor<F> {
        self.patches(maps, regions)
    }
}

/// A gradient of maps of this shape, to which `add` adds what comes back from the region of that
/// number. Pictures side by side, regions of a picture one after the other: the order is fixed.
fn add_up<F: Float>(
    shape: &[usize],
    regions: &[Region],
    add: impl Fn(&mut [F], usize) + Sync,
) -> Tensor<F> {
    let mut dx = Tensor::zeros(IxDyn(shape));
    let image = shape[1..].iter().product();
    slice_mut(&mut dx).par_chunks_mut(image).enumerate().for_each(|(number, dx)| {
        let here = regions.iter().enumerate().filter(|(_, region)| region.image == number);
        here.for_each(|(region, _)| add(dx, region));
    });
    dx
}
