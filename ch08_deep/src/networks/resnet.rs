//! ResNet: the same depth with shortcuts and without, and which of the two learns.

use clap::Args;
use common::flags::OutFlag;
use common::init::Init;
use common::optimizer::Momentum;
use common::plot::{Area, Drawn, LineChart, Scale, Series, Stroke};
use common::program::Figures;
use common::program::comparison::Row;
use common::random::{Generator, generator};
use common::{Float, Result};

use crate::networks::family::{FamilyFlags, Maker, candidate, check, compete, start};
use crate::networks::residual::{Residual, body};
use crate::networks::stack::Stack;

/// Filters of the three stages; the second and third begin with a stride of 2.
const STAGES: [usize; 3] = [8, 16, 32];
/// Layers with weights that stand outside of the blocks: the first convolution and the last affine.
const OUTSIDE: usize = 2;

// ANCHOR: resnet
/// A convolution of 3×3, three stages of `blocks` blocks with two convolutions each, the mean of
/// each map, one affine layer: 6·`blocks` + 2 layers. Without `shortcuts` the blocks are nothing but
/// their two convolutions.
///
/// # Errors
/// Never.
pub fn resnet<F: Float>(blocks: usize, shortcuts: bool, rng: &mut Generator) -> Result<Stack<F>> {
    let mut stack = start().conv_norm((STAGES[0], 3, 2), rng)?.relu();
    for (stage, filters) in STAGES.into_iter().enumerate() {
        for block in 0..blocks {
            let stride = if stage > 0 && block == 0 { 2 } else { 1 };
            stack = match shortcuts {
                true => stack.residual((filters, stride), rng)?,
                false => stack.plain((filters, stride), rng)?,
            };
        }
    }
    Ok(stack.global_average().affine(10, Init::Xavier, rng))
}
// ANCHOR_END: resnet

// ANCHOR: plain
impl<F: Float> Stack<F> {
    /// The body of a residual block and its last ReLU, without a shortcut.
    ///
    /// # Errors
    /// If it does not fit.
    pub fn plain(self, size: (usize, usize), rng: &mut Generator) -> Result<Self> {
        let body = body(self.output(), size, rng)?.relu();
        let (output, macs) = (body.output(), body.macs());
        Ok(self.with(body, output, macs))
    }
}
// ANCHOR_END: plain

/// Which networks are compared.
#[derive(Clone, Debug, Args)]
pub struct Depths {
    /// Layers with weights, each 6·n + 2
    #[arg(long, value_name = "D,…", value_delimiter = ',', default_value = "8,20,32", value_parser = depth)]
    pub depths: Vec<usize>,
}

/// The number of layers of a network with 1, 2, … blocks a stage.
fn depth(text: &str) -> Result<usize, String> {
    const MOST: usize = 200; // takes minutes an epoch
    match text.parse::<usize>() {
        Ok(depth @ ..=MOST) if depth > OUTSIDE && (depth - OUTSIDE).is_multiple_of(6) => Ok(depth),
        _ => Err(format!("expected 6·n + 2 layers, such as 8, 14, 20, and at most {MOST}")),
    }
}

/// The flags of `resnet`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.05")))]
#[command(mut_arg("epochs", |arg| arg.default_value("6")))]
#[command(mut_arg("train_size", |arg| arg.default_value("5000")))]
pub struct Flags {
    #[command(flatten)]
    depths: Depths,
    #[command(flatten)]
    family: FamilyFlags,
    #[command(flatten)]
    out: OutFlag,
}

/// Trains every depth without shortcuts and with them, prints what came of it, and draws the losses.
///
/// # Errors
/// If data cannot be read, training diverges, or the figure cannot be written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let Flags { family, depths: Depths { depths }, .. } = flags;
    for (name, filters, stride) in [("a block", 3, 1), ("a block with projection", 4, 2)] {
        let small = (3, 6, 5);
        let mut block = Residual::new(small, (filters, stride), &mut generator(1))?;
        check(name, &mut block, small)?;
    }

    let names: Vec<_> =
        depths.iter().flat_map(|d| [format!("plain {d}"), format!("residual {d}")]).collect();
    let makers: Vec<_> = depths
        .iter()
        .flat_map(|depth| [(depth, false), (depth, true)])
        .map(|(depth, shortcuts)| {
            let blocks = (depth - OUTSIDE) / 6;
            move |rng: &mut Generator| Ok(candidate(resnet(blocks, shortcuts, rng)?))
        })
        .collect();
    let candidates: Vec<(&str, Maker<'_>)> =
        names.iter().zip(&makers).map(|(name, maker)| (name.as_str(), maker as _)).collect();
    let rows = compete(family, &candidates, Momentum::new)?;
    if rows.is_empty() {
        return Ok(());
    }
    println!("\n{:<8}{:>22}{:>22}", "", "training loss", "test accuracy");
    println!("{:<8}{:>11}{:>11}{:>11}{:>11}", "layers", "plain", "residual", "plain", "residual");
    for (depth, rows) in depths.iter().zip(rows.chunks_exact(2)) {
        let (losses, accuracies) = (rows.iter().map(loss), rows.iter().map(Row::accuracy));
        let numbers: String = losses.chain(accuracies).map(|x| format!("{x:>11.4}")).collect();
        println!("{depth:<8}{numbers}");
    }
    figures.draw("resnet.png", (760, 420), |area| draw(&rows, area))
}

/// The mean loss of the last hundred steps.
fn loss(row: &Row) -> f64 {
    row.history.recent_loss()
}

/// Points of each line of the figure.
const POINTS: usize = 40;

fn draw(rows: &[Row], area: &Area<'_>) -> Drawn {
    let steps = rows.first().map_or(0, |row| row.history.losses.len());
    let smoothed = steps.div_ceil(POINTS).max(1);
    let line = |(i, row): (usize, &Row)| {
        let means = row.history.losses.chunks_exact(smoothed).enumerate();
        let points = means.map(|(k, losses)| {
            let middle = (k as f64 + 0.5) * smoothed as f64;
            (middle, losses.iter().sum::<f64>() / smoothed as f64)
        });
        let stroke = if i % 2 == 0 { Stroke::Dashed } else { Stroke::Solid };
        Series::line(&row.name, i / 2, points).stroke(stroke)
    };
    LineChart {
        title: "Learning with shortcuts (solid) and without (dashed)".to_string(),
        x_label: "step".to_string(),
        y_label: format!("training loss, mean of {smoothed} steps"),
        series: rows.iter().enumerate().map(line).collect(),
        y_scale: Scale::Log,
        ..LineChart::default()
    }
    .draw(area)
}
