//! Why an LSTM? Remembering one symbol over ten, twenty, forty steps.

use clap::{Args, Subcommand};
use common::flags::{self, OutFlag, SeedFlag, ThreadsFlag};
use common::layers::{Gru, Lstm, Rnn};
use common::optimizer::Adam;
use common::plot::{Area, Drawn, LineChart, Panels, Scale, Series, Stroke, draw_line};
use common::program::Figures;
use common::random::{Generator, generator};
use common::train::{TrainStep, Trainer, TrainingState, interrupt};
use common::{Error, Result};

use super::fading::{Norms, fading};
use super::kinds::{Kind, Stateful};
use super::ranges::whole;
use super::remembering::{Remembering, SYMBOLS, sequences};
use super::symbol_model::SymbolModel;

/// Numbers in the vector of a symbol.
const EMBEDDING: usize = 32;
/// Steps between two measurements.
const BETWEEN: usize = 50;
/// Steps back in time in the figure of gradients, and sequences whose norms are averaged.
const BACK: usize = 40;
const AVERAGED: usize = 256;
/// What guessing remembers.
const CHANCE: f64 = 1.0 / SYMBOLS as f64;
/// Panels side by side in the figure.
const COLUMNS: usize = 3;
/// The longest sequence that anybody waits for.
const LONGEST: usize = 1000;

/// The flags of `recall`.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Flags {
    #[command(subcommand)]
    what: Option<What>,
    /// Symbols after the one to be remembered; several with commas
    #[arg(long, value_name = "N,…", default_value = "10,20,40", value_delimiter = ',', value_parser = whole(1, LONGEST))]
    length: Vec<usize>,
    /// Kinds of recurrent layers; several with commas
    #[arg(
        long,
        value_enum,
        value_name = "KIND,…",
        default_value = "rnn,gru,lstm",
        value_delimiter = ','
    )]
    cell: Vec<Kind>,
    #[command(flatten)]
    learning: Learning,
}

#[derive(Clone, Debug, Subcommand)]
enum What {
    /// Other beginnings, and no clipping: each with what it changes
    Variants(VariantFlags),
}

/// The flags of `recall variants`.
#[derive(Clone, Debug, Args)]
struct VariantFlags {
    /// Symbols after the one to be remembered
    #[arg(long, value_name = "N", default_value = "20", value_parser = whole(1, LONGEST))]
    length: usize,
    #[command(flatten)]
    learning: Learning,
}

/// How all of them learn.
#[derive(Clone, Debug, Args)]
struct Learning {
    /// Units of the recurrent layer
    #[arg(long, value_name = "N", default_value = "64", value_parser = whole(1, 4096))]
    units: usize,
    /// Steps of learning
    #[arg(long, value_name = "N", default_value = "800", value_parser = flags::count)]
    steps: usize,
    /// Sequences in one step
    #[arg(long, value_name = "N", default_value = "64", value_parser = whole(1, 10_000))]
    batch_size: usize,
    /// How far each step of Adam goes
    #[arg(long, value_name = "X", default_value = "0.002", value_parser = flags::positive)]
    learning_rate: f64,
    /// Shorten gradients that are longer together than this
    #[arg(long, value_name = "X", default_value = "1", value_parser = flags::positive)]
    clip: f64,
    /// Start each so often, with seeds that follow each other
    #[arg(long, value_name = "N", default_value = "3", value_parser = flags::count)]
    runs: usize,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// Makes a recurrent layer from so many numbers a step to so many units.
type Make = dyn Fn(usize, usize, &mut Generator) -> Box<dyn Stateful>;

/// What is to be compared: a name, a recurrent layer, and whether gradients are clipped.
struct Candidate {
    name: String,
    layer: Box<Make>,
    clipped: bool,
}

impl Candidate {
    fn of(kind: Kind) -> Self {
        let layer =
            move |inputs: usize, units: usize, rng: &mut Generator| kind.layer(inputs, units, rng);
        Self::new(kind.name(), layer)
    }

    fn new(
        name: &str,
        layer: impl Fn(usize, usize, &mut Generator) -> Box<dyn Stateful> + 'static,
    ) -> Self {
        Self { name: name.to_string(), layer: Box::new(layer), clipped: true }
    }

    fn without_clipping(self) -> Self {
        Self { name: format!("{}, no clipping", self.name), clipped: false, ..self }
    }

    fn model(&self, units: usize, rng: &mut Generator) -> SymbolModel {
        let layer = |rng: &mut Generator| (self.layer)(EMBEDDING, units, rng);
        SymbolModel::new(SYMBOLS, (EMBEDDING, units), layer, rng)
    }
}

/// A length, and the trainings of each kind.
type Panel = (usize, Vec<(Kind, Vec<Run>)>);

/// How one training went.
struct Run {
    /// The share that is remembered after so many steps.
    remembered: Vec<(usize, f64)>,
    /// How long all gradients were together, step by step.
    norms: Vec<f32>,
}

impl Run {
    fn last(&self) -> f64 {
        self.remembered.last().map_or(0.0, |&(_, share)| share)
    }
}

/// Teaches every kind at every length, prints what share each remembers, and draws it; draws too how
/// gradients fade before anything is learned.
///
/// # Errors
/// If a training diverges, or a figure cannot be written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    if let Some(What::Variants(flags)) = &flags.what {
        return variants(flags);
    }
    let mut panels: Vec<Panel> = Vec::new();
    print_head();
    for &length in &flags.length {
        let mut panel = Vec::new();
        for &kind in &flags.cell {
            let runs = compare(&Candidate::of(kind), length, &flags.learning)?;
            panel.push((kind, runs));
        }
        panels.push((length, panel));
    }
    if interrupt::requested() {
        return Ok(());
    }
    let rows = panels.len().div_ceil(COLUMNS) as u32;
    figures.draw("recall.png", (760, 130 + 190 * rows), |area| draw(area, flags, &panels))?;
    gradients(&flags.learning, figures)
}

/// Teaches what begins otherwise, or is not clipped.
fn variants(flags: &VariantFlags) -> Result<()> {
    let biased = |bias: f32| {
        Candidate::new(&format!("LSTM, forget bias {bias}"), move |inputs, units, rng| {
            Box::new(Lstm::new(inputs, units, rng).with_forget_bias(bias))
        })
    };
    let candidates = [
        biased(0.0),
        biased(1.0),
        biased(2.0),
        Candidate::of(Kind::Lstm).without_clipping(),
        Candidate::of(Kind::Gru),
        Candidate::new("GRU, orthogonal start", |inputs, units, rng| {
            Box::new(Gru::new(inputs, units, rng).with_orthogonal_start(rng))
        }),
        Candidate::of(Kind::Rnn),
        Candidate::of(Kind::Rnn).without_clipping(),
        orthogonal(),
        orthogonal().without_clipping(),
    ];
    print_head();
    for candidate in &candidates {
        compare(candidate, flags.length, &flags.learning)?;
    }
    Ok(())
}

fn orthogonal() -> Candidate {
    Candidate::new("RNN, orthogonal start", |inputs, units, rng| {
        Box::new(Rnn::new(inputs, units, rng).with_orthogonal_start(rng))
    })
}

fn print_head() {
    println!("   T  {:<36} {:<24} gradient norm", "layer", "remembered, each run");
    println!("{:67} median   largest", "");
}

/// Teaches one candidate several times, and prints how it went.
fn compare(candidate: &Candidate, length: usize, learning: &Learning) -> Result<Vec<Run>> {
    let mut runs = Vec::new();
    for seed in (0..learning.runs).map(|run| learning.seed.seed.wrapping_add(run as u64)) {
        if interrupt::requested() {
            return Ok(runs);
        }
        runs.push(teach(candidate, length, learning, seed)?);
    }
    let shares: Vec<String> = runs.iter().map(|run| format!("{:.3}", run.last())).collect();
    let mut norms: Vec<f32> = runs.iter().flat_map(|run| &run.norms).copied().collect();
    norms.sort_by(f32::total_cmp);
    let (Some(median), Some(largest)) = (norms.get(norms.len() / 2), norms.last()) else {
        return Ok(runs); // stopped before the first step
    };
    println!(
        "{length:>4}  {:<36} {:<24} {median:>6.2} {largest:>9.1}",
        candidate.name,
        shares.join("  ")
    );
    Ok(runs)
}

// ANCHOR: teach
/// One training, with a measurement every so many steps.
fn teach(candidate: &Candidate, length: usize, learning: &Learning, seed: u64) -> Result<Run> {
    let rng = &mut generator(seed);
    let mut model = candidate.model(learning.units, rng);
    let clip = candidate.clipped.then_some(learning.clip as f32);
    let mut step = Remembering::new((BETWEEN * learning.batch_size, length), clip, seed);
    let mut adam = Adam::new(learning.learning_rate as f32);
    let state = &mut TrainingState::start(rng.clone());
    let mut remembered = vec![(0, step.evaluate(&mut model).test)];
    while state.history.losses.len() < learning.steps && !interrupt::requested() {
        let trainer = Trainer {
            max_steps: Some(learning.steps),
            report: false,
            ..Trainer::new(state.epoch + 1, learning.batch_size)
        };
        trainer.fit(&mut step, &mut model, &mut adam, state).map_err(|e| named(e, candidate))?;
        remembered.push((state.history.losses.len(), step.evaluate(&mut model).test));
    }
    Ok(Run { remembered, norms: step.norms })
}
// ANCHOR_END: teach

/// An error that says which of many trainings went wrong.
fn named(error: Error, candidate: &Candidate) -> Error {
    match error {
        Error::Diverged(problem) => Error::Diverged(format!("{}: {problem}", candidate.name)),
        error => error,
    }
}

/// The colour and the line of each kind, the same in all figures.
fn line(label: &str, kind: Kind, points: impl IntoIterator<Item = (f64, f64)>) -> Series {
    match kind {
        Kind::Rnn => Series::line(label, 1, points).stroke(Stroke::Dashed),
        Kind::Gru => Series::line(label, 2, points).stroke(Stroke::Dotted).width(2.6),
        Kind::Lstm => Series::line(label, 0, points),
    }
}

/// What was remembered: a panel for each length, in it a line for each training.
fn draw(area: &Area<'_>, flags: &Flags, panels: &[Panel]) -> Drawn {
    let steps = flags.learning.steps as f64;
    let guess = || Series::line("guessing", 6, [(0.0, CHANCE), (steps, CHANCE)]).width(0.8);
    let legend = flags.cell.iter().map(|kind| line(kind.name(), *kind, []));
    let grid = Panels {
        title: "Which share of the first symbols is remembered".to_string(),
        names: panels.iter().map(|(length, _)| format!("{length} steps later")).collect(),
        columns: panels.len().min(COLUMNS),
        x_label: "steps of learning".to_string(),
        y_label: "share remembered".to_string(),
        x_range: 0.0..steps,
        y_range: 0.0..1.03,
        ticks: (5, 6),
        legend: legend.chain([guess()]).collect(),
    };
    grid.draw(area, |i, chart| {
        draw_line(chart, &guess())?;
        panels[i]
            .1
            .iter()
            .flat_map(|(kind, runs)| runs.iter().map(move |run| (kind, run)))
            .try_for_each(|(kind, run)| {
                let points = run.remembered.iter().map(|&(step, share)| (step as f64, share));
                draw_line(chart, &line("", *kind, points))
            })
    })
}

/// Prints and draws how gradients fade on their way back, before anything has been learned.
fn gradients(learning: &Learning, figures: &Figures) -> Result<()> {
    let sequences = sequences(AVERAGED, BACK, learning.seed.seed);
    let of = |candidate: &Candidate| -> Vec<Norms> {
        let rng = &mut generator(learning.seed.seed);
        fading(&mut candidate.model(learning.units, rng), sequences.view())
    };
    let h = |norms: &[Norms]| norms.iter().map(|norms| norms.h).collect::<Vec<_>>();
    let (rnn, orthogonal) = (of(&Candidate::of(Kind::Rnn)), of(&orthogonal()));
    let (gru, lstm) = (of(&Candidate::of(Kind::Gru)), of(&Candidate::of(Kind::Lstm)));
    let cells: Vec<f64> = lstm.iter().filter_map(|norms| norms.c).collect();
    let back = |norms: &[f64]| -> Vec<_> { (0..).map(f64::from).zip(norms.to_vec()).collect() };
    let lines = [
        ("RNN", line("RNN: ∂L/∂h", Kind::Rnn, back(&h(&rnn)))),
        (
            "RNN, orthogonal start",
            Series::line("RNN, orthogonal start: ∂L/∂h", 3, back(&h(&orthogonal)))
                .stroke(Stroke::Dots)
                .width(2.2),
        ),
        ("GRU", line("GRU: ∂L/∂h", Kind::Gru, back(&h(&gru)))),
        ("LSTM", line("LSTM: ∂L/∂h", Kind::Lstm, back(&h(&lstm))).width(1.2)),
        // Nothing comes to the memory cells but through the step after: the first number is 0.
        ("LSTM, memory cells", line("LSTM: ∂L/∂c", Kind::Lstm, back(&cells).split_off(1))),
    ];
    println!("norm of the gradient, steps back:      1        10        20        40");
    for (name, series) in &lines {
        let at = |back: usize| {
            let point = series.points.iter().find(|point| point.0 as usize == back);
            point.map_or(f64::NAN, |point| point.1)
        };
        let numbers = [1, 10, 20, 40].map(|back| format!("{:>10.1e}", at(back))).concat();
        println!("  {name:<30}{numbers}");
    }
    figures.draw("recall-gradients.png", (760, 400), |area| {
        LineChart {
            title: "What is left of the gradient, before anything is learned".to_string(),
            x_label: "steps back in time".to_string(),
            y_label: "norm of the gradient".to_string(),
            y_scale: Scale::Log,
            series: lines.map(|(_, series)| series).to_vec(),
            ..LineChart::default()
        }
        .draw(area)
    })
}
