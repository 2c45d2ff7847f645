//! The image learns: from coarse to fine, stopped and resumed at will.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use common::optimizer::AdamW;
use common::random::{Rng, generator};
use common::store::checkpoint;
use common::train::{Evaluation, Schedule, TrainStep, Trainer, TrainingState};
use common::{Error, Result, Tensor};
use image::RgbImage;
use ndarray::{ArrayD, IxDyn};

use super::canvas::Canvas;
use super::features::Features;
use super::objective::{Objective, Parts, Weights};
use super::pictures::{SHORTEST, fitted, resized, tensor};
use super::statistics::Statistic;

/// Where an image begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Begin {
    /// As the content
    Content,
    /// As noise, drawn from --seed
    Noise,
}

/// How an image is painted.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The longer side of the result, in pixels.
    pub size: usize,
    /// How many sizes there are, each twice the one before.
    pub sizes: usize,
    /// Steps at each of them.
    pub steps: usize,
    /// About how far a pixel goes in the first steps at each size; it falls along half a cosine.
    pub learning_rate: f64,
    /// What each part of the loss counts.
    pub weights: Weights,
    /// What a style is.
    pub statistic: Statistic,
    /// Where the image begins.
    pub begin: Begin,
    /// Where noise begins.
    pub seed: u64,
    /// After how many steps of all sizes together to stop, to go on another time.
    pub stop: Option<usize>,
    /// A file for what it takes to go on.
    pub save: Option<PathBuf>,
    /// The file to go on from.
    pub resume: Option<PathBuf>,
    /// What tells these pictures, this network and this plan from others.
    pub fingerprint: u64,
}

/// What has been painted.
pub struct Painted {
    /// The result, 1×3×H×W.
    pub image: Tensor<f32>,
    /// Two pictures from each size, 3×H×W: after an eighth of the steps, and at the end. Zeros if it
    /// was not reached.
    pub moments: Vec<ArrayD<f32>>,
    /// How long it took.
    pub time: Duration,
}

/// Which of the sizes it is, and all that is needed to go on there.
type Begun = (usize, Canvas<f32>, AdamW<f32>, TrainingState);

/// One step at one size.
struct Step<'a> {
    objective: Objective<'a, f32>,
    steps: usize,
    done: usize,
    /// Which of the moments comes within this size, and after which step.
    moment: (usize, usize),
}

impl TrainStep<f32, Canvas<f32>> for Step<'_> {
    fn examples(&self) -> usize {
        self.steps
    }

    // ANCHOR: step
    fn forward_backward(&mut self, canvas: &mut Canvas<f32>, _: &[usize]) -> f32 {
        canvas.clamp();
        if self.done == self.moment.1 {
            canvas.keep(self.moment.0);
        }
        let (loss, _, gradient) = self.objective.loss(&canvas.image);
        canvas.gradient = gradient;
        self.done += 1;
        loss
    }
    // ANCHOR_END: step

    /// Nothing is held out: the two parts of the loss take the places of both measures.
    fn evaluate(&mut self, canvas: &mut Canvas<f32>) -> Evaluation {
        let (_, parts, _) = self.objective.loss(&canvas.image);
        Evaluation { train: parts.style, test: parts.content }
    }
}

impl Plan {
    /// The longer side, and width and height, of each size, the smallest first.
    fn sizes(&self, content: &RgbImage) -> Vec<(usize, (usize, usize))> {
        let longer = (0..self.sizes).rev().map(|halvings| self.size >> halvings);
        let longer = longer.filter(|&longer| longer >= SHORTEST.min(self.size));
        longer.map(|longer| (longer, fitted(content.dimensions(), longer))).collect()
    }

    /// After how many steps at a size a picture is kept, besides the one at its end.
    fn early(&self) -> usize {
        self.steps / 8
    }

    // ANCHOR: paint
    /// Paints the content in the manner of the style: first small, then twice as large, and so on.
    ///
    /// # Errors
    /// If a file cannot be read or written, or the loss is no number any more.
    pub fn paint(
        &self,
        features: &mut Features<f32>,
        content: &RgbImage,
        style: &RgbImage,
    ) -> Result<Painted> {
        let (start, sizes) = (Instant::now(), self.sizes(content));
        let (mut level, mut canvas, mut adam, mut state) = self.begin(&sizes, content)?;
        loop {
            let (longer, size) = sizes[level];
            let content = tensor(content, size);
            let style = tensor(style, fitted(style.dimensions(), longer));
            let what = (self.statistic, self.weights);
            let objective = Objective::new(features, &content, &style, what);
            let done = state.history.losses.len();
            let moment = (2 * level, self.early());
            let mut step = Step { objective, steps: self.steps, done, moment };
            self.trainer(level).fit(&mut step, &mut canvas, &mut adam, &mut state)?;
            canvas.clamp();
            tell(size, step.done, &step.objective.loss(&canvas.image).1);
            if state.epoch > 0 {
                canvas.keep(2 * level + 1);
            }
            if state.epoch == 0 || level + 1 == sizes.len() {
                break; // stopped early, or done
            }
            level += 1;
            canvas.image = resized(&canvas.image, sizes[level].1);
            canvas.gradient = Tensor::zeros(canvas.image.raw_dim());
            (adam, state) = self.at_rest();
        }
        Ok(Painted { image: canvas.image, moments: canvas.moments, time: start.elapsed() })
    }
    // ANCHOR_END: paint

    /// Each size is one epoch, and the picture the only example, seen in every step.
    fn trainer(&self, level: usize) -> Trainer {
        let schedule = Some((self.learning_rate, Schedule::Cosine));
        let max_steps = self.stop.map(|stop| stop.saturating_sub(level * self.steps));
        let save = self.save.clone();
        Trainer { schedule, save, max_steps, report: false, ..Trainer::new(1, 1) }
    }

    /// Optimizer and state before the first step at a size.
    fn at_rest(&self) -> (AdamW<f32>, TrainingState) {
        let adam = AdamW::new(self.learning_rate as f32, 0.0);
        let state = TrainingState::start(generator(self.seed));
        (adam, TrainingState { fingerprint: Some(self.fingerprint), ..state })
    }

    /// The beginning, or what the file holds that is to be gone on from, which is at one of the sizes.
    fn begin(&self, sizes: &[(usize, (usize, usize))], content: &RgbImage) -> Result<Begun> {
        let moments = sizes.iter().flat_map(|&(_, (width, height))| {
            let blank = ArrayD::zeros(IxDyn(&[3, height, width]));
            [blank.clone(), blank]
        });
        let moments: Vec<ArrayD<f32>> = moments.collect();
        let blank = |(width, height): (usize, usize)| {
            Canvas::new(Tensor::zeros(IxDyn(&[1, 3, height, width])), moments.clone())
        };
        let (mut adam, state) = self.at_rest();
        let Some(file) = &self.resume else {
            let mut canvas = blank(sizes[0].1);
            canvas.image = match self.begin {
                Begin::Content => tensor(content, sizes[0].1),
                Begin::Noise => {
                    let rng = &mut generator(self.seed);
                    Tensor::from_shape_simple_fn(canvas.image.raw_dim(), || rng.random())
                }
            };
            return Ok((0, canvas, adam, state));
        };
        let mut problem = None;
        for (level, &(_, size)) in sizes.iter().enumerate().rev() {
            let mut canvas = blank(size);
            match checkpoint::load(file, &mut canvas, &mut adam, 1) {
                Ok(state) if state.fingerprint != Some(self.fingerprint) => {
                    return Err(Error::format(
                        file,
                        "was made with other pictures, another network or other flags; go on with the same",
                    ));
                }
                Ok(state) => {
                    let done = state.history.losses.len();
                    println!("resumed after {done} steps at {}×{}", size.0, size.1);
                    return Ok((level, canvas, adam, state));
                }
                Err(e) => problem = problem.or(Some(e)),
            }
        }
        Err(problem.expect("there is a size at least"))
    }
}

/// Prints how far the image has come at a size.
fn tell((width, height): (usize, usize), steps: usize, parts: &Parts) {
    println!(
        "{width}×{height}, {steps} steps: style {:.4}, content {:.4}, total variation {:.5}",
        parts.style, parts.content, parts.total_variation
    );
}
