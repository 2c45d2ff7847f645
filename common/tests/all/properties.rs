//! What must hold for whatever comes: shapes and numbers are drawn anew for every case, the same in every run.

use std::fs::{self, File};
use std::io::Write;

use common::activation::{gelu, gelu_derivative, log_sum_exp, sigmoid, softmax, tanh_derivative};
use common::data::{Dataset, idx, shuffled_batches};
use common::init::Init;
use common::layer::Layer;
use common::layers::{
    Affine, AvgPool2d, BatchNorm, Conv2d, Dropout, MaxPool2d, MeanSquaredError, SoftmaxWithLoss,
    Window,
};
use common::loss::cross_entropy;
use common::multi_layer_net::{Activation, MultiLayerNet};
use common::network::Network;
use common::optimizer::{Optimizer, Sgd};
use common::random::{Rng, generator, normal};
use common::store::weights;
use common::train::Schedule;
use common::{Tensor, model};
use flate2::Compression;
use flate2::write::GzEncoder;
use ndarray::{Array2, Array4, Axis};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Few cases, so that all tests together take a moment; always the same, so that none fails by chance.
fn cases(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(1);
    ProptestConfig { cases, failure_persistence: None, rng_seed, ..ProptestConfig::default() }
}

fn numbers(shape: &[usize], seed: u64) -> Tensor<f64> {
    normal(shape, &mut generator(seed))
}

fn rows(shape: (usize, usize), seed: u64) -> Array2<f64> {
    normal(shape, &mut generator(seed))
}

/// ⟨a, b⟩.
fn dot(a: &Tensor<f64>, b: &Tensor<f64>) -> f64 {
    assert_eq!(a.shape(), b.shape());
    (a * b).sum()
}

fn close(a: f64, b: f64) -> Result<(), TestCaseError> {
    prop_assert!((a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs())), "{} and {}", a, b);
    Ok(())
}

fn all_close(a: &Tensor<f64>, b: &Tensor<f64>) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.shape(), b.shape());
    a.iter().zip(b).try_for_each(|(&a, &b)| close(a, b))
}

prop_compose! {
    /// A window and a batch of images that it fits: (size, stride, padding), (N, C, H, W).
    fn window_and_images()(
        size in (1_usize..5, 1_usize..5), stride in 1_usize..4, wanted_pad in 0_usize..3,
        n in 1_usize..13, c in 1_usize..4, more in (0_usize..7, 0_usize..7),
    ) -> (((usize, usize), usize, usize), [usize; 4]) {
        // Half the window at most, which pooling asks for.
        let pad = wanted_pad.min(size.0.min(size.1) / 2);
        ((size, stride, pad), [n, c, size.0 + more.0, size.1 + more.1])
    }
}

fn window((size, stride, pad): ((usize, usize), usize, usize)) -> Window {
    Window::new(size, stride, pad).expect("a window")
}

/// A layer that only adds up shares of its input: it is linear, and `backward` is its transpose.
fn is_linear_with_its_transpose(
    mut layer: impl Layer<f64>,
    shape: &[usize],
    seed: u64,
) -> Result<(), TestCaseError> {
    let (x, z) = (numbers(shape, seed), numbers(shape, seed ^ 1));
    let (y, u) = (layer.infer(x.clone()), layer.infer(z.clone()));
    all_close(&layer.infer(&x * 2.0 - &z), &(&y * 2.0 - &u))?;

    let dy = numbers(y.shape(), seed ^ 2);
    layer.forward(x.clone());
    let dx = layer.backward(dy.clone());
    close(dot(&y, &dy), dot(&x, &dx))?;
    if let Some(w) = layer.params().first() {
        close(dot(&y, &dy), dot(&w.value.to_owned(), &w.grad.to_owned()))?; // linear in W as well
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn softmax_sums_to_one_and_ignores_a_shift(
        shape in (1_usize..5, 1_usize..8), seed: u64, spread in 0.0..300.0_f64, shift in -1e4..1e4_f64,
    ) {
        let x = rows(shape, seed) * spread;
        let y = softmax(x.clone());
        for row in y.rows() {
            close(row.sum(), 1.0)?;
            prop_assert!(row.iter().all(|y| (0.0..=1.0).contains(y)));
        }
        let shifted = softmax(&x + shift);
        // A shift rounds the scores themselves: 1e4 in steps of 2e-12.
        prop_assert!(y.iter().zip(&shifted).all(|(a, b)| (a - b).abs() < 1e-10));
    }

    #[test]
    fn the_logarithm_of_a_sum_lies_just_above_the_largest(
        shape in (1_usize..2, 1_usize..9), seed: u64, spread in 0.0..1e5_f64,
    ) {
        let x = rows(shape, seed) * spread;
        let (row, largest) = (x.row(0), x.fold(f64::NEG_INFINITY, |most, &x| most.max(x)));
        let above = log_sum_exp(row) - largest;
        prop_assert!((-1e-10..=(shape.1 as f64).ln() + 1e-10).contains(&above), "{}", above);
    }

    #[test]
    fn activations_of_finite_numbers_are_finite(x in -1e6_f32..1e6) {
        prop_assert!((0.0..=1.0).contains(&sigmoid(x)));
        prop_assert!((sigmoid(x) + sigmoid(-x) - 1.0).abs() < 1e-6);
        prop_assert!((0.0..=1.0).contains(&tanh_derivative(x)));
        prop_assert!(gelu(x).is_finite() && gelu_derivative(x).is_finite());
        prop_assert!(gelu(x) >= -0.2 && gelu(x) <= x.max(0.0), "{}", gelu(x));
    }

    #[test]
    fn convolution_is_linear_with_its_transpose(
        (sizes, shape) in window_and_images(), filters in 1_usize..4, seed: u64,
    ) {
        let rng = &mut generator(seed);
        let conv = Conv2d::new((shape[1], filters), window(sizes), Init::Gaussian(1.0), rng);
        is_linear_with_its_transpose(conv.expect("a layer"), &shape, seed)?;
    }

    #[test]
    fn average_pooling_is_linear_with_its_transpose(
        (sizes, shape) in window_and_images(), seed: u64,
    ) {
        let pool = AvgPool2d::new(window(sizes)).expect("a layer");
        is_linear_with_its_transpose(pool, &shape, seed)?;
    }

    #[test]
    fn an_affine_layer_is_linear_with_its_transpose(
        (n, inputs, outputs) in (1_usize..20, 1_usize..20, 1_usize..20), seed: u64,
    ) {
        let affine = Affine::new(inputs, outputs, Init::Xavier, &mut generator(seed));
        is_linear_with_its_transpose(affine, &[n, inputs], seed)?;
    }

    #[test]
    fn dropout_lets_back_what_it_let_through(
        shape in (1_usize..5, 1_usize..20), rate in 0.0..0.95_f64, seed: u64,
    ) {
        let shape = [shape.0, shape.1];
        let mut layer = Dropout::new(rate, &mut generator(seed));
        let (x, dy) = (numbers(&shape, seed), numbers(&shape, seed ^ 1));
        let y = layer.forward(x.clone());
        close(dot(&y, &dy), dot(&x, &layer.backward(dy.clone())))?;
        prop_assert!(y.iter().zip(&x).all(|(&y, x)| y == 0.0 || (y / x - 1.0 / (1.0 - rate)).abs() < 1e-9));
    }

    #[test]
    fn max_pooling_keeps_the_maximum_and_gives_the_whole_gradient_back(
        (sizes, shape) in window_and_images(), seed: u64,
    ) {
        let x = numbers(&shape, seed);
        let mut pool = MaxPool2d::new(window(sizes)).expect("a layer");
        let y = pool.forward(x.clone());
        let dy = numbers(y.shape(), seed ^ 1);
        let dx = pool.backward(dy.clone());
        close(dx.sum(), dy.sum())?;
        prop_assert!(y.iter().all(|y| x.iter().any(|x| x == y)), "nothing is made up");
        let everywhere = MaxPool2d::new(window((sizes.0, 1, sizes.2))).expect("a layer");
        for (x, y) in x.outer_iter().zip(everywhere.infer(x.clone()).outer_iter()) {
            let largest = |x: &ndarray::ArrayViewD<'_, f64>| x.fold(f64::MIN, |most, &x| most.max(x));
            prop_assert_eq!(largest(&x), largest(&y));
        }
        if sizes.2 == 0 {
            let mean = AvgPool2d::new(window(sizes)).expect("a layer").infer(x);
            prop_assert!(y.iter().zip(&mean).all(|(y, mean)| *mean <= *y + 1e-12));
        }
    }

    #[test]
    fn batch_normalisation_ignores_shift_and_scale(
        (n, features) in (2_usize..20, 1_usize..5), seed: u64, shift in -10.0..10.0_f64, scale in 1.0..10.0_f64,
    ) {
        let x = numbers(&[n, features], seed);
        let forward = |x| {
            let mut layer = BatchNorm::new(features);
            layer.epsilon = 0.0;
            layer.forward(x)
        };
        let (y, again) = (forward(x.clone()), forward(&x * scale + shift));
        prop_assert!(y.iter().zip(&again).all(|(a, b)| (a - b).abs() < 1e-8));
    }

    #[test]
    fn an_epoch_holds_every_image_once(len in 1_usize..300, batch_size in 1_usize..60, seed: u64) {
        let batches = shuffled_batches(len, batch_size, &mut generator(seed));
        prop_assert_eq!(batches.len(), len.div_ceil(batch_size));
        let (last, others) = batches.split_last().expect("a batch");
        prop_assert!(others.iter().all(|batch| batch.len() == batch_size) && last.len() <= batch_size);
        let mut all = batches.concat();
        all.sort_unstable();
        prop_assert_eq!(all, (0..len).collect::<Vec<_>>());
    }

    #[test]
    fn a_split_shares_all_images_out(len in 1_usize..60, share in 0.0..=1.0_f64, seed: u64) {
        let images = Array4::from_shape_fn((len, 1, 1, 1), |(n, ..)| n as u8);
        let data = Dataset { images, labels: (0..len as u8).collect() };
        let (first, others) = data.split(share, &mut generator(seed));
        prop_assert_eq!(first.len(), (share * len as f64) as usize);
        let mut all = [first.labels, others.labels].concat();
        all.sort_unstable();
        prop_assert_eq!(all, data.labels);
    }

    #[test]
    fn a_gradient_of_cross_entropy_is_softmax_less_one_hot(
        (n, classes) in (1_usize..6, 1_usize..9), seed: u64, spread in 0.0..20.0_f64,
    ) {
        let x = rows((n, classes), seed) * spread;
        let rng = &mut generator(seed ^ 1);
        let labels: Vec<u8> = (0..n).map(|_| rng.random_range(0..classes as u8)).collect();
        let mut head = SoftmaxWithLoss::default();
        let loss = head.forward(x.clone().into_dyn(), &labels);
        prop_assert!(loss >= -1e-12);
        let mut one_hot = Array2::<f64>::zeros((n, classes));
        labels.iter().enumerate().for_each(|(n, &label)| one_hot[[n, usize::from(label)]] = 1.0);
        let gradient = head.backward();
        all_close(&gradient, &((softmax(x.clone()) - one_hot) / n as f64).into_dyn())?;

        // A small step against it, and the loss is not higher.
        let lower = (x.into_dyn() - gradient * 1e-3).into_dimensionality().expect("two axes");
        prop_assert!(cross_entropy(lower.view(), &labels) <= loss + 1e-12);
    }

    #[test]
    fn a_squared_error_does_not_rise_against_its_gradient(
        shape in (1_usize..6, 1_usize..9), seed: u64, spread in 0.0..1e3_f64,
    ) {
        let (y, t) = (rows(shape, seed).into_dyn() * spread, rows(shape, seed ^ 1).into_dyn());
        let mut head = MeanSquaredError::default();
        let loss = head.forward(y.clone(), &t);
        let y = y - head.backward() * 1e-2;
        let lower = head.forward(y, &t);
        prop_assert!(lower <= loss, "{} after {}", lower, loss);
    }

    #[test]
    fn the_rate_never_leaves_its_bounds_and_never_rises(rate in 1e-6..10.0_f64, steps in 1_usize..200) {
        let rates: Vec<f64> =
            (0..=steps + 3).map(|done| Schedule::Cosine.rate(rate, done, steps)).collect();
        prop_assert_eq!(rates[0], rate);
        prop_assert!(rates.iter().all(|r| (0.0..=rate).contains(r)));
        prop_assert!(rates.is_sorted_by(|a, b| a >= b));
        prop_assert_eq!(Schedule::Constant.rate(rate, steps, steps), rate);
    }
}

/// Networks of all kinds, small.
fn network() -> impl Strategy<Value = (MultiLayerNet, u64)> {
    let activations = prop::sample::select(vec![
        Activation::None,
        Activation::Sigmoid,
        Activation::Tanh,
        Activation::LeakyRelu,
        Activation::PRelu,
        Activation::Gelu,
    ]);
    let sizes = prop::collection::vec(1_usize..7, 0..3);
    (sizes, activations, any::<bool>(), any::<u64>()).prop_map(
        |(hidden, activation, norm, seed)| {
            (MultiLayerNet::new(5, &hidden, 3).activation(activation).batch_norm(norm), seed)
        },
    )
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn a_small_step_of_a_network_does_not_raise_its_loss((net, seed) in network()) {
        let mut network: Network<f64> = net.build(&mut generator(seed));
        let (x, labels) = (numbers(&[9, 5], seed), [0, 1, 2, 0, 1, 2, 0, 1, 2]);
        let mut head = SoftmaxWithLoss::default();
        let loss = head.forward(network.forward(x.clone()), &labels);
        network.backward_params(head.backward());
        Sgd { learning_rate: 1e-6 }.update(network.params());
        let lower = head.forward(network.forward(x), &labels);
        prop_assert!(lower <= loss + 1e-12, "{} after {}", lower, loss);
    }

    #[test]
    fn weights_come_back_from_their_file_to_the_bit((net, seed) in network()) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("w.npz");
        let mut saved: Network<f32> = net.build(&mut generator(seed));
        let mut loaded: Network<f32> = net.build(&mut generator(seed ^ 1));
        saved.forward(numbers(&[4, 5], seed).mapv(|x| x as f32)); // running statistics of its own
        weights::save(&mut saved, &file).expect("it can be written");
        weights::load(&mut loaded, &file).expect("it can be read");
        prop_assert_eq!(model::snapshot(&mut loaded), model::snapshot(&mut saved));
    }

    #[test]
    fn idx_files_come_back_whole(
        (n, h, w) in (1_usize..9, 1_usize..9, 1_usize..9), packed: bool, seed: u64,
    ) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let rng = &mut generator(seed);
        let images = Array4::from_shape_simple_fn((n, 1, h, w), || rng.random::<u8>());
        let labels: Vec<u8> = (0..n).map(|_| rng.random_range(0..10)).collect();
        let write = |name: &str, sizes: &[usize], data: &[u8]| {
            let mut bytes = vec![0, 0, 8, sizes.len() as u8];
            sizes.iter().for_each(|&size| bytes.extend((size as u32).to_be_bytes()));
            bytes.extend(data);
            let path = folder.path().join(name);
            if packed {
                let file = File::create(&path).expect("a file");
                let mut gzip = GzEncoder::new(file, Compression::fast());
                gzip.write_all(&bytes).and_then(|()| gzip.finish().map(drop)).expect("written");
            } else {
                fs::write(&path, &bytes).expect("written");
            }
            path
        };
        let pixels = images.as_slice().expect("in order");
        let (images_file, labels_file) = (write("i", &[n, h, w], pixels), write("l", &[n], &labels));
        prop_assert_eq!(idx::read_images(&images_file).expect("sound"), images);
        prop_assert_eq!(idx::read_labels(&labels_file).expect("sound"), labels);
    }

    #[test]
    fn a_batch_is_the_images_asked_for(len in 1_usize..9, picks in prop::collection::vec(0_usize..9, 1..9)) {
        let images = Array4::from_shape_fn((len, 1, 3, 2), |(n, _, i, j)| (n * 6 + i * 2 + j) as u8);
        let data = Dataset { images, labels: (0..len as u8).collect() };
        let picks: Vec<usize> = picks.into_iter().map(|i| i % len).collect();
        let (x, labels) = data.batch::<f64>(&picks);
        let expected = data.images.select(Axis(0), &picks).mapv(|byte| f64::from(byte) / 255.0);
        prop_assert_eq!(x, expected.into_dyn());
        prop_assert_eq!(labels, picks.iter().map(|&i| i as u8).collect::<Vec<_>>());
    }
}
