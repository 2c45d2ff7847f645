//! XOR, which no single perceptron can compute, learned from its four lines of truth table.

use clap::Args;
use common::flags::{OutFlag, SeedFlag};
use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, MeanSquaredError, Sigmoid, Tanh};
use common::network::Network;
use common::number::short;
use common::optimizer::{Adam, Optimizer};
use common::plot::{Align, Area, Drawn, INK, PALETTE, bold, label, points, text, tick};
use common::program::Figures;
use common::random::generator;
use common::{Result, Tensor};
use ndarray::array;
use plotters::prelude::*;

const STEPS: usize = 300;

/// A trained network, and its loss before each step.
pub struct Learned {
    /// 2-4-1, tanh, then sigmoid.
    pub network: Network<f32>,
    /// Mean squared errors.
    pub losses: Vec<f32>,
}

// ANCHOR: learn
/// All four cases in each step: with so few, the whole truth is one batch.
pub fn learn(seed: u64) -> Learned {
    let rng = &mut generator(seed);
    let mut network = Network::new()
        .with(Affine::new(2, 4, Init::Gaussian(1.0), rng))
        .with(Tanh::default())
        .with(Affine::new(4, 1, Init::Gaussian(1.0), rng))
        .with(Sigmoid::default());
    let (x, t) = truth_table();
    let mut criterion = MeanSquaredError::default();
    let mut optimizer = Adam::new(0.05);
    let mut losses = Vec::new();
    for _ in 0..STEPS {
        // ANCHOR: step
        let y = network.forward(x.clone());
        losses.push(criterion.forward(y, &t));
        network.backward_params(criterion.backward());
        optimizer.update(network.params());
        // ANCHOR_END: step
    }
    Learned { network, losses }
}
// ANCHOR_END: learn

/// The four inputs, 4×2, and what XOR makes of them, 4×1.
pub fn truth_table() -> (Tensor<f32>, Tensor<f32>) {
    let x = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let t = array![[0.0], [1.0], [1.0], [0.0]];
    (x.into_dyn(), t.into_dyn())
}

/// The flags of `xor`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// Learns, prints the truth table learned, and draws what the network says over the plane.
///
/// # Errors
/// If the figure cannot be written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let Learned { network, losses } = learn(flags.seed.seed);
    for step in [0, 30, 100, STEPS - 1] {
        println!("step {:>3}: loss {:.4}", step + 1, losses[step]);
    }
    let (x, t) = truth_table();
    let y = network.infer(x.clone());
    println!("x1  x2   XOR  network");
    for i in 0..4 {
        println!("{:>2}  {:>2}  {:>4}  {:.3}", x[[i, 0]], x[[i, 1]], t[[i, 0]], y[[i, 0]]);
    }
    figures.draw("xor.png", (500, 500), |area| draw(&network, area))
}

fn draw(network: &Network<f32>, area: &Area<'_>) -> Drawn {
    const CELLS: usize = 400;
    let (from, to) = (-0.5, 1.5);
    let at = |i: usize| from + (to - from) * (i as f64 + 0.5) / CELLS as f64;
    label(area, "XOR, learned by a 2-4-1 network", (270.0, 20.0), &bold(15.0), Align::Center)?;
    let mut chart = ChartBuilder::on(area)
        .margin_top(points(40.0))
        .margin_right(points(18.0))
        .margin_bottom(points(8.0))
        .margin_left(points(8.0))
        .x_label_area_size(points(40.0))
        .y_label_area_size(points(50.0))
        .build_cartesian_2d(from..to, from..to)?;
    let grid = Tensor::from_shape_fn([CELLS * CELLS, 2].as_slice(), |i| {
        let cell = if i[1] == 0 { i[0] % CELLS } else { i[0] / CELLS };
        at(cell) as f32
    });
    let answers = network.infer(grid);
    let half = (to - from) / CELLS as f64 / 2.0;
    // Both axes begin in one corner: numbers there would run into each other.
    let inner = |x: &f64| if *x > from { tick(*x) } else { String::new() };
    chart.draw_series((0..CELLS * CELLS).map(|i| {
        let (x, y) = (at(i % CELLS), at(i / CELLS));
        let color = blend(PALETTE[0], PALETTE[1], f64::from(answers[[i, 0]]));
        Rectangle::new([(x - half, y - half), (x + half, y + half)], color.filled())
    }))?;
    chart
        .configure_mesh()
        .disable_mesh()
        .axis_style(INK.stroke_width(points(0.8) as u32))
        .set_all_tick_mark_size(points(4.0))
        .label_style(text(12.0))
        .axis_desc_style(text(13.0))
        .x_labels(5)
        .y_labels(5)
        .x_label_formatter(&inner)
        .y_label_formatter(&inner)
        .x_desc("x₁")
        .y_desc("x₂")
        .draw()?;
    let (x, t) = truth_table();
    for i in 0..4 {
        let at = (f64::from(x[[i, 0]]), f64::from(x[[i, 1]]));
        chart.draw_series([Circle::new(at, points(13.0), WHITE.filled())])?;
        chart.draw_series([Circle::new(at, points(13.0), INK.stroke_width(points(1.5) as u32))])?;
        let (x, y) = chart.backend_coord(&at);
        let middle = (f64::from(x) / points(1.0), f64::from(y) / points(1.0));
        label(area, &short(f64::from(t[[i, 0]])), middle, &text(16.0), Align::Center)?;
    }
    Ok(())
}

/// A light mixture: all of `a` at 0, white between, all of `b` at 1.
fn blend(a: RGBColor, b: RGBColor, share: f64) -> RGBColor {
    let (color, strength) =
        if share < 0.5 { (a, 1.0 - 2.0 * share) } else { (b, 2.0 * share - 1.0) };
    let mix = |channel: u8| (255.0 - 0.75 * strength * (255.0 - f64::from(channel))) as u8;
    RGBColor(mix(color.0), mix(color.1), mix(color.2))
}
