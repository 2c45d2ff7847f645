//! The main job: teaching a network to read digits.

use common::cli::{DataFlags, Figures, TrainFlags};
use common::data;
use common::layer::Layer;
use common::optimizer::{Optimizer, Sgd};
use common::plot::{Area, Drawn, LineChart, Series, Stroke};
use common::random::{Generator, generator};
use common::trainer::{History, Trainer};
use common::{Result, weights};

use crate::two_layer_net::TwoLayerNet;

/// Trains 784-50-10 by stochastic gradient descent and draws how it went.
///
/// # Errors
/// If the data, the weights or the figure cannot be read or written, or training diverges.
pub fn run(data: &DataFlags, train: &TrainFlags, seed: u64, figures: &Figures) -> Result<()> {
    let rng = &mut generator(seed);
    // ANCHOR: run
    let mut network = TwoLayerNet::<f32>::new(784, 50, 10, rng);
    let mut sgd = Sgd { learning_rate: train.learning_rate as f32 };
    let history = teach(&mut network, &mut sgd, data, train, rng)?;
    // ANCHOR_END: run
    figures.draw("train.png", (760, 360), |area| draw(&history, area))
}

/// What `train` and `export` have in common: from flags to a trained and saved network.
///
/// # Errors
/// As [`run`].
pub fn teach(
    network: &mut impl Layer<f32>,
    optimizer: &mut impl Optimizer<f32>,
    data: &DataFlags,
    train: &TrainFlags,
    rng: &mut Generator,
) -> Result<History> {
    train.check()?;
    if let Some(file) = &train.weights {
        weights::load(network, file)?;
    }
    let (images, test) = data::load(data)?;
    let trainer = Trainer { epochs: train.epochs, batch_size: train.batch_size };
    let history = trainer.fit(network, optimizer, (&images, &test), rng)?;
    println!("training took {:.1} s", history.time.as_secs_f64());
    if let Some(file) = &train.save {
        weights::save(network, file)?;
        println!("weights: {}", file.display());
    }
    if let Some(accuracy) = history.test_accuracies.last() {
        println!("test accuracy: {accuracy:.4}");
    }
    Ok(history)
}

/// The loss of every step on the left, the accuracy after every epoch on the right.
fn draw(history: &History, area: &Area<'_>) -> Drawn {
    let panels = area.split_evenly((1, 2));
    let numbered =
        |values: &[f64]| (1..).map(f64::from).zip(values.iter().copied()).collect::<Vec<_>>();
    let every_step = Series::line("each step", 4, numbered(&history.losses));
    let smooth = Series::line("mean of 100 steps", 0, smoothed(&history.losses, 100));
    LineChart {
        title: "Loss".to_string(),
        x_label: "step".to_string(),
        y_label: "cross entropy".to_string(),
        series: vec![every_step.stroke(Stroke::Dots).width(0.7), smooth],
        ..LineChart::default()
    }
    .draw(&panels[0])?;

    let train = Series::line("training images", 0, numbered(&history.train_accuracies));
    let test =
        Series::line("test images", 1, numbered(&history.test_accuracies)).stroke(Stroke::Dashed);
    LineChart {
        title: "Accuracy".to_string(),
        x_label: "epoch".to_string(),
        y_label: "fraction read correctly".to_string(),
        series: vec![train, test],
        ..LineChart::default()
    }
    .draw(&panels[1])
}

/// The mean of each `window` values, at the middle of the window; a quarter of a window apart.
fn smoothed(values: &[f64], window: usize) -> Vec<(f64, f64)> {
    let window = window.min(values.len());
    let mean = |(i, w): (usize, &[f64])| {
        (i as f64 + (window + 1) as f64 / 2.0, w.iter().sum::<f64>() / window as f64)
    };
    values.windows(window).enumerate().step_by(window.div_ceil(4)).map(mean).collect()
}
