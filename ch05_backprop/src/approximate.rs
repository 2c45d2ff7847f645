//! One hidden layer bends a straight line into sin x; more units, better bends.

use std::f32::consts::PI;

use clap::Args;
use common::flags::{OutFlag, SeedFlag};
use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, MeanSquaredError, Tanh};
use common::network::Network;
use common::optimizer::{Adam, Optimizer};
use common::plot::{LineChart, Series};
use common::program::Figures;
use common::random::generator;
use common::{Result, Tensor};

/// How many hidden units are tried.
pub const UNITS: [usize; 3] = [4, 16, 64];
const STEPS: usize = 2000;
const POINTS: usize = 200;

// ANCHOR: fit
/// 1-units-1 with tanh, fitted to sin on [−2π, 2π]; the network's curve and its mean squared error.
pub fn fit(units: usize, seed: u64) -> (Tensor<f32>, f32) {
    let rng = &mut generator(seed);
    let mut network = Network::new()
        .with(Affine::new(1, units, Init::Gaussian(1.0), rng))
        .with(Tanh::default())
        .with(Affine::new(units, 1, Init::Xavier, rng));
    let x = inputs();
    let t = x.mapv(f32::sin);
    let mut criterion = MeanSquaredError::default();
    let mut optimizer = Adam::new(0.01);
    for _ in 0..STEPS {
        criterion.forward(network.forward(x.clone()), &t);
        network.backward_params(criterion.backward());
        optimizer.update(network.params());
    }
    let y = network.infer(x);
    let loss = criterion.forward(y.clone(), &t);
    (y, loss)
}
// ANCHOR_END: fit

fn inputs() -> Tensor<f32> {
    Tensor::from_shape_fn([POINTS, 1].as_slice(), |i| {
        4.0 * PI * (i[0] as f32 / (POINTS - 1) as f32 - 0.5)
    })
}

/// The flags of `approximate`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// Fits with 4, 16 and 64 units, prints how well, and draws the three curves over the sine.
///
/// # Errors
/// If the figure cannot be written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let x = inputs();
    let curve = |y: &Tensor<f32>| {
        x.iter().zip(y).map(|(&x, &y)| (f64::from(x), f64::from(y))).collect::<Vec<_>>()
    };
    let sine = Series::line("sin x", 5, curve(&x.mapv(f32::sin))).width(5.0);
    let mut charts = Vec::new();
    for units in UNITS {
        let (y, loss) = fit(units, flags.seed.seed);
        println!("{units:>2} hidden units: mean squared error {loss:.6}");
        charts.push(LineChart {
            title: format!("{units} hidden units"),
            x_label: "x".to_string(),
            series: vec![sine.clone(), Series::line("network", 0, curve(&y))],
            y_range: Some(-1.3..1.3),
            ..LineChart::default()
        });
    }
    figures.draw("approximate.png", (760, 300), |area| {
        let panels = area.split_evenly((1, charts.len()));
        charts.iter().zip(&panels).try_for_each(|(chart, panel)| chart.draw(panel))
    })
}
