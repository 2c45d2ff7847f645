//! Rosenblatt's rule at work: it finds AND, OR and NAND, and goes round in circles over XOR.

use clap::Args;
use common::flags::{self, OutFlag};
use common::number::short;
use common::plot::{LineChart, PALETTE, Series, Stroke};
use common::program::Figures;
use common::random::{Rng, generator};
use common::{Error, Result};

use crate::gates::{CASES, GATES};
use crate::perceptron::Perceptron;
use crate::plane::{Dot, Line, Plane};
use crate::rule::{Cycle, Epoch, Example, bound, cycle, learn, settled};
use crate::xor::xor;

/// How to learn: the flags of `learn`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// How far each correction goes
    #[arg(long, value_name = "X", default_value = "1", value_parser = flags::positive)]
    learning_rate: f64,
    /// When to give up
    #[arg(long, value_name = "N", default_value = "20", value_parser = epochs)]
    epochs: usize,
    /// Begin with random weights from this seed instead of zeros
    #[arg(long, value_name = "N", value_parser = whole)]
    seed: Option<u64>,
    #[command(flatten)]
    out: OutFlag,
}

/// As many epochs as fit in memory: XOR keeps a record of each.
fn epochs(text: &str) -> Result<usize, String> {
    match flags::count(text)? {
        n if n <= 100_000 => Ok(n),
        _ => Err("expected at most 100000".to_string()),
    }
}

fn whole(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "expected a whole number, such as 7".to_string())
}

/// The perceptron that learning begins with: random weights between −1 and 1 from this seed, or zeros.
pub fn start(seed: Option<u64>) -> Perceptron<2> {
    let Some(seed) = seed else { return Perceptron { weights: [0.0, 0.0], bias: 0.0 } };
    let rng = &mut generator(seed);
    let mut weight = || rng.random_range(-1.0..1.0);
    Perceptron { weights: [weight(), weight()], bias: weight() }
}

/// What is to be learned: the four cases with the answers of AND, OR, NAND and XOR.
pub fn tasks() -> Vec<(&'static str, [Example<2>; 4])> {
    let mut tasks: Vec<_> =
        GATES.iter().map(|&(name, gate)| (name, CASES.map(|x| (x, gate.output(x))))).collect();
    tasks.push(("XOR", CASES.map(|x| (x, xor(x)))));
    tasks
}

/// A task and what became of it.
struct Lesson {
    name: &'static str,
    examples: [Example<2>; 4],
    history: Vec<Epoch<2>>,
}

/// Learns the four gates, prints every epoch, and draws the mistakes and the moving lines.
///
/// # Errors
/// If the weights grow past all numbers, or a figure cannot be written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let start = start(flags.seed);
    let lessons: Vec<_> = tasks()
        .into_iter()
        .map(|(name, examples)| {
            let history = learn(start, &examples, flags.learning_rate, flags.epochs);
            Lesson { name, examples, history }
        })
        .collect();
    lessons.iter().try_for_each(Lesson::check)?;
    println!("rule: w ← w + η·(t - y)·x and b ← b + η·(t - y) with η = {}", flags.learning_rate);
    println!("start: {}", spelled(&start));
    println!();
    for lesson in &lessons {
        lesson.print();
        if let (None, Some((_, gate))) =
            (flags.seed, GATES.iter().find(|(name, _)| *name == lesson.name))
        {
            let most = bound(gate, &lesson.examples).floor();
            println!("  (at most {most} corrections, by Novikoff's theorem)");
        }
    }
    println!();
    let longest = lessons.iter().map(|lesson| lesson.history.len()).max().unwrap_or_default();
    figures.draw("learn.png", (760, 480), |area| {
        let panels = area.split_evenly((2, 2));
        lessons
            .iter()
            .zip(&panels)
            .try_for_each(|(lesson, panel)| lesson.chart(longest).draw(panel))
    })?;
    figures.draw("learn_lines.png", (760, 430), |area| {
        let panels = area.split_evenly((2, 4));
        let (and, xor) = (&lessons[0], &lessons[lessons.len() - 1]);
        let above = and.last_epochs().into_iter().zip(&panels[..4]);
        let below = xor.next_corrections(flags.learning_rate).into_iter().zip(&panels[4..]);
        above.chain(below).try_for_each(|(plane, panel)| plane.draw(panel))
    })
}

fn spelled(p: &Perceptron<2>) -> String {
    format!("weights ({}, {}), bias {}", short(p.weights[0]), short(p.weights[1]), short(p.bias))
}

impl Lesson {
    fn check(&self) -> Result<()> {
        let finite = |p: &Perceptron<2>| p.score([1.0, 1.0]).is_finite();
        if self.history.iter().all(|epoch| finite(&epoch.after)) {
            return Ok(());
        }
        Err(Error::Invalid(
            "the weights grow past all numbers; try a smaller --learning-rate".into(),
        ))
    }

    fn print(&self) {
        let mistakes: Vec<_> = self.history.iter().map(|e| e.mistakes.to_string()).collect();
        let shown = mistakes.len().min(20);
        let more = if mistakes.len() > shown { " …" } else { "" };
        println!("{}: mistakes in each epoch: {}{more}", self.name, mistakes[..shown].join(" "));
        let corrections: usize = self.history.iter().map(|epoch| epoch.mistakes).sum();
        let epochs = self.history.len();
        match (self.history.last(), cycle(&self.history)) {
            (Some(last), _) if last.mistakes == 0 => {
                println!("  settled in epoch {epochs} after {corrections} corrections:");
                println!("  {}", spelled(&last.after));
            }
            (_, Some(Cycle { first, again })) => {
                println!(
                    "  never settles: the weights after epoch {again} are those after epoch {first}:"
                );
                println!("  {}", spelled(&self.history[first - 1].after));
            }
            _ => println!("  not settled after {epochs} epochs; try more --epochs"),
        }
    }

    /// Mistakes against epochs, with room for the `longest` history.
    fn chart(&self, longest: usize) -> LineChart {
        let points: Vec<_> =
            (1..).zip(&self.history).map(|(i, e)| (f64::from(i), e.mistakes as f64)).collect();
        let end = match (settled(&self.history), cycle(&self.history)) {
            (true, _) => format!("settled in epoch {}", self.history.len()),
            (false, Some(_)) => "round and round".to_string(),
            (false, None) => "not settled yet".to_string(),
        };
        let color = if settled(&self.history) { 0 } else { 1 };
        LineChart {
            title: format!("{}: {end}", self.name),
            x_label: "epoch".to_string(),
            y_label: "mistakes, of 4 cases".to_string(),
            x_range: Some(0.0..longest as f64 + 0.5),
            y_range: Some(-0.2..4.3),
            series: vec![
                Series::line("", color, points.clone()),
                Series::line("", color, points).stroke(Stroke::Dots).width(4.0),
            ],
            ..LineChart::default()
        }
    }

    /// The lines after the last four epochs that changed something.
    fn last_epochs(&self) -> Vec<Plane> {
        let changed = self.history.iter().take_while(|epoch| epoch.mistakes > 0).count();
        (changed.saturating_sub(4)..changed)
            .map(|i| {
                self.plane(format!("{}, after epoch {}", self.name, i + 1), self.history[i].after)
            })
            .collect()
    }

    /// The lines after the four corrections that would come next.
    fn next_corrections(&self, rate: f64) -> Vec<Plane> {
        let Some(last) = self.history.last() else { return Vec::new() };
        let mut p = last.after;
        let turns = self.examples.iter().cycle().take(3 * self.examples.len());
        turns
            .filter_map(|&(x, t)| {
                let title = format!("{}, ({}, {}) corrected", self.name, x[0], x[1]);
                p.correct((x, t), rate).then(|| self.plane(title, p))
            })
            .take(4)
            .collect()
    }

    fn plane(&self, title: String, gate: Perceptron<2>) -> Plane {
        let dot = |&(x, t): &Example<2>| Dot { wrong: gate.output(x) != t, ..Dot::new(x, t) };
        Plane {
            title,
            axes: ["x₁", "x₂"],
            shaded: vec![gate],
            lines: vec![Line { gate, color: PALETTE[1], stroke: Stroke::Solid }],
            dots: self.examples.iter().map(dot).collect(),
            ..Plane::default()
        }
    }
}
