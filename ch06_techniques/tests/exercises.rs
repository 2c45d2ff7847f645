//! Judges the exercises: the reader's files when asked to, or the reference solutions.

#![cfg_attr(not(feature = "solutions"), allow(unused, reason = "exercises begin unfinished"))]

#[cfg(not(feature = "solutions"))]
#[path = "../exercises/mod.rs"]
mod exercises;

#[cfg(feature = "solutions")]
#[path = "../exercises/solutions/mod.rs"]
mod exercises;

use approx::assert_abs_diff_eq;
use ch06_techniques::optimizers;
use common::data::digits;
use common::layer::Layer;
use common::layers::{Affine, BatchNorm};
use common::metrics::accuracy;
use common::optimizer::{Momentum, Optimizer, RmsProp, Sgd};
use common::random::{Rng, distributions::StandardNormal, generator};
use exercises::*;
use ndarray::{Array1, Array2, Axis, arr1, array};
use testing::exercise;

exercise! {
    fn ex1_momentum() {
        let mut ball = ex1_momentum::Ball { place: 1.0, velocity: 0.5 };
        ball.step(2.0, 0.1, 0.9);
        assert_abs_diff_eq!(ball.velocity, 0.9 * 0.5 - 0.1 * 2.0, epsilon = 1e-12);
        assert_abs_diff_eq!(ball.place, 1.25, epsilon = 1e-12);

        let path = optimizers::path(&mut Momentum::new(0.1));
        let mut ball = ex1_momentum::Ball { place: -7.0, velocity: 0.0 };
        for [x, _] in &path[1..] {
            ball.step(ball.place / 10.0, 0.1, 0.9);
            assert_abs_diff_eq!(ball.place, x, epsilon = 1e-12);
        }
    }
}

exercise! {
    fn ex2_rms_prop() {
        let path = optimizers::path(&mut RmsProp::new(0.1));
        let (mut w, mut h) = (arr1(&optimizers::START), Array1::zeros(2));
        for place in &path[1..] {
            let g = arr1(&optimizers::slope([w[0], w[1]]));
            ex2_rms_prop::rms_prop(&mut w, &g, &mut h, 0.1, 0.99);
            assert_abs_diff_eq!(w, arr1(place), epsilon = 1e-12);
        }
    }
}

exercise! {
    fn ex3_decoupled() {
        let after = |optimizer: &mut dyn Optimizer<f64>| {
            let mut layer = Affine::from_weights(array![[1.0, -2.0]], array![0.5, 3.0]);
            for _ in 0..3 {
                layer.forward(array![[3.0]].into_dyn());
                layer.backward(array![[2.0, -1.0]].into_dyn());
                optimizer.update(layer.params());
            }
            (layer.w, layer.b)
        };
        let ours = after(&mut ex3_decoupled::SgdW { learning_rate: 0.1, lambda: 0.5 });
        let l2 = after(&mut Sgd { learning_rate: 0.1 }.with_weight_decay(0.5));
        assert_abs_diff_eq!(ours.0, l2.0, epsilon = 1e-12);
        assert_abs_diff_eq!(ours.1, l2.1, epsilon = 1e-12);
    }
}

exercise! {
    fn ex4_leaky_init() {
        assert_abs_diff_eq!(ex4_leaky_init::leaky_std(50, 0.0), 0.2, epsilon = 1e-12);
        assert_abs_diff_eq!(ex4_leaky_init::leaky_std(100, 1.0), 0.1, epsilon = 1e-12);

        let slope = 0.3;
        let std = ex4_leaky_init::leaky_std(400, slope);
        let mut x = normal(200, 400);
        for _ in 0..4 {
            let w = normal(400, 400) * std;
            x = x.dot(&w).mapv_into(|x| if x > 0.0 { x } else { slope * x });
        }
        let square = x.mapv(|x| x * x).mean().expect("numbers");
        assert!((0.8..1.25).contains(&square), "the mean square went from 1 to {square:.2} in four layers");
    }
}

exercise! {
    fn ex5_batch_norm() {
        let (x, dy) = (normal(6, 3), normal(7, 3).slice_move(ndarray::s![..6, ..]));
        let mut layer = BatchNorm::new(3);
        layer.gamma = array![0.5, -1.0, 2.0];
        layer.forward(x.clone().into_dyn());
        let dx = layer.backward(dy.clone().into_dyn());

        let mean = x.mean_axis(Axis(0)).expect("rows");
        let sigma = x.var_axis(Axis(0), 0.0).mapv(|v| (v + layer.epsilon).sqrt());
        let x_hat = (&x - &mean) / &sigma;
        let found = ex5_batch_norm::batch_norm_backward(&x_hat, &sigma, &layer.gamma, &dy);
        assert_abs_diff_eq!(found.dbeta, layer.dbeta, epsilon = 1e-12);
        assert_abs_diff_eq!(found.dgamma, layer.dgamma, epsilon = 1e-12);
        assert_abs_diff_eq!(found.dx.into_dyn(), dx, epsilon = 1e-12);
    }
}

exercise! {
    fn ex6_dropout() {
        let (x, rate) = (normal(3, 4), 0.25);
        let passed = x.mapv(|x| x > -0.3);
        let learned = ex6_dropout::learn(x.clone(), &passed);
        for ((&y, &x), &passed) in learned.iter().zip(&x).zip(&passed) {
            assert_eq!(y, if passed { x } else { 0.0 });
        }
        // On average over who passes, learning and reading give the same.
        let rng = &mut generator(1);
        let mut mean = Array2::zeros((3, 4));
        for _ in 0..20_000 {
            let passed = x.mapv(|_| rng.random::<f64>() >= rate);
            mean += &ex6_dropout::learn(x.clone(), &passed);
        }
        assert_abs_diff_eq!(mean / 20_000.0, ex6_dropout::read(x, rate), epsilon = 0.03);
    }
}

exercise! {
    fn ex7_log_uniform() {
        let rng = &mut generator(1);
        let mut counts = [0; 4];
        for _ in 0..4000 {
            let x = ex7_log_uniform::log_uniform(1e-6, 1e-2, rng);
            assert!((1e-6..=1e-2).contains(&x), "{x} is out of range");
            counts[((x.log10() + 6.0) as usize).min(3)] += 1;
        }
        assert!(counts.iter().all(|&n| (850..1150).contains(&n)), "per power of ten: {counts:?} of 4000");
    }
}

exercise! {
    fn ex8_few_images() {
        let (images, fresh) = (digits::draw(1, 500), digits::draw(2, 2000));
        let network = ex8_few_images::learn(&images, &mut generator(1));
        let accuracy = accuracy(&network, &fresh);
        assert!(accuracy >= 0.85, "it reads {accuracy:.3} of fresh images; wanted 0.85");
    }
}

fn normal(rows: usize, columns: usize) -> Array2<f64> {
    let rng = &mut generator((rows * 10 + columns) as u64);
    Array2::from_shape_simple_fn((rows, columns), || rng.sample(StandardNormal))
}
