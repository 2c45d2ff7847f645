//! The network built by hand: it reads digits, and agrees with the one made of layers.

use std::path::Path;

use approx::assert_abs_diff_eq;
use ch03_forward::infer::{in_batches, one_at_a_time, over_threads, pixels};
use ch03_forward::sample_net::SampleNet;
use common::activation;
use common::data::{Dataset, digits, mnist};
use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, Sigmoid};
use common::network::Network;
use common::random::generator;
use common::store::weights;

fn net() -> SampleNet {
    SampleNet::load(None).expect("sound weights")
}

fn accuracy(set: &Dataset) -> f64 {
    let x = pixels(set).expect("28×28 pixels");
    let answers = over_threads(&net(), x.view(), 100);
    let right = answers.iter().zip(&set.labels).filter(|(answer, label)| answer == label).count();
    right as f64 / set.len() as f64
}

#[test]
fn three_products_by_hand_agree_with_five_layers() {
    let rng = &mut generator(1);
    let mut layers = Network::<f32>::new()
        .with(Affine::new(784, 50, Init::Xavier, rng))
        .with(Sigmoid::default())
        .with(Affine::new(50, 100, Init::Xavier, rng))
        .with(Sigmoid::default())
        .with(Affine::new(100, 10, Init::Xavier, rng));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_weight.npz");
    weights::load(&mut layers, &file).expect("the same weights");

    let x = pixels(&digits::draw(2, 200)).expect("28×28 pixels");
    let logits = layers.infer(x.clone().into_dyn()).into_dimensionality().expect("two axes");
    let by_hand = net().predict(x.view());
    assert_eq!(by_hand.dim(), (200, 10));
    assert_abs_diff_eq!(by_hand, activation::softmax(logits), epsilon = 1e-5);
}

#[test]
fn batches_and_threads_change_no_answer() {
    let x = pixels(&digits::draw(2, 230)).expect("28×28 pixels");
    let expected = one_at_a_time(&net(), x.view());
    assert_eq!(expected.len(), 230);
    for batch_size in [1, 7, 100, 1000] {
        assert_eq!(in_batches(&net(), x.view(), batch_size), expected, "batches of {batch_size}");
        assert_eq!(over_threads(&net(), x.view(), batch_size), expected, "threads, {batch_size}");
    }
}

#[test]
fn the_built_in_digits_are_read_though_it_never_saw_any() {
    let accuracy = accuracy(&digits::draw(2, 2000));
    assert!(accuracy > 0.9, "{accuracy}");
}

#[test]
fn mnist_is_read() {
    let Some(folder) = testing::mnist_folder() else { return };
    let mnist = mnist::load(&folder).expect("sound files").expect("all four files");
    let accuracy = accuracy(&mnist.test);
    assert!(accuracy >= 0.97, "{accuracy}");
}
