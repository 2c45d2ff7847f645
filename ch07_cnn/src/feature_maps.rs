//! A picture through the trained filters: each draws the edges that it looks for.

use std::path::PathBuf;

use clap::Args;
use common::flags;
use common::layer::Layer;
use common::layers::{Conv2d, Relu};
use common::plot::{ImageGrid, Tile, points};
use common::program::Figures;
use common::{Result, Tensor};
use ndarray::{Array1, Array2, Array4, Axis};

use crate::filters::{self, first_filters, map_tile, slopes, tile};
use crate::picture;

/// Filters of each kind that are shown.
const SHOWN: usize = 3;

// ANCHOR: maps
/// What each filter F×1×KH×KW finds in a picture H×W: F maps of OH×OW, after ReLU.
///
/// # Errors
/// If the picture is smaller than a filter.
pub fn maps(picture: &Array2<f32>, filters: &Array4<f32>) -> Result<Vec<Array2<f32>>> {
    let no_bias = Array1::zeros(filters.len_of(Axis(0)));
    let conv = Conv2d::from_weights(filters.clone(), no_bias, 1, 0)?;
    let (height, width) = picture.dim();
    conv.output((1, height, width))?;
    let x: Tensor<f32> = picture.clone().insert_axis(Axis(0)).insert_axis(Axis(0)).into_dyn();
    let y = Relu::default().infer(conv.infer(x));
    let y = y.index_axis_move(Axis(0), 0);
    Ok(y.outer_iter().map(|map| map.to_owned().into_dimensionality().expect("OH×OW")).collect())
}
// ANCHOR_END: maps

/// The filters that look most for upright edges, and those that look most for level ones.
pub fn most_decided(filters: &Array4<f32>) -> [Vec<usize>; 2] {
    let slopes: Vec<_> =
        filters.outer_iter().map(|filter| slopes(filter.index_axis(Axis(0), 0))).collect();
    let best = |measure: &dyn Fn((f32, f32)) -> f32| {
        let mut order: Vec<usize> = (0..slopes.len()).collect();
        order.sort_by(|&a, &b| measure(slopes[b]).total_cmp(&measure(slopes[a])));
        order.truncate(SHOWN);
        order
    };
    [
        best(&|(right, down)| right.abs() - down.abs()),
        best(&|(right, down)| down.abs() - right.abs()),
    ]
}

/// The flags of `feature-maps`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// Any picture, PNG or JPEG; without one, a house is drawn
    #[arg(value_name = "FILE", value_parser = flags::path())]
    picture: Option<PathBuf>,
    #[command(flatten)]
    filters: filters::Flags,
}

/// Draws a picture, or our own, as the filters see it.
///
/// # Errors
/// If the picture, weights or data cannot be read, or the figure not written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let picture = match &flags.picture {
        Some(file) => picture::read(file)?,
        None => picture::draw(),
    };
    let (_, mut network) = flags.filters.source.networks(flags.filters.seed.seed)?;
    let filters = first_filters(&mut network);
    let maps = maps(&picture, &filters)?;
    let [upright, level] = most_decided(&filters);
    println!(
        "picture: {} rows of {} pixels; maps: {:?}",
        picture.nrows(),
        picture.ncols(),
        maps[0].dim()
    );
    println!("upright edges: filters {}", list(&upright));
    println!("level edges:   filters {}", list(&level));

    let shown = |kind: &[usize], what: &str| {
        kind.iter()
            .map(|&f| map_tile(&maps[f], format!("{what}: filter {}", f + 1)))
            .collect::<Vec<_>>()
    };
    let mut tiles = vec![map_tile(&picture, "the picture".to_string())];
    tiles.extend(shown(&upright, "upright"));
    tiles.push(strongest(&maps));
    tiles.extend(shown(&level, "level"));
    let seen =
        ImageGrid { title: "What six filters find in it".to_string(), columns: 1 + SHOWN, tiles };

    let largest =
        |f: usize| filters.index_axis(Axis(0), f).fold(0.0_f32, |most, w| most.max(w.abs()));
    let of = |&f: &usize| {
        let filter = filters.index_axis(Axis(0), f).index_axis_move(Axis(0), 0);
        tile(filter, largest(f), format!("filter {}", f + 1))
    };
    let tiles = upright.iter().chain(&level).map(of).collect();
    let themselves =
        ImageGrid { title: "The filters: light − dark +".to_string(), columns: 6, tiles };

    let (width, height) = seen.size(760);
    let (_, below) = themselves.size(760);
    figures.draw("feature-maps.png", (width, height + below), |area| {
        let (upper, lower) = area.split_vertically(points(f64::from(height)) as i32);
        seen.draw(&upper)?;
        themselves.draw(&lower)
    })
}

/// At each place the largest answer of all filters.
fn strongest(maps: &[Array2<f32>]) -> Tile {
    let mut all = Array2::zeros(maps[0].raw_dim());
    for map in maps {
        all.zip_mut_with(map, |most: &mut f32, &y| *most = most.max(y));
    }
    map_tile(&all, format!("the strongest of all {}", maps.len()))
}

fn list(filters: &[usize]) -> String {
    filters.iter().map(|f| (f + 1).to_string()).collect::<Vec<_>>().join(", ")
}
