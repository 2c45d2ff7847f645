//! Which pixels are a seven? A fully convolutional network on scenes with several digits.

use std::path::PathBuf;

use clap::Args;
use common::Result;
use common::data::Dataset;
use common::data::scenes::Scenes;
use common::flags;
use common::layers::PixelSoftmaxWithLoss;
use common::metrics::Confusion;
use common::model::parameter_count;
use common::network::Network;
use common::program::Figures;
use common::program::job::Job;
use common::random::generator;
use common::store::weights;
use ndarray::{Array3, Axis};

use super::fcn::fcn;
use super::labelled::{Batch, Pictures};
use super::learning::{Segmentation, answers};
use super::report;
use super::strips::{Strips, coloured, photograph};

/// What a pixel may be.
const CLASSES: [&str; 11] = ["paper", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
/// The colours of the classes in figures.
const PALETTE: [[u8; 3]; 11] = [
    [245, 245, 245],
    [0, 114, 178],
    [213, 94, 0],
    [0, 158, 115],
    [204, 121, 167],
    [86, 180, 233],
    [240, 200, 40],
    [110, 60, 160],
    [150, 30, 40],
    [110, 110, 110],
    [150, 190, 60],
];
/// Always the same scenes to judge by, of digits that nobody learns from.
const HELD_OUT: u64 = 999;
/// Height, width and digits of a scene that is larger than any of the training.
const WIDE: ((usize, usize), usize) = ((64, 320), 24);
/// Scenes in the figure, the worst of all besides.
const SHOWN: usize = 4;

/// The flags of `segment`: how the network is made and taught.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("epochs", |arg| arg.default_value("20").help("How many epochs, each of new scenes")))]
#[command(mut_arg("batch_size", |arg| arg.default_value("20").help("Scenes in one step")))]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.004")))]
#[command(mut_arg("schedule", |arg| arg.default_value("cosine")))]
#[command(mut_arg("train_size", |arg| arg.help("Make scenes of the first N training digits only")))]
#[command(mut_arg("validate", |arg| arg.help("Judge by scenes of a random sixth of the training digits, which are not learned, instead of the test's: for trying out")))]
#[command(mut_arg("examine", |arg| arg.hide(true)))] // of scenes that are drawn anew there is no first N
pub struct Flags {
    #[command(flatten)]
    job: Job,
    /// New scenes in an epoch
    #[arg(long, value_name = "N", default_value = "2000", value_parser = flags::count)]
    scenes: usize,
    /// Scenes of unseen digits to judge by
    #[arg(long, value_name = "N", default_value = "1000", value_parser = flags::count)]
    held_out: usize,
    /// Score the classes at the smallest size only
    #[arg(long)]
    no_skips: bool,
    /// Draw beside it what a network without skips answers with these weights (.npz)
    #[arg(long, value_name = "FILE", conflicts_with = "no_skips", value_parser = flags::path())]
    beside: Option<PathBuf>,
}

/// Teaches the network, and prints and draws what it makes of scenes that it has not seen.
///
/// # Errors
/// If data, checkpoint, weights or figures cannot be read or written, or training diverges.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    flags.job.refuse(&["--examine"])?;
    let beside = flags.beside.as_deref().map(|file| {
        let mut network = fcn(CLASSES.len(), false, &mut generator(0))?;
        weights::load(&mut network, file).map(|()| network)
    });
    let beside = beside.transpose()?;
    let mut training = flags.job.begin(|rng| fcn(CLASSES.len(), !flags.no_skips, rng))?;
    let (train, test) = flags.job.digits()?;
    let (scenes, others) = (Scenes::new(&train, flags.job.seed.seed), Scenes::new(&test, HELD_OUT));
    let held_out: Batch = others.batch(0..flags.held_out as u64);
    println!("parameters: {}", parameter_count(&mut training.model));
    if flags.job.learns() {
        training.of(&train)?;
        let criterion = PixelSoftmaxWithLoss::default();
        let (new, classes) = ((&scenes, flags.scenes), CLASSES.len());
        training.fit(&mut Segmentation::new(new, &held_out, classes, criterion))?;
    }
    let network = training.model;
    let found = judge(&network, &held_out);
    let name = if flags.no_skips { "segment-no-skips" } else { "segment" };
    draw((figures, name), &held_out, &found, beside.as_ref())?;
    draw_wide((figures, name), &network, &test)
}

/// Prints how good the network's answers are, and returns them.
fn judge(network: &Network<f32>, (x, masks): &Batch) -> Array3<u8> {
    let found = answers(network, x);
    let mut confusion = Confusion::new(CLASSES.len(), None);
    confusion.add(&found, masks);
    println!("scenes of unseen digits: {}", masks.len_of(Axis(0)));
    report::print(&confusion, &CLASSES);
    let paper = report::always(&confusion, 0);
    println!(
        "if all were paper: pixel accuracy {:.4}, mIoU {:.4}",
        paper.accuracy(),
        paper.mean_iou()
    );
    found
}

/// mIoU of each scene, over the classes that occur in it or were answered.
fn of_each(found: &Array3<u8>, masks: &Array3<u8>) -> Vec<f64> {
    let of_scene = |(found, mask)| {
        let mut confusion = Confusion::new(CLASSES.len(), None);
        confusion.add(&found, &mask);
        confusion.mean_iou()
    };
    found.outer_iter().zip(masks.outer_iter()).map(of_scene).collect()
}

fn legend() -> Vec<(String, [u8; 3])> {
    CLASSES.iter().map(ToString::to_string).zip(PALETTE).collect()
}

/// Draws the first scenes, and the one with the worst answer.
fn draw(
    (figures, name): (&Figures, &str),
    (x, masks): &Batch,
    found: &Array3<u8>,
    beside: Option<&Network<f32>>,
) -> Result<()> {
    let each = of_each(found, masks);
    let worst = each.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(i, _)| i);
    println!("the worst scene: number {worst}, mIoU {:.4}", each[worst]);
    let shown: Vec<usize> = (0..each.len().min(SHOWN)).chain([worst]).collect();
    let classes = |of: &Array3<u8>| -> Vec<_> {
        shown.iter().map(|&i| coloured(of.index_axis(Axis(0), i), &PALETTE)).collect()
    };
    let scene = |&i: &usize| {
        let image = x.index_axis(Axis(0), i).into_dimensionality().expect("C×H×W");
        photograph(image)
    };
    let mut rows = vec![
        ("scene".to_string(), shown.iter().map(scene).collect()),
        ("truth".to_string(), classes(masks)),
        ("answer".to_string(), classes(found)),
    ];
    if let Some(network) = beside {
        rows.push(("no skips".to_string(), classes(&answers(network, x))));
    }
    let mut captions: Vec<_> = shown.iter().map(|&i| format!("mIoU {:.2}", each[i])).collect();
    captions[shown.len() - 1] = format!("the worst: {:.2}", each[worst]);
    let strips = Strips {
        title: "Which pixels are which digit?".to_string(),
        rows,
        captions,
        highlight: Some(shown.len() - 1),
        legend: legend(),
    };
    figures.draw(&format!("{name}.png"), strips.size(760), |area| strips.draw(area))
}

/// Draws a scene that is larger than those of the training, through the same weights.
fn draw_wide(
    (figures, name): (&Figures, &str),
    network: &Network<f32>,
    test: &Dataset,
) -> Result<()> {
    let (size, most_digits) = WIDE;
    let mut scenes = Scenes::new(test, HELD_OUT);
    (scenes.size, scenes.most_digits) = (size, most_digits);
    let (x, masks) = scenes.batch(0..1);
    let found = answers(network, &x);
    let mut confusion = Confusion::new(CLASSES.len(), None);
    confusion.add(&found, &masks);
    println!(
        "a scene of {}×{} pixels through the same weights: pixel accuracy {:.4}, mIoU {:.4}",
        size.0,
        size.1,
        confusion.accuracy(),
        confusion.mean_iou()
    );
    let image = x.index_axis(Axis(0), 0).into_dimensionality().expect("C×H×W");
    let classes = |of: &Array3<u8>| vec![coloured(of.index_axis(Axis(0), 0), &PALETTE)];
    let strips = Strips {
        title: format!("A scene of {}×{} pixels", size.0, size.1),
        rows: vec![
            ("scene".to_string(), vec![photograph(image)]),
            ("truth".to_string(), classes(&masks)),
            ("answer".to_string(), classes(&found)),
        ],
        captions: Vec::new(),
        highlight: None,
        legend: legend(),
    };
    figures.draw(&format!("{name}-wide.png"), strips.size(760), |area| strips.draw(area))
}
