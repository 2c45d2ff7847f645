//! Training, in small: it learns from slopes found by trying, and the same seed gives the same
//! bits.

use ch04_learning::train::{BLOCK, History, NETWORK, Settings, learn};
use ch04_learning::vectors::Vectors;
use common::data::{Dataset, digits, mnist};
use common::random::generator;
use ndarray::{Array1, Array4, array};

fn train(train: &Dataset, test: &Dataset, steps: usize) -> (History, Array1<f64>) {
    let settings =
        Settings { steps, batch_size: 50, learning_rate: 0.5, weights: None, save: None };
    let rng = &mut generator(1);
    let mut weights = NETWORK.random_weights(rng);
    let (train, test) = (Vectors::shrink(train, BLOCK), Vectors::shrink(test, BLOCK));
    let history = learn(&mut weights, (&train, &test), &settings, rng).expect("it ends well");
    (history, weights)
}

#[test]
fn small_digits_are_means_of_blocks() {
    let images = Array4::from_shape_fn((1, 1, 4, 4), |(_, _, row, column)| match (row, column) {
        (0 | 1, 0 | 1) => 255,
        (3, 3) => 51,
        _ => 0,
    });
    let small = Vectors::shrink(&Dataset { images, labels: vec![7] }, 2);
    approx::assert_abs_diff_eq!(small.x, array![[1.0, 0.0, 0.0, 0.05]], epsilon = 1e-12);
    assert_eq!(small.labels, [7]);
}

#[test]
fn trying_is_enough_to_learn_the_built_in_digits() {
    let history = train(&digits::draw(1, 2000), &digits::draw(2, 500), 120).0;
    let (before, after) = (history.accuracies[0].2, history.accuracies.last().expect("reports").2);
    assert!(before < 0.3 && after > 0.6, "{before} {after}");
    assert_eq!(history.losses.len(), 120);
    assert!(history.losses[119] < history.losses[0] / 1.5);
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    let (images, test) = (digits::draw(1, 200), digits::draw(2, 50));
    let bits_with = |threads| {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        let weights = pool.install(|| train(&images, &test, 5).1);
        weights.iter().map(|w| w.to_bits()).collect::<Vec<_>>()
    };
    let once = bits_with(1);
    for threads in 1..=4 {
        assert!(bits_with(threads) == once, "{threads} threads");
    }
}

#[test]
fn steps_along_numerical_slopes_are_those_of_backpropagation() {
    // The one place where both meet: `common`'s layers work the slope out, this chapter tries.
    use common::layer::Layer;
    use common::layers::{Affine, Relu, SoftmaxWithLoss};
    use common::network::Network;

    let network = ch04_learning::two_layer_net::TwoLayerNet { inputs: 9, hidden: 7, outputs: 10 };
    let weights = network.random_weights(&mut generator(4));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("w.npz");
    network.save(&weights, &file).expect("weights are written");
    assert_eq!(network.load(&file).expect("weights are read"), weights);

    let affine = |inputs, outputs| {
        Affine::from_weights(
            ndarray::Array2::<f64>::zeros((inputs, outputs)),
            Array1::zeros(outputs),
        )
    };
    let mut layers = Network::new().with(affine(9, 7)).with(Relu::default()).with(affine(7, 10));
    common::store::weights::load(&mut layers, &file).expect("the layers take the same file");

    let images = digits::draw(3, 20);
    let mut small = Vectors::shrink(&images, BLOCK);
    small.x = small.x.slice(ndarray::s![.., 20..29]).to_owned();
    let tried = ch04_learning::gradient::gradient(
        |weights| network.loss(weights, &small.x, &small.labels),
        &weights,
    );
    let mut head = SoftmaxWithLoss::default();
    head.forward(layers.forward(small.x.into_dyn()), &small.labels);
    layers.backward_params(head.backward());
    let worked_out: Array1<f64> =
        layers.params().iter().flat_map(|p| p.grad.iter().copied().collect::<Vec<_>>()).collect();
    approx::assert_abs_diff_eq!(tried, worked_out, epsilon = 1e-5);
}

#[test]
fn mnist_is_learned_by_trying() {
    let Some(folder) = testing::mnist_folder() else { return };
    let mnist = mnist::load(&folder).expect("sound files").expect("all four files");
    // Half as many images a step as in the main job, and fewer steps, for a quick test.
    let history = train(&mnist.train, &mnist.test, 250).0;
    let accuracy = history.accuracies.last().expect("reports").2;
    assert!(accuracy > 0.8, "{accuracy}");
}
