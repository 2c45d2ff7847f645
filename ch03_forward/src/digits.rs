//! The images and labels in use.

use clap::Args;
use common::Result;
use common::data::{self, Dataset};
use common::flags::{DataFlags, OutFlag};
use common::plot::{ImageGrid, Tile};
use common::program::Figures;
use ndarray::s;

/// Images on the page.
const SHOWN: usize = 60;

/// The flags of `digits`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    out: OutFlag,
}

/// Prints how many images there are of which digit, and draws the first ones with their labels.
///
/// # Errors
/// If the data cannot be read or the figure not written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let (train, test) = data::load(&flags.data)?;
    println!("images: {:?}, one byte a pixel: 0 paper, 255 ink", train.images.shape());
    println!("labels: {:?} …", &train.labels[..train.len().min(10)]);
    println!("digit  train   test");
    for digit in 0..10 {
        let count = |set: &Dataset| set.labels.iter().filter(|&&label| label == digit).count();
        println!("{digit:>5} {:>6} {:>6}", count(&train), count(&test));
    }
    let tiles = (0..train.len().min(SHOWN)).map(|i| tile(&train, i, train.labels[i].to_string()));
    let grid = ImageGrid {
        title: format!("The first {} training images", train.len().min(SHOWN)),
        columns: 12,
        tiles: tiles.collect(),
    };
    figures.draw("digits.png", grid.size(760), |area| grid.draw(area))
}

/// Image `i` of a set, with words below it.
pub fn tile(set: &Dataset, i: usize, caption: String) -> Tile {
    Tile { pixels: set.images.slice(s![i, 0, .., ..]).to_owned(), caption, highlight: false }
}
