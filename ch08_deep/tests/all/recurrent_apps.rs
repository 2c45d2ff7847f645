//! Remembering over many steps, and reading and writing a text, in small.

use std::fs;
use std::path::Path;

use approx::assert_abs_diff_eq;
use ch08_deep::apps::captions::fading::fading;
use ch08_deep::apps::captions::kinds::Kind;
use ch08_deep::apps::captions::reading::{Reading, bits};
use ch08_deep::apps::captions::remembering::{Remembering, SYMBOLS, sequences};
use ch08_deep::apps::captions::symbol_model::SymbolModel;
use ch08_deep::apps::captions::text::Vocabulary;
use ch08_deep::apps::captions::units::watch;
use ch08_deep::apps::captions::writing::write;
use common::layer::Layer;
use common::layers::{SequenceSoftmaxWithLoss, State};
use common::model;
use common::optimizer::Adam;
use common::random::generator;
use common::store::checkpoint;
use common::train::{TrainStep, Trainer, TrainingState};
use ndarray::{Array2, Axis, Slice};
use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch08_deep"));
const NUMBERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/texts/numbers.txt");

fn model(kind: Kind, symbols: usize, units: usize) -> SymbolModel {
    let layer = |rng: &mut _| kind.layer(8, units, rng);
    SymbolModel::new(symbols, (8, units), layer, &mut generator(1))
}

#[test]
fn every_kind_remembers_over_a_few_steps() {
    for kind in Kind::ALL {
        let mut step = Remembering::new((1600, 3), Some(1.0), 1);
        let mut model = model(kind, SYMBOLS, 32);
        let (mut adam, state) = (Adam::new(0.01), &mut TrainingState::start(generator(2)));
        let trainer = Trainer { report: false, ..Trainer::new(6, 32) };
        trainer.fit(&mut step, &mut model, &mut adam, state).expect("it learns");
        let share = step.evaluate(&mut model).test;
        assert!(share > 0.95, "{}: {share}", kind.name());
        assert_eq!(step.norms.len(), 300);
    }
}

/// ∂loss/∂(state after the first symbol), by trying.
#[test]
fn what_is_left_of_a_gradient_is_what_trying_finds() {
    for kind in Kind::ALL {
        let mut model = model(kind, SYMBOLS, 4);
        let sequence = sequences(1, 3, 5);
        let norms = fading(&mut model, sequence.view());
        assert_eq!(norms.len(), 4);

        let x = sequence.mapv(|symbol| symbol as f32).into_dyn();
        let steps = |part: Slice| x.slice_axis(Axis(1), part).to_owned();
        let (first, rest) = (steps(Slice::from(..1)), steps(Slice::from(1..)));
        let zeros = model.recurrent.zero_state(1);
        let (_, state) = model.infer_from(first, &zeros);
        let loss = |state: &State<f32>| {
            let (scores, _) = model.infer_from(rest.clone(), state);
            let answers = Array2::from_elem((1, 3), sequence[[0, 0]]);
            let mut counts = Array2::from_elem((1, 3), false);
            counts[[0, 2]] = true;
            SequenceSoftmaxWithLoss::default().forward(scores, answers.view(), counts.view())
        };
        let norm = |numbers: &dyn Fn(&mut State<f32>) -> &mut Array2<f32>| {
            let slope = |i: usize| {
                let moved = |by: f32| {
                    let mut state = state.clone();
                    numbers(&mut state)[[0, i]] += by;
                    f64::from(loss(&state))
                };
                (moved(0.02) - moved(-0.02)) / 0.04
            };
            let count = numbers(&mut state.clone()).ncols();
            (0..count).map(|i| slope(i).powi(2)).sum::<f64>().sqrt()
        };
        let tried = (norm(&|state| &mut state.h), norm(&|state| &mut state.c));
        assert_abs_diff_eq!(norms[3].h, tried.0, epsilon = 0.02 * tried.0);
        assert_eq!(norms[3].c.is_some(), kind == Kind::Lstm);
        assert_abs_diff_eq!(norms[3].c.unwrap_or(0.0), tried.1, epsilon = 0.02 * tried.1);
    }
}

#[test]
fn bits_are_the_loss_of_the_whole_text_read_at_one_go() {
    let mut model = model(Kind::Lstm, 7, 6);
    let text: Vec<usize> = (0..450).map(|i| i * i % 7).collect();
    let x = Array2::from_shape_fn((1, 449), |(_, t)| text[t] as f32).into_dyn();
    let answers = Array2::from_shape_fn((1, 449), |(_, t)| text[t + 1]);
    let all = Array2::from_elem((1, 449), true);
    let scores = model.forward(x);
    let loss = SequenceSoftmaxWithLoss::default().forward(scores, answers.view(), all.view());
    let expected = f64::from(loss) / 2.0_f64.ln();
    assert_abs_diff_eq!(bits(&model, &text, 1), expected, epsilon = 1e-5);
    // In parts each begins with a state that knows nothing: another number, but not far off.
    let parts = bits(&model, &text, 9);
    assert!(parts != expected && (parts - expected).abs() < 0.5, "{parts}, {expected}");
    // A text that is shorter than the parts it should be cut into.
    assert!(bits(&model, &text[..3], 32).is_finite());
}

#[test]
fn units_are_watched_as_the_layer_reads() {
    let text = [3, 1, 4, 1, 5];
    let x = Array2::from_shape_fn((1, 5), |(_, t)| text[t] as f32).into_dyn();
    let model = model(Kind::Gru, 7, 6);
    let zeros = model.recurrent.zero_state(1);
    let (h, _) = model.recurrent.infer_from(model.embedding.infer(x), &zeros);
    let held = watch(&model, &text);
    assert_abs_diff_eq!(held.into_dyn(), h.index_axis_move(Axis(0), 0), epsilon = 1e-6);
}

fn numbers() -> (Vocabulary, Vec<usize>) {
    let text = fs::read_to_string(NUMBERS).expect("the text");
    let vocabulary = Vocabulary::of(&text);
    let numbers = vocabulary.numbers(&text);
    (vocabulary, numbers)
}

#[test]
fn what_was_learned_is_written() {
    let (vocabulary, text) = numbers();
    let mut model = model(Kind::Gru, vocabulary.size(), 64);
    let (learned, held_out) = text.split_at(20_000);
    let mut step = Reading::new((learned, held_out), (32, 0), 1.0);
    let before = step.evaluate(&mut model).test;
    let (mut adam, state) = (Adam::new(0.01), &mut TrainingState::start(generator(2)));
    let trainer = Trainer { report: false, ..Trainer::new(4, 16) };
    trainer.fit(&mut step, &mut model, &mut adam, state).expect("it learns");
    let after = step.evaluate(&mut model).test;
    assert!(before > 4.0 && after < 1.0, "{before} bits, then {after}");
    let written = write((&model, &vocabulary), "two hundred", (300, 0.01), &mut generator(3));
    let whole = written.split('\n').skip(1).take(3).flat_map(|line| line.split([' ', '-']));
    let words = fs::read_to_string(NUMBERS).expect("the text");
    let known: Vec<&str> = words.split([' ', '-', '\n']).collect();
    assert!(
        whole.clone().count() > 3 && whole.clone().all(|word| known.contains(&word)),
        "{written}"
    );
}

/// Learns from two epochs of windows until `stop` steps are done, going on from `file` if it is there; the
/// bits of all that the model has learned.
fn taught_until(stop: usize, file: &Path) -> Vec<u32> {
    let (vocabulary, text) = numbers();
    let mut step = Reading::new((&text[..300], &text[300..400]), (16, 8), 1.0);
    let mut model = model(Kind::Lstm, vocabulary.size(), 8);
    let mut adam = Adam::new(4e-3);
    let trainer = Trainer {
        max_steps: Some(stop),
        save: Some(file.to_owned()),
        report: false,
        ..Trainer::new(2, 6)
    };
    assert_eq!(step.examples(), 17);
    let mut state = match file.exists() {
        true => checkpoint::load(file, &mut model, &mut adam, trainer.batch_size).expect("saved"),
        false => TrainingState::start(generator(2)),
    };
    trainer.fit(&mut step, &mut model, &mut adam, &mut state).expect("it learns");
    model::snapshot(&mut model).into_iter().flatten().map(f32::to_bits).collect()
}

#[test]
fn stopped_within_an_epoch_and_resumed_it_reads_the_same_windows() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let whole = taught_until(6, &folder.path().join("never.npz"));
    for stop in 1..6 {
        let file = folder.path().join(format!("{stop}.npz"));
        assert_ne!(taught_until(stop, &file), whole, "{stop} steps are not all");
        assert!(taught_until(6, &file) == whole, "stopped after {stop} steps");
    }
}

fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = PROGRAM.run(folder, arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
}

#[test]
fn the_sections_of_recall_print_a_row_for_each() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let small = ["--units", "8", "--steps", "60", "--batch-size", "8", "--runs", "2"];
    let text = printed(
        folder.path(),
        &[&["recall", "--length", "2,3", "--cell", "gru,rnn"], &small[..]].concat(),
    );
    holds(
        &text,
        &[
            "\n   2  GRU  ",
            "\n   3  RNN  ",
            "\nfigure: figures/ch08/recall.png\n",
            "\nnorm of the gradient, steps back:",
            "\n  LSTM, memory cells ",
            "\nfigure: figures/ch08/recall-gradients.png\n",
        ],
    );
    assert!(!text.contains("\n   2  LSTM  "), "it was not asked for: {text}");
    let text =
        printed(folder.path(), &[&["recall", "variants", "--length", "2"], &small[..]].concat());
    for name in
        ["LSTM, forget bias 0 ", "LSTM, no clipping ", "RNN, orthogonal start, no clipping "]
    {
        holds(&text, &[&format!("\n   2  {name}")]);
    }
    assert_eq!(text.lines().count(), 12, "{text}");
}

const SMALL: [&str; 11] = [
    "language",
    "--text",
    NUMBERS,
    "--units",
    "24",
    "--epochs",
    "1",
    "--batch-size",
    "8",
    "--window",
    "24",
];

#[test]
fn a_text_is_learned_saved_and_judged() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |more: &[&str]| printed(folder.path(), &[&SMALL, more].concat());
    let text = run(&["--save", "l.npz", "--sample", "40", "--burn-in", "5"]);
    holds(
        &text,
        &[
            "numbers.txt (21,950 characters, fingerprint ",
            ", test bits per character ",
            "\nweights: l.npz\n",
            "\ngradient norm: median ",
            "\nfigure: figures/ch08/language.png\n",
        ],
    );
    let judged = [
        "\n  all alike  ",
        "\n  counted, 5 before it  ",
        "\n  LSTM of 24 units  ",
        "\ntest bits per character: ",
        "\ntemperature 0.5:\n  | The ",
        "\ntemperature 1.2:\n  | The ",
        "\n  place in the word  ",
    ];
    holds(&text, &judged);
    let again = run(&["--weights", "l.npz", "--no-training", "--sample", "40"]);
    holds(&again, &judged);
    assert!(!again.contains("epoch"), "{again}");
    let from =
        |text: &str| text[text.find("held-out characters that").expect("a line")..].to_string();
    assert_eq!(from(&again), from(&text), "the weights are those that were learned");
    let one =
        run(&["--weights", "l.npz", "--no-training", "--temperature", "0.8", "--prompt", "ni"]);
    holds(&one, &["\ntemperature 0.8:\n  | ni"]);
    assert_eq!(one.matches("temperature").count(), 1, "{one}");
}

#[test]
fn another_text_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = fs::read_to_string(NUMBERS).expect("the text");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("it can be written");
    };
    write("other.txt", &text.replace("two", "owt"));
    write("letters.txt", &text.replace('x', "z"));
    printed(folder.path(), &[&SMALL[..], &["--save", "l.npz"]].concat());
    let with = |text: &'static str| {
        let mut arguments = SMALL;
        (arguments[2], arguments[6]) = (text, "2");
        arguments
    };
    let resumed = [&with("other.txt")[..], &["--resume", "l.npz"]].concat();
    PROGRAM.refuses(folder.path(), &resumed, "l.npz: was made with another text");
    let judged = [&with("letters.txt")[..], &["--weights", "l.npz", "--no-training"]].concat();
    PROGRAM.refuses(folder.path(), &judged, "learned from a text with other characters");
    let gone_wrong = [&SMALL[..], &["--learning-rate", "1e38"]].concat();
    PROGRAM.refuses(folder.path(), &gone_wrong, "the steps are too long");
}

#[test]
fn what_is_mistyped_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(folder.path().join(name), bytes).expect("it can be written");
    };
    write("empty", b"");
    write("short", "a short text\n".repeat(9).as_bytes());
    write("bytes", b"abc\xff\xfe");
    for (arguments, because) in [
        (&["recall", "--length", "0"][..], "expected a whole number of at least 1"),
        (&["recall", "--length", "10,1001"], "at most 1000"),
        (&["recall", "--cell", "cnn"], "rnn, gru, lstm"),
        (&["recall", "variants", "--clip", "0"], "expected a number above 0"),
        (&["recall", "--steps", "1", "--learning-rate", "1e38", "--length", "2"], "RNN: "),
        (&["language", "--text", "nowhere"], "cannot read nowhere"),
        (&["language", "--text", "."], "cannot read ."),
        (&["language", "--text", "empty"], "empty: is empty"),
        (&["language", "--text", "short"], "short is too short: it gives"),
        (&["language", "--text", "bytes"], "bytes: is not text in UTF-8"),
        (&["language", "--units", "0"], "expected a whole number of at least 1"),
        (&["language", "--temperature", "0"], "expected a number from 0.01 to 100"),
        (&["language", "--prompt", ""], "expected at least one character"),
        (&["language", "--validate"], "--validate chooses among given images"),
        (&["language", "--train-size", "9"], "--train-size chooses among given images"),
        (&["language", "--no-training"], "--weights"),
        (&["language", "--text", NUMBERS, "--weights", "bytes"], "not a whole .npz file"),
    ] {
        PROGRAM.refuses(folder.path(), arguments, because);
    }
}
