//! The filters of the first layer, before and after training.

use std::path::{Path, PathBuf};

use clap::Args;
use common::flags::{self, DataFlags, OutFlag, SeedFlag, ThreadsFlag};
use common::layer::Layer;
use common::network::Network;
use common::optimizer::Adam;
use common::plot::{ImageGrid, Tile};
use common::program::Figures;
use common::random::generator;
use common::store::weights;
use common::train::{Classification, Trainer, TrainingState};
use common::{Result, data};
use ndarray::{Array2, Array4, ArrayView2, Axis};

use crate::simple_conv_net::simple_conv_net;
use crate::train::IMAGE;

/// How the trained filters are come by: from a file, or by training.
#[derive(Clone, Debug, Args)]
pub struct Source {
    #[command(flatten)]
    data: DataFlags,
    /// Take the filters from these weights (.npz) instead of training them now
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    weights: Option<PathBuf>,
    /// Without --weights: how often every image is seen
    #[arg(long, value_name = "N", default_value = "1", value_parser = flags::count)]
    epochs: usize,
}

/// The flags of `filters`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// Where the filters come from.
    #[command(flatten)]
    pub source: Source,
    /// The seed of the network.
    #[command(flatten)]
    pub seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

impl Source {
    /// The network as it began and as it is now.
    ///
    /// # Errors
    /// If weights or data cannot be read.
    pub fn networks(&self, seed: u64) -> Result<(Network<f32>, Network<f32>)> {
        let begun = simple_conv_net(IMAGE, &mut generator(seed))?;
        let rng = &mut generator(seed);
        let mut network = simple_conv_net(IMAGE, rng)?;
        match &self.weights {
            Some(file) => load(&mut network, file)?,
            None => {
                let (train, test) = data::load(&self.data)?;
                let trainer = Trainer::new(self.epochs, 100.min(train.len()));
                let (mut step, mut adam) = (Classification::new(&train, &test), Adam::new(1e-3));
                let state = &mut TrainingState::start(rng.clone());
                trainer.fit(&mut step, &mut network, &mut adam, state)?;
            }
        }
        Ok((begun, network))
    }
}

fn load(network: &mut Network<f32>, file: &Path) -> Result<()> {
    println!("weights: {}", file.display());
    weights::load(network, file)
}

/// The filters F×1×KH×KW of a network's first layer.
pub fn first_filters(network: &mut Network<f32>) -> Array4<f32> {
    let w = network.params().swap_remove(0).value.to_owned();
    w.into_dimensionality().expect("the first layer is a convolution")
}

// ANCHOR: slopes
/// What a filter looks for: how much its weights grow to the right and how much downwards, each as
/// a part of their size, from −1 to 1.
pub fn slopes(filter: ArrayView2<'_, f32>) -> (f32, f32) {
    let middle = |n: usize| (n as f32 - 1.0) / 2.0;
    let (rows, columns) = filter.dim();
    let along = |offset: &dyn Fn(usize, usize) -> f32| {
        let (mut sum, mut w2, mut o2) = (0.0, 0.0, 0.0);
        for ((i, j), &w) in filter.indexed_iter() {
            let o = offset(i, j);
            (sum, w2, o2) = (sum + w * o, w2 + w * w, o2 + o * o);
        }
        sum / (w2 * o2).sqrt().max(f32::MIN_POSITIVE)
    };
    (along(&|_, j| j as f32 - middle(columns)), along(&|i, _| i as f32 - middle(rows)))
}
// ANCHOR_END: slopes

/// A filter as a picture: grey is 0, dark is positive, light is negative; `largest` is black.
pub fn tile(filter: ArrayView2<'_, f32>, largest: f32, caption: String) -> Tile {
    let pixels = filter.mapv(|w| (127.5 + 127.5 * w / largest.max(f32::MIN_POSITIVE)) as u8);
    Tile { pixels, caption, highlight: false }
}

/// Draws the filters of both networks and prints what they look for.
///
/// # Errors
/// If weights or data cannot be read, or the figure not written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let (mut begun, mut trained) = flags.source.networks(flags.seed.seed)?;
    let (before, after) = (first_filters(&mut begun), first_filters(&mut trained));
    for (name, filters) in [("before", &before), ("after", &after)] {
        let spread = filters.std(0.0);
        let edges = filters.outer_iter().filter(|f| is_edge(f.index_axis(Axis(0), 0))).count();
        println!(
            "{name:>6} training: weights spread by {spread:.3}; {edges} of {} filters look for an edge",
            filters.len_of(Axis(0))
        );
    }
    let grids = [
        grid("before training: noise", &before),
        grid("after training: edges, strokes, corners", &after),
    ];
    let (width, height) = grids[0].size(760);
    figures.draw("filters.png", (width, 2 * height), |area| {
        let (upper, lower) = area.split_vertically(common::plot::points(f64::from(height)) as i32);
        grids[0].draw(&upper)?;
        grids[1].draw(&lower)
    })
}

/// Whether most of a filter is a slope: it answers to light on one side and dark on the other.
pub fn is_edge(filter: ArrayView2<'_, f32>) -> bool {
    let (right, down) = slopes(filter);
    right.hypot(down) > 0.7
}

fn grid(title: &str, filters: &Array4<f32>) -> ImageGrid {
    let tiles = filters.outer_iter().map(|filter| {
        let filter: ArrayView2<'_, f32> = filter.index_axis_move(Axis(0), 0);
        let largest = filter.fold(0.0_f32, |most, w| most.max(w.abs()));
        tile(filter, largest, String::new())
    });
    ImageGrid { title: title.to_string(), columns: 15, tiles: tiles.collect() }
}

/// The numbers of a map as ink: 0 is white, the largest is black.
pub fn map_tile(map: &Array2<f32>, caption: String) -> Tile {
    let largest = map.fold(f32::MIN_POSITIVE, |most, &y| most.max(y));
    let pixels = map.mapv(|y| (255.0 * y.max(0.0) / largest) as u8);
    Tile { pixels, caption, highlight: false }
}
