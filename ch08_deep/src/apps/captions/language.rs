//! A network that writes: after each character of this book, which one is next?

use std::path::PathBuf;

use clap::Args;
use common::flags;
use common::model::parameter_count;
use common::number::grouped;
use common::program::Figures;
use common::program::job::Job;
use common::random::generator;
use common::{Error, Result};

use super::counts::Counts;
use super::kinds::Kind;
use super::language_figures::{draw_bits, draw_unit};
use super::ranges::whole;
use super::reading::{Reading, bits};
use super::symbol_model::SymbolModel;
use super::text::{Text, Vocabulary};
use super::units::{Held, WATCHED, features, follower, watch};
use super::writing::write;

/// The most characters that counting looks back.
const COUNTED: usize = 5;
/// Temperatures that samples are drawn with, unless one is named.
const TEMPERATURES: [f64; 4] = [0.5, 0.8, 1.0, 1.2];

/// The flags of `language`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("epochs", |arg| arg.default_value("10").help("How often the text is read")))]
#[command(mut_arg("batch_size", |arg| arg.default_value("32").help("Windows in one step")))]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.003")))]
#[command(mut_arg("schedule", |arg| arg.default_value("cosine")))]
// A text has no digits.
#[command(mut_arg("data", |arg| arg.hide(true)))]
#[command(mut_arg("data_dir", |arg| arg.hide(true)))]
#[command(mut_arg("offline", |arg| arg.hide(true)))]
#[command(mut_arg("train_size", |arg| arg.hide(true)))]
#[command(mut_arg("validate", |arg| arg.hide(true)))]
#[command(mut_arg("examine", |arg| arg.hide(true)))]
pub struct Flags {
    #[command(flatten)]
    job: Job,
    /// The text to learn from, in UTF-8 [default: the pages of this book]
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    text: Option<PathBuf>,
    /// The kind of recurrent layer
    #[arg(long, value_enum, value_name = "KIND", default_value = "lstm")]
    cell: Kind,
    /// Units of the recurrent layer
    #[arg(long, value_name = "N", default_value = "192", value_parser = whole(1, 4096))]
    units: usize,
    /// Numbers in the vector of a character
    #[arg(long, value_name = "N", default_value = "64", value_parser = whole(1, 4096))]
    embedding: usize,
    /// Characters that a gradient goes back through
    #[arg(long, value_name = "N", default_value = "64", value_parser = whole(1, 10_000))]
    window: usize,
    /// Characters before each window that are read for the state alone: no gradient goes back through
    /// them
    #[arg(long, value_name = "N", default_value = "0", value_parser = whole(0, 10_000))]
    burn_in: usize,
    /// Shorten gradients that are longer together than this
    #[arg(long, value_name = "X", default_value = "1", value_parser = flags::positive)]
    clip: f64,
    /// Characters of each sample
    #[arg(long, value_name = "N", default_value = "200", value_parser = flags::count)]
    sample: usize,
    /// Draw samples with this temperature only [default: 0.5, 0.8, 1.0 and 1.2]
    #[arg(long, value_name = "X", value_parser = temperature)]
    temperature: Option<f64>,
    /// What a sample begins with
    #[arg(long, value_name = "TEXT", default_value = "The ", value_parser = prompt)]
    prompt: String,
}

/// With a temperature near 0 the likeliest is always drawn.
fn temperature(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if (0.01..=100.0).contains(&x) => Ok(x),
        _ => Err("expected a number from 0.01 to 100, such as 0.8".to_string()),
    }
}

fn prompt(text: &str) -> Result<String, String> {
    match text.is_empty() {
        true => Err("expected at least one character to begin with".to_string()),
        false => Ok(text.to_string()),
    }
}

/// A text as the model reads it: what is learned from, and what is held out.
struct Symbols {
    vocabulary: Vocabulary,
    learned: Vec<usize>,
    held_out: Vec<usize>,
    held_out_text: Vec<char>,
}

/// Teaches a model to read on, compares it with what counting can do, lets it write, and looks for units
/// that keep track of something.
///
/// # Errors
/// If the text, a checkpoint, weights or figures cannot be read or written, or training diverges.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    flags.job.refuse(&["--examine", "--train-size", "--validate"])?;
    let text = flags.text.as_deref().map_or_else(Text::of_the_book, Text::of_file)?;
    let symbols = symbols(&text, flags)?;
    let vocabulary = &symbols.vocabulary;
    let mut training = flags.job.begin(|rng| {
        let (size, units) = (flags.embedding, flags.units);
        let layer = |rng: &mut _| flags.cell.layer(size, units, rng);
        let mut model = SymbolModel::new(vocabulary.size(), (size, units), layer, rng);
        model.code_points = vocabulary.code_points().into();
        Ok(model)
    })?;
    if training.model.code_points.to_vec() != vocabulary.code_points() {
        return Err(Error::Invalid(
            "the weights were learned from a text with other characters; name it with --text"
                .to_string(),
        ));
    }
    println!("parameters: {}", grouped(parameter_count(&mut training.model)));
    let counted = count(&symbols);
    if flags.job.learns() {
        training
            .learns_from(text.fingerprint(), "was made with another text; name it with --text")?;
        let (texts, windows) =
            ((&symbols.learned[..], &symbols.held_out[..]), (flags.window, flags.burn_in));
        let mut reading = Reading::new(texts, windows, flags.clip as f32);
        let history = training.fit(&mut reading)?;
        print_norms(&reading.norms, flags.clip);
        figures.draw("language.png", (760, 360), |area| {
            draw_bits(area, (&history, flags.cell.name()), &counted)
        })?;
    }
    let model = training.model;
    let found = bits(&model, &symbols.held_out, 1);
    print_bits(&symbols, &counted, (flags, found));
    samples(flags, &model, vocabulary);
    look_at_units(figures, &model, &symbols)
}

/// The text's characters as numbers; prints how many there are.
fn symbols(text: &Text, flags: &Flags) -> Result<Symbols> {
    let (learned, held_out) = text.split();
    let vocabulary = Vocabulary::of(&learned);
    let symbols = Symbols {
        learned: vocabulary.numbers(&learned),
        held_out: vocabulary.numbers(&held_out),
        held_out_text: held_out.chars().collect(),
        vocabulary,
    };
    let (name, count) = (&text.name, grouped(text.characters()));
    println!("text: {name} ({count} characters, fingerprint {:016x})", text.fingerprint());
    println!(
        "learned from: {} characters; held out: {}; told apart: {}",
        grouped(symbols.learned.len()),
        grouped(symbols.held_out.len()),
        symbols.vocabulary.size()
    );
    let windows =
        symbols.learned.len().saturating_sub(flags.burn_in + flags.window + 1) / flags.window;
    let wanted = flags.job.train.batch_size;
    if windows < wanted || symbols.held_out.len() < 2 {
        return Err(Error::Invalid(format!(
            "{name} is too short: it gives {windows} windows of {} characters to learn from, fewer than one batch of {wanted}; take a longer text, a shorter --window or a smaller --batch-size",
            flags.window
        )));
    }
    Ok(symbols)
}

/// Bits per held-out character when all are alike, and when each is told by counts from none, one, … before.
fn count(symbols: &Symbols) -> Vec<(String, f64)> {
    let size = symbols.vocabulary.size();
    let counts = Counts::of(&symbols.learned, COUNTED, size);
    let of = |before: usize| {
        let name = match before {
            0 => "counted, alone".to_string(),
            n => format!("counted, {n} before it"),
        };
        (name, counts.bits(&symbols.held_out, before))
    };
    let alike = ("all alike".to_string(), (size as f64).log2());
    std::iter::once(alike).chain((0..=COUNTED).map(of)).collect()
}

fn print_norms(norms: &[f32], clip: f64) {
    let mut sorted = norms.to_vec();
    sorted.sort_by(f32::total_cmp);
    let longer = norms.iter().filter(|&&norm| f64::from(norm) > clip).count();
    if let (Some(largest), Some(median)) = (sorted.last(), sorted.get(sorted.len() / 2)) {
        println!(
            "gradient norm: median {median:.2}, largest {largest:.1}; clipped: {:.1} % of the steps",
            100.0 * longer as f64 / norms.len() as f64
        );
    }
}

fn print_bits(symbols: &Symbols, counted: &[(String, f64)], (flags, found): (&Flags, f64)) {
    let held_out = symbols.held_out.len() as f64;
    let unknown = symbols.held_out.iter().filter(|&&symbol| symbol == 0).count() as f64;
    println!("held-out characters that are unknown: {:.2} %", 100.0 * unknown / held_out);
    println!("each held-out character             bits   perplexity");
    let model = (format!("{} of {} units", flags.cell.name(), flags.units), found);
    for (name, bits) in counted.iter().chain([&model]) {
        println!("  {name:<30} {bits:>7.3} {:>12.2}", bits.exp2());
    }
    println!("test bits per character: {found:.4}");
}

fn samples(flags: &Flags, model: &SymbolModel, vocabulary: &Vocabulary) {
    let temperatures =
        flags.temperature.map_or(TEMPERATURES.to_vec(), |temperature| vec![temperature]);
    for temperature in temperatures {
        // Each begins anew: with one temperature alone it writes what it writes among others.
        let rng = &mut generator(flags.job.seed.seed);
        let how = (flags.sample, temperature);
        let written = write((model, vocabulary), &flags.prompt, how, rng);
        println!("temperature {temperature}:");
        for line in format!("{}{written}", flags.prompt).split('\n') {
            // What a text may hold need not be fit for a terminal.
            let line: String =
                line.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
            println!("  | {line}");
        }
    }
}

/// Prints which unit follows which feature of the held-out text, and draws the one that does it best.
fn look_at_units(figures: &Figures, model: &SymbolModel, symbols: &Symbols) -> Result<()> {
    let watched = symbols.held_out.len().min(WATCHED);
    let (numbers, text) = (&symbols.held_out[..watched], &symbols.held_out_text[..watched]);
    let held = watch(model, numbers);
    let halves = Held::new(&held);
    println!("units over {} held-out characters  unit  correlation  by chance", grouped(watched));
    let mut best: Option<(f64, _, _)> = None;
    for feature in features(text) {
        let Some(found) = follower(&halves, &feature) else { continue };
        println!(
            "  {:<36} {:>4} {:>12.2} {:>10.2}",
            found.feature,
            found.unit + 1,
            found.correlation,
            found.by_chance
        );
        let lead = found.correlation.abs() - found.by_chance;
        // A place in a line is no yes or no, and would be hard to see as a colour.
        let is_yes_or_no = feature.values.iter().all(|&value| value == 0.0 || value == 1.0);
        if is_yes_or_no && best.as_ref().is_none_or(|(other, ..)| lead > *other) {
            best = Some((lead, feature, found));
        }
    }
    best.map_or(Ok(()), |(_, feature, found)| {
        draw_unit(figures, "language-unit.png", text, (&held, &feature, &found))
    })
}
