//! Attention: against PyTorch, against numerical gradients, and what it refuses.

use std::fs::File;

use approx::assert_abs_diff_eq;
use common::Tensor;
use common::gradient::{numerical_gradient, relative_error};
use common::layers::Attention;
use common::random::{generator, normal};
use ndarray::{ArrayD, Axis, array};
use ndarray_npy::NpzReader;

#[test]
fn attention_is_that_of_pytorch() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/attention.npz");
    let mut npz = NpzReader::new(File::open(path).expect("the fixture")).expect("an npz file");
    for case in 0..4 {
        let mut get = |name: &str| -> ArrayD<f64> {
            let array: ArrayD<f64> = npz.by_name(&format!("{case}_{name}")).expect("an array");
            array.as_standard_layout().into_owned()
        };
        let [q, k, v] = ["q", "k", "v"].map(&mut get);
        let mut layer = Attention::default();
        let y = layer.forward(q.clone(), k.clone(), v.clone());
        assert_abs_diff_eq!(y, get("y"), epsilon = 1e-10);
        let (inferred, shares) = Attention::infer(q, k, v);
        assert_eq!(inferred, y);
        assert_abs_diff_eq!(shares.into_dyn(), get("shares"), epsilon = 1e-10);
        for (ours, name) in layer.backward(get("dy")).iter().zip(["dq", "dk", "dv"]) {
            assert_abs_diff_eq!(*ours, get(name), epsilon = 1e-10);
        }
    }
}

#[test]
fn gradients_agree_with_numerical_ones() {
    let rng = &mut generator(1);
    let mut of = [[2, 3, 4], [2, 5, 4], [2, 5, 3]].map(|shape| normal(shape.to_vec(), rng));
    let r: Tensor<f64> = normal(vec![2, 3, 3], rng);
    let mut layer = Attention::default();
    let [q, k, v] = of.clone();
    layer.forward(q, k, v);
    let by_hand = layer.backward(r.clone());
    for i in 0..3 {
        let mut x = of[i].clone();
        let numerical = numerical_gradient(&mut x, |x| {
            of[i].assign(x);
            let [q, k, v] = of.clone();
            (Attention::infer(q, k, v).0 * &r).sum()
        });
        of[i].assign(&x);
        assert!(relative_error(&by_hand[i], &numerical) < 1e-8, "{i}");
    }
}

/// The example of the book's page.
#[test]
fn three_places_by_hand() {
    let ln = f64::ln;
    let q = array![[[1.0]]].into_dyn();
    let k = array![[[ln(2.0)], [ln(1.0)], [ln(1.0)]]].into_dyn();
    let v = array![[[8.0], [4.0], [0.0]]].into_dyn();
    let mut layer = Attention::default();
    let (y, shares) = Attention::infer(q.clone(), k.clone(), v.clone());
    assert_abs_diff_eq!(shares, array![[[0.5, 0.25, 0.25]]], epsilon = 1e-15);
    assert_abs_diff_eq!(y, array![[[5.0]]].into_dyn(), epsilon = 1e-14);
    layer.forward(q, k, v);
    let [dq, dk, dv] = layer.backward(array![[[1.0]]].into_dyn());
    assert_abs_diff_eq!(dv, array![[[0.5], [0.25], [0.25]]].into_dyn(), epsilon = 1e-15);
    assert_abs_diff_eq!(dk, array![[[1.5], [-0.25], [-1.25]]].into_dyn(), epsilon = 1e-14);
    assert_abs_diff_eq!(dq, array![[[1.5 * ln(2.0)]]].into_dyn(), epsilon = 1e-14);
}

#[test]
fn shares_add_up_to_one_and_one_place_gets_all() {
    let rng = &mut generator(2);
    let x = |shape: [usize; 3], rng: &mut _| -> Tensor<f32> { normal(shape.to_vec(), rng) };
    let (q, k, v) = (x([2, 3, 4], rng), x([2, 6, 4], rng), x([2, 6, 5], rng));
    let (_, shares) = Attention::infer(q.clone(), k.clone(), v.clone());
    assert_abs_diff_eq!(shares.sum_axis(Axis(2)), ndarray::Array2::ones((2, 3)), epsilon = 1e-6);
    let first = |x: &Tensor<f32>| x.slice_axis(Axis(1), (..1).into()).to_owned();
    let (y, _) = Attention::infer(q, first(&k), first(&v));
    for step in y.axis_iter(Axis(1)) {
        assert_abs_diff_eq!(step, v.index_axis(Axis(1), 0), epsilon = 1e-6);
    }
}

#[test]
#[should_panic(
    expected = "Attention: expected queries N×T×D, keys N×P×D and values N×P×E, got [2, 3, 4], [2, 5, 3]"
)]
fn keys_of_another_length_are_refused() {
    let zeros = |shape: [usize; 3]| Tensor::<f32>::zeros(shape.to_vec());
    Attention::infer(zeros([2, 3, 4]), zeros([2, 5, 3]), zeros([2, 5, 3]));
}

#[test]
#[should_panic(expected = "Attention: backward needs a forward before it")]
fn backward_needs_a_forward() {
    Attention::<f32>::default().backward(Tensor::zeros(vec![1, 1, 1]));
}
