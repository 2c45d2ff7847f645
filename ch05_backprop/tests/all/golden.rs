//! The numbers that the book names.

use approx::assert_abs_diff_eq;
use ch05_backprop::{apple, apple_orange, approximate, gradient_check, regression, xor};
use common::gradient::TOLERANCE;
use common::layer::Layer;

#[test]
fn two_apples_cost_220() {
    let f = apple::flows(100.0, 2.0, 1.1);
    let found = [f.price.value, f.apple.gradient, f.count.gradient, f.tax.gradient];
    for (found, expected) in found.into_iter().zip([220.0, 2.2, 110.0, 200.0]) {
        assert_abs_diff_eq!(found, expected, epsilon = 1e-9);
    }
}

#[test]
fn apples_and_oranges_cost_715() {
    let flows = apple_orange::flows();
    assert_abs_diff_eq!(flows[8].value, 715.0, epsilon = 1e-9);
    // Number of apples, apple, orange, number of oranges, tax.
    for (flow, expected) in flows.iter().zip([110.0, 2.2, 3.3, 165.0, 650.0]) {
        assert_abs_diff_eq!(flow.gradient, expected, epsilon = 1e-9);
    }
}

#[test]
fn every_gradient_agrees_with_the_numerical_one() {
    for seed in 0..5 {
        for (layer, errors) in gradient_check::checks(seed) {
            for (name, error) in errors {
                assert!(error < TOLERANCE, "seed {seed}, {layer}, {name}: {error:.1e}");
            }
        }
    }
}

#[test]
fn xor_is_learned() {
    let (x, t) = xor::truth_table();
    let y = xor::learn(1).network.infer(x);
    for (y, t) in y.iter().zip(&t) {
        assert!((y - t).abs() < 0.1, "{y} for {t}");
    }
}

#[test]
fn more_hidden_units_follow_the_sine_closer() {
    let [few, some, many] = approximate::UNITS.map(|units| approximate::fit(units, 1).1);
    assert!(few > 0.005 && some < few / 10.0 && many < 1e-3, "{few} {some} {many}");
}

#[test]
fn regression_learns_what_it_has_not_seen() {
    let fit = regression::fit(1);
    assert!(fit.test[0] > 0.9 && fit.test[regression::STEPS] < 0.2, "{:?}", fit.test);
}
