//! Judges the exercises: the reader's files when asked to, or the reference solutions.

#![cfg_attr(not(feature = "solutions"), allow(unused, reason = "exercises begin unfinished"))]

#[cfg(not(feature = "solutions"))]
#[path = "../exercises/mod.rs"]
mod exercises;

#[cfg(feature = "solutions")]
#[path = "../exercises/solutions/mod.rs"]
mod exercises;

use approx::assert_abs_diff_eq;
use common::Tensor;
use common::gradient::numerical_gradient;
use common::layer::Layer;
use common::layers::{Affine, Relu, Sigmoid, SoftmaxWithLoss};
use common::random::{Rng, distributions::StandardNormal, generator};
use exercises::*;
use ndarray::{Array2, array};
use testing::exercise;

exercise! {
    fn ex1_subtract() {
        let node = ex1_subtract::Subtract;
        assert_eq!(node.forward(5.0, 3.0), 2.0, "5 − 3 is 2");
        assert_eq!(node.backward(1.5), (1.5, -1.5), "x pulls with slope 1, y with slope −1");
    }
}

exercise! {
    fn ex2_exp() {
        for x in [-2.0_f64, 0.0, 1.5] {
            let mut node = ex2_exp::Exp::default();
            assert_abs_diff_eq!(node.forward(x), x.exp(), epsilon = 1e-12);
            assert_abs_diff_eq!(node.backward(2.0), 2.0 * x.exp(), epsilon = 1e-12);
        }
    }
}

exercise! {
    fn ex3_relu() {
        let (x, dy) = (array![[1.0, -0.5], [0.0, 3.0]], array![[10.0, 20.0], [30.0, 40.0]]);
        let dx = ex3_relu::relu_backward(&x, dy);
        assert_eq!(dx, array![[10.0, 0.0], [0.0, 40.0]], "gradients pass only where x was above 0");

        let (x, dy) = (normal(4, 7), normal(4, 7));
        let mut layer = Relu::default();
        layer.forward(x.clone().into_dyn());
        assert_eq!(ex3_relu::relu_backward(&x, dy.clone()).into_dyn(), layer.backward(dy.into_dyn()));
    }
}

exercise! {
    fn ex4_sigmoid() {
        let dx = ex4_sigmoid::sigmoid_backward(&array![[0.5, 0.9]], &array![[1.0, 10.0]]);
        assert_abs_diff_eq!(dx, array![[0.25, 0.9]], epsilon = 1e-12);

        let (x, dy) = (normal(3, 5).into_dyn(), normal(3, 5));
        let mut layer = Sigmoid::default();
        let y: Array2<f64> = layer.forward(x).into_dimensionality().expect("two axes");
        let dx = ex4_sigmoid::sigmoid_backward(&y, &dy).into_dyn();
        assert_abs_diff_eq!(dx, layer.backward(dy.into_dyn()), epsilon = 1e-12);
    }
}

exercise! {
    fn ex5_affine() {
        let (x, w, dy) = (normal(4, 3), normal(3, 2), normal(4, 2));
        let found = ex5_affine::affine_backward(&x, &w, &dy);
        assert_eq!(found.dx.dim(), (4, 3), "∂L/∂x has the shape of x");
        assert_eq!(found.dw.dim(), (3, 2), "∂L/∂W has the shape of W");

        let mut layer = Affine::from_weights(w, array![0.0, 0.0]);
        layer.forward(x.into_dyn());
        let dx = layer.backward(dy.into_dyn());
        assert_abs_diff_eq!(found.dx.into_dyn(), dx, epsilon = 1e-12);
        assert_abs_diff_eq!(found.dw, layer.dw, epsilon = 1e-12);
        assert_abs_diff_eq!(found.db, layer.db, epsilon = 1e-12);
    }
}

exercise! {
    fn ex6_softmax_with_loss() {
        let (scores, labels) = (normal(5, 4), [0, 3, 1, 2, 2]);
        let (loss, gradient) = ex6_softmax_with_loss::softmax_with_loss(&scores, &labels);
        let mut head = SoftmaxWithLoss::default();
        let expected = head.forward(scores.clone().into_dyn(), &labels.map(|label| label as u8));
        assert_abs_diff_eq!(loss, expected, epsilon = 1e-12);
        assert_abs_diff_eq!(gradient.into_dyn(), head.backward(), epsilon = 1e-12);

        let (loss, gradient) = ex6_softmax_with_loss::softmax_with_loss(&array![[1000.0, 990.0]], &[0]);
        assert!(loss.is_finite() && gradient.iter().all(|g| g.is_finite()), "large scores must not overflow");
        let (loss, _) = ex6_softmax_with_loss::softmax_with_loss(&array![[1000.0, 0.0]], &[1]);
        assert_eq!(loss, 1000.0, "a probability of 0 must not make the loss infinite");
    }
}

exercise! {
    fn ex7_softplus() {
        let x = normal(4, 6).into_dyn();
        let y = ex7_softplus::Softplus::default().infer(x.clone());
        assert_abs_diff_eq!(y, x.mapv(|x| (1.0 + x.exp()).ln()), epsilon = 1e-12);
        let large = ex7_softplus::Softplus::default().infer(array![1000.0].into_dyn());
        assert_eq!(large, array![1000.0].into_dyn(), "ln(1 + e^1000) is 1000, and e^1000 overflows");
        let error = ex7_softplus::worst_error(&x);
        assert!(error > 0.0 && error < 1e-6, "the relative error is {error:.1e}; expected below 1e-6");

        let mut layer = ex7_softplus::Softplus::default();
        layer.forward(x.clone());
        let dx = layer.backward(Tensor::ones(x.raw_dim()));
        let expected = numerical_gradient(&mut x.clone(), |x| layer.infer(x.clone()).sum());
        assert_abs_diff_eq!(dx, expected, epsilon = 1e-7);
    }
}

exercise! {
    fn ex8_xor() {
        let cases = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].into_dyn();
        for seed in 0..5 {
            let answers = ex8_xor::learn_xor(seed).infer(cases.clone());
            assert_eq!(answers.shape(), [4, 1], "one answer for each of four cases");
            for (case, (&answer, expected)) in answers.iter().zip([0.0, 1.0, 1.0, 0.0]).enumerate() {
                let off = (answer - expected).abs();
                assert!(off < 0.1, "seed {seed}, case {case}: {answer:.3} is too far from {expected}");
            }
        }
    }
}

fn normal(rows: usize, columns: usize) -> Array2<f64> {
    let rng = &mut generator((rows * 10 + columns) as u64);
    Array2::from_shape_simple_fn((rows, columns), || rng.sample(StandardNormal))
}
