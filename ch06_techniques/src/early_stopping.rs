//! Stopping while it is best.

use clap::Args;
use common::Result;
use common::data::{self, Dataset};
use common::metrics::accuracy;
use common::multi_layer_net::MultiLayerNet;
use common::network::Network;
use common::optimizer::Momentum;
use common::plot::{Area, Drawn, Panels, Series, Stroke, draw_line};
use common::program::Figures;
use common::random::Generator;
use common::train::{Classification, EarlyStopping, TrainStep};

use crate::experiment::{CLASSES, Epochs, PIXELS, batches, compare, mean_loss, set_aside};

const BATCH: usize = 100;
/// Epochs without anything better before we stop.
pub const PATIENCE: usize = 10;

/// One run, which goes on after the stop so that we see what it missed.
pub struct Lesson {
    /// Mean losses after each epoch, on the images learned from.
    pub train: Vec<f64>,
    /// The loss on the images set aside.
    pub validation: Vec<f64>,
    /// The epoch with the best weights, from 1.
    pub best: usize,
    /// The epoch after which training would have stopped.
    pub stop: usize,
    /// Accuracy and loss on the test images with the best weights…
    pub at_best: (f64, f64),
    /// …and after all epochs.
    pub at_end: (f64, f64),
}

// ANCHOR: lesson
/// Two hidden layers of 100, momentum 0.01; a fifth of the images decides when to stop.
///
/// # Errors
/// If there are fewer than ten images.
pub fn lesson(
    (images, test): (&Dataset, &Dataset),
    epochs: usize,
    rng: &mut Generator,
) -> Result<Lesson> {
    let (validation, train) = set_aside(images, rng)?;
    let mut network: Network<f32> = MultiLayerNet::new(PIXELS, &[100; 2], CLASSES).build(rng);
    let mut momentum = Momentum::new(0.01);
    let mut watch = EarlyStopping::new(PATIENCE);
    let (mut losses, mut stop) = ((Vec::new(), Vec::new()), None);
    let steps = train.len().div_ceil(BATCH);
    let mut step = Classification::new(&train, &train);
    for epoch in 1..=epochs {
        for indices in batches(train.len(), BATCH, steps, rng) {
            step.learn(&mut network, &mut momentum, &indices);
        }
        let loss = mean_loss(&network, &validation);
        losses.0.push(mean_loss(&network, &train));
        losses.1.push(loss);
        if stop.is_none() && watch.look(loss, &mut network) {
            stop = Some(epoch); // a real training would end here
        }
    }
    let at_end = (accuracy(&network, test), mean_loss(&network, test));
    let best = watch.restore(&mut network).map_or(epochs, |(epoch, _)| epoch);
    let at_best = (accuracy(&network, test), mean_loss(&network, test));
    // ANCHOR_END: lesson
    let (train, validation) = losses;
    Ok(Lesson { train, validation, best, stop: stop.unwrap_or(epochs), at_best, at_end })
}

/// The flags of `early-stopping`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("train_size", |arg| arg.default_value("1000")))]
#[command(mut_arg("epochs", |arg| arg.default_value("100")))]
pub struct Flags {
    #[command(flatten)]
    experiment: Epochs,
}

/// Prints where each run stops and what that saves, and draws the losses.
///
/// # Errors
/// If the data cannot be read or the figure not written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let Epochs { epochs, runs, ref digits } = flags.experiment;
    let (images, test) = data::load(&digits.data)?;
    let lessons = compare(&[()], runs, |(), rng| lesson((&images, &test), epochs, rng));
    let lessons = lessons.into_iter().flatten().collect::<Result<Vec<_>>>()?;
    println!("784-100-100-10, momentum 0.01, a fifth set aside, patience {PATIENCE}");
    println!("  run   best epoch   stop   test loss: best    end   test accuracy: best    end");
    for (i, l) in lessons.iter().enumerate() {
        let ((accuracy, loss), (last_accuracy, last_loss)) = (l.at_best, l.at_end);
        println!(
            "{:>5}{:>13}{:>7}{loss:>18.3}{last_loss:>7.3}{accuracy:>22.3}{last_accuracy:>7.3}",
            i + 1,
            l.best,
            l.stop
        );
    }
    figures.draw("early-stopping.png", (760, 330), |area| draw(&lessons, epochs, area))
}

fn draw(lessons: &[Lesson], epochs: usize, area: &Area<'_>) -> Drawn {
    let shown = &lessons[..lessons.len().min(3)];
    let stopped = |best: f64, top: f64| {
        Series::line("best weights", 2, [(best, 0.0), (best, top)]).stroke(Stroke::Dotted)
    };
    let losses = |label, color, losses: &[f64]| {
        Series::line(label, color, (1..).map(f64::from).zip(losses.iter().copied()))
    };
    let top = 1.2;
    let panels = Panels {
        title: "The loss on images that are not learned from turns back".to_string(),
        names: (1..=shown.len()).map(|run| format!("run {run}")).collect(),
        columns: shown.len(),
        x_label: "epoch".to_string(),
        y_label: "cross entropy".to_string(),
        x_range: 0.0..epochs as f64,
        y_range: 0.0..top,
        ticks: (5, 5),
        legend: vec![
            losses("images learned from", 0, &[]),
            losses("images set aside", 1, &[]).stroke(Stroke::Dashed),
            stopped(0.0, 0.0),
        ],
    };
    panels.draw(area, |i, chart| {
        draw_line(chart, &stopped(shown[i].best as f64, top))?;
        draw_line(chart, &losses("", 0, &shown[i].train))?;
        draw_line(chart, &losses("", 1, &shown[i].validation).stroke(Stroke::Dashed))
    })
}
