//! The numbers that the book names, and what the initial weights make of samples.

use approx::assert_abs_diff_eq;
use ch06_techniques::activations::{ACTIVATIONS, INITS, LAYERS, outputs};
use ch06_techniques::batch_norm::{SCALES, scale};
use ch06_techniques::hyperparameters::{LAMBDA, RATE, Trial, log_uniform, next_range};
use ch06_techniques::optimizers::{START, STEPS, path, rules, slope, valley};
use common::random::generator;

#[test]
fn six_rules_arrive_where_pytorchs_do() {
    // SGD, Momentum, Nesterov, Adagrad, RMSprop and Adam of PyTorch 2.15, 30 steps.
    let expected = [
        (-0.35039299575231964, 0.08478231655043211),
        (0.896413858493732, 0.08808560171506968),
        (0.6896149016966199, -0.0006799058361172034),
        (-0.12016224724728577, 2.4863841159975314e-17),
        (-0.6974184359619136, 1.4834509826897888e-08),
        (0.13601461732623352, 0.31824538889630977),
    ];
    for ((name, mut rule), (x, y)) in rules().into_iter().zip(expected) {
        let path = path(&mut *rule);
        assert_eq!((path.len(), path[0]), (STEPS + 1, START), "{name}");
        assert_abs_diff_eq!(path[STEPS][0], x, epsilon = 1e-6);
        assert_abs_diff_eq!(path[STEPS][1], y, epsilon = 1e-6);
    }
    assert_abs_diff_eq!(valley(START), 6.45, epsilon = 1e-12);
    assert_abs_diff_eq!(slope(START)[0], -0.7, epsilon = 1e-12);
    assert_abs_diff_eq!(slope(START)[1], 4.0, epsilon = 1e-12);
}

/// The spread of the outputs of the last layer, by activation (sigmoid, tanh, ReLU) and by
/// initial spread (std 1, std 0.01, Xavier, He).
fn last_layers() -> Vec<Vec<f64>> {
    let last = |f: fn(f64) -> f64, init| {
        let outputs = outputs(f, init, &mut generator(1));
        assert_eq!(outputs.len(), LAYERS);
        outputs[LAYERS - 1].std(0.0)
    };
    let row = |f: fn(f64) -> f64| INITS.iter().map(|(_, init)| last(f, *init)).collect();
    ACTIVATIONS.iter().map(|activation| row(activation.function)).collect()
}

#[test]
fn signals_live_or_die_by_the_initial_spread() {
    let std = last_layers();
    let [one, small, xavier, he] = std[0][..] else { panic!("four spreads") };
    assert!(one > 0.4, "sigmoid and std 1: everything is near 0 or 1, {one}");
    assert!(small < 0.02, "sigmoid and std 0.01: everything is ½, {small}");
    assert!(xavier > 0.08 && he > xavier);

    let [one, small, xavier, _] = std[1][..] else { panic!("four spreads") };
    assert!(one > 0.9 && small < 1e-4 && (0.2..0.7).contains(&xavier), "{:?}", std[1]);

    let [one, small, xavier, he] = std[2][..] else { panic!("four spreads") };
    assert!(one > 1e3, "ReLU and std 1 explode: {one}");
    assert!(small < 1e-4, "ReLU and std 0.01 die out: {small}");
    // Only He keeps it: the spread of max(0, x) for x of variance 2 is √(1 − 1/π) = 0.826.
    assert!((0.5..1.0).contains(&he) && xavier < he / 3.0, "{xavier} {he}");
}

#[test]
fn sixteen_scales_from_1_to_a_ten_thousandth() {
    assert_eq!((scale(0), SCALES), (1.0, 16));
    assert_abs_diff_eq!(scale(15), 1e-4, epsilon = 1e-18);
    for i in 1..SCALES {
        assert_abs_diff_eq!(scale(i) / scale(i - 1), 10_f64.powf(-4.0 / 15.0), epsilon = 1e-12);
    }
}

#[test]
fn guesses_are_spread_over_the_powers_of_ten() {
    let rng = &mut generator(1);
    let rates: Vec<f64> = (0..4000).map(|_| log_uniform(&RATE, rng)).collect();
    for power in -6..-2 {
        let range = 10_f64.powi(power)..10_f64.powi(power + 1);
        let count = rates.iter().filter(|rate| range.contains(rate)).count();
        assert!((900..1100).contains(&count), "{count} of 4000 between 1e{power} and the next");
    }
}

#[test]
fn the_next_search_is_narrower_or_goes_beyond_the_edge() {
    let trial = |rate, lambda| Trial { rate, lambda, train: vec![], validation: vec![] };
    let best = [trial(9e-3, 1e-6), trial(1e-3, 1e-5)];
    let (found, next) = next_range(&best, |t| t.rate, &RATE);
    assert_abs_diff_eq!(found.start, -3.0, epsilon = 1e-9);
    assert_abs_diff_eq!(next.start, -3.0, epsilon = 1e-9);
    assert_abs_diff_eq!(next.end, -1.5, epsilon = 1e-9);
    let (_, next) = next_range(&best, |t| t.lambda, &LAMBDA);
    assert_abs_diff_eq!(next.start, -6.0, epsilon = 1e-9);
    assert_abs_diff_eq!(next.end, -5.0, epsilon = 1e-9);
}
