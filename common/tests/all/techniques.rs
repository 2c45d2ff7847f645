//! The layers of chapter 6: their gradients, PyTorch's numbers, and what only learning may change.

use std::fs::File;
use std::path::Path;

use approx::assert_abs_diff_eq;
use common::Tensor;
use common::data::Dataset;
use common::gradient::{check_layer, numerical_gradients, relative_error};
use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, BatchNorm, Dropout, Gelu, LeakyRelu, PRelu, SoftmaxWithLoss};
use common::multi_layer_net::{Activation, MultiLayerNet};
use common::network::Network;
use common::optimizer::{Adam, Optimizer};
use common::random::{Rng, distributions::StandardNormal, generator};
use common::store::weights;
use common::train::EarlyStopping;
use ndarray::{Array4, ArrayD, array};
use ndarray_npy::NpzReader;

const TOLERANCE: f64 = 1e-6;

fn normal(shape: &[usize], seed: u64) -> Tensor<f64> {
    let rng = &mut generator(seed);
    Tensor::from_shape_simple_fn(shape, || rng.sample::<f64, _>(StandardNormal))
}

/// Dropout that silences the same numbers every time, so that its slope can be told by trying.
struct Frozen(Dropout);

impl Layer<f64> for Frozen {
    fn forward(&mut self, x: Tensor<f64>) -> Tensor<f64> {
        self.0 = Dropout::new(0.4, &mut generator(1));
        self.0.forward(x)
    }

    fn backward(&mut self, dy: Tensor<f64>) -> Tensor<f64> {
        self.0.backward(dy)
    }

    fn infer(&self, x: Tensor<f64>) -> Tensor<f64> {
        self.0.infer(x)
    }
}

#[track_caller]
fn check(name: &str, layer: &mut impl Layer<f64>, shape: &[usize]) {
    for (array, error) in check_layer(layer, &normal(shape, 3)) {
        assert!(error < TOLERANCE, "{name}, {array}: {error:.1e}");
    }
}

#[test]
fn gradients_of_every_new_layer() {
    for seed in 0..3 {
        let gamma_beta = normal(&[2, 4], seed);
        let mut norm = BatchNorm::new(4);
        norm.gamma.assign(&gamma_beta.index_axis(ndarray::Axis(0), 0));
        norm.beta.assign(&gamma_beta.index_axis(ndarray::Axis(0), 1));
        check("BatchNorm of vectors", &mut norm, &[7, 4]);
        check("BatchNorm of images", &mut norm, &[3, 4, 2, 5]);
    }
    check("Dropout", &mut Frozen(Dropout::new(0.4, &mut generator(1))), &[6, 5]);
    check("LeakyRelu", &mut LeakyRelu::new(0.01), &[6, 5]);
    check("PRelu", &mut PRelu::default(), &[6, 5]);
    check("Gelu", &mut Gelu::default(), &[6, 5]);
}

#[test]
fn gradients_of_whole_networks() {
    let (x, labels) = (normal(&[8, 6], 1), [0, 1, 2, 0, 1, 2, 0, 1]);
    let plain = MultiLayerNet::new(6, &[7, 5], 3);
    for net in [
        plain.clone().batch_norm(true),
        plain.clone().batch_norm(true).activation(Activation::Sigmoid).init(Init::Xavier),
        plain.clone().activation(Activation::PRelu),
        plain.activation(Activation::Gelu),
    ] {
        let mut network = net.build::<f64>(&mut generator(2));
        let mut head = SoftmaxWithLoss::default();
        head.forward(network.forward(x.clone()), &labels);
        network.backward_params(head.backward());
        let by_backprop: Vec<ArrayD<f64>> =
            network.params().iter().map(|p| p.grad.to_owned()).collect();
        // `forward`, not `infer`: the statistics of the batch change with the weights as well.
        let numerical = numerical_gradients(&mut network, |network| {
            head.forward(network.forward(x.clone()), &labels)
        });
        for (a, n) in by_backprop.iter().zip(&numerical) {
            // In front of batch normalisation a bias changes nothing: both are rounding.
            let unused = a.iter().chain(n).all(|g| g.abs() < 1e-9);
            let error = relative_error(a, n);
            assert!(unused || error < TOLERANCE, "{net:?}: {error:.1e}");
        }
    }
}

#[test]
fn batch_normalisation_agrees_with_pytorch() {
    for name in ["batch_norm_2d.npz", "batch_norm_4d.npz"] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
        let mut npz =
            NpzReader::new(File::open(file).expect("the fixture is there")).expect("an archive");
        let mut read = |name: &str| -> ArrayD<f64> { npz.by_name(name).expect(name) };
        let one_axis = |a: ArrayD<f64>| a.into_dimensionality().expect("one axis");

        let mut layer = BatchNorm::new(3);
        (layer.gamma, layer.beta) = (one_axis(read("gamma")), one_axis(read("beta")));
        let x = read("x");
        let close = |ours: &ArrayD<f64>, theirs: &ArrayD<f64>| {
            assert_abs_diff_eq!(ours, theirs, epsilon = 1e-12);
        };
        close(&layer.forward(x.clone()), &read("y"));
        close(&layer.backward(read("r")), &read("dx"));
        close(&layer.dgamma.clone().into_dyn(), &read("dgamma"));
        close(&layer.dbeta.clone().into_dyn(), &read("dbeta"));
        close(&layer.running_mean.clone().into_dyn(), &read("mean"));

        // PyTorch keeps Σ (x−μ)²/(n−1), we keep the Σ (x−μ)²/n that forward divides by.
        let n = (x.len() / 3) as f64;
        let ours = layer.running_var.mapv(|v| 0.9 + (v - 0.9) * n / (n - 1.0));
        close(&ours.into_dyn(), &read("var"));
        layer.running_var = one_axis(read("var"));
        close(&layer.infer(x), &read("inferred"));
    }
}

#[test]
fn a_normalised_batch_has_mean_0_and_variance_1() {
    let x = normal(&[50, 3, 4, 4], 1).mapv(|x| 5.0 * x - 2.0);
    let y = BatchNorm::new(3).forward(x);
    for feature in y.axis_iter(ndarray::Axis(1)) {
        assert_abs_diff_eq!(feature.mean().expect("numbers"), 0.0, epsilon = 1e-10);
        assert_abs_diff_eq!(feature.var(0.0), 1.0, epsilon = 1e-5);
    }
    // A feature that never changes is no reason for a division by zero.
    let same = BatchNorm::<f32>::new(2).forward(Tensor::ones(vec![4, 2]));
    assert_eq!(same, Tensor::zeros(vec![4, 2]));
}

#[test]
fn normalised_images_have_the_same_bits_on_any_number_of_threads() {
    let (x, dy) = (normal(&[9, 5, 7, 3], 1), normal(&[9, 5, 7, 3], 2));
    let bits_with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads start").install(|| {
            let mut layer = BatchNorm::<f64>::new(5);
            let y = layer.forward(x.clone());
            let dx = layer.backward(dy.clone());
            let numbers = y.into_iter().chain(dx).chain(layer.dgamma).chain(layer.running_var);
            numbers.map(f64::to_bits).collect::<Vec<_>>()
        })
    };
    let once = bits_with(1);
    for threads in 2..=4 {
        assert!(bits_with(threads) == once, "{threads} threads");
    }
}

#[test]
fn running_statistics_come_to_those_of_the_data() {
    let mut layer = BatchNorm::<f64>::new(2);
    for seed in 0..200 {
        layer.forward(normal(&[100, 2], seed).mapv(|x| 3.0 * x + 1.0));
    }
    let close = |ours: &ndarray::Array1<f64>, truth: f64, by: f64| {
        assert!(ours.iter().all(|x| (x - truth).abs() < by), "{ours} and {truth}");
    };
    close(&layer.running_mean, 1.0, 0.3);
    close(&layer.running_var, 9.0, 1.0);
}

fn with_statistics(seed: u64) -> Network<f32> {
    let rng = &mut generator(seed);
    let mut network = MultiLayerNet::new(3, &[4, 4], 2).batch_norm(true).build(rng);
    let x = normal(&[10, 3], seed).mapv(|x| x as f32);
    let mut adam = Adam::new(0.01);
    let mut head = SoftmaxWithLoss::default();
    head.forward(network.forward(x), &[0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    network.backward_params(head.backward());
    let before: Vec<_> = network.buffers().iter().map(|b| b.value.to_owned()).collect();
    adam.update(network.params());
    let after: Vec<_> = network.buffers().iter().map(|b| b.value.to_owned()).collect();
    assert_eq!(before, after, "no optimizer touches the running statistics");
    network
}

#[test]
fn running_statistics_are_saved_with_the_weights() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("w.npz");
    let (mut saved, mut loaded) = (with_statistics(1), with_statistics(2));
    let x = normal(&[5, 3], 9).mapv(|x| x as f32);
    assert_ne!(saved.infer(x.clone()), loaded.infer(x.clone()));
    weights::save(&mut saved, &path).expect("it can be saved");
    weights::load(&mut loaded, &path).expect("it can be loaded");
    assert_eq!(saved.infer(x.clone()), loaded.infer(x));

    let mut npz = NpzReader::new(File::open(&path).expect("it is there")).expect("an archive");
    let mut names = npz.names().expect("names");
    names.sort();
    let expected = [
        "W1",
        "W2",
        "W3",
        "b1",
        "b2",
        "b3",
        "beta1",
        "beta2",
        "gamma1",
        "gamma2",
        "running_mean1",
        "running_mean2",
        "running_var1",
        "running_var2",
    ];
    assert_eq!(names, expected);
}

#[test]
fn dropout_silences_its_share_and_keeps_the_mean() {
    let x = Tensor::<f64>::ones(vec![200, 100]);
    let mut dropout = Dropout::new(0.2, &mut generator(1));
    let y = dropout.forward(x.clone());
    let silent = y.iter().filter(|&&y| y == 0.0).count() as f64 / 20_000.0;
    assert_abs_diff_eq!(silent, 0.2, epsilon = 0.01);
    assert!(y.iter().all(|&y| y == 0.0 || y == 1.25));
    assert_abs_diff_eq!(y.mean().expect("numbers"), 1.0, epsilon = 0.02);
    assert_eq!(dropout.backward(x.clone()), y, "what was silent learns nothing");
    assert_eq!(dropout.infer(x.clone()), x);
    assert_ne!(dropout.forward(x.clone()), y, "every batch loses others");
    let again = Dropout::new(0.2, &mut generator(1)).forward(x);
    assert_eq!(again, y, "the same seed silences the same");
}

#[test]
#[should_panic(expected = "Dropout: expected 0 ≤ rate < 1, got 1")]
fn dropout_of_everything_is_refused() {
    Dropout::new(1.0, &mut generator(1));
}

#[test]
#[should_panic(expected = "BatchNorm: expected N×3 or N×3×H×W, got a batch of shape [5, 4]")]
fn normalising_another_number_of_features_is_refused() {
    BatchNorm::<f32>::new(3).infer(Tensor::zeros(vec![5, 4]));
}

#[test]
fn leaky_relus_by_hand() {
    let x = array![[-2.0, 3.0]].into_dyn();
    assert_eq!(LeakyRelu::new(0.01).infer(x.clone()), array![[-0.02, 3.0]].into_dyn());
    let mut prelu = PRelu::default();
    assert_eq!(prelu.forward(x), array![[-0.5, 3.0]].into_dyn());
    assert_eq!(prelu.backward(array![[10.0, 1.0]].into_dyn()), array![[2.5, 1.0]].into_dyn());
    assert_eq!(prelu.dslope, array![-20.0]);
}

#[test]
fn early_stopping_gives_the_best_weights_back() {
    let mut network = Network::new().with(Affine::from_weights(array![[0.0]], array![0.0]));
    let mut watch = EarlyStopping::new(2);
    let losses = [3.0, 2.0, 1.0, 1.5, 0.9, 1.0, f64::NAN, 0.1];
    let mut looks = 0;
    for loss in losses {
        looks += 1;
        network.params()[0].value.fill(loss);
        if watch.look(loss, &mut network) {
            break;
        }
    }
    assert_eq!(looks, 7, "two looks without anything better");
    assert_eq!(watch.restore(&mut network), Some((5, 0.9)));
    assert_eq!(network.params()[0].value[[0, 0]], 0.9);
}

#[test]
fn a_split_shares_no_image_and_loses_none() {
    let images = Array4::from_shape_fn((10, 1, 1, 1), |(n, ..)| n as u8);
    let data = Dataset { images, labels: (0..10).collect() };
    let (validation, train) = data.split(0.25, &mut generator(1));
    assert_eq!((validation.len(), train.len()), (2, 8));
    let mut all = [validation.labels.clone(), train.labels.clone()].concat();
    assert_ne!(all, (0..10).collect::<Vec<_>>(), "shuffled");
    all.sort_unstable();
    assert_eq!(all, (0..10).collect::<Vec<_>>());
    for part in [validation, train] {
        assert_eq!(part.images.iter().copied().collect::<Vec<_>>(), part.labels, "still together");
    }
}
