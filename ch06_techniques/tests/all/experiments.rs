//! The claims of the chapter, in small: on the built-in digits, and on MNIST where it is at hand.

use std::sync::OnceLock;

use ch06_techniques::experiment::Runs;
use ch06_techniques::hyperparameters::{Search, search};
use ch06_techniques::overfitting::{self, Remedy};
use ch06_techniques::pitfalls::naive_gradient;
use ch06_techniques::spread::{Curve, Spread};
use ch06_techniques::weight_decay;
use ch06_techniques::{batch_norm, dropout, early_stopping, init, optimizers_mnist, pitfalls};
use common::Tensor;
use common::data::{Dataset, digits, mnist};
use common::random::generator;

const ONE_RUN: Runs = Runs { runs: 1, seed: 1 };
const TWO_RUNS: Runs = Runs { runs: 2, seed: 1 };

/// 5000 training images and 1000 to judge with, made or read once for all tests.
fn built_in() -> &'static (Dataset, Dataset) {
    static DATA: OnceLock<(Dataset, Dataset)> = OnceLock::new();
    DATA.get_or_init(|| (digits::draw(1, 5000), digits::draw(2, 1000)))
}

/// The same of MNIST, where it is at hand.
fn mnist() -> Option<&'static (Dataset, Dataset)> {
    static DATA: OnceLock<Option<(Dataset, Dataset)>> = OnceLock::new();
    let read = || {
        let mut mnist =
            mnist::load(&testing::mnist_folder()?).expect("sound files").expect("all four files");
        mnist.train.truncate(5000);
        mnist.test.truncate(1000);
        Some((mnist.train, mnist.test))
    };
    DATA.get_or_init(read).as_ref()
}

/// (name, train, test) for the built-in digits and for MNIST; so many training images.
fn each_source(train_size: usize, judge: impl Fn(&str, &Dataset, &Dataset)) {
    let judge = |name, (train, test): &(Dataset, Dataset)| {
        let mut train = train.clone();
        train.truncate(train_size);
        judge(name, &train, test);
    };
    judge("built-in digits", built_in());
    if let Some(data) = mnist() {
        judge("MNIST", data);
    }
}

#[test]
fn momentum_and_the_adaptive_rules_are_ahead_of_sgd() {
    each_source(5000, |data, train, _| {
        let results = optimizers_mnist::experiment(train, 150, TWO_RUNS);
        let ends: Vec<Spread> =
            results.iter().map(|runs| optimizers_mnist::at_the_end(runs)).collect();
        for ((name, _), end) in optimizers_mnist::RULES.iter().zip(&ends).skip(1) {
            assert!(end.high < 0.7 * ends[0].low, "{data}, {name}: {end}, SGD {}", ends[0]);
        }
    });
}

#[test]
fn he_is_ahead_of_xavier_and_xavier_of_a_hundredth() {
    each_source(5000, |data, train, _| {
        let results = init::experiment(train, 200, TWO_RUNS);
        let ends: Vec<_> = results.iter().map(|runs| optimizers_mnist::at_the_end(runs)).collect();
        let [small, xavier, he] = ends[..] else { panic!("three spreads") };
        assert!(small.low > 2.29, "{data}: std 0.01 learns nothing, {small}");
        assert!(he.high < xavier.low && xavier.high < small.low, "{data}: {he}, {xavier}");
    });
}

#[test]
fn batch_normalisation_learns_where_the_plain_net_does_not() {
    each_source(300, |data, train, _| {
        let last = |curve: &Curve| curve.last().expect("epochs").1.mean;
        let learned: Vec<(bool, bool)> = batch_norm::experiment(train, 20, ONE_RUN)
            .iter()
            .map(|(without, with)| (last(without) > 0.35, last(with) > 0.35))
            .collect();
        let count = |which: fn(&(bool, bool)) -> bool| learned.iter().filter(|l| which(l)).count();
        let (plain, normalised) = (count(|l| l.0), count(|l| l.1));
        assert!(plain <= 4 && normalised >= plain + 4, "{data}: {plain} and {normalised} of 16");
    });
}

#[test]
fn weight_decay_and_dropout_narrow_the_gap() {
    let gaps = |remedies: &[Remedy], train: &Dataset, test: &Dataset| -> Vec<f64> {
        let results = overfitting::experiment(remedies, (train, test), 81, ONE_RUN);
        let last = results.iter().map(|a| a.last().expect("epochs"));
        last.map(|(train, test)| train.mean - test.mean).collect()
    };
    each_source(300, |data, train, test| {
        for remedies in [&weight_decay::REMEDIES, &dropout::REMEDIES] {
            let gaps = gaps(remedies, train, test);
            assert!(gaps[1] < gaps[0] - 0.01, "{data}, {}: {gaps:?}", remedies[1].name);
        }
    });
}

#[test]
fn early_stopping_finds_the_turn() {
    each_source(300, |data, train, test| {
        let l =
            early_stopping::lesson((train, test), 80, &mut generator(1)).expect("enough images");
        let lowest = l.validation[..l.stop].iter().copied().fold(f64::INFINITY, f64::min);
        assert_eq!(l.validation[l.best - 1], lowest, "{data}: the best epoch has the lowest loss");
        assert!(l.best < l.stop && l.stop <= 80, "{data}: best {}, stop {}", l.best, l.stop);
        assert!(l.at_best.1 < l.at_end.1, "{data}: {:?} and {:?}", l.at_best, l.at_end);
    });
}

#[test]
fn a_search_sorts_its_trials_and_has_the_same_bits_on_any_number_of_threads() {
    let images = digits::draw(1, 100);
    let with = |threads| {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        pool.install(|| {
            search(&images, Search { trials: 6, epochs: 2, seed: 1 }).expect("enough images")
        })
    };
    let once = with(1);
    assert!(once.windows(2).all(|pair| pair[0].score() >= pair[1].score()));
    assert_eq!(once.len(), 6);
    for threads in 2..=4 {
        assert_eq!(with(threads), once, "{threads} threads");
    }
}

#[test]
fn runs_have_the_same_bits_on_any_number_of_threads() {
    let images = digits::draw(1, 500);
    let with = |threads| {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        pool.install(|| init::experiment(&images, 10, TWO_RUNS))
    };
    let once = with(1);
    for threads in 2..=3 {
        assert_eq!(with(threads), once, "{threads} threads");
    }
}

#[test]
fn every_mistake_is_behind_healthy_training() {
    each_source(2000, |data, train, test| {
        let curves = pitfalls::experiment((train, test), 200, ONE_RUN);
        assert_eq!(curves.len(), 5);
        for (pitfall, (wrong, right)) in pitfalls::pitfalls().iter().zip(&curves) {
            let last = |curve: &Curve| curve.last().expect("looks").1;
            let (wrong, right) = (last(wrong), last(right));
            // A network without activation begins as well as any; what it lacks shows later than
            // after these 200 steps.
            let slack = if pitfall.name == "no activation" { 0.03 } else { 0.0 };
            assert!(wrong.mean < right.mean + slack, "{data}, {}: {wrong}, {right}", pitfall.name);
            assert!(right.low > 0.3, "{data}, {}: {right}", pitfall.name);
        }
    });
}

#[test]
fn softmax_without_the_shift_overflows() {
    let scores = |large: f32| Tensor::from_shape_vec(vec![1, 2], vec![large, 0.0]).expect("two");
    assert!(naive_gradient(scores(80.0), &[0]).iter().all(|g| g.is_finite()));
    assert!(naive_gradient(scores(90.0), &[0]).iter().any(|g| g.is_nan()));
}
