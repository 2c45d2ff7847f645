//! The numbers that the book names.

use approx::assert_abs_diff_eq;
use ch03_forward::activations::{ACTIVATIONS, careless_sigmoid};
use ch03_forward::{matrix, softmax, three_layer, two_two_one};
use common::activation;
use common::random::{Rng, distributions::StandardNormal, generator};
use ndarray::{Array2, array, aview1};

#[test]
fn the_three_layer_network() {
    let steps = three_layer::example().forward(&array![1.0, 0.5]);
    let close = |found: &ndarray::Array1<f64>, expected: &[f64]| {
        assert_abs_diff_eq!(*found, aview1(expected).to_owned(), epsilon = 5e-9);
    };
    close(&steps.a1, &[0.3, 0.7, 1.1]);
    close(&steps.z1, &[0.57444252, 0.66818777, 0.75026011]);
    close(&steps.a2, &[0.51615984, 1.21402696]);
    close(&steps.z2, &[0.62624937, 0.7710107]);
    close(&steps.y, &[0.31682708, 0.69627909]);
}

#[test]
fn the_two_two_one_network() {
    let steps = two_two_one::forward(&array![1.0, 0.5]);
    assert_abs_diff_eq!(steps.z1, array![0.5, -0.15], epsilon = 1e-12);
    assert_abs_diff_eq!(steps.a1, array![0.5, 0.0], epsilon = 1e-12);
    assert_abs_diff_eq!(steps.z2, 0.4, epsilon = 1e-12);
    assert_abs_diff_eq!(steps.output, 0.59868766, epsilon = 5e-9);
}

#[test]
fn softmax_of_small_scores() {
    let expected = array![0.01821127, 0.24519181, 0.73659691];
    for softmax in [softmax::naive, softmax::shifted] {
        assert_abs_diff_eq!(softmax(aview1(&[0.3, 2.9, 4.0])), expected, epsilon = 5e-9);
    }
}

#[test]
fn softmax_of_large_scores() {
    let scores = aview1(&[1010.0, 1000.0, 990.0]);
    assert!(softmax::naive(scores).iter().all(|p| p.is_nan()));
    let shifted = softmax::shifted(scores);
    for (found, expected) in shifted.iter().zip([9.9995460e-1, 4.5397869e-5, 2.0610600e-9]) {
        assert!((found / expected - 1.0).abs() < 1e-7, "{found} for {expected}");
    }
}

#[test]
fn our_softmax_agrees_with_the_one_that_later_chapters_use() {
    let rng = &mut generator(1);
    let scores =
        Array2::from_shape_simple_fn((5, 7), || 30.0 * rng.sample::<f64, _>(StandardNormal));
    let batch = activation::softmax(scores.clone());
    for (row, expected) in scores.rows().into_iter().zip(batch.rows()) {
        assert_abs_diff_eq!(softmax::shifted(row), expected.to_owned(), epsilon = 1e-12);
    }
}

#[test]
fn activations_at_minus_one_zero_and_one() {
    let expected = [
        ("step", [0.0, 0.0, 1.0]),
        ("sigmoid", [0.268941, 0.5, 0.731059]),
        ("ReLU", [0.0, 0.0, 1.0]),
        ("tanh", [-0.761594, 0.0, 0.761594]),
        ("leaky ReLU", [-0.01, 0.0, 1.0]),
        ("GELU", [-0.158808, 0.0, 0.841192]),
    ];
    for (activation, (name, values)) in ACTIVATIONS.iter().zip(expected) {
        assert_eq!(activation.name, name);
        for (x, expected) in [-1.0, 0.0, 1.0].into_iter().zip(values) {
            assert_abs_diff_eq!((activation.value)(x), expected, epsilon = 5e-7);
        }
    }
}

#[test]
fn what_overflows() {
    assert!(88.0_f32.exp().is_finite() && 89.0_f32.exp().is_infinite());
    assert_eq!(activation::sigmoid(-100.0_f32), 0.0);
    assert!(careless_sigmoid(100.0).is_nan());
    assert_abs_diff_eq!(careless_sigmoid(1.0), activation::sigmoid(1.0), epsilon = 1e-6);
}

#[test]
fn products_by_three_loops_are_those_of_ndarray() {
    let rng = &mut generator(2);
    let mut normal = |rows, columns| {
        Array2::from_shape_simple_fn((rows, columns), || rng.sample::<f64, _>(StandardNormal))
    };
    for (n, k, m) in [(1, 1, 1), (2, 3, 4), (5, 1, 2), (3, 7, 1)] {
        let (a, b) = (normal(n, k), normal(k, m));
        assert_abs_diff_eq!(matrix::product(&a, &b).expect("they fit"), a.dot(&b), epsilon = 1e-12);
    }
    let x = array![[1.0, 2.0]];
    let w = array![[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]];
    assert_eq!(matrix::product(&x, &w).expect("they fit"), array![[5.0, 11.0, 17.0]]);
}

#[test]
fn products_that_do_not_fit_say_why() {
    let error = matrix::product(&Array2::zeros((2, 3)), &Array2::zeros((2, 3)));
    let message = error.expect_err("they do not fit").to_string();
    assert_eq!(message, "2×3 · 2×3 does not fit: rows of 3, but columns of 2");
}
