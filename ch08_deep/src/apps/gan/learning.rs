//! One step of the game: both players learn from one batch.

use common::data::Dataset;
use common::layer::Layer;
use common::model::Model;
use common::random::generator;
use common::train::{Evaluation, History, TrainStep};
use common::{Float, Tensor};
use ndarray::{Array2, Axis, concatenate};

use super::discriminator::{asked, put_back};
use super::generator::{NOISE, from_ink, noise, request, to_ink};
use super::judge::Judge;
use super::losses::{
    SURE, discriminator_loss, generator_loss, saturating_loss, score, wrong_class_loss,
};
use super::pair::Pair;
use super::spread;

/// How many images of each digit are judged after an epoch.
const JUDGED: usize = 50;

/// What is written down of each step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The discriminator's loss.
    DiscriminatorLoss,
    /// The generator's.
    GeneratorLoss,
    /// The mean of D(x), for real images.
    Real,
    /// The mean of D(G(z)), for made ones.
    Made,
}

/// How the game is played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// The discriminator learns in every step of this number only.
    pub lag: usize,
    /// Whether the generator learns from ln(1 − D) instead of −ln D.
    pub saturating: bool,
}

/// Images of one noise, as the generator made them after so many steps: ten digits, N×1×28×28.
pub type Shot = (usize, Tensor<f32>);

/// Learning to make images like those of a dataset.
pub struct GanStep<'a> {
    train: &'a Dataset,
    judge: &'a Judge<f32>,
    rules: Rules,
    seed: u64,
    epoch: usize,
    /// Steps that are done.
    pub done: usize,
    /// After so many steps the generator's images are kept.
    pub keep_at: Vec<usize>,
    /// What was kept.
    pub shots: Vec<Shot>,
    notes: [f64; 4],
    spread_of_real: f64,
}

impl<'a> GanStep<'a> {
    /// Learning from `train`, watched by `judge`.
    pub fn new(train: &'a Dataset, judge: &'a Judge<f32>, rules: Rules, seed: u64) -> Self {
        let (shots, keep_at) = (Vec::new(), Vec::new());
        let some: Vec<usize> = (0..train.len().min(1000)).collect();
        let (x, classes) = train.batch::<f32>(&some);
        let spread_of_real = spread::within(&x, &classes);
        let notes = [0.0; 4];
        Self { train, judge, rules, seed, epoch: 0, done: 0, keep_at, shots, notes, spread_of_real }
    }

    /// The noise for the examples of these numbers: the same for any order and any batch, so that a
    /// training that goes on gets what it would have got.
    fn noise<F: Float>(&self, indices: &[usize]) -> Array2<F> {
        let first = self.epoch * self.train.len();
        let mut z = Array2::zeros((indices.len(), NOISE));
        for (mut row, &i) in z.rows_mut().into_iter().zip(indices) {
            row.assign(&noise(1, &mut generator(self.seed ^ !((first + i) as u64))).row(0));
        }
        z
    }

    fn shoot(&mut self, pair: &Pair<f32>) {
        let z = noise::<f32>(1, &mut generator(self.seed));
        let z = z.broadcast((10, NOISE)).expect("one row for all").to_owned();
        let digits: Vec<u8> = (0..10).collect();
        self.shots.push((self.done, to_ink(pair.generator.infer(request(&z, &digits)))));
    }
}

/// Forward and backward through both networks, for real images from −1 to 1, their classes and as many
/// noises; leaves all gradients in the parameters, and returns the numbers of each [`Note`].
pub fn play<F: Float>(
    pair: &mut Pair<F>,
    (real, classes): (Tensor<F>, &[u8]),
    noise: &Array2<F>,
    saturating: bool,
) -> [f64; 4] {
    // ANCHOR: play
    let Pair { generator, discriminator } = pair;
    let images = generator.forward(request(noise, classes));

    // The generator's turn: how would the pixels have to change to look more real?
    let logits = discriminator.forward(images.clone());
    let loss = if saturating { saturating_loss } else { generator_loss };
    let (g_loss, dlogits) = loss(asked(&logits, classes));
    generator.backward_params(discriminator.backward(put_back(dlogits, classes)));

    // The discriminator's turn, on real and made images side by side. The gradients that are in it
    // from above were for passing on only, and are overwritten.
    let logits = discriminator.forward(concatenate![Axis(0), real, images]);
    let (known, made) = logits.view().split_at(Axis(0), classes.len());
    let (known, made) = (known.to_owned(), asked(&made.to_owned(), classes));
    let own = asked(&known, classes);
    let scores = [score(&own), score(&made)];
    let (d_loss, [d_own, d_made]) = discriminator_loss(own, made, F::of(SURE));
    let (wrong, d_wrong) = wrong_class_loss(&known, classes);
    let d_known = put_back(d_own, classes) + d_wrong;
    discriminator.backward_params(concatenate![Axis(0), d_known, put_back(d_made, classes)]);
    // ANCHOR_END: play
    let d_loss = d_loss + wrong;
    [d_loss.as_f64(), g_loss.as_f64(), scores[0], scores[1]]
}

impl TrainStep<f32, Pair<f32>> for GanStep<'_> {
    fn examples(&self) -> usize {
        self.train.len()
    }

    fn forward_backward(&mut self, pair: &mut Pair<f32>, indices: &[usize]) -> f32 {
        if self.keep_at.contains(&self.done) {
            self.shoot(pair);
        }
        let (real, classes) = self.train.batch(indices);
        let noise = self.noise(indices);
        self.notes = play(pair, (from_ink(real), &classes), &noise, self.rules.saturating);
        if !self.done.is_multiple_of(self.rules.lag) {
            rest(pair);
        }
        self.done += 1;
        (self.notes[0] + self.notes[1]) as f32
    }

    fn notes(&self) -> Vec<f64> {
        self.notes.to_vec()
    }

    /// How much made images of a digit differ from each other, as a share of what real ones do (at most
    /// 1), and how many of them the judge reads as asked.
    fn evaluate(&mut self, pair: &mut Pair<f32>) -> Evaluation {
        if self.keep_at.last().is_some_and(|&last| self.done >= last) {
            self.keep_at.clear();
            self.shoot(pair);
        }
        let classes: Vec<u8> = (0..10).cycle().take(10 * JUDGED).collect();
        let z = noise(classes.len(), &mut generator(!self.seed));
        let images = to_ink(pair.generator.infer(request(&z, &classes)));
        let spread = spread::within(&images, &classes) / self.spread_of_real;
        let right = self.judge.right(images, &classes);
        Evaluation { train: spread.min(1.0), test: right }
    }

    fn summary(&self, history: &History) -> String {
        let [d_loss, g_loss, real, made] = [0, 1, 2, 3].map(|note| history.recent_note(note));
        let last = |values: &[f64]| values.last().copied().unwrap_or(f64::NAN);
        format!(
            "losses D {d_loss:.3}, G {g_loss:.3}; D(x) {real:.3}, D(G(z)) {made:.3}; read as asked {:.4}, spread {:.3}",
            last(&history.test_accuracies),
            last(&history.train_accuracies),
        )
    }

    fn begin_epoch(&mut self, epoch: usize) {
        self.epoch = epoch;
    }
}

/// Leaves the discriminator as it is in this step.
fn rest(pair: &mut Pair<f32>) {
    for mut param in pair.discriminator.params() {
        param.grad.fill(0.0);
    }
}

/// How many numbers the two networks learn, the generator's and the discriminator's.
pub fn sizes(pair: &mut Pair<f32>) -> [usize; 2] {
    let count = |layer: &mut dyn Layer<f32>| layer.params().iter().map(|p| p.value.len()).sum();
    let mut parts = pair.parts().into_iter().map(count);
    [parts.next().unwrap_or(0), parts.next().unwrap_or(0)]
}
