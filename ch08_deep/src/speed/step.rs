//! One step of training, always on the same batch, so that it can be measured.

use std::time::{Duration, Instant};
use std::vec;

use common::flags;
use common::layer::Layer;
use common::layers::SoftmaxWithLoss;
use common::network::Network;
use common::optimizer::Optimizer;
use common::random::{Generator, Rng};
use common::train::classify;
use common::{Result, Tensor};

use crate::networks::measured::Measured;

/// Steps before the clock runs: memory is fetched, threads are awake.
pub const WARM_UP: usize = 3;
/// However short the time, so many steps are measured.
const LEAST: usize = 5;
/// Copies of the batch that are made at once. A thread that finds nothing to do falls asleep, and
/// waking it takes longer than a small network needs; so steps follow each other without a pause.
const COPIES: usize = 8;

/// As many images in one step as memory is likely to hold: they are made for the measurement.
pub fn measured_images(text: &str) -> Result<usize, String> {
    match flags::count(text)? {
        n if n <= 10_000 => Ok(n),
        _ => Err("expected at most 10000".to_string()),
    }
}

/// A network, its optimizer, and a batch of random images.
pub struct Bench {
    /// The network.
    pub network: Network<f32>,
    /// The batch, in the shape that the network expects.
    pub x: Tensor<f32>,
    copies: vec::IntoIter<Tensor<f32>>,
    labels: Vec<u8>,
    criterion: SoftmaxWithLoss<f32>,
    optimizer: Box<dyn Optimizer<f32>>,
}

impl Bench {
    /// All of it, drawn from `rng`.
    ///
    /// # Errors
    /// Never: all sizes fit.
    pub fn new(measured: Measured, batch_size: usize, rng: &mut Generator) -> Result<Self> {
        let shape = [&[batch_size], measured.input()].concat();
        let x = Tensor::from_shape_simple_fn(shape, || rng.random());
        let labels = (0..batch_size).map(|_| rng.random_range(0..10)).collect();
        Ok(Self {
            network: measured.network(rng)?,
            x,
            copies: Vec::new().into_iter(),
            labels,
            criterion: SoftmaxWithLoss::default(),
            optimizer: measured.optimizer(),
        })
    }

    /// A copy of the batch.
    fn copy(&mut self) -> Tensor<f32> {
        self.copies.next().unwrap_or_else(|| {
            self.copies = vec![self.x.clone(); COPIES].into_iter();
            self.x.clone()
        })
    }

    /// One step of training. It consumes a copy of the batch, which is made before the clock runs.
    pub fn step(&mut self) -> StepTimes {
        self.step_with(|_| {})
    }

    // ANCHOR: step
    /// One step of training, with something between the gradients and the update.
    pub fn step_with(&mut self, between: impl FnOnce(&mut Network<f32>)) -> StepTimes {
        let x = self.copy();
        let start = Instant::now();
        let loss = classify(&mut self.network, &mut self.criterion, (x, &self.labels), 1.0);
        let gradients = start.elapsed();
        between(&mut self.network);
        self.optimizer.update(self.network.params());
        StepTimes { whole: start.elapsed(), gradients, loss }
    }
    // ANCHOR_END: step

    /// Reads the batch without learning anything.
    pub fn infer(&mut self) -> Duration {
        let x = self.copy();
        let start = Instant::now();
        let logits = self.network.infer(x);
        let whole = start.elapsed();
        drop(logits);
        whole
    }
}

/// What one step took.
#[derive(Clone, Copy, Debug)]
pub struct StepTimes {
    /// All of it.
    pub whole: Duration,
    /// Forward and backward, the loss included.
    pub gradients: Duration,
    /// The batch's loss before the step.
    pub loss: f32,
}

impl StepTimes {
    /// What is left: the optimizer.
    pub fn update(&self) -> Duration {
        self.whole - self.gradients
    }
}

/// Calls `work`, which says what it took, again and again for some seconds; what each call said.
pub fn repeat<T>(seconds: f64, mut work: impl FnMut() -> T) -> Vec<T> {
    (0..WARM_UP).for_each(|_| drop(work()));
    let (mut results, start) = (Vec::new(), Instant::now());
    while results.len() < LEAST || start.elapsed().as_secs_f64() < seconds {
        results.push(work());
    }
    results
}

/// The middle one of some times, in seconds: half of them are shorter. No single disturbance
/// changes it much.
pub fn median(times: impl IntoIterator<Item = Duration>) -> f64 {
    middle(times.into_iter().map(|time| time.as_secs_f64()))
}

/// The middle one of some numbers, or the mean of the two in the middle; 0 if there are none.
pub fn middle(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.into_iter().collect();
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match numbers.len() {
        0 => 0.0,
        n if n % 2 == 1 => numbers[middle],
        _ => (numbers[middle - 1] + numbers[middle]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let of = |ms: &[u64]| median(ms.iter().map(|&ms| Duration::from_millis(ms))) * 1e3;
        assert_eq!(of(&[7]), 7.0);
        assert_eq!(of(&[9, 1, 1000]), 9.0);
        assert_eq!(of(&[4, 2]), 3.0);
        assert_eq!(of(&[]), 0.0);
    }

    #[test]
    fn work_is_repeated_at_least_a_few_times() {
        let mut calls = 0;
        let results = repeat(0.0, || {
            calls += 1;
            calls
        });
        assert_eq!(results, [4, 5, 6, 7, 8]);
    }
}
