//! How fast to 99 %? A small network, a bold learning rate, and an end that is known beforehand.

use clap::Args;
use common::data::{self, Dataset};
use common::flags::{self, DataFlags, OutFlag, SeedFlag, ThreadsFlag};
use common::init::Init;
use common::layers::{Affine, BatchNorm, Conv2d, MaxPool2d, Relu, Window};
use common::metrics::accuracy;
use common::model::parameter_count;
use common::network::Network;
use common::optimizer::Adam;
use common::plot::{Area, Drawn, LineChart, Scale, Series, Stroke, smoothed};
use common::program::Figures;
use common::random::{Generator, generator};
use common::train::{Classification, History, Schedule, Trainer, TrainingState, interrupt};
use common::{Float, Result};

use crate::networks::deep_conv_net::IMAGE;

const CLASSES: usize = 10;

/// The flags of `sprint`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    data: DataFlags,
    /// How often every image is seen
    #[arg(long, value_name = "N", default_value = "2", value_parser = flags::count)]
    epochs: usize,
    /// Images in one step
    #[arg(long, value_name = "N", default_value = "50", value_parser = flags::count)]
    batch_size: usize,
    /// The largest learning rate
    #[arg(long, value_name = "X", default_value = "0.02", value_parser = flags::positive)]
    learning_rate: f64,
    /// How the learning rate changes over the run
    #[arg(long, value_name = "RULE", default_value = "one-cycle", value_parser = flags::schedule())]
    schedule: Schedule,
    /// Filters of the first convolution; the next two have twice and four times as many
    #[arg(long, value_name = "N", default_value = "8", value_parser = flags::count)]
    width: usize,
    /// Leave batch normalisation out
    #[arg(long)]
    no_batch_norm: bool,
    /// Start anew so often, with seeds that follow each other
    #[arg(long, value_name = "N", default_value = "1", value_parser = flags::count)]
    runs: usize,
    /// Judge by a random sixth of the training images, which are not learned, instead of the test's:
    /// for trying out
    #[arg(long)]
    validate: bool,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

// ANCHOR: sprint_net
/// conv 3×3 - pool - batch normalisation - ReLU, three times with `width`, 2·`width` and 4·`width`
/// filters, then affine(10), for images 1×28×28: what comes after a pooling has a quarter of the
/// numbers to work on.
///
/// # Errors
/// If `width` is 0.
pub fn sprint_net<F: Float>(
    width: usize,
    batch_norm: bool,
    rng: &mut Generator,
) -> Result<Network<F>> {
    let (mut image, mut network) = (IMAGE, Network::new());
    for filters in [width, 2 * width, 4 * width] {
        let conv = Conv2d::new((image.0, filters), Window::new((3, 3), 1, 1)?, Init::He, rng)?;
        let pool = MaxPool2d::new(Window::new((2, 2), 2, 0)?)?;
        image = pool.output(conv.output(image)?)?;
        network = network.with(conv).with(pool);
        if batch_norm {
            network = network.with(BatchNorm::new(filters));
        }
        network = network.with(Relu::default());
    }
    let pixels = image.0 * image.1 * image.2;
    Ok(network.with(Affine::new(pixels, CLASSES, Init::Xavier, rng)))
}
// ANCHOR_END: sprint_net

/// Trains the network from random weights, once or several times, and prints for each run how long it
/// learned and how well it reads then; the clock stands still while it is judged. Draws how the first run
/// went.
///
/// # Errors
/// If data cannot be read, training diverges, or the figure cannot be written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let (mut train, mut test) = data::load(&flags.data)?;
    if flags.validate {
        (test, train) = data::keep_back(&train);
    }
    let mut network: Network<f32> =
        sprint_net(flags.width, !flags.no_batch_norm, &mut generator(flags.seed.seed))?;
    println!("parameters: {}", parameter_count(&mut network));
    let (mut results, mut first) = (Vec::new(), None);
    for seed in (0..flags.runs).map(|run| flags.seed.seed.wrapping_add(run as u64)) {
        let (history, accuracy) = sprint(flags, seed, (&train, &test))?;
        let seconds = history.time.as_secs_f64();
        if interrupt::requested() {
            break;
        }
        println!("seed {seed}: {seconds:.2} s, accuracy {accuracy:.4}");
        results.push((seconds, accuracy));
        first.get_or_insert(history);
    }
    if results.len() > 1 {
        let mean =
            |of: fn(&(f64, f64)) -> f64| results.iter().map(of).sum::<f64>() / results.len() as f64;
        println!(
            "mean of {}: {:.2} s, accuracy {:.4}",
            results.len(),
            mean(|result| result.0),
            mean(|result| result.1)
        );
    }
    first.map_or(Ok(()), |history| {
        figures.draw("sprint.png", (760, 340), |area| draw(area, flags, &history.losses))
    })
}

/// The rules for the learning rate on the left, the one that was followed as a thick line, and the loss
/// of every step on the right.
fn draw(area: &Area<'_>, flags: &Flags, losses: &[f64]) -> Drawn {
    let panels = area.split_evenly((1, 2));
    let rules = [
        ("one-cycle", Schedule::OneCycle, Stroke::Solid),
        ("cosine", Schedule::Cosine, Stroke::Dashed),
        ("constant", Schedule::Constant, Stroke::Dotted),
    ];
    let series = rules.iter().enumerate().map(|(i, (name, schedule, stroke))| {
        let rate = |step| (step as f64, schedule.rate(flags.learning_rate, step, losses.len()));
        let steps = (0..losses.len()).step_by(losses.len().div_ceil(200));
        let width = if *schedule == flags.schedule { 3.0 } else { 1.2 };
        Series::line(name, i, steps.map(rate)).stroke(*stroke).width(width)
    });
    LineChart {
        title: "Learning rate".to_string(),
        x_label: "step".to_string(),
        y_label: "learning rate".to_string(),
        series: series.collect(),
        ..LineChart::default()
    }
    .draw(&panels[0])?;
    let every_step = (1..).map(f64::from).zip(losses.iter().copied());
    LineChart {
        title: "Loss".to_string(),
        x_label: "step".to_string(),
        y_label: "cross entropy".to_string(),
        y_scale: Scale::Log,
        series: vec![
            Series::line("each step", 4, every_step).stroke(Stroke::Dots).width(0.7),
            Series::line("mean of 100 steps", 0, smoothed(losses, 100)),
        ],
        ..LineChart::default()
    }
    .draw(&panels[1])
}

// ANCHOR: sprint
/// One run: how it went, and its accuracy.
fn sprint(flags: &Flags, seed: u64, (train, test): (&Dataset, &Dataset)) -> Result<(History, f64)> {
    let rng = &mut generator(seed);
    let mut network: Network<f32> = sprint_net(flags.width, !flags.no_batch_norm, rng)?;
    let rate = flags.learning_rate;
    let (mut step, mut adam) = (Classification::new(train, test), Adam::new(rate as f32));
    let trainer = Trainer {
        schedule: Some((rate, flags.schedule)),
        report: false,
        ..Trainer::new(flags.epochs, flags.batch_size)
    };
    let state = &mut TrainingState::start(rng.clone());
    let history = trainer.fit(&mut step, &mut network, &mut adam, state)?;
    let accuracy = accuracy(&network, test);
    Ok((history, accuracy))
}
// ANCHOR_END: sprint

#[cfg(test)]
mod tests {
    use super::*;
    use common::Tensor;
    use common::layer::Layer;

    #[test]
    fn its_shape_follows_its_width() {
        let mut network: Network<f32> = sprint_net(4, true, &mut generator(1)).expect("it fits");
        let weights = 9 * (4 + 4 * 8 + 8 * 16) + 9 * 16 * 10;
        let rest = 3 * (4 + 8 + 16) + 10; // biases, γ and β
        assert_eq!(parameter_count(&mut network), weights + rest);
        assert_eq!(network.infer(Tensor::zeros(vec![2, 1, 28, 28])).shape(), [2, 10]);
    }
}
