//! Road, pavement, sign: a SegNet on drawn roads, and a car that steers by its answer.

use clap::Args;
use common::Result;
use common::data::roads::{CLASSES, Roads, SIZE};
use common::flags;
use common::layers::PixelSoftmaxWithLoss;
use common::metrics::Confusion;
use common::model::parameter_count;
use common::network::Network;
use common::program::Figures;
use common::program::job::Job;
use ndarray::{Array1, Array3, Axis};
use rayon::prelude::*;

use super::drive::{AHEAD, Moment, middle_of_road, ride};
use super::labelled::{Batch, Pictures};
use super::learning::{Segmentation, answers};
use super::report;
use super::segnet::{Enlarging, segnet};
use super::strips::{Strips, coloured, photograph};

/// The colours of the classes in figures.
const PALETTE: [[u8; 3]; 8] = [
    [150, 200, 240],
    [150, 105, 80],
    [60, 140, 60],
    [225, 200, 165],
    [80, 80, 90],
    [250, 250, 250],
    [200, 40, 40],
    [245, 200, 30],
];
/// Always the same roads to judge by, and to drive on.
const HELD_OUT: u64 = 999;
const DRIVEN: u64 = 0;
/// Roads in the figure, and moments of a ride.
const SHOWN: usize = 5;
/// Roads in which the pixels of each class are counted, for their weights.
const COUNTED: u64 = 200;

/// The flags of `segment roads`: how the network is made and taught.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("epochs", |arg| arg.default_value("6").help("How many epochs, each of new roads")))]
#[command(mut_arg("batch_size", |arg| arg.default_value("20").help("Roads in one step")))]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.004")))]
#[command(mut_arg("schedule", |arg| arg.default_value("cosine")))]
// Roads are drawn: there are no files of them, nor a first N.
#[command(mut_arg("data", |arg| arg.hide(true)))]
#[command(mut_arg("data_dir", |arg| arg.hide(true)))]
#[command(mut_arg("offline", |arg| arg.hide(true)))]
#[command(mut_arg("train_size", |arg| arg.hide(true)))]
#[command(mut_arg("validate", |arg| arg.hide(true)))]
#[command(mut_arg("examine", |arg| arg.hide(true)))]
pub struct Flags {
    #[command(flatten)]
    job: Job,
    /// New roads in an epoch
    #[arg(long, value_name = "N", default_value = "1500", value_parser = flags::count)]
    roads: usize,
    /// Unseen roads to judge by
    #[arg(long, value_name = "N", default_value = "500", value_parser = flags::count)]
    held_out: usize,
    /// How maps become larger again
    #[arg(long, value_enum, value_name = "HOW", default_value = "unpool")]
    upsample: Enlarging,
    /// Let the pixels of rare classes count more: by the median of all shares over their own
    #[arg(long)]
    class_weights: bool,
}

/// Teaches the network, prints and draws what it makes of roads that it has not seen, and drives.
///
/// # Errors
/// If checkpoint, weights or figures cannot be read or written, or training diverges.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    flags.job.refuse(&["--examine", "--train-size", "--validate"])?;
    let mut training = flags.job.begin(|rng| segnet(CLASSES.len(), flags.upsample, rng))?;
    let (roads, others) = (Roads::new(flags.job.seed.seed), Roads::new(HELD_OUT));
    let held_out: Batch = others.batch(0..flags.held_out as u64);
    println!("parameters: {}", parameter_count(&mut training.model));
    if flags.job.learns() {
        let weights = flags.class_weights.then(|| class_weights(&roads));
        let criterion = PixelSoftmaxWithLoss::new(weights, None);
        let (new, classes) = ((&roads, flags.roads), CLASSES.len());
        training.fit(&mut Segmentation::new(new, &held_out, classes, criterion))?;
    }
    let network = training.model;
    let found = judge(&network, &held_out);
    draw(figures, &held_out, &found)?;
    steer(&others, &held_out, &found);
    drive(figures, &others, &network)
}

// ANCHOR: class_weights
/// What a pixel of each class counts, so that rare classes are heard: the median of all classes' shares
/// of the pixels, over that of its own (Eigen and Fergus, 2015).
fn class_weights(roads: &Roads) -> Array1<f32> {
    let (_, masks): Batch = roads.batch(0..COUNTED);
    let mut counts = [0.0_f32; CLASSES.len()];
    masks.iter().for_each(|&class| counts[usize::from(class)] += 1.0);
    let mut sorted = counts;
    sorted.sort_by(f32::total_cmp);
    let median = (sorted[CLASSES.len() / 2 - 1] + sorted[CLASSES.len() / 2]) / 2.0;
    counts.iter().map(|&count| median / count.max(1.0)).collect()
}
// ANCHOR_END: class_weights

/// Prints how good the network's answers are, and returns them.
fn judge(network: &Network<f32>, (x, masks): &Batch) -> Array3<u8> {
    let found = answers(network, x);
    let mut confusion = Confusion::new(CLASSES.len(), None);
    confusion.add(&found, masks);
    println!("roads to judge by: {}", masks.len_of(Axis(0)));
    report::print(&confusion, &CLASSES);
    found
}

fn legend() -> Vec<(String, [u8; 3])> {
    CLASSES.iter().map(ToString::to_string).zip(PALETTE).collect()
}

fn draw(figures: &Figures, (x, masks): &Batch, found: &Array3<u8>) -> Result<()> {
    let first = |of: &Array3<u8>| -> Vec<_> {
        of.outer_iter().take(SHOWN).map(|of| coloured(of, &PALETTE)).collect()
    };
    let seen = x.outer_iter().take(SHOWN);
    let seen = seen.map(|image| photograph(image.into_dimensionality().expect("C×H×W")));
    let strips = Strips {
        title: "What is where on the road?".to_string(),
        rows: vec![
            ("seen".to_string(), seen.collect()),
            ("truth".to_string(), first(masks)),
            ("answer".to_string(), first(found)),
        ],
        captions: Vec::new(),
        highlight: None,
        legend: legend(),
    };
    figures.draw("roads.png", strips.size(760), |area| strips.draw(area))
}

/// Prints how far off the middle of the road is that can be read from the answers.
fn steer(roads: &Roads, (_, masks): &Batch, found: &Array3<u8>) {
    let count = masks.len_of(Axis(0));
    let truth: Vec<f32> = (0..count as u64)
        .into_par_iter()
        .map(|number| roads.road(number).middle[AHEAD].expect("below the horizon"))
        .collect();
    let straight = SIZE.1 as f32 / 2.0;
    let off = |middle: &dyn Fn(usize) -> f32| {
        truth.iter().enumerate().map(|(i, truth)| (middle(i) - truth).abs()).sum::<f32>()
            / count as f32
    };
    let read =
        |i: usize| middle_of_road(found.index_axis(Axis(0), i).row(AHEAD)).unwrap_or(straight);
    println!(
        "the middle of the road, {} rows above the lower edge: off by {:.2} pixels on average, always straight ahead by {:.2}",
        SIZE.0 - 1 - AHEAD,
        off(&read),
        off(&|_| straight)
    );
}

/// Drives twice along one road, and draws both rides.
fn drive(figures: &Figures, roads: &Roads, network: &Network<f32>) -> Result<()> {
    let rides = [Some(network), None].map(|network| ride(roads, DRIVEN, network));
    let ended = |ride: &[Moment]| match ride.last() {
        Some(last) if last.is_on_road() => format!("still on the road after {} steps", ride.len()),
        _ => format!("left the road after {} steps", ride.len()),
    };
    println!("steered: {}", ended(&rides[0]));
    println!("not steered: {}", ended(&rides[1]));
    let last = rides.iter().map(Vec::len).min().unwrap_or(1) - 1;
    let steps: Vec<usize> = (0..SHOWN).map(|i| i * last / (SHOWN - 1)).collect();
    let moments = |ride: &[Moment]| steps.iter().map(|&step| ride[step].picture()).collect();
    let strips = Strips {
        title: "A ride along a winding road".to_string(),
        rows: vec![
            ("steered".to_string(), moments(&rides[0])),
            ("not steered".to_string(), moments(&rides[1])),
        ],
        captions: steps.iter().map(|step| format!("step {}", step + 1)).collect(),
        highlight: None,
        legend: Vec::new(),
    };
    figures.draw("roads-drive.png", strips.size(760), |area| strips.draw(area))
}
