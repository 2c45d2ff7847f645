//! One network for finding and naming, taught and judged.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use common::activation::sigmoid;
use common::bounding_box::BoundingBox;
use common::data::picture;
use common::data::scenes::{Scene, Scenes};
use common::flags;
use common::model::parameter_count;
use common::program::Figures;
use common::program::job::Job;
use common::random::generator;
use common::store::weights;
use common::{Error, Result};
use ndarray::Array2;
use rayon::prelude::*;

use super::anchors::{SURE, anchors};
use super::average_precision::{Truth, mean_average_precision};
use super::detector::{Detector, Pooling, Search, proposals};
use super::drawn_sheet;
use super::figures::{self, Steps};
use super::learning::{BATCH, DetectionStep, draw, pictures, search, truths};
use super::rcnn;
use super::sheet;
use super::suppression::Detection;

/// Weights that this section learned from MNIST's training images, in half precision.
const BUILT_IN: &[u8] = include_bytes!("../../../detector.npz");

/// The seed of the scenes that every detector is judged by.
pub const TEST_SEED: u64 = 999;

/// The flags of `detect`.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.002")))]
#[command(mut_arg("epochs", |arg| arg.default_value("10")))]
#[command(mut_arg("batch_size", |arg| arg.default_value("20")))]
#[command(mut_arg("schedule", |arg| arg.default_value("one-cycle")))]
#[command(mut_arg("examine", |arg| arg.hide(true)))]
pub struct Flags {
    #[command(subcommand)]
    way: Option<Way>,
    /// A picture of your own with several digits, PNG or JPEG: they are found and read, with the weights
    /// that come with the book or those of --weights, and nothing is learned
    #[arg(value_name = "FILE", value_parser = flags::path(), conflicts_with_all = ["save", "resume"])]
    file: Option<PathBuf>,
    #[command(flatten)]
    job: Job,
    /// Scenes in an epoch; none comes twice
    #[arg(long, value_name = "N", default_value = "6000", value_parser = flags::count)]
    scenes: usize,
    /// Scenes of unseen digits to judge by
    #[arg(long, value_name = "N", default_value = "1000", value_parser = flags::count)]
    held_out: usize,
    /// How regions are cut out of the maps
    #[arg(long, value_enum, value_name = "HOW", default_value = "align")]
    pool: Pooling,
}

/// Other ways to detect.
#[derive(Clone, Debug, Subcommand)]
enum Way {
    /// As it began: proposals by connected ink, each cut out and read by a network of its own
    Rcnn(Box<rcnn::Flags>),
    /// Draw a sheet of numbers from the built-in digits, as a picture to be read
    DrawSheet(drawn_sheet::Flags),
}

/// Teaches the detector and prints how well it finds digits in scenes that it has not seen.
///
/// # Errors
/// If data, checkpoint, weights or figure cannot be read or written, or training diverges.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    match &flags.way {
        Some(Way::Rcnn(flags)) => return rcnn::run(flags, figures),
        Some(Way::DrawSheet(flags)) => return drawn_sheet::run(flags),
        None => {}
    }
    if let Some(file) = &flags.file {
        return read(flags, file, figures);
    }
    flags.job.refuse(&["--examine"])?;
    let mut training = flags.job.begin(|rng| Detector::new(flags.pool, rng))?;
    println!("parameters: {}", parameter_count(&mut training.model));
    let (train, test) = flags.job.digits()?;
    let judged = draw(&Scenes::new(&test, TEST_SEED), 0..flags.held_out as u64);
    let seed = flags.job.seed.seed;
    if flags.job.learns() {
        training.of(&train)?;
        let scenes = Scenes::new(&train, seed);
        training.fit(&mut DetectionStep::new(scenes, flags.scenes, &judged, seed))?;
    }
    let proposed: Vec<_> = judged
        .par_chunks(BATCH)
        .flat_map(|scenes| training.model.proposed(pictures(scenes), Search::THOROUGH.proposals))
        .collect();
    let start = Instant::now();
    let found = search(&training.model, &judged, Search::THOROUGH);
    tell(&judged, &proposed, &found, start.elapsed());
    draw_figures(&training.model, &judged, &found, figures)
}

/// Reads the reader's own picture.
fn read(flags: &Flags, file: &Path, figures: &Figures) -> Result<()> {
    let mut detector = Detector::new(Pooling::Align, &mut generator(0))?;
    match &flags.job.train.weights {
        Some(weights) => weights::load(&mut detector, weights)?,
        None => {
            weights::load_from(&mut detector, Cursor::new(BUILT_IN), Path::new("detector.npz"))?
        }
    }
    let picture = picture::read(file)?;
    let found = sheet::read(&detector, &picture).map_err(|e| Error::format(file, e.to_string()))?;
    println!("picture: {}×{}", picture.width(), picture.height());
    for number in sheet::numbers(&found) {
        let digits: String = number.iter().map(|digit| digit.label.to_string()).collect();
        let least = number.iter().map(|digit| digit.score).fold(1.0, f32::min);
        let at = number.first().map_or((0.0, 0.0), |digit| (digit.place.left, digit.place.top));
        println!(
            "{digits} at ({:.0}, {:.0}), surer than {:.2}",
            at.0,
            at.1,
            0.01 * (100.0 * least).floor()
        );
    }
    println!("digits: {}", found.len());
    figures.draw("sheet.png", figures::sheet_size(&picture), |area| {
        figures::sheet(area, &picture, &found)
    })
}

/// Scenes with what is found in them, the steps on the way, precision by recall, and where it fails.
fn draw_figures(
    detector: &Detector<f32>,
    scenes: &[Scene],
    found: &[Vec<Detection>],
    figures: &Figures,
) -> Result<()> {
    let truths = truths(scenes);
    let clear: Vec<Vec<Detection>> = search(detector, scenes, Search::CLEAR);
    let pair = |i: usize| (&scenes[i], &clear[i][..]);
    let first: Vec<_> = (0..scenes.len().min(8)).map(pair).collect();
    figures.draw("detect.png", figures::scenes_size(760, 4, first.len()), |area| {
        figures::scenes(area, "Found: digit and how sure the network is", 4, &first)
    })?;
    let shown = figures::several(scenes);
    let steps = steps(detector, &scenes[shown], clear[shown].clone());
    figures.draw("detect_steps.png", figures::panels_size(760, 4), |area| steps.draw(area))?;
    figures.draw("detect_curves.png", (560, 380), |area| figures::curves(area, found, &truths))?;
    let mut order: Vec<usize> = (0..scenes.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(errors(&scenes[i], &clear[i])));
    let worst: Vec<_> = order.into_iter().take(4).map(pair).collect();
    figures.draw("detect_errors.png", figures::scenes_size(760, 4, worst.len()), |area| {
        figures::scenes(area, "The scenes with most errors", 4, &worst)
    })
}

/// Digits that were not found, and answers that are wrong.
fn errors(scene: &Scene, found: &[Detection]) -> usize {
    let is_right = |found: &Detection, (place, label): &(BoundingBox, u8)| {
        found.label == *label && found.place.iou(place) >= 0.5
    };
    let wrong =
        found.iter().filter(|found| !scene.digits.iter().any(|digit| is_right(found, digit)));
    let missed =
        scene.digits.iter().filter(|digit| !found.iter().any(|found| is_right(found, digit)));
    wrong.count() + missed.count()
}

/// What happens on the way from a scene to its digits.
fn steps<'a>(detector: &Detector<f32>, scene: &'a Scene, found: Vec<Detection>) -> Steps<'a> {
    let (x, size) = (pictures(std::slice::from_ref(scene)), scene.image.dim());
    let (objectness, offsets) = detector.answers(x);
    let proposals = proposals(&objectness, &offsets, size, 12).swap_remove(0);
    let (rows, columns) = (objectness.shape()[2], objectness.shape()[3]);
    let all = anchors((rows, columns));
    let places: Vec<BoundingBox> = scene.digits.iter().map(|digit| digit.0).collect();
    let fits = |anchor: &&BoundingBox| places.iter().any(|place| anchor.iou(place) >= SURE);
    let surest = |y: usize, x: usize| {
        let logits = (0..objectness.shape()[1]).map(|shape| objectness[[0, shape, y, x]]);
        sigmoid(logits.fold(f32::NEG_INFINITY, f32::max))
    };
    Steps {
        scene,
        objectness: Array2::from_shape_fn((rows, columns), |(y, x)| surest(y, x)),
        anchors: all.iter().filter(fits).copied().collect(),
        proposals,
        found,
    }
}

/// Prints how well digits were proposed and found, and how long it took.
pub fn tell(
    scenes: &[Scene],
    proposed: &[Vec<BoundingBox>],
    found: &[Vec<Detection>],
    time: Duration,
) {
    let truths = truths(scenes);
    let digits: usize = truths.iter().map(Vec::len).sum();
    let hit = |(truth, proposed): (&Truth, &Vec<BoundingBox>)| {
        let near = |place: &BoundingBox| proposed.iter().any(|other| other.iou(place) >= 0.5);
        truth.iter().filter(|(place, _)| near(place)).count()
    };
    let hits: usize = truths.iter().zip(proposed).map(hit).sum();
    let count: usize = proposed.iter().map(Vec::len).sum();
    println!(
        "proposals: {:.1} a scene, {:.4} of the digits among them",
        count as f64 / scenes.len() as f64,
        hits as f64 / digits as f64
    );
    for threshold in [0.5, 0.75] {
        println!("mAP@{threshold}: {:.4}", mean_average_precision(found, &truths, threshold));
    }
    println!("reading a scene takes {:.2} ms", time.as_secs_f64() * 1e3 / scenes.len() as f64);
}
