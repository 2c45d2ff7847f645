//! How good made images are, in numbers: does the judge read what was asked for, are they as varied as
//! real ones, and how far are both clouds apart?

use common::Tensor;
use common::data::Dataset;
use common::layer::Layer;
use common::network::Network;
use common::random::generator;

use super::frechet::Gaussian;
use super::generator::{noise, request, to_ink};
use super::judge::{Judge, points};
use super::spread;

/// Images that are made or looked at together.
const TOGETHER: usize = 500;

/// What is measured on a set of images with the digits that they are meant to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The share that the judge reads as meant.
    pub right: f64,
    /// How many images the judge reads as each digit.
    pub counts: [usize; 10],
    /// The mean squared distance from the mean image of the digit.
    pub spread: f64,
    /// What the judge sees in them, as a cloud.
    pub cloud: Gaussian,
}

impl Report {
    /// Of these images N×1×28×28 from 0 to 1.
    pub fn of(judge: &Judge<f32>, images: &Tensor<f32>, digits: &[u8]) -> Self {
        let features = judge.features(images.clone());
        let cloud = Gaussian::of(&points(&features));
        let read = judge.read(features);
        let right = read.iter().zip(digits).filter(|(read, digit)| read == digit).count();
        let mut counts = [0; 10];
        read.iter().for_each(|&digit| counts[usize::from(digit)] += 1);
        let spread = spread::within(images, digits);
        Self { right: right as f64 / digits.len().max(1) as f64, counts, spread, cloud }
    }

    /// Of the first `count` images of a dataset.
    pub fn of_first(judge: &Judge<f32>, data: &Dataset, count: usize) -> Self {
        let first: Vec<usize> = (0..data.len().min(count)).collect();
        let (images, digits) = data.batch(&first);
        Self::of(judge, &images, &digits)
    }
}

/// `count` images, equally many of each digit, N×1×28×28 from 0 to 1, and their digits.
pub fn samples(network: &Network<f32>, count: usize, seed: u64) -> (Tensor<f32>, Vec<u8>) {
    let rng = &mut generator(seed);
    let digits: Vec<u8> = (0..10).cycle().take(count).collect();
    let parts: Vec<_> = digits
        .chunks(TOGETHER)
        .map(|part| network.infer(request(&noise(part.len(), rng), part)))
        .collect();
    let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
    let images = ndarray::concatenate(ndarray::Axis(0), &views).expect("images of one size");
    (to_ink(images), digits)
}

/// Prints it all, beside what real images would have got.
pub fn print(made: &Report, train: &Report, test: &Report) {
    println!("the judge reads {:.4} of the test images", test.right);
    println!("read as asked: {:.4}", made.right);
    let counts: Vec<_> = made.counts.iter().map(ToString::to_string).collect();
    println!("read as 0 to 9: {}", counts.join(" "));
    println!("spread: {:.3} of that of test images", made.spread / test.spread);
    println!(
        "Fréchet distance from test images: {:.3}; that of training images: {:.3}",
        made.cloud.frechet(&test.cloud),
        train.cloud.frechet(&test.cloud)
    );
}
