//! The game of two networks, and the measures of what comes out of it.

use std::path::Path;

use approx::assert_abs_diff_eq;
use ch08_deep::apps::gan::frechet::Gaussian;
use ch08_deep::apps::gan::generator::{noise, request, walk};
use ch08_deep::apps::gan::judge::Judge;
use ch08_deep::apps::gan::learning::{GanStep, Rules, play};
use ch08_deep::apps::gan::losses::{
    discriminator_loss, generator_loss, saturating_loss, wrong_class_loss,
};
use ch08_deep::apps::gan::pair::Pair;
use ch08_deep::apps::gan::spread;
use ch08_deep::apps::gan::symmetric::{eigen, square_root};
use common::Tensor;
use common::data::digits;
use common::model::{self, Model};
use common::optimizer::AdamW;
use common::random::{generator, normal};
use common::store::checkpoint;
use common::train::{TrainStep, Trainer, TrainingState};
use ndarray::{Array2, array};
use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch08_deep"));
const PLAIN: Rules = Rules { lag: 1, saturating: false };

#[test]
fn losses_by_hand_and_their_slopes() {
    // D = σ(z): 0.8 of a real image, 0.1 of a made one.
    let logit = |d: f64| (d / (1.0 - d)).ln();
    let one = |d: f64| Tensor::from_elem(vec![1], logit(d));
    let (loss, [d_real, d_made]) = discriminator_loss(one(0.8), one(0.1), 1.0);
    assert_abs_diff_eq!(loss, -0.8_f64.ln() - 0.9_f64.ln(), epsilon = 1e-12);
    assert_abs_diff_eq!(d_real[[0]], -0.2, epsilon = 1e-12);
    assert_abs_diff_eq!(d_made[[0]], 0.1, epsilon = 1e-12);
    let (loss, slope) = generator_loss(one(0.01));
    assert_abs_diff_eq!(loss, -0.01_f64.ln(), epsilon = 1e-12);
    assert_abs_diff_eq!(slope[[0]], -0.99, epsilon = 1e-12);
    let (loss, slope) = saturating_loss(one(0.01));
    assert_abs_diff_eq!(loss, 0.99_f64.ln(), epsilon = 1e-12);
    assert_abs_diff_eq!(slope[[0]], -0.01, epsilon = 1e-12);
    for loss in [generator_loss::<f64>, saturating_loss] {
        let at = |z: f64| loss(Tensor::from_elem(vec![1], z));
        for z in [-3.0, 0.2, 5.0] {
            let numerical = (at(z + 1e-6).0 - at(z - 1e-6).0) / 2e-6;
            assert_abs_diff_eq!(at(z).1[[0]], numerical, epsilon = 1e-8);
        }
    }
}

#[test]
fn a_real_seven_is_no_real_three() {
    // Two questions beside the right one, at D = 0.2 and 0.5; the seven others are far below zero.
    let mut logits = Tensor::from_elem(vec![1, 10], -900.0_f64);
    (logits[[0, 7]], logits[[0, 3]], logits[[0, 0]]) = (5.0, 0.25_f64.ln(), 0.0);
    let (loss, d) = wrong_class_loss(&logits, &[7]);
    assert_abs_diff_eq!(loss, -(0.8_f64.ln() + 0.5_f64.ln()) / 9.0, epsilon = 1e-12);
    assert_eq!(d[[0, 7]], 0.0, "its own question is none of the others");
    assert_abs_diff_eq!(d[[0, 3]], 0.2 / 9.0, epsilon = 1e-12);
    let z: Tensor<f64> = normal(vec![4, 10], &mut generator(5));
    let (_, d) = wrong_class_loss(&z, &[1, 9, 0, 1]);
    for at in [[0, 1], [0, 2], [1, 9], [3, 0]] {
        let with = |change: f64| {
            let mut z = z.clone();
            z[at] += change;
            wrong_class_loss(&z, &[1, 9, 0, 1]).0
        };
        let numerical = (with(1e-6) - with(-1e-6)) / 2e-6;
        assert_abs_diff_eq!(d[at], numerical, epsilon = 1e-9);
    }
    assert_abs_diff_eq!(wrong_class_loss(&(z * 0.0 + 900.0), &[0; 4]).0, 900.0, epsilon = 1e-9);
}

/// Either player's gradients are those of its own loss, through both networks. (With a single map, patches
/// of exact zeros would stand on the corner of the leaky ReLU.)
#[test]
fn both_players_have_the_gradients_of_their_losses() {
    for saturating in [false, true] {
        let mut pair: Pair<f64> = Pair::new(2, &mut generator(1)).expect("it fits");
        let rng = &mut generator(2);
        let real: Tensor<f64> = normal(vec![3, 1, 28, 28], rng);
        let (z, classes) = (noise(3, rng), [7, 0, 7]);
        let drawn: Vec<_> = model::generators(&mut pair).iter().map(|g| (**g).clone()).collect();
        let losses = |pair: &mut Pair<f64>| {
            // Dropout silences the same numbers every time.
            model::generators(pair).into_iter().zip(&drawn).for_each(|(g, old)| g.clone_from(old));
            let [d, g, ..] = play(pair, (real.clone(), &classes), &z, saturating);
            [d, g]
        };
        losses(&mut pair);
        let of_generator = pair.parts()[0].params().len();
        let gradients: Vec<_> =
            model::params(&mut pair).iter().map(|p| p.grad.to_owned()).collect();
        for (number, gradient) in gradients.iter().enumerate() {
            let own = usize::from(number < of_generator);
            let len = gradient.len();
            for at in [0, len / 3, len / 2, len - 1] {
                let mut loss_with = |change: f64| {
                    let mut params = model::params(&mut pair);
                    *params[number].value.iter_mut().nth(at).expect("a number") += change;
                    let loss = losses(&mut pair)[own];
                    let mut params = model::params(&mut pair);
                    *params[number].value.iter_mut().nth(at).expect("a number") -= change;
                    loss
                };
                let numerical = (loss_with(1e-6) - loss_with(-1e-6)) / 2e-6;
                let found = gradient.iter().nth(at).expect("a number");
                let name = &model::names(&mut pair)[number];
                let error = (found - numerical).abs() / (found.abs() + numerical.abs()).max(1e-3);
                assert!(error < 1e-4, "{name}, number {at}: {found}, numerically {numerical}");
            }
        }
    }
}

/// Learns from two epochs of three steps until `stop` steps are done, going on from `file` if it is
/// there; the bits of all that the networks have learned, and what was written down.
fn taught_until(stop: usize, file: &Path) -> (Vec<u32>, Vec<Vec<f64>>) {
    let train = digits::draw(1, 24);
    let judge = Judge::load(None).expect("it comes with the book");
    let mut pair = Pair::new(2, &mut generator(1)).expect("it fits");
    let mut adam = AdamW::new(1e-3, 0.0).with_beta1(0.5);
    let trainer = Trainer {
        max_steps: Some(stop),
        save: Some(file.to_owned()),
        report: false,
        ..Trainer::new(2, 8)
    };
    let mut state = match file.exists() {
        true => checkpoint::load(file, &mut pair, &mut adam, trainer.batch_size).expect("saved"),
        false => TrainingState::start(generator(2)),
    };
    let mut step = GanStep::new(&train, &judge, PLAIN, 3);
    step.done = state.history.losses.len();
    let history = trainer.fit(&mut step, &mut pair, &mut adam, &mut state).expect("it learns");
    let weights = model::snapshot(&mut pair).into_iter().flatten().map(f32::to_bits).collect();
    (weights, history.notes)
}

#[test]
fn stopped_within_an_epoch_and_resumed_the_game_goes_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let whole = taught_until(6, &folder.path().join("never.npz"));
    assert_eq!((whole.1.len(), whole.1[0].len()), (6, 4), "four notes of each step");
    for stop in [1, 3, 5] {
        let file = folder.path().join(format!("{stop}.npz"));
        let part = taught_until(stop, &file);
        assert_eq!(part.1, whole.1[..stop]);
        assert!(taught_until(6, &file) == whole, "stopped after {stop} steps");
    }
}

#[test]
fn a_discriminator_that_lags_rests() {
    let train = digits::draw(1, 8);
    let judge = Judge::load(None).expect("it comes with the book");
    let mut pair = Pair::new(2, &mut generator(1)).expect("it fits");
    let mut step = GanStep::new(&train, &judge, Rules { lag: 2, ..PLAIN }, 1);
    for rests in [false, true, false] {
        step.forward_backward(&mut pair, &[0, 3, 5]);
        let learns = pair
            .parts()
            .into_iter()
            .map(|part| part.params().iter().any(|p| p.grad.iter().any(|&g| g != 0.0)));
        assert_eq!(learns.collect::<Vec<_>>(), [true, !rests], "generator, discriminator");
    }
}

#[test]
fn eigenvalues_and_roots() {
    let (values, v) = eigen(array![[2.0, 1.0], [1.0, 2.0]]);
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    assert_abs_diff_eq!(sorted[..], [1.0, 3.0][..], epsilon = 1e-12);
    let again = (&v * &values).dot(&v.t());
    assert_abs_diff_eq!(again, array![[2.0, 1.0], [1.0, 2.0]], epsilon = 1e-12);
    let b: Array2<f64> = normal((12, 9), &mut generator(4));
    let a = b.t().dot(&b);
    let root = square_root(a.clone());
    assert_abs_diff_eq!(root.dot(&root), a, epsilon = 1e-10);
    assert_abs_diff_eq!(root.t(), root, epsilon = 1e-10);
    let nothing: Array2<f64> = Array2::zeros((3, 3));
    assert_eq!(square_root(nothing.clone()), nothing);
}

#[test]
fn frechet_distances_by_hand() {
    let gaussian = |mean: [f64; 2], covariance| Gaussian { mean: mean.to_vec().into(), covariance };
    let unit = gaussian([0.0, 0.0], Array2::eye(2));
    assert_abs_diff_eq!(unit.frechet(&unit), 0.0, epsilon = 1e-12);
    let wide = gaussian([3.0, 4.0], array![[4.0, 0.0], [0.0, 9.0]]);
    assert_abs_diff_eq!(unit.frechet(&wide), 25.0 + 1.0 + 4.0, epsilon = 1e-12);
    // Standing across each other: C₁ = diag(4, 1), C₂ = diag(1, 4), both turned by 30°.
    let (sin, cos) = 30_f64.to_radians().sin_cos();
    let turn = array![[cos, -sin], [sin, cos]];
    let turned = |x, y| gaussian([1.0, 1.0], turn.dot(&array![[x, 0.0], [0.0, y]]).dot(&turn.t()));
    assert_abs_diff_eq!(turned(4.0, 1.0).frechet(&turned(1.0, 4.0)), 2.0, epsilon = 1e-12);
    // Covariances that do not commute: [[2, 1], [1, 2]] and diag(1, 4), whose product has the
    // eigenvalues 5 ± √13, so that the roots sum to √(10 + 2·√12).
    let leaning = gaussian([0.0, 0.0], array![[2.0, 1.0], [1.0, 2.0]]);
    let tall = gaussian([0.0, 0.0], array![[1.0, 0.0], [0.0, 4.0]]);
    let expected = 9.0 - 2.0 * (10.0 + 2.0 * 12_f64.sqrt()).sqrt();
    assert_abs_diff_eq!(leaning.frechet(&tall), expected, epsilon = 1e-12);
    let cloud = Gaussian::of(&array![[0.0, 1.0], [2.0, 1.0], [4.0, 4.0]]);
    assert_abs_diff_eq!(cloud.mean, array![2.0, 2.0], epsilon = 1e-12);
    assert_abs_diff_eq!(cloud.covariance, array![[4.0, 3.0], [3.0, 3.0]], epsilon = 1e-12);
}

#[test]
fn who_has_collapsed_has_no_spread() {
    let images = array![[0.0_f32, 0.0], [4.0, 0.0], [1.0, 1.0], [1.0, 3.0]].into_dyn();
    // Both classes lie 2 and 1 from their means: (4 + 4 + 1 + 1)/4.
    assert_abs_diff_eq!(spread::within(&images, &[3, 3, 8, 8]), 2.5, epsilon = 1e-12);
    let one_each = array![[7.0_f32, 7.0], [2.0, 0.0], [7.0, 7.0], [2.0, 0.0]].into_dyn();
    assert_eq!(spread::within(&one_each, &[0, 1, 0, 1]), 0.0, "in one way only");
    assert!(spread::within(&one_each, &[0; 4]) > 0.0, "as one class they do differ");
}

#[test]
fn a_walk_keeps_to_the_sphere() {
    let ends: Array2<f64> = array![[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]];
    let way = walk(&ends, 5);
    assert_abs_diff_eq!(way.row(0), ends.row(0), epsilon = 1e-12);
    assert_abs_diff_eq!(way.row(4), ends.row(1), epsilon = 1e-12);
    let half = 2_f64.sqrt();
    assert_abs_diff_eq!(way.row(2), array![half, half, 0.0], epsilon = 1e-12);
    for point in way.rows() {
        assert_abs_diff_eq!(point.dot(&point), 4.0, epsilon = 1e-12);
    }
    let line = walk(&array![[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]], 3);
    assert_abs_diff_eq!(line, Array2::ones((3, 3)), epsilon = 1e-12);
}

#[test]
fn requests_name_the_class() {
    let z: Array2<f32> = noise(2, &mut generator(1));
    let asked = request(&z, &[9, 0]);
    assert_eq!(asked.shape(), [2, 74]);
    assert_eq!(asked[[0, 63]], z[[0, 63]]);
    let ones: Vec<_> = asked.indexed_iter().filter(|(at, x)| at[1] >= 64 && **x == 1.0).collect();
    assert_eq!(ones.iter().map(|(at, _)| (at[0], at[1])).collect::<Vec<_>>(), [(0, 73), (1, 64)]);
}

#[test]
fn the_judge_that_comes_with_the_book_reads_digits() {
    let judge = Judge::load(None).expect("it comes with the book");
    let data = digits::draw(9, 300);
    let (x, labels) = data.batch(&(0..300).collect::<Vec<_>>());
    assert_eq!(judge.features(x.clone()).shape(), [300, 64]);
    let right = judge.right(x, &labels);
    assert!(right > 0.6, "{right} of digits that it did not learn from");
}

fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = PROGRAM.run(folder, arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_game_is_played_saved_and_judged() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let small = ["gan", "--data", "digits", "--train-size", "60", "--samples", "30"];
    let run = |arguments: &[&str]| printed(folder.path(), &[&small, arguments].concat());
    let text = run(&["--epochs", "1", "--batch-size", "20", "--save", "gan.npz"]);
    let learned = ["parameters: ", ": losses D ", "; D(x) ", ", D(G(z)) ", "\nweights: gan.npz\n"];
    let figures = ["figures/ch08/gan-game.png", "figures/ch08/gan-progress.png"];
    let judged = [
        "\nthe judge reads ",
        "\nread as asked: ",
        "\nread as 0 to 9: ",
        "\nspread: ",
        "\nFréchet distance from test images: ",
        "\nfigure: figures/ch08/gan.png\n",
        "\nfigure: figures/ch08/gan-walk.png\n",
    ];
    for part in learned.iter().chain(&figures).chain(&judged) {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
    let again = run(&["--weights", "gan.npz", "--no-training"]);
    assert!(!again.contains("epoch"), "{again}");
    let from = |text: &str| text[text.find("the judge reads").expect("a line")..].to_string();
    assert_eq!(from(&again), from(&text), "the weights are those that were learned");
    for (arguments, because) in [
        (&["gan", "--judge", "gan.npz"][..], "expected the arrays W1"),
        (&["evaluate", "--data", "digits", "--weights", "gan.npz"], "expected the arrays W1"),
    ] {
        PROGRAM.refuses(folder.path(), arguments, because);
    }
}

#[test]
fn what_is_mistyped_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let digits = ["gan", "--data", "digits", "--train-size", "60"];
    let diverges = ["--learning-rate", "1e30", "--epochs", "1", "--batch-size", "20"];
    for (arguments, because) in [
        (&["gan", "--samples", "0"][..], "expected a whole number of at least 1"),
        (&["gan", "--samples", "9"], "expected at least 10, one of each digit"),
        (&["gan", "--lag", "0"], "expected a whole number of at least 1"),
        (&["gan", "--judge", "nowhere.npz"], "cannot read nowhere.npz"),
        (&["gan", "--weights", "nowhere.npz"], "cannot read nowhere.npz"),
        (&["gan", "--no-training"], "--weights"),
        (&["gan", "--examine", "9"], "--examine"),
        (&[&digits[..], &["--batch-size", "61"]].concat(), "choose a --batch-size of at most 60"),
        (&[&digits[..], &diverges].concat(), "smaller --learning-rate"),
    ] {
        PROGRAM.refuses(folder.path(), arguments, because);
    }
}
