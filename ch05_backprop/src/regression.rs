//! Not classes but quantities: the same layers under another loss.

use clap::Args;
use common::flags::{OutFlag, SeedFlag};
use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, MeanSquaredError, Relu};
use common::network::Network;
use common::optimizer::{Adam, Optimizer};
use common::plot::{LineChart, Series, Stroke};
use common::program::Figures;
use common::random::{Generator, generator, normal};
use common::{Result, Tensor};
use ndarray::Axis;

/// How often the weights are changed.
pub const STEPS: usize = 100;
const INPUTS: usize = 32;
const SAMPLES: usize = 1000;

/// Losses before each step and after the last, on the data learned from and on fresh data.
pub struct Fit {
    /// Mean squared errors on the 1,000 samples learned from.
    pub train: Vec<f32>,
    /// Mean squared errors on 1,000 others.
    pub test: Vec<f32>,
}

// ANCHOR: fit
/// 32-64-32-1 with ReLU learns a quantity that depends on 32 numbers, all samples in each step.
pub fn fit(seed: u64) -> Fit {
    let rng = &mut generator(seed);
    let ((x, t), (fresh_x, fresh_t)) = (samples(rng), samples(rng));
    let mut network = Network::new()
        .with(Affine::new(INPUTS, 64, Init::He, rng))
        .with(Relu::default())
        .with(Affine::new(64, 32, Init::He, rng))
        .with(Relu::default())
        .with(Affine::new(32, 1, Init::He, rng));
    let mut criterion = MeanSquaredError::default();
    let mut optimizer = Adam::new(1e-3);
    let mut fit = Fit { train: Vec::new(), test: Vec::new() };
    for step in 0..=STEPS {
        fit.test.push(criterion.forward(network.infer(fresh_x.clone()), &fresh_t));
        fit.train.push(criterion.forward(network.forward(x.clone()), &t));
        if step < STEPS {
            network.backward_params(criterion.backward());
            optimizer.update(network.params());
        }
    }
    fit
}
// ANCHOR_END: fit

/// Inputs from a normal distribution, and t = (x₁ + … + x₃₂)/√32, which has mean 0 and variance 1.
fn samples(rng: &mut Generator) -> (Tensor<f32>, Tensor<f32>) {
    let x = normal([SAMPLES, INPUTS].as_slice(), rng);
    let t = x.map_axis(Axis(1), |row| row.sum() / (INPUTS as f32).sqrt());
    (x, t.insert_axis(Axis(1)))
}

/// The flags of `regression`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// Prints the loss as it falls and draws it.
///
/// # Errors
/// If the figure cannot be written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let fit = fit(flags.seed.seed);
    println!("mean squared error; guessing the mean every time would give 1");
    println!("step   learned from   fresh");
    for step in (0..=STEPS).step_by(20) {
        println!("{step:>4}   {:<12.4}   {:.4}", fit.train[step], fit.test[step]);
    }
    let curve = |losses: &[f32]| {
        (0..).map(f64::from).zip(losses.iter().map(|&l| f64::from(l))).collect::<Vec<_>>()
    };
    let chart = LineChart {
        title: "A network of 32-64-32-1 learns a quantity".to_string(),
        x_label: "step".to_string(),
        y_label: "mean squared error".to_string(),
        series: vec![
            Series::line("data learned from", 0, curve(&fit.train)),
            Series::line("fresh data", 1, curve(&fit.test)).stroke(Stroke::Dashed),
        ],
        ..LineChart::default()
    };
    figures.draw("regression.png", (760, 380), |area| chart.draw(area))
}
