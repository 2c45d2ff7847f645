//! What the game looks like: images, and two curves that chase each other.

use common::Tensor;
use common::layer::Layer;
use common::network::Network;
use common::plot::{Area, Drawn, LineChart, RgbImage, Series, smoothed};
use common::random::generator;
use common::train::History;
use ndarray::{Array2, Axis};

use super::generator::{NOISE, noise, request, to_ink, walk};
use super::learning::{Note, Shot};
use crate::apps::segmentation::strips::{Strips, photograph};

/// Hands, or digits, in a figure.
const ROWS: usize = 8;
/// Steps of a walk.
const STEPS: usize = 10;

/// Images N×1×28×28 from 0 to 1 as pictures.
fn pictures(images: &Tensor<f32>) -> Vec<RgbImage> {
    let picture =
        |image| photograph(ndarray::ArrayViewD::into_dimensionality(image).expect("C×H×W"));
    images.axis_iter(Axis(0)).map(picture).collect()
}

fn strips(title: &str, rows: Vec<(String, Vec<RgbImage>)>, captions: Vec<String>) -> Strips {
    Strips { title: title.to_string(), rows, captions, highlight: None, legend: Vec::new() }
}

/// Every row one noise, every column one digit.
pub fn hands(network: &Network<f32>, seed: u64) -> Strips {
    let rng = &mut generator(seed);
    let digits: Vec<u8> = (0..10).collect();
    let row = |i: usize| {
        let z: Array2<f32> = noise(1, rng);
        let z = z.broadcast((10, NOISE)).expect("one row for all").to_owned();
        (format!("noise {}", i + 1), pictures(&to_ink(network.infer(request(&z, &digits)))))
    };
    let rows = (0..ROWS).map(row).collect();
    strips("Each row one noise, each column one digit", rows, Vec::new())
}

/// From one noise to another, for several digits.
pub fn walks(network: &Network<f32>, seed: u64) -> Strips {
    let rng = &mut generator(!seed);
    let row = |digit: u8| {
        let way: Array2<f32> = walk(&noise(2, rng), STEPS);
        let images = network.infer(request(&way, &[digit; STEPS]));
        (format!("a {digit}"), pictures(&to_ink(images)))
    };
    let rows = [2, 3, 4, 7, 9].into_iter().map(row).collect();
    strips("From one noise to another", rows, Vec::new())
}

/// What the generator made of one noise as it learned.
pub fn progress(shots: &[Shot]) -> Strips {
    let row = |(steps, images): &Shot| (format!("{steps} steps"), pictures(images));
    strips("One noise, as the generator learns", shots.iter().map(row).collect(), Vec::new())
}

/// Losses on the left, scores on the right.
///
/// # Errors
/// If plotters cannot draw it.
pub fn game(history: &History, area: &Area<'_>) -> Drawn {
    let panels = area.split_evenly((1, 2));
    let line = |label: &str, color, note| {
        Series::line(label, color, smoothed(&history.note(note as usize), 50))
    };
    LineChart {
        title: "Losses".to_string(),
        x_label: "step".to_string(),
        y_label: "mean of 50 steps".to_string(),
        series: vec![
            line("discriminator", 0, Note::DiscriminatorLoss),
            line("generator", 1, Note::GeneratorLoss).stroke(common::plot::Stroke::Dashed),
        ],
        ..LineChart::default()
    }
    .draw(&panels[0])?;
    LineChart {
        title: "How real it looks to the discriminator".to_string(),
        x_label: "step".to_string(),
        y_label: "mean of 50 steps".to_string(),
        series: vec![
            line("D(x), real images", 0, Note::Real),
            line("D(G(z)), made ones", 1, Note::Made).stroke(common::plot::Stroke::Dashed),
        ],
        y_range: Some(0.0..1.0),
        ..LineChart::default()
    }
    .draw(&panels[1])
}
