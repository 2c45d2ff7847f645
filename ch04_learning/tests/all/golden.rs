//! The numbers that the book names.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use ch04_learning::gradient::{gradient, gradient_parallel};
use ch04_learning::gradient_field::bowl;
use ch04_learning::loss::{answers, cross_entropy, mean_cross_entropy, squared_error, truth};
use ch04_learning::numerical_diff::{
    H, central_difference, errors, forward_difference, parabola, tangent,
};
use ch04_learning::train::{FULL, NETWORK};
use ch04_learning::{descent, mini_batch, simple_net};
use common::activation::softmax;
use common::gradient::numerical_gradient;
use common::random::{Rng, distributions::StandardNormal, generator};
use ndarray::{Array1, Array2, array, stack};

#[test]
fn what_two_answers_cost() {
    let ([two, seven], t) = (answers(), truth());
    assert_abs_diff_eq!(squared_error(&two, &t), 0.0975, epsilon = 1e-12);
    assert_abs_diff_eq!(squared_error(&seven, &t), 0.5975, epsilon = 1e-12);
    assert_abs_diff_eq!(cross_entropy(&two, &t), 0.510825457, epsilon = 1e-9);
    assert_abs_diff_eq!(cross_entropy(&seven, &t), 2.302584093, epsilon = 1e-9);
    let batch = stack![ndarray::Axis(0), two, seven];
    assert_abs_diff_eq!(mean_cross_entropy(&batch, &[2, 2]), 1.406704775, epsilon = 1e-9);
}

#[test]
fn the_first_cross_entropy_agrees_with_the_one_from_scores() {
    let rng = &mut generator(1);
    let scores: Array2<f64> = Array2::from_shape_simple_fn((8, 10), || rng.sample(StandardNormal));
    let labels = [0, 1, 2, 3, 4, 5, 6, 9];
    let exact = common::loss::cross_entropy(scores.view(), &labels);
    let first = mean_cross_entropy(&softmax(scores), &labels);
    assert!(first < exact, "the 1e-7 makes every answer look a little better");
    assert_abs_diff_eq!(first, exact, epsilon = 1e-5);
}

#[test]
fn nothing_costs_infinity() {
    assert_eq!(-0_f64.ln(), f64::INFINITY);
    assert!((0.0 * 0_f64.ln()).is_nan());
    assert_abs_diff_eq!(cross_entropy(&array![0.0], &array![1.0]), 16.118095651, epsilon = 1e-9);
}

#[test]
fn slopes_of_the_parabola() {
    for (x, slope) in [(5.0, 0.2), (10.0, 0.3)] {
        assert_abs_diff_eq!(central_difference(parabola, x, H), slope, epsilon = 1e-10);
        assert_abs_diff_eq!(forward_difference(parabola, x, H), slope + 0.01 * H, epsilon = 1e-10);
        let line = tangent(parabola, x);
        assert_abs_diff_eq!(line(x), parabola(x), epsilon = 1e-12);
        assert_abs_diff_eq!(line(x + 1.0) - line(x), slope, epsilon = 1e-10);
    }
}

#[test]
fn a_step_has_a_best_length() {
    let [forward, central] = errors::<f64>(H);
    assert!(central < 1e-8 && forward > 1e3 * central, "{forward:.1e} {central:.1e}");
    let central = |h| errors::<f64>(h)[1];
    assert!(central(1e-5) < central(1e-2) && central(1e-5) < central(1e-9));
    // In f32, 1 + 1e-8 is 1: the slope is 0, all of it is missing.
    assert_eq!(errors::<f32>(1e-8), [1.0, 1.0]);
    assert_eq!(forward_difference(f64::sin, 1.0, 1e-50), 0.0);
    assert!(forward_difference(f32::sin, 1.0, 1e-50_f64 as f32).is_nan());
}

#[test]
fn gradients_of_the_bowl() {
    for (x, expected) in
        [([3.0, 4.0], [6.0, 8.0]), ([0.0, 2.0], [0.0, 4.0]), ([3.0, 0.0], [6.0, 0.0])]
    {
        let found = gradient(bowl, &array![x[0], x[1]]);
        assert_abs_diff_eq!(found, array![expected[0], expected[1]], epsilon = 1e-9);
    }
}

#[test]
fn the_first_gradient_agrees_with_those_that_follow() {
    let rng = &mut generator(2);
    let network = ch04_learning::two_layer_net::TwoLayerNet { inputs: 6, hidden: 5, outputs: 3 };
    let weights = network.random_weights(rng);
    let x = Array2::from_shape_simple_fn((4, 6), || rng.sample(StandardNormal));
    let loss = |weights: &Array1<f64>| network.loss(weights, &x, &[0, 2, 1, 1]);
    let first = gradient(loss, &weights);
    assert_eq!(gradient_parallel(loss, &weights), first, "bit for bit");
    assert_abs_diff_eq!(numerical_gradient(&mut weights.clone(), loss), first, epsilon = 1e-7);
    assert!(first.iter().any(|slope| slope.abs() > 0.01));
}

#[test]
fn three_descents() {
    let end = |rate| descent::path(rate)[descent::STEPS].clone();
    assert_abs_diff_eq!(end(0.1), array![-6.11e-10, 8.15e-10], epsilon = 5e-13);
    // x ← x − 0.1·2x = 0.8x, a hundred times.
    assert_relative_eq!(end(0.1), 0.8_f64.powi(100) * array![-3.0, 4.0], max_relative = 1e-3);
    assert!(end(10.0).iter().all(|x| x.abs() > 1e12), "{}", end(10.0));
    assert_abs_diff_eq!(end(1e-10), array![-2.99999994, 3.99999992], epsilon = 1e-9);
}

#[test]
fn the_network_with_six_weights() {
    let (net, x, labels) = simple_net::example();
    assert_abs_diff_eq!(net.loss(&x, &labels), 0.92806829, epsilon = 5e-9);
    let expected =
        array![[0.21924763, 0.14356247, -0.36281009], [0.32887144, 0.2153437, -0.54421514]];
    let exact = simple_net::gradient(&net, |net| net.exact_loss(&x, &labels));
    assert_abs_diff_eq!(exact, expected, epsilon = 6e-9);
    let with_tiny = simple_net::gradient(&net, |net| net.loss(&x, &labels));
    assert_abs_diff_eq!(with_tiny, expected, epsilon = 2e-7);
}

#[test]
fn what_a_step_costs() {
    assert_eq!(2 * NETWORK.count(), 1_940);
    assert_eq!(2 * FULL.count(), 79_520);
}

#[test]
fn a_batch_has_no_image_twice_and_its_loss_spreads_as_predicted() {
    let rng = &mut generator(5);
    let mut batch = mini_batch::draw(20, 20, rng);
    batch.sort_unstable();
    assert!(batch.into_iter().eq(0..20));

    let losses = Array1::from_shape_simple_fn(10_000, || rng.sample::<f64, _>(StandardNormal));
    for size in [10, 100, 1000] {
        let spread = mini_batch::spread(&losses, size, rng).std(0.0) * (size as f64).sqrt();
        assert!((0.7..1.3).contains(&spread), "{size}: {spread}");
    }
}
