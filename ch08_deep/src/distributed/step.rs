//! One step of a training that is shared: every rank takes its shares of the batch, and all get the
//! sum.

use common::data::Dataset;
use common::metrics::predict;
use common::network::Network;
use common::random::{Generator, Rng, generator};
use common::train::{Classification, Evaluation, Fault, TrainStep, interrupt};
use common::{Error, Result, layer::Layer};
use ndarray::ArrayD;

use super::agreement::{agree, gather_number};
use super::all_reduce::all_reduce;
use super::shares::{PairwiseSum, Shares};
use super::team::Team;

/// Images are dealt out for evaluation in so many at once, so that each is read beside the same
/// others whoever reads it.
const BLOCK: usize = 100;

/// Classification, shared out among the ranks of a team.
pub struct SharedStep<'a, T> {
    inner: Classification<'a, f32>,
    shares: Shares,
    team: &'a mut T,
    /// This rank's part of the images that the training accuracy is measured on, and of the test's;
    /// and how many images there are of each in all.
    examined: [(Dataset, usize); 2],
    stop: bool,
}

impl<'a, T: Team> SharedStep<'a, T> {
    /// Learning from `train`, evaluated on `examined` and `test`.
    pub fn new(
        (train, examined, test): (&'a Dataset, &'a Dataset, &'a Dataset),
        shares: Shares,
        team: &'a mut T,
    ) -> Self {
        let inner = Classification::new(train, test);
        let part = |data: &Dataset| {
            let blocks = data.len().div_ceil(BLOCK);
            let first = |rank: usize| (blocks * rank / team.size() * BLOCK).min(data.len());
            let images: Vec<usize> = (first(team.rank())..first(team.rank() + 1)).collect();
            (data.select(&images), data.len())
        };
        let examined = [part(examined), part(test)];
        Self { inner, shares, team, examined, stop: false }
    }

    // ANCHOR: share
    /// What one share adds to the batch's gradients, running statistics and loss, in this order.
    fn share(&mut self, network: &mut Network<f32>, images: &[usize], weight: f32) -> Vec<f32> {
        if images.is_empty() {
            return vec![0.0; count(network) + 1];
        }
        let loss = self.inner.forward_backward(network, images);
        let mut numbers = Vec::with_capacity(count(network) + 2);
        for p in network.params() {
            numbers.extend(p.grad.iter().map(|g| g * weight));
        }
        for b in network.buffers() {
            numbers.extend(b.value.iter().map(|x| x * weight));
        }
        numbers.push(loss * weight);
        numbers
    }
    // ANCHOR_END: share

    /// The fraction of these images, of which every rank has a part, that the network reads right.
    fn accuracy(&mut self, network: &Network<f32>, which: usize) -> f64 {
        let (part, all) = &self.examined[which];
        let answers = if part.is_empty() { Vec::new() } else { predict(network, part) };
        let right = answers.iter().zip(&part.labels).filter(|(a, b)| a == b).count();
        let right: u64 = gather_number(self.team, right as u64).iter().sum();
        right as f64 / *all as f64
    }

    /// How good a network is, by all ranks together.
    pub fn examine(&mut self, network: &Network<f32>) -> Evaluation {
        Evaluation { train: self.accuracy(network, 0), test: self.accuracy(network, 1) }
    }
}

impl<T: Team> TrainStep<f32, Network<f32>> for SharedStep<'_, T> {
    fn examples(&self) -> usize {
        self.inner.train.len()
    }

    // ANCHOR: forward_backward
    fn forward_backward(&mut self, network: &mut Network<f32>, indices: &[usize]) -> f32 {
        let before = Before::of(network, self.shares);
        let mut sum = PairwiseSum::default();
        for share in self.shares.of(self.team.rank(), self.team.size()) {
            before.begin(network, share);
            let images = &indices[self.shares.images(share, indices.len())];
            let weight = images.len() as f32 / indices.len() as f32;
            sum.push(self.share(network, images, weight));
        }
        before.end(network);

        let mut sum = sum.finish();
        sum.push(f32::from(interrupt::requested()));
        all_reduce(self.team, &mut sum);
        self.stop = sum.pop() > Some(0.0);
        let loss = sum.pop().expect("the loss was put there");
        put(network, &sum);
        loss
    }
    // ANCHOR_END: forward_backward

    fn evaluate(&mut self, network: &mut Network<f32>) -> Evaluation {
        self.examine(network)
    }

    fn fault(&mut self, network: &mut Network<f32>, indices: &[usize]) -> Option<Fault> {
        let here = self.inner.fault(network, indices);
        let kinds = gather_number(
            self.team,
            match here {
                None => 0,
                Some(Fault::Data(_)) => 1,
                Some(Fault::Weights(_)) => 2,
            },
        );
        let here = match here {
            None => Ok(()),
            Some(Fault::Data(found) | Fault::Weights(found)) => Err(Error::Invalid(found)),
        };
        let found = agree(self.team, here).err()?.to_string();
        let first = kinds.into_iter().find(|kind| *kind > 0);
        Some(if first == Some(1) { Fault::Data(found) } else { Fault::Weights(found) })
    }

    fn stops(&self, _asked: bool) -> bool {
        self.stop // whoever was asked, all know since the last sum
    }

    fn agree(&mut self, here: Result<bool, String>) -> Result<bool, String> {
        let goes_on = agree(self.team, here.map_err(Error::Invalid)).map_err(|e| e.to_string())?;
        Ok(gather_number(self.team, u64::from(goes_on)).iter().all(|&goes_on| goes_on == 1))
    }
}

// ANCHOR: before
/// What the forward pass changes, as it was before the step: every share begins with it, whoever
/// works on the others. Running statistics are averaged over the shares; random numbers depend on
/// the share.
struct Before {
    statistics: Vec<ArrayD<f32>>,
    /// One number for each generator, drawn from it for this step; none if there is but one share,
    /// which draws as a whole batch does.
    drawn: Vec<u64>,
    after: Vec<Generator>,
}

impl Before {
    fn of(network: &mut Network<f32>, shares: Shares) -> Self {
        let several = shares.count() > 1;
        let statistics = network.buffers().iter().map(|b| b.value.to_owned()).collect();
        let draw = |g: &mut Generator| g.random();
        let generators = network.generators().into_iter().filter(|_| several);
        let drawn = generators.map(draw).collect();
        let after = network.generators().iter().map(|g| (*g).clone()).collect();
        Self { statistics, drawn, after }
    }

    fn begin(&self, network: &mut Network<f32>, share: usize) {
        network.buffers().iter_mut().zip(&self.statistics).for_each(|(b, old)| b.value.assign(old));
        let generators = network.generators().into_iter().zip(&self.drawn);
        generators.for_each(|(g, drawn)| *g = generator(drawn ^ share as u64));
    }

    fn end(self, network: &mut Network<f32>) {
        if !self.drawn.is_empty() {
            network.generators().into_iter().zip(self.after).for_each(|(g, after)| *g = after);
        }
    }
}
// ANCHOR_END: before

/// How many numbers a share adds up besides its loss.
fn count(network: &mut Network<f32>) -> usize {
    let gradients: usize = network.params().iter().map(|p| p.grad.len()).sum();
    gradients + network.buffers().iter().map(|b| b.value.len()).sum::<usize>()
}

/// Puts sums back where their terms came from.
fn put(network: &mut Network<f32>, sums: &[f32]) {
    let mut sums = sums.iter();
    for p in &mut network.params() {
        p.grad.iter_mut().zip(&mut sums).for_each(|(g, sum)| *g = *sum);
    }
    for b in &mut network.buffers() {
        b.value.iter_mut().zip(&mut sums).for_each(|(x, sum)| *x = *sum);
    }
}
