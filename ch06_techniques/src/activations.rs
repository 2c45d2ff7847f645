//! What becomes of a thousand samples on their way through five layers.

use clap::Args;
use common::Result;
use common::activation::{relu, sigmoid};
use common::flags::{OutFlag, SeedFlag};
use common::init::Init;
use common::plot::{Area, Drawn, PALETTE, Panels, draw_bars};
use common::program::Figures;
use common::random::{Generator, Rng, distributions::StandardNormal, generator};
use ndarray::Array2;

/// Samples, and numbers in each.
const SAMPLES: usize = 1000;
/// Units in each layer.
const UNITS: usize = 100;
/// How deep we look.
pub const LAYERS: usize = 5;
const BINS: usize = 30;

/// The spreads that are compared.
pub const INITS: [(&str, Init); 4] = [
    ("std 1", Init::Gaussian(1.0)),
    ("std 0.01", Init::Gaussian(0.01)),
    ("Xavier", Init::Xavier),
    ("He", Init::He),
];

/// A function with its name and the part of the axis where its values are looked at.
pub struct Activation {
    /// Its name.
    pub name: &'static str,
    /// The function.
    pub function: fn(f64) -> f64,
    /// From where to where the histogram goes.
    pub range: (f64, f64),
}

/// The functions that are compared.
pub const ACTIVATIONS: [Activation; 3] = [
    Activation { name: "sigmoid", function: sigmoid, range: (0.0, 1.0) },
    Activation { name: "tanh", function: f64::tanh, range: (-1.0, 1.0) },
    Activation { name: "ReLU", function: relu, range: (0.0, 3.0) },
];

// ANCHOR: outputs
/// The outputs of each layer, samples×units, for normally distributed samples.
pub fn outputs(function: fn(f64) -> f64, init: Init, rng: &mut Generator) -> Vec<Array2<f64>> {
    let mut x = Array2::from_shape_simple_fn((SAMPLES, UNITS), || rng.sample(StandardNormal));
    let mut outputs = Vec::new();
    for _ in 0..LAYERS {
        let w: Array2<f64> = init.weights((UNITS, UNITS), UNITS, UNITS, rng);
        x = x.dot(&w).mapv_into(function);
        outputs.push(x.clone());
    }
    outputs
}
// ANCHOR_END: outputs

/// The share of the numbers in each of [`BINS`] parts of the range; what lies outside is counted
/// in the first or last.
fn histogram(x: &Array2<f64>, (from, to): (f64, f64)) -> Vec<f64> {
    let mut shares = vec![0.0; BINS];
    for &x in x {
        let bin = ((x - from) / (to - from) * BINS as f64).clamp(0.0, BINS as f64 - 1.0);
        shares[bin as usize] += 1.0 / x_count();
    }
    shares
}

fn x_count() -> f64 {
    (SAMPLES * UNITS) as f64
}

/// The flags of `activations`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// Prints how far the outputs of each layer spread, and draws a page of histograms for each
/// function.
///
/// # Errors
/// If a figure cannot be written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    println!("standard deviation of the outputs of layers 1 to {LAYERS}");
    for activation in &ACTIVATIONS {
        println!("{}", activation.name);
        let mut panels = Vec::new();
        for (name, init) in INITS {
            let outputs = outputs(activation.function, init, &mut generator(flags.seed.seed));
            let spreads: Vec<_> =
                outputs.iter().map(|x| format!("{:>10}", significant(x.std(0.0)))).collect();
            println!("  {name:<10}{}", spreads.join(""));
            panels.extend(outputs.iter().map(|x| histogram(x, activation.range)));
        }
        let file = format!("activations-{}.png", activation.name.to_lowercase());
        figures.draw(&file, (760, 600), |area| draw(activation, &panels, area))?;
    }
    Ok(())
}

/// Three significant digits, also of what is very large or small.
fn significant(x: f64) -> String {
    if (0.001..1000.0).contains(&x) { format!("{x:.3}") } else { format!("{x:.1e}") }
}

fn draw(activation: &Activation, histograms: &[Vec<f64>], area: &Area<'_>) -> Drawn {
    let (from, to) = activation.range;
    let rows =
        INITS.iter().flat_map(|(init, _)| (1..=LAYERS).map(move |l| format!("{init}, layer {l}")));
    let panels = Panels {
        title: format!("Outputs of five layers with {}", activation.name),
        names: rows.collect(),
        columns: LAYERS,
        x_label: "output".to_string(),
        y_label: "share of all outputs".to_string(),
        x_range: from..to,
        y_range: 0.0..0.3,
        ticks: (3, 3),
        legend: Vec::new(),
    };
    let width = (to - from) / BINS as f64;
    panels.draw(area, |i, chart| {
        let bars = histograms[i].iter().enumerate().map(|(bin, &share)| {
            let left = from + bin as f64 * width;
            (left, left + width, share.min(0.3))
        });
        draw_bars(chart, bars, PALETTE[i / LAYERS])
    })
}
