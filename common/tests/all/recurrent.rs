//! Recurrent layers, embeddings, the loss of sequences and clipping: against PyTorch, against numerical
//! gradients, and what they refuse.

use std::collections::BTreeMap;
use std::fs::File;

use approx::assert_abs_diff_eq;
use common::gradient::{check_layer, numerical_gradient, relative_error};
use common::init::orthogonal;
use common::layer::{Layer, Param};
use common::layers::{
    Affine, Cell, EachStep, Embedding, Gru, GruCell, Lstm, LstmCell, Recurrent, Rnn, RnnCell,
    SequenceSoftmaxWithLoss, State,
};
use common::model;
use common::network::Network;
use common::optimizer::clip_by_norm;
use common::random::{generator, normal};
use common::{Float, Tensor};
use ndarray::{Array1, Array2, ArrayD, Dimension, Ix1, Ix2, Ix3, array, s};
use ndarray_npy::NpzReader;

/// Made by fixtures/make_recurrent.py.
struct Cases(BTreeMap<String, ArrayD<f64>>);

impl Cases {
    fn open() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/recurrent.npz");
        let mut npz = NpzReader::new(File::open(path).expect("the fixture")).expect("an npz file");
        let names = npz.names().expect("names");
        let read = |name: String| {
            let array = npz.by_name(&name).expect("an array");
            (name.trim_end_matches(".npy").to_string(), array)
        };
        Self(names.into_iter().map(read).collect())
    }

    fn get(&self, name: &str) -> ArrayD<f64> {
        self.0.get(name).unwrap_or_else(|| panic!("{name}")).as_standard_layout().into_owned()
    }

    fn of<D: Dimension>(&self, name: &str) -> ndarray::Array<f64, D> {
        self.get(name).into_dimensionality().expect("the fixture's axes")
    }

    fn state(&self, h: &str, c: &str, memory: bool) -> State<f64> {
        let h: Array2<f64> = self.of(h);
        let c = if memory { self.of(c) } else { Array2::zeros((h.nrows(), 0)) };
        State { h, c }
    }

    fn agree<C: Cell>(&self, kind: &str) {
        for case in (0..4).map(|k| format!("{kind}{k}")) {
            let get = |name: &str| format!("{case}_{name}");
            let mut layer: Recurrent<f64, C> = Recurrent::from_weights(
                self.of::<Ix2>(&get("wx")),
                self.of(&get("wh")),
                self.of::<Ix1>(&get("b")),
            );
            if C::HIDDEN_APART {
                layer.bh = self.of(&get("bh"));
            }
            let (x, y) = (self.get(&get("x")), self.get(&get("y")));
            let start = self.state(&get("h0"), &get("c0"), C::HAS_MEMORY);
            let end = self.state(&get("h"), &get("c"), C::HAS_MEMORY);
            let lengths = self.get(&get("lengths"));
            let mask = Array2::from_shape_fn((x.shape()[0], x.shape()[1]), |(i, t)| {
                (t as f64) < lengths[i]
            });
            let mask = (!mask.iter().all(|&read| read)).then_some(mask);
            let mask = mask.as_ref().map(|mask| mask.view());

            let close = |what: &str, ours: &ArrayD<f64>, theirs: &ArrayD<f64>| {
                assert_eq!(ours.shape(), theirs.shape(), "{case}: {what}");
                assert!(ours.abs_diff_eq(theirs, 1e-10), "{case}: {what}");
            };
            let (ours, ours_end) = layer.forward_from(x.clone(), &start, mask);
            close("y", &ours, &y);
            assert_eq!((ours, ours_end.clone()), layer.infer_from(x, &start, mask), "{case}");
            close("h", &ours_end.h.into_dyn(), &end.h.into_dyn());
            close("c", &ours_end.c.into_dyn(), &end.c.into_dyn());

            let d_end = self.state(&get("dh"), &get("dc"), C::HAS_MEMORY);
            let (dx, d_start) = layer.backward_to(self.get(&get("dy")), Some(&d_end));
            close("dx", &dx, &self.get(&get("dx")));
            let expected = self.state(&get("dh0"), &get("dc0"), C::HAS_MEMORY);
            close("dh0", &d_start.h.into_dyn(), &expected.h.into_dyn());
            close("dc0", &d_start.c.into_dyn(), &expected.c.into_dyn());
            for p in layer.params() {
                let theirs = self.get(&get(&format!("d{}", p.name.to_lowercase())));
                close(p.name, &p.grad.to_owned(), &theirs);
            }
        }
    }
}

#[test]
fn recurrent_layers_are_those_of_pytorch() {
    let cases = Cases::open();
    cases.agree::<RnnCell>("rnn");
    cases.agree::<LstmCell>("lstm");
    cases.agree::<GruCell>("gru");
}

#[test]
fn a_language_model_is_that_of_pytorch() {
    let cases = Cases::open();
    let rng = &mut generator(0);
    let mut network = Network::new()
        .with(Embedding::new(7, 4, rng))
        .with(Lstm::new(4, 8, rng))
        .with(Gru::new(8, 8, rng))
        .with(EachStep::new(Network::new().with(Affine::new(
            8,
            7,
            common::init::Init::Xavier,
            rng,
        ))));
    let names = model::names(&mut network);
    assert_eq!(names.join(" "), "W1 Wx1 Wh1 b1 Wx2 Wh2 b2 bh1 W2 b3");
    for (p, name) in network.params().iter_mut().zip(&names) {
        p.value.assign(&cases.get(&format!("model_{name}")));
    }
    let words = cases.get("model_targets").mapv(|word| word as usize);
    let words: Array2<usize> = words.into_dimensionality().expect("two axes");
    let mask: Array2<f64> = cases.of("model_mask");
    let mask = mask.mapv(|counts| counts == 1.0);
    let mut criterion = SequenceSoftmaxWithLoss::default();
    let x = cases.get("model_words");
    assert_abs_diff_eq!(network.infer(x.clone()), network.forward(x.clone()), epsilon = 1e-12);
    let loss = criterion.forward(network.forward(x), words.view(), mask.view());
    assert_abs_diff_eq!(loss, cases.get("model_loss").sum(), epsilon = 1e-10);
    network.backward_params(criterion.backward());
    for (p, name) in network.params().iter().zip(&names) {
        assert_abs_diff_eq!(p.grad, cases.get(&format!("model_d{name}")), epsilon = 1e-10);
    }
}

#[test]
fn clipping_is_that_of_pytorch() {
    let cases = Cases::open();
    for case in ["clip0", "clip1", "clip2"] {
        let get = |name: &str| cases.get(&format!("{case}_{name}"));
        let (mut grads, most) = ([get("g0"), get("g1")], get("most").sum());
        let mut values = grads.clone();
        let mut params: Vec<_> = std::iter::zip(&mut values, &mut grads)
            .map(|(value, grad)| Param::new("W", value, grad))
            .collect();
        let norm = clip_by_norm(&mut params, most);
        assert_abs_diff_eq!(norm, get("norm").sum(), epsilon = 1e-10);
        // PyTorch divides by a little more than the norm.
        let more = if norm > most { norm / (norm + 1e-6) } else { 1.0 };
        for (ours, theirs) in std::iter::zip(grads, ["c0", "c1"]) {
            assert_abs_diff_eq!(ours * more, get(theirs), epsilon = 1e-10);
        }
    }
}

#[test]
fn a_length_that_is_not_finite_is_left_alone() {
    for bad in [f32::NAN, f32::INFINITY] {
        let (mut value, mut grad) = (array![0.0, 0.0], array![1.0, bad]);
        let norm = clip_by_norm(&mut [Param::new("b", &mut value, &mut grad)], 1.0);
        assert!(!norm.is_finite() && grad[0] == 1.0, "{bad}: {norm}, {grad}");
    }
}

/// All kinds, with `units` from 3 numbers a step.
fn all_kinds<F: Float>(units: usize) -> Vec<Box<dyn Layer<F>>> {
    let rng = &mut generator(3);
    vec![
        Box::new(Rnn::new(3, units, rng)),
        Box::new(Lstm::new(3, units, rng)),
        Box::new(Gru::new(3, units, rng)),
    ]
}

#[test]
fn gradients_agree_with_numerical_ones() {
    let x = normal(vec![2, 4, 3], &mut generator(4));
    let rng = &mut generator(5);
    let mut errors = check_layer(&mut Rnn::new(3, 2, rng), &x);
    errors.extend(check_layer(&mut Lstm::new(3, 2, rng), &x));
    errors.extend(check_layer(&mut Gru::new(3, 2, rng), &x));
    let inner =
        || Network::new().with(Affine::new(3, 2, common::init::Init::He, &mut generator(6)));
    errors.extend(check_layer(&mut EachStep::new(inner()), &x));
    assert_eq!(errors.len(), 4 + 4 + 5 + 3);
    for (name, error) in errors {
        assert!(error < 1e-8, "{name}: {error:.1e}");
    }
}

#[test]
fn the_losss_gradient_agrees_with_a_numerical_one() {
    let words = array![[0, 2, 1], [1, 0, 0]];
    let mask = array![[true, true, false], [true, false, false]];
    let mut x = normal(vec![2, 3, 4], &mut generator(7));
    let mut criterion = SequenceSoftmaxWithLoss::default();
    let mut loss = |x: &Tensor<f64>| criterion.forward(x.clone(), words.view(), mask.view());
    let numerical = numerical_gradient(&mut x, &mut loss);
    loss(&x);
    assert!(relative_error(&criterion.backward(), &numerical) < 1e-8);
}

#[test]
fn if_nothing_counts_nothing_is_learned() {
    let mut criterion = SequenceSoftmaxWithLoss::<f32>::default();
    let (words, mask) = (Array2::from_elem((2, 3), 99), Array2::from_elem((2, 3), false));
    let x = normal(vec![2, 3, 4], &mut generator(8));
    assert_eq!(criterion.forward(x, words.view(), mask.view()), 0.0);
    assert!(criterion.backward().iter().all(|&d| d == 0.0));
}

#[test]
fn a_text_in_two_pieces_is_the_text() {
    let rng = &mut generator(9);
    let (layer, x) = (Lstm::<f64>::new(3, 5, rng), normal(vec![2, 9, 3], rng));
    let (whole, end) = layer.infer_from(x.clone(), &layer.zero_state(2), None);
    let piece = |range| x.slice(s![.., range, ..]).to_owned().into_dyn();
    let (first, state) = layer.infer_from(piece(0..4), &layer.zero_state(2), None);
    let (second, end_of_pieces) = layer.infer_from(piece(4..9), &state, None);
    let pieces = ndarray::concatenate(ndarray::Axis(1), &[first.view(), second.view()]);
    assert_abs_diff_eq!(whole, pieces.expect("one text"), epsilon = 1e-12);
    assert_abs_diff_eq!(end.c, end_of_pieces.c, epsilon = 1e-12);
}

#[test]
fn whole_backpropagation_is_pieces_that_hand_on_their_gradient() {
    let rng = &mut generator(10);
    let (mut layer, x) = (Gru::<f64>::new(3, 5, rng), normal(vec![2, 6, 3], rng));
    let dy = normal(vec![2, 6, 5], rng);
    layer.forward(x.clone());
    let dx = layer.backward(dy.clone());
    let whole = layer.params().iter().map(|p| p.grad.to_owned()).collect::<Vec<_>>();

    let piece = |x: &Tensor<f64>, range| x.slice(s![.., range, ..]).to_owned().into_dyn();
    let zeros = layer.zero_state(2);
    let (_, middle) = layer.infer_from(piece(&x, 0..2), &zeros, None);
    layer.forward_from(piece(&x, 2..6), &middle, None);
    let (_, back) = layer.backward_to(piece(&dy, 2..6), None);
    let of_second = layer.params().iter().map(|p| p.grad.to_owned()).collect::<Vec<_>>();
    layer.forward_from(piece(&x, 0..2), &zeros, None);
    let (dx_first, _) = layer.backward_to(piece(&dy, 0..2), Some(&back));
    assert_abs_diff_eq!(piece(&dx, 0..2), dx_first, epsilon = 1e-12);
    for (p, (whole, second)) in layer.params().iter().zip(whole.iter().zip(&of_second)) {
        assert_abs_diff_eq!(p.grad.to_owned() + second, *whole, epsilon = 1e-12);
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let results = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let gradients = all_kinds::<f32>(24).into_iter().map(|mut layer| {
                let rng = &mut generator(11);
                let y = layer.forward(normal(vec![70, 5, 3], rng));
                let dx = layer.backward(normal(vec![70, 5, 24], rng));
                let of_params: Vec<_> = layer.params().iter().map(|p| p.grad.to_owned()).collect();
                (y, dx, of_params)
            });
            gradients.collect::<Vec<_>>()
        })
    };
    let once = results(1);
    for threads in 2..=4 {
        assert!(results(threads) == once, "{threads} threads");
    }
}

#[test]
fn single_precision_is_near_double() {
    for (mut single, mut double) in all_kinds::<f32>(24).into_iter().zip(all_kinds::<f64>(24)) {
        let of = |shape: &[usize], seed| normal::<f64, _>(shape.to_vec(), &mut generator(seed));
        let (x, dy) = (of(&[20, 6, 3], 12), of(&[20, 6, 24], 13));
        let y = double.forward(x.clone());
        let near = single.forward(x.mapv(|x| x as f32)).mapv(f64::from);
        assert_abs_diff_eq!(near, y, epsilon = 2e-6);
        let dx = double.backward(dy.clone());
        let near = single.backward(dy.mapv(|d| d as f32)).mapv(f64::from);
        assert!(relative_error(&near, &dx) < 2e-6, "{}", single.name());
    }
}

#[test]
fn a_product_with_an_orthogonal_matrix_keeps_lengths() {
    let q: Array2<f64> = orthogonal(40, &mut generator(14));
    assert_abs_diff_eq!(q.dot(&q.t()), Array2::eye(40), epsilon = 1e-12);
    let layer = Lstm::<f64>::new(2, 6, &mut generator(15));
    let layer = layer.with_orthogonal_start(&mut generator(16));
    for gate in layer.wh.axis_chunks_iter(ndarray::Axis(1), 6) {
        assert_abs_diff_eq!(gate.dot(&gate.t()), Array2::eye(6), epsilon = 1e-12);
    }
}

#[test]
fn empty_sequences_and_an_empty_batch_are_no_faults() {
    for (n, steps) in [(2, 0), (0, 3)] {
        for mut layer in all_kinds::<f32>(4) {
            let y = layer.forward(Tensor::zeros(vec![n, steps, 3]));
            assert_eq!(y.shape(), [n, steps, 4]);
            if n > 0 {
                assert_eq!(layer.backward(y).shape(), [n, steps, 3]);
            }
        }
    }
}

#[test]
#[should_panic(expected = "Lstm 3→4: expected 3 numbers a step, got a batch of shape [2, 5, 7]")]
fn steps_of_another_length_are_named() {
    Lstm::<f32>::new(3, 4, &mut generator(0)).forward(Tensor::zeros(vec![2, 5, 7]));
}

#[test]
#[should_panic(expected = "Embedding: 7 is no word of a vocabulary of 7")]
fn a_word_that_is_none_is_named() {
    let x = array![[0.0_f32, 7.0]].into_dyn();
    Embedding::new(7, 2, &mut generator(0)).forward(x);
}

#[test]
#[should_panic(expected = "Rnn: backward needs a forward before it")]
fn a_backward_without_a_forward_is_named() {
    Rnn::<f32>::new(3, 4, &mut generator(0)).backward(Tensor::zeros(vec![2, 5, 4]));
}

#[test]
fn an_embedding_is_a_product_with_one_hot_vectors() {
    let rng = &mut generator(17);
    let mut layer = Embedding::<f64>::new(5, 3, rng);
    let words = array![[4.0, 0.0, 4.0], [1.0, 2.0, 4.0]].into_dyn();
    let one_hot =
        Array2::from_shape_fn(
            (6, 5),
            |(i, word)| {
                if words[[i / 3, i % 3]] == word as f64 { 1.0 } else { 0.0 }
            },
        );
    let rows = |y: Tensor<f64>| {
        let y = y.into_dimensionality::<Ix3>().expect("three axes");
        y.into_shape_with_order((6, 3)).expect("six rows")
    };
    assert_eq!(rows(layer.forward(words)), one_hot.dot(&layer.w));
    let dy = normal(vec![2, 3, 3], rng);
    layer.backward(dy.clone());
    let grads: Vec<Array1<f64>> =
        layer.params()[0].grad.outer_iter().map(|row| row.iter().copied().collect()).collect();
    let expected = one_hot.t().dot(&rows(dy));
    for (row, expected) in grads.iter().zip(expected.outer_iter()) {
        assert_abs_diff_eq!(*row, expected, epsilon = 1e-12);
    }
}
