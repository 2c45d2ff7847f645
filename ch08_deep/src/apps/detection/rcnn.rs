//! Proposals, each cut out and read by a network of its own (R-CNN; Girshick, Donahue, Darrell and Malik,
//! 2014).

use std::time::Instant;

use clap::Args;
use common::activation::softmax;
use common::bounding_box::BoundingBox;
use common::data::scenes::{Scene, Scenes};
use common::flags;
use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, Dropout, Relu, SmoothL1, SoftmaxWithLoss};
use common::model::parameter_count;
use common::network::Network;
use common::program::Figures;
use common::program::job::Job;
use common::random::{
    Generator, Rng, distributions::StandardNormal, generator, seq::IndexedRandom,
};
use common::train::{Evaluation, TrainStep};
use common::{Float, Result, Tensor};
use ndarray::{Array2, Axis, Ix2, concatenate, s};
use rayon::prelude::*;

use super::components::{THRESHOLDS, cut, propose};
use super::detector::{CLASSES, NOTHING, Search};
use super::figures::{Panel, grey, panels, panels_size, several};
use super::learning::{Examined, draw, held};
use super::offsets::{moved, offsets};
use super::section::{TEST_SEED, tell};
use super::suppression::{Detection, suppress_detections};
use crate::apps::blocks::{conv_norm_relu, halves};

/// Patches of a scene that are learned from, and how many of them hold a digit.
const SAMPLE: usize = 32;
const SURE: usize = 12;
/// Each digit's own place is shaken so often, by this share of its size.
const SHAKEN: usize = 4;
const SHAKE: f32 = 0.1;

// ANCHOR: net
/// Reads patches N×1×28×28: eleven logits, ten digits and nothing, and four offsets.
///
/// # Errors
/// If a layer does not fit; it does.
pub fn rcnn_net<F: Float>(rng: &mut Generator) -> Result<Network<F>> {
    let mut network = Network::new();
    for size in [(1, 16), (16, 32), (32, 64)] {
        network = conv_norm_relu(network, size, rng)?.with(halves()?);
    }
    Ok(network
        .with(Affine::new(64 * 3 * 3, 128, Init::He, rng))
        .with(Relu::default())
        .with(Dropout::new(0.3, rng))
        .with(Affine::new(128, CLASSES + 4, Init::Xavier, rng)))
}
// ANCHOR_END: net

/// Patches N×1×28×28.
fn patches<F: Float>(image: &Array2<f32>, places: &[BoundingBox]) -> Tensor<F> {
    let pixels = places.iter().flat_map(|place| cut(image, place));
    let pixels = pixels.map(|pixel| F::of(f64::from(pixel))).collect();
    Tensor::from_shape_vec(vec![places.len(), 1, 28, 28], pixels).expect("28×28 pixels each")
}

// ANCHOR: detect
/// What is in a picture H×W: every proposal is cut out and read.
pub fn detect<F: Float>(
    network: &Network<F>,
    image: &Array2<f32>,
    search: Search,
) -> Vec<Detection> {
    let places = propose(image);
    if places.is_empty() {
        return Vec::new();
    }
    let answers = network.infer(patches(image, &places));
    let answers = answers.into_dimensionality::<Ix2>().expect("a row for each patch");
    let classes = softmax(answers.slice(s![.., ..CLASSES]).to_owned());
    let (height, width) = image.dim();
    let mut found = Vec::new();
    for (i, place) in places.iter().enumerate() {
        let by = [0, 1, 2, 3].map(|k| answers[[i, CLASSES + k]]);
        let place = moved(place, by).within((width as f32, height as f32));
        found.extend(search.sure(place, classes.row(i)));
    }
    suppress_detections(&found, search.overlap, search.overlap_across)
}
// ANCHOR_END: detect

/// What the network learns: a patch, what is in it, and how to move the rectangle that it was cut
/// from.
struct Lesson {
    patch: Vec<u8>,
    label: u8,
    offsets: [f32; 4],
}

/// Learning from patches of scenes, none of which comes twice.
struct PatchStep<'a> {
    scenes: Scenes<'a>,
    count: usize,
    lessons: Vec<Lesson>,
    seed: u64,
    examined: Examined,
    classes: SoftmaxWithLoss<f32>,
    places: SmoothL1<f32>,
}

impl<'a> PatchStep<'a> {
    fn new(scenes: Scenes<'a>, count: usize, test: &[Scene], seed: u64) -> Self {
        let examined = Examined::new(&scenes, test);
        Self {
            scenes,
            count,
            lessons: Vec::new(),
            seed,
            examined,
            classes: SoftmaxWithLoss::default(),
            places: SmoothL1::default(),
        }
    }

    // ANCHOR: lessons
    /// Patches of the scene of this number: proposals, and the digits' own places, shaken.
    fn lessons(&self, number: u64) -> Vec<Lesson> {
        let (scene, rng) = (self.scenes.scene(number), &mut generator(self.seed ^ !number));
        let mut places = propose(&scene.image);
        for (place, _) in &scene.digits {
            let mut shaken = |size: f32| size * SHAKE * rng.sample::<f32, _>(StandardNormal);
            places.push(*place);
            places.extend((0..SHAKEN).map(|_| {
                let (w, h) = (place.width(), place.height());
                BoundingBox::new(
                    place.left + shaken(w),
                    place.top + shaken(h),
                    place.right + shaken(w),
                    place.bottom + shaken(h),
                )
            }));
        }
        let held = |place: &BoundingBox| held(&scene, place).map(|digit| scene.digits[digit]);
        let all = places.into_iter().map(|place| (place, held(&place)));
        let (sure, others): (Vec<_>, Vec<_>) = all.partition(|(_, held)| held.is_some());
        let lesson = |(place, held): &(BoundingBox, Option<(BoundingBox, u8)>)| Lesson {
            patch: cut(&scene.image, place)
                .iter()
                .map(|pixel| (255.0 * pixel).round() as u8)
                .collect(),
            label: held.map_or(NOTHING as u8, |digit| digit.1),
            offsets: held.map_or([0.0; 4], |digit| offsets(place, &digit.0)),
        };
        let mut choose = |from: &[_], count: usize| -> Vec<Lesson> {
            (0..count).filter_map(|_| from.choose(rng).map(lesson)).collect()
        };
        let mut lessons = choose(&others, SAMPLE - SURE);
        lessons.extend(choose(&sure, SAMPLE - lessons.len()));
        lessons
    }
    // ANCHOR_END: lessons
}

impl TrainStep<f32, Network<f32>> for PatchStep<'_> {
    fn examples(&self) -> usize {
        self.count * SAMPLE
    }

    fn forward_backward(&mut self, network: &mut Network<f32>, indices: &[usize]) -> f32 {
        let lessons: Vec<&Lesson> = indices.iter().map(|&i| &self.lessons[i]).collect();
        let pixels = lessons.iter().flat_map(|lesson| &lesson.patch);
        let pixels = pixels.map(|&pixel| f32::from(pixel) / 255.0).collect();
        let x = Tensor::from_shape_vec(vec![lessons.len(), 1, 28, 28], pixels).expect("28×28 each");
        let answers = network.forward(x).into_dimensionality::<Ix2>().expect("rows");
        let labels: Vec<u8> = lessons.iter().map(|lesson| lesson.label).collect();
        let logits = answers.slice(s![.., ..CLASSES]).to_owned().into_dyn();
        let loss = self.classes.forward(logits, &labels);
        let dy = self.classes.backward();

        // Where there is nothing, no place is right or wrong.
        let holding: Vec<usize> =
            (0..lessons.len()).filter(|&i| usize::from(labels[i]) != NOTHING).collect();
        let wanted = holding.iter().flat_map(|&i| lessons[i].offsets).collect();
        let wanted = Tensor::from_shape_vec(vec![holding.len(), 4], wanted).expect("four each");
        let said = answers.slice(s![.., CLASSES..]).select(Axis(0), &holding).into_dyn();
        let mut moves = Array2::zeros((lessons.len(), 4));
        let mut place_loss = 0.0;
        if !holding.is_empty() {
            place_loss = self.places.forward(said, &wanted);
            let gradient = self.places.backward().into_dimensionality::<Ix2>().expect("rows");
            for (&row, gradient) in holding.iter().zip(gradient.rows()) {
                moves.row_mut(row).assign(&gradient);
            }
        }
        let dy = dy.into_dimensionality::<Ix2>().expect("rows");
        let dy = concatenate(Axis(1), &[dy.view(), moves.view()]).expect("as many rows");
        network.backward_params(dy.as_standard_layout().into_owned().into_dyn());
        loss + place_loss
    }

    fn evaluate(&mut self, network: &mut Network<f32>) -> Evaluation {
        self.examined.evaluate(|scenes| search(network, scenes))
    }

    fn measure(&self) -> &'static str {
        "mAP"
    }

    fn begin_epoch(&mut self, epoch: usize) {
        let first = (epoch * self.count) as u64;
        let numbers = first..first + self.count as u64;
        let lessons: Vec<_> = numbers.into_par_iter().map(|number| self.lessons(number)).collect();
        self.lessons = lessons.into_iter().flatten().collect();
    }
}

fn search(network: &Network<f32>, scenes: &[Scene]) -> Vec<Vec<Detection>> {
    scenes.par_iter().map(|scene| detect(network, &scene.image, Search::THOROUGH)).collect()
}

/// The flags of `detect rcnn`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.002")))]
#[command(mut_arg("epochs", |arg| arg.default_value("5")))]
#[command(mut_arg("batch_size", |arg| arg.default_value("100")))]
#[command(mut_arg("schedule", |arg| arg.default_value("cosine")))]
#[command(mut_arg("examine", |arg| arg.hide(true)))]
pub struct Flags {
    #[command(flatten)]
    job: Job,
    /// Scenes in an epoch; none comes twice
    #[arg(long, value_name = "N", default_value = "2000", value_parser = flags::count)]
    scenes: usize,
    /// Scenes of unseen digits to judge by
    #[arg(long, value_name = "N", default_value = "1000", value_parser = flags::count)]
    held_out: usize,
}

/// Teaches the network to read patches and prints how well proposals and network together find digits in
/// scenes that it has not seen.
///
/// # Errors
/// If data, checkpoint or weights cannot be read or written, or training diverges.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    flags.job.refuse(&["--examine"])?;
    let mut training = flags.job.begin(rcnn_net)?;
    println!("parameters: {}", parameter_count(&mut training.model));
    let (train, test) = flags.job.digits()?;
    let judged = draw(&Scenes::new(&test, TEST_SEED), 0..flags.held_out as u64);
    let seed = flags.job.seed.seed;
    if flags.job.learns() {
        training.of(&train)?;
        training.fit(&mut PatchStep::new(
            Scenes::new(&train, seed),
            flags.scenes,
            &judged,
            seed,
        ))?;
    }
    let proposed: Vec<_> = judged.par_iter().map(|scene| propose(&scene.image)).collect();
    let start = Instant::now();
    let found = search(&training.model, &judged);
    tell(&judged, &proposed, &found, start.elapsed());
    draw_steps(&training.model, &judged[several(&judged)], figures)
}

/// A scene's ink at one threshold, the proposals, and what is found in them.
fn draw_steps(network: &Network<f32>, scene: &Scene, figures: &Figures) -> Result<()> {
    let threshold = THRESHOLDS[3];
    let ink = scene.image.mapv(|pixel| f32::from(pixel > threshold));
    let proposals = propose(&scene.image);
    let found = detect(network, &scene.image, Search::CLEAR);
    let names = [
        format!("lighter than {threshold}"),
        format!("{} proposals from all thresholds", proposals.len()),
    ];
    let pictures = [
        Panel::new(&names[0], grey(&ink)),
        Panel { frames: &proposals, ..Panel::new(&names[1], grey(&scene.image)) },
        Panel { found: &found, ..Panel::new("found", grey(&scene.image)) },
    ];
    figures.draw("rcnn.png", panels_size(760, 3), |area| panels(area, &pictures))
}
