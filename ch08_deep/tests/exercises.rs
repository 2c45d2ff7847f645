//! Judges the exercises: the reader's files when asked to, or the reference solutions.

#![cfg_attr(not(feature = "solutions"), allow(unused, reason = "exercises begin unfinished"))]

#[cfg(not(feature = "solutions"))]
#[path = "../exercises/mod.rs"]
mod exercises;

#[cfg(feature = "solutions")]
#[path = "../exercises/solutions/mod.rs"]
mod exercises;

use approx::assert_abs_diff_eq;
use ch08_deep::threads;
use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, Conv2d, Window};
use common::network::{Network, classes};
use common::random::{Rng, generator};
use common::schedule::Schedule;
use exercises::*;
use ndarray::{Array1, array};
use testing::exercise;

exercise! {
    fn ex1_receptive_field() {
        let field = ex1_receptive_field::receptive_field;
        assert_eq!(field(&[]), 1, "a pixel sees itself");
        assert_eq!(field(&[(3, 1)]), 3);
        assert_eq!(field(&[(3, 1); 2]), 5);
        assert_eq!(field(&[(3, 1), (3, 1), (2, 2)]), 6);
        assert_eq!(field(&[(3, 1), (3, 1), (2, 2), (3, 1)]), 10, "after a pooling, two pixels apart");
        let stage = [(3, 1), (3, 1), (2, 2)];
        assert_eq!(field(&stage.repeat(3)), 36, "DeepConvNet sees the whole image");
        assert_eq!(field(&[(5, 3), (2, 2), (4, 1)]), 5 + 3 + 3 * 6);
    }
}

exercise! {
    fn ex2_cost() {
        for (image, filters, window, pad) in [((1, 28, 28), 16, 3, 1), ((32, 14, 14), 32, 3, 2), ((3, 9, 6), 5, 4, 0)] {
            let rng = &mut generator(1);
            let window_of = Window::new((window, window), 1, pad).expect("a window");
            let mut conv = Conv2d::<f32>::new((image.0, filters), window_of, Init::He, rng).expect("a layer");
            let (_, down, across) = conv.output(image).expect("it fits");
            let parameters = conv.params().iter().map(|p| p.value.len()).sum();
            let expected = (parameters, conv.w.len() * down * across);
            assert_eq!(ex2_cost::cost(image, filters, window, pad), expected, "{filters} filters {window}×{window} on {image:?}, padding {pad}");
        }
    }
}

exercise! {
    fn ex3_confusion() {
        let counts = ex3_confusion::confusion(&[4, 9, 4, 4, 0], &[4, 4, 9, 9, 0]);
        assert_eq!(counts.dim(), (10, 10));
        assert_eq!((counts[[4, 4]], counts[[9, 4]], counts[[4, 9]], counts[[0, 0]]), (1, 1, 2, 1), "a row for each label");
        assert_eq!(counts.sum(), 5);
    }
}

exercise! {
    fn ex4_warm_up() {
        let rate = |done| ex4_warm_up::warm_up(0.4, done, 4, 20);
        for (done, expected) in [(0, 0.1), (1, 0.2), (3, 0.4), (4, 0.4), (12, 0.2)] {
            assert_abs_diff_eq!(rate(done), expected, epsilon = 1e-12);
        }
        assert_abs_diff_eq!(rate(15), Schedule::Cosine.rate(0.4, 11, 16), epsilon = 1e-12);
        assert_abs_diff_eq!(rate(20), 0.0, epsilon = 1e-12);
    }
}

exercise! {
    fn ex5_ensemble() {
        // Two networks that hardly prefer class 1, and one that shouts for class 0.
        let network = |b: Array1<f64>| Network::new().with(Affine::from_weights(array![[0.0, 0.0]], b));
        let ensemble = ex5_ensemble::Ensemble(vec![
            network(array![0.0, 1.5]),
            network(array![0.0, 1.5]),
            network(array![9.0, 0.0]),
        ]);
        let y = ensemble.infer(array![[1.0], [2.0]].into_dyn());
        assert_eq!(y.shape(), [2, 2]);
        let [calm, loud] = [1.5, -9.0].map(|x: f64| 1.0 / (1.0 + (-x).exp()));
        assert_abs_diff_eq!(y[[0, 1]], (2.0 * calm + loud) / 3.0, epsilon = 1e-12);
        assert_abs_diff_eq!(y[[0, 0]] + y[[0, 1]], 1.0, epsilon = 1e-12);
        assert_eq!(classes(&y), [1, 1], "two against one");
    }
}

exercise! {
    fn ex6_fixed_order() {
        let rng = &mut generator(6);
        let numbers: Vec<f32> = (0..1_234_567).map(|_| rng.random_range(-1.0..1.0)).collect();
        let add_up = |numbers: &[f32]| numbers.iter().fold(0.0_f32, |sum, x| sum + x);
        let expected = add_up(&numbers.chunks(ex6_fixed_order::PART).map(add_up).collect::<Vec<_>>());
        for threads in 1..=4 {
            let sum = threads::on(threads, || ex6_fixed_order::sum(&numbers)).expect("threads start");
            assert_eq!(sum.to_bits(), expected.to_bits(), "{threads} threads: {sum}, not {expected}");
        }
        assert_eq!(ex6_fixed_order::sum(&[]), 0.0);
    }
}
