//! Captions: BLEU, the captioner's gradients, and the section in small.

use std::fs;
use std::path::Path;

use ch08_deep::apps::captions::beam::captions;
use ch08_deep::apps::captions::bleu::{bleu, exact_matches};
use ch08_deep::apps::captions::captioner::{Captioner, PLACES};
use ch08_deep::apps::captions::learning::{Captioning, Lesson};
use ch08_deep::apps::captions::pairs::{Combinations, Pair, Pairs, images};
use ch08_deep::apps::captions::sentence::{LONGEST, VOCABULARY};
use common::Tensor;
use common::data::digits;
use common::model;
use common::optimizer::Adam;
use common::random::{Rng, generator, normal};
use common::store::checkpoint;
use common::train::{TrainStep, Trainer, TrainingState};
use ndarray::{Axis, array};
use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch08_deep"));

#[test]
fn bleu_is_that_of_sacrebleu() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bleu.txt");
    let fixture = fs::read_to_string(file).expect("the fixture");
    let words = |text: &str| -> Vec<usize> {
        text.split_whitespace().map(|word| word.parse().expect("a number")).collect()
    };
    let corpora: Vec<&str> = fixture.split("corpus ").skip(1).collect();
    assert_eq!(corpora.len(), 14);
    for corpus in corpora {
        let (score, sentences) = corpus.split_once('\n').expect("lines");
        let sentences: Vec<Vec<Vec<usize>>> =
            sentences.lines().map(|line| line.split('|').map(words).collect()).collect();
        let said: Vec<&[usize]> = sentences.iter().map(|of| of[0].as_slice()).collect();
        let right: Vec<Vec<&[usize]>> =
            sentences.iter().map(|of| of[1..].iter().map(Vec::as_slice).collect()).collect();
        let (ours, theirs) = (bleu(&said, &right), score.parse::<f64>().expect("a number"));
        assert!((ours - theirs).abs() < 1e-10, "{ours} where sacrebleu has {theirs}");
    }
}

#[test]
fn bleu_of_nothing_is_zero() {
    assert_eq!(bleu(&[], &[]), 0.0);
    assert_eq!(bleu(&[&[]], &[vec![&[]]]), 0.0);
    assert_eq!(exact_matches(&[vec![1], vec![2]], &[vec![1], vec![3]]), 0.5);
}

/// The example of the book's page.
#[test]
fn bleu_by_hand() {
    let number = |word: &str| VOCABULARY.iter().position(|known| *known == word).expect("a word");
    let words = |text: &str| text.split(' ').map(number).collect::<Vec<_>>();
    let right = words("a small red three left of a large blue seven");
    let said = words("a small red eight left of a large blue seven");
    let expected = (0.9_f64 * (7.0 / 9.0) * (5.0 / 8.0) * (3.0 / 7.0)).powf(0.25);
    let all = bleu(&[&said], &[vec![&right]]);
    assert!((all - expected).abs() < 1e-12 && (all - 0.658).abs() < 1e-4, "{all}");
    let short = bleu(&[&right[..5]], &[vec![&right]]);
    assert!((short - (1.0_f64 - 10.0 / 5.0).exp()).abs() < 1e-12, "only too short: {short}");
}

/// The sum of all scores, each times its weight.
fn weighted(
    captioner: &mut Captioner<f64>,
    (x, words): (&Tensor<f64>, &Tensor<f64>),
    weights: &Tensor<f64>,
) -> f64 {
    (captioner.forward(x.clone(), words.clone()) * weights).sum()
}

/// Words, gist and attention send gradients back into the same maps.
#[test]
fn gradients_add_up_where_paths_meet() {
    for attention in [true, false] {
        let rng = &mut generator(3);
        let mut captioner = Captioner::<f64>::new(attention, rng).expect("it fits");
        let x: Tensor<f64> = normal(vec![2, 3, 32, 32], rng);
        let words = array![[0.0, 2.0, 4.0], [0.0, 2.0, 3.0]].into_dyn();
        let weights: Tensor<f64> = normal(vec![2, 3, VOCABULARY.len()], rng);
        weighted(&mut captioner, (&x, &words), &weights);
        captioner.backward(weights.clone());
        let gradients: Vec<Tensor<f64>> =
            model::params(&mut captioner).iter().map(|param| param.grad.to_owned()).collect();
        let names = model::names(&mut captioner);
        for (i, gradient) in gradients.iter().enumerate() {
            for _ in 0..3 {
                let at = rng.random_range(0..gradient.len());
                let mut moved = |by: f64| {
                    let shift = |captioner: &mut Captioner<f64>, by: f64| {
                        let mut params = model::params(captioner);
                        *params[i].value.iter_mut().nth(at).expect("it is there") += by;
                    };
                    shift(&mut captioner, by);
                    let loss = weighted(&mut captioner, (&x, &words), &weights);
                    shift(&mut captioner, -by);
                    loss
                };
                let numerical = (moved(1e-6) - moved(-1e-6)) / 2e-6;
                let ours = *gradient.iter().nth(at).expect("it is there");
                let error = (ours - numerical).abs() / (1.0 + ours.abs().max(numerical.abs()));
                assert!(error < 1e-4, "{} {at}: {ours}, numerically {numerical}", names[i]);
            }
        }
    }
}

#[test]
fn word_by_word_is_the_sentence_at_once() {
    for attention in [true, false] {
        let rng = &mut generator(4);
        let captioner = Captioner::<f64>::new(attention, rng).expect("it fits");
        let seen = captioner.look(normal(vec![2, 3, 32, 32], rng));
        let words = array![[0.0, 2.0, 3.0, 7.0], [0.0, 2.0, 4.0, 5.0]].into_dyn();
        let (whole, _, looked) = captioner.say(&seen, words.clone(), &captioner.silence(2));
        if let Some(looked) = &looked {
            assert_eq!(looked.dim(), (2, 4, PLACES * PLACES));
            assert!(looked.sum_axis(Axis(2)).iter().all(|sum| (sum - 1.0).abs() < 1e-12));
        }
        assert_eq!(looked.is_some(), attention);
        for i in 0..2 {
            let (one, mut state) = (seen.one(i), captioner.silence(1));
            for t in 0..4 {
                let word = Tensor::from_elem(vec![1, 1], words[[i, t]]);
                let (scores, after, _) = captioner.say(&one, word, &state);
                for (v, score) in scores.iter().enumerate() {
                    assert!((score - whole[[i, t, v]]).abs() < 1e-10, "{i} {t} {v}");
                }
                state = after;
            }
        }
    }
}

/// Learns until `stop` steps are done, of two epochs of 20, going on from `file` if it is there.
fn taught_until(attention: bool, stop: usize, file: &Path) -> (Captioner<f32>, Vec<f64>) {
    let digits = digits::draw(1, 60);
    let pairs = Pairs::new(&digits, Combinations::Seen, 4).expect("all digits");
    let judged = pairs.draw(1000..1002);
    let mut step = Captioning::new((&pairs, 200), &judged);
    let mut captioner = Captioner::<f32>::new(attention, &mut generator(1)).expect("it fits");
    let mut adam = Adam::new(2e-3);
    let trainer = Trainer {
        max_steps: Some(stop),
        save: Some(file.to_owned()),
        report: false,
        ..Trainer::new(2, 10)
    };
    let mut state = match file.exists() {
        true => checkpoint::load(file, &mut captioner, &mut adam, 10).expect("saved"),
        false => TrainingState::start(generator(2)),
    };
    let history = trainer.fit(&mut step, &mut captioner, &mut adam, &mut state).expect("it learns");
    (captioner, history.losses)
}

fn bits(captioner: &mut Captioner<f32>) -> Vec<u32> {
    model::snapshot(captioner).into_iter().flatten().map(f32::to_bits).collect()
}

#[test]
fn it_learns_and_goes_on_where_it_was_stopped() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for attention in [true, false] {
        let file = |name: &str| folder.path().join(format!("{name}-{attention}.npz"));
        let (mut whole, losses) = taught_until(attention, 40, &file("whole"));
        let (first, last) = (losses[0], losses[39]);
        assert!(last < 0.7 * first, "{first} at first, {last} after forty steps");
        let (mut half, _) = taught_until(attention, 13, &file("stopped"));
        assert!(bits(&mut half) != bits(&mut whole), "13 steps are not all");
        let (mut resumed, _) = taught_until(attention, 40, &file("stopped"));
        assert!(bits(&mut resumed) == bits(&mut whole));
    }
}

#[test]
fn no_picture_comes_twice() {
    let digits = digits::draw(1, 60);
    let pairs = Pairs::new(&digits, Combinations::Seen, 5).expect("all digits");
    let mut step = Captioning::new((&pairs, 4), &[]);
    let mut captioner = Captioner::new(true, &mut generator(1)).expect("it fits");
    let mut loss_of = |epoch| {
        step.begin_epoch(epoch);
        step.forward_backward(&mut captioner, &[0, 1])
    };
    let losses = [loss_of(0), loss_of(1), loss_of(0)];
    assert_ne!(losses[0], losses[1], "other pictures in another epoch");
    assert_eq!(losses[0], losses[2], "the same in the same one");
}

#[test]
fn gradients_are_clipped() {
    let digits = digits::draw(1, 60);
    let pairs = Pairs::new(&digits, Combinations::Seen, 5).expect("all digits");
    let mut step = Captioning::new((&pairs, 4), &[]);
    let mut captioner = Captioner::<f32>::new(true, &mut generator(1)).expect("it fits");
    // Scores that are far off have long gradients.
    let last = model::params(&mut captioner).len() - 2;
    model::params(&mut captioner)[last].value.mapv_inplace(|w| 1000.0 * w);
    step.forward_backward(&mut captioner, &[0, 1, 2, 3]);
    let params = model::params(&mut captioner);
    let squares = params.iter().flat_map(|p| p.grad.iter()).map(|g| f64::from(*g).powi(2));
    let length = squares.sum::<f64>().sqrt();
    assert!((length - 5.0).abs() < 1e-3, "{length}");
}

#[test]
fn sentences_come_to_an_end() {
    let digits = digits::draw(1, 60);
    let pairs = Pairs::new(&digits, Combinations::Unseen, 6).expect("all digits").draw(0..3);
    let captioner = Captioner::<f32>::new(true, &mut generator(1)).expect("it fits");
    for width in [1, 3] {
        let said = captions(&captioner, &images(&pairs), width);
        assert_eq!(said.len(), 3);
        assert!(said.iter().all(|words| (1..=LONGEST).contains(&words.len())), "{said:?}");
    }
    let none: [Pair; 0] = [];
    assert!(captions(&captioner, &images(&none), 1).is_empty());
    let lesson = Lesson::of(&pairs.iter().map(Pair::sentence).collect::<Vec<_>>());
    assert_eq!((lesson.read.shape(), lesson.said.dim()), (&[3, LONGEST][..], (3, LONGEST)));
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
fn captions_are_taught_saved_and_judged() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| {
        let small = ["caption", "--data", "digits", "--train-size", "60", "--held-out", "4"];
        printed(folder.path(), &[&small, arguments].concat())
    };
    let once = ["--pictures", "40", "--epochs", "1", "--save", "w.npz"];
    let text = run(&once);
    let all = [
        "data: built-in digits (60 train, 10000 test)\n",
        "\nparameters: 500816\n",
        ", test exact ",
        "\nweights: w.npz\n",
    ];
    holds(&text, &all);
    let judged = [
        "\nseen combinations, greedy: exact ",
        "\nseen combinations, beam of 3: exact ",
        "\nunseen combinations, greedy: exact ",
        "\n  digit  ",
        "\n  no sentence  ",
        "\nfigure: figures/ch08/caption.png\n",
        "\nfigure: figures/ch08/attention.png\n",
    ];
    holds(&text, &judged);
    let again = run(&["--weights", "w.npz", "--no-training"]);
    let from = |text: &str| text[text.find("seen combinations").expect("a line")..].to_string();
    assert_eq!(from(&again), from(&text), "the weights are those that were learned");
    let greedy = run(&["--weights", "w.npz", "--no-training", "--beam", "1"]);
    assert!(!greedy.contains("beam of"), "{greedy}");

    let blind = run(&[&once[..4], &["--no-attention", "--save", "blind.npz"]].concat());
    holds(&blind, &["figure: figures/ch08/caption-no-attention.png\n"]);
    assert!(!blind.contains("attention.png\nfigure"), "{blind}");
    let wrong = ["caption", "--data", "digits", "--weights", "blind.npz", "--no-training"];
    PROGRAM.refuses(folder.path(), &wrong, "blind.npz");
}

#[test]
fn what_is_mistyped_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let few = ["caption", "--data", "digits", "--train-size", "5"];
    let wild = ["caption", "--data", "digits", "--train-size", "60", "--pictures", "40"];
    let wild = [&wild[..], &["--held-out", "2", "--learning-rate", "1e30"]].concat();
    for (arguments, because) in [
        (&["caption", "--pictures", "0"][..], "expected a whole number of at least 1"),
        (&["caption", "--beam", "0"], "expected a whole number of at least 1"),
        (&["caption", "--no-training"], "--weights"),
        (&["caption", "--weights", "nowhere.npz"], "cannot read nowhere.npz"),
        (&["caption", "--data", "digits", "--pictures", "10"], "a batch of 32"),
        (&["caption", "--examine", "9"], "--examine chooses among given images"),
        (&["caption", "--save", "."], "is a folder"),
        (&few, "and every digit must be drawn"),
        (&wild, "step 2 went wrong"),
    ] {
        PROGRAM.refuses(folder.path(), arguments, because);
    }
}
