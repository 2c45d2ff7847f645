//! Judges the exercises: the reader's files when asked to, or the reference solutions.

#![cfg_attr(not(feature = "solutions"), allow(unused, reason = "exercises begin unfinished"))]

#[cfg(not(feature = "solutions"))]
#[path = "../exercises/mod.rs"]
mod exercises;

#[cfg(feature = "solutions")]
#[path = "../exercises/solutions/mod.rs"]
mod exercises;

use approx::assert_abs_diff_eq;
use ch04_learning::gradient::gradient;
use ch04_learning::gradient_field::bowl;
use ch04_learning::loss::mean_cross_entropy;
use ch04_learning::numerical_diff::{central_difference, forward_difference};
use common::activation::softmax;
use common::random::{Rng, distributions::StandardNormal, generator};
use exercises::*;
use ndarray::{Array1, Array2, array};
use testing::exercise;

exercise! {
    fn ex1_huber() {
        let huber = |y, t| ex1_huber::huber(&y, &t);
        assert_abs_diff_eq!(huber(array![0.5], array![0.0]), 0.125, epsilon = 1e-12);
        assert_abs_diff_eq!(huber(array![-3.0], array![1.0]), 3.5, epsilon = 1e-12);
        let mixed = huber(array![1.0, 0.0, 10.0, 2.0], array![1.0, 1.0, 0.0, 1.8]);
        assert_abs_diff_eq!(mixed, (0.0 + 0.5 + 9.5 + 0.02) / 4.0, epsilon = 1e-12);
    }
}

exercise! {
    fn ex2_one_hot() {
        let rng = &mut generator(3);
        let scores = Array2::from_shape_simple_fn((6, 4), || rng.sample(StandardNormal));
        let (y, labels) = (softmax(scores), [0_u8, 3, 1, 2, 2, 0]);
        let one_hot = Array2::from_shape_fn((6, 4), |(row, class)| {
            f64::from(usize::from(labels[row]) == class)
        });
        let found = ex2_one_hot::cross_entropy(&y, &one_hot);
        assert_abs_diff_eq!(found, mean_cross_entropy(&y, &labels), epsilon = 1e-12);

        let unsure = ex2_one_hot::cross_entropy(&array![[0.5, 0.5]], &array![[0.7, 0.3]]);
        assert_abs_diff_eq!(unsure, 2_f64.ln(), epsilon = 1e-6);
        let never = ex2_one_hot::cross_entropy(&array![[1.0, 0.0]], &array![[0.0, 1.0]]);
        assert!(never.is_finite(), "a probability of 0 must not cost infinity");
    }
}

exercise! {
    fn ex3_backward_difference() {
        use ex3_backward_difference::backward_difference;
        assert_abs_diff_eq!(backward_difference(|x| x * x, 3.0, 0.5), 5.5, epsilon = 1e-12);
        let (behind, ahead) =
            (backward_difference(f64::exp, 1.0, 0.01), forward_difference(f64::exp, 1.0, 0.01));
        let central = central_difference(f64::exp, 1.0, 0.01);
        assert_abs_diff_eq!((behind + ahead) / 2.0, central, epsilon = 1e-10);
    }
}

exercise! {
    fn ex4_second_derivative() {
        use ex4_second_derivative::second_derivative;
        for x in [0.5_f64, 1.0, 1.5] {
            assert_abs_diff_eq!(second_derivative(f64::sin, x), -x.sin(), epsilon = 1e-6);
            assert_abs_diff_eq!(second_derivative(f64::exp, x), x.exp(), epsilon = 1e-6);
        }
    }
}

exercise! {
    fn ex5_direction() {
        let slope = |x, d| ex5_direction::directional_derivative(bowl, &x, &d);
        assert_abs_diff_eq!(slope(array![3.0, 4.0], array![1.0, 0.0]), 6.0, epsilon = 1e-8);
        assert_abs_diff_eq!(slope(array![3.0, 4.0], array![30.0, 40.0]), 10.0, epsilon = 1e-8);
        assert_abs_diff_eq!(slope(array![3.0, 4.0], array![4.0, -3.0]), 0.0, epsilon = 1e-8);
        let (x, d) = (array![1.0, -2.0], array![-0.6, 0.8]);
        let expected = gradient(bowl, &x).dot(&d);
        assert_abs_diff_eq!(slope(x, d), expected, epsilon = 1e-8);
    }
}

exercise! {
    fn ex6_stop() {
        let walk = |rate| ex6_stop::descend_until_flat(bowl, array![-3.0, 4.0], rate);
        let (place, steps) = walk(0.1).expect("rate 0.1 gets there");
        assert_abs_diff_eq!(place, array![0.0, 0.0], epsilon = 1e-6);
        assert_eq!(steps, 73, "10 · 0.8^72 is still above 1e-6, 10 · 0.8^73 is not");
        assert_eq!(walk(10.0), None, "rate 10 is thrown out");
        assert_eq!(walk(1e-10), None, "rate 1e-10 does not get there in 10,000 steps");
        let pit = |x: &Array1<f64>| (x[0] - 1.0).powi(2) + 3.0 * (x[1] + 2.0).powi(2);
        let (place, _) = ex6_stop::descend_until_flat(pit, array![0.0, 0.0], 0.1).expect("a pit");
        assert_abs_diff_eq!(place, array![1.0, -2.0], epsilon = 1e-6);
    }
}

exercise! {
    fn ex7_line() {
        let exact: Vec<_> = [-2.0, -0.5, 0.0, 1.0, 2.0].map(|x| (x, 1.5 * x - 0.7)).to_vec();
        let (a, b) = ex7_line::fit_line(&exact);
        assert!((a - 1.5).abs() < 1e-3 && (b + 0.7).abs() < 1e-3, "y = {a}·x + {b}");

        // By the normal equations: a = Σxy / Σx² and b = the mean of y, as Σx = 0.
        let (a, b) = ex7_line::fit_line(&[(-1.0, 0.0), (0.0, 3.0), (1.0, 0.6)]);
        assert!((a - 0.3).abs() < 1e-3 && (b - 1.2).abs() < 1e-3, "y = {a}·x + {b}");
    }
}

exercise! {
    fn ex8_xor() {
        for seed in 0..5 {
            for (case, (y, t)) in ex8_xor::learn_xor(seed).iter().zip([0.0, 1.0, 1.0, 0.0]).enumerate() {
                assert!((y - t).abs() < 0.1, "seed {seed}, case {case}: {y:.3} is too far from {t}");
            }
        }
    }
}
