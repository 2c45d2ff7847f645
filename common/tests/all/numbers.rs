//! Losses, activations, initial weights and optimizers against numbers worked out by hand.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use common::activation::{log_sum_exp, relu, sigmoid, softmax};
use common::data::{Dataset, shuffled_batches};
use common::gradient::relative_error;
use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, MeanSquaredError, Relu, SoftmaxWithLoss};
use common::loss::{bce_with_logits, cross_entropy, mean_absolute_error, mean_squared_error};
use common::metrics::{accuracy, classes};
use common::network::Network;
use common::optimizer::{Adam, Optimizer, Sgd};
use common::random::generator;
use ndarray::{Array2, Array4, array};

#[test]
fn activations_at_the_edges() {
    assert_eq!((relu(-1.0), relu(0.0), relu(2.5)), (0.0, 0.0, 2.5));
    assert_eq!((sigmoid(0.0), sigmoid(-1000.0_f32), sigmoid(1000.0_f32)), (0.5, 0.0, 1.0));
    let y = softmax(array![[1010.0, 1000.0, 990.0], [0.0, 0.0, 0.0]]);
    assert_relative_eq!(y[[0, 1]], 4.5397869e-5, max_relative = 1e-7);
    assert_abs_diff_eq!(y.row(1), array![1.0, 1.0, 1.0] / 3.0, epsilon = 1e-15);
    assert_abs_diff_eq!(log_sum_exp(array![1e4, 1e4].view()), 1e4 + 2.0_f64.ln(), epsilon = 1e-9);
}

#[test]
fn losses_by_hand() {
    let (y, t) = (array![[1.0, 2.0], [3.0, 4.0]], array![[1.0, 0.0], [0.0, 4.0]]);
    assert_eq!(mean_squared_error(&y, &t), 13.0 / 4.0);
    assert_eq!(mean_absolute_error(&y, &t), 5.0 / 4.0);
    // −ln σ(2) for a yes, −ln(1 − σ(−1)) for a no, and no overflow far out.
    let by_hand = ((-2.0_f64).exp().ln_1p() + (-1.0_f64).exp().ln_1p()) / 2.0;
    assert_abs_diff_eq!(
        bce_with_logits(&array![2.0, -1.0], &array![1.0, 0.0]),
        by_hand,
        epsilon = 1e-15
    );
    assert_eq!(bce_with_logits(&array![1e4, -1e4], &array![0.0, 0.0]), 5e3);
    // Ten equal scores: the price of having no idea.
    assert_abs_diff_eq!(
        cross_entropy(Array2::<f64>::zeros((3, 10)).view(), &[0, 5, 9]),
        10.0_f64.ln(),
        epsilon = 1e-15
    );
    assert_eq!(cross_entropy(array![[1e4_f32, 0.0]].view(), &[1]), 1e4);
}

#[test]
fn heads_agree_with_their_losses() {
    let mut head = MeanSquaredError::default();
    let loss = head.forward(array![[1.0, 3.0]].into_dyn(), &array![[0.0, 1.0]].into_dyn());
    assert_eq!((loss, head.backward()), (2.5, array![[1.0, 2.0]].into_dyn()));

    let mut head = SoftmaxWithLoss::default();
    head.forward(array![[0.3, 2.9, 4.0]].into_dyn(), &[1]);
    let expected = array![[0.01821127, 0.24519181 - 1.0, 0.73659691]].into_dyn();
    assert_abs_diff_eq!(head.backward(), expected, epsilon = 1e-8);
}

#[test]
fn initial_weights_spread_as_asked() {
    for (init, std) in [(Init::Gaussian(0.01), 0.01), (Init::Xavier, 0.1), (Init::He, 0.125)] {
        let w: Array2<f64> = init.weights((128, 72), 128, 72, &mut generator(1));
        assert_relative_eq!(w.std(0.0), std, max_relative = 0.03);
        assert!(w.mean().expect("weights").abs() < 0.05 * std);
    }
}

#[test]
fn one_step_of_each_optimizer() {
    // y = w·x, so ∂loss/∂w = x·dy = 3·2 = 6, ∂loss/∂b = 2.
    let after = |optimizer: &mut dyn Optimizer<f64>| {
        let mut layer = Affine::from_weights(array![[1.0]], array![0.5]);
        for _ in 0..2 {
            layer.forward(array![[3.0]].into_dyn());
            layer.backward(array![[2.0]].into_dyn());
            optimizer.update(layer.params());
        }
        (layer.w[[0, 0]], layer.b[0])
    };
    let (w, b) = after(&mut Sgd { learning_rate: 0.1 });
    assert_abs_diff_eq!(w, 1.0 - 2.0 * 0.6, epsilon = 1e-12);
    assert_abs_diff_eq!(b, 0.5 - 2.0 * 0.2, epsilon = 1e-12);
    // With a constant gradient each of Adam's steps is the learning rate, whatever its size.
    let (w, b) = after(&mut Adam::new(0.1));
    assert_abs_diff_eq!(w, 0.8, epsilon = 1e-8);
    assert_abs_diff_eq!(b, 0.3, epsilon = 1e-8);
}

#[test]
fn a_gradient_that_is_no_number_never_passes_a_check() {
    assert_eq!(relative_error(&array![1.0, 2.0], &array![1.0, 2.0]), 0.0);
    assert_eq!(relative_error(&array![1.0, 2.0], &array![-1.0, -2.0]), 1.0);
    assert_eq!(relative_error(&array![1.0, f64::NAN], &array![1.0, 2.0]), f64::INFINITY);
    assert!(relu(f64::NAN).is_nan());
}

#[test]
fn an_epoch_shows_every_image_once() {
    let batches = shuffled_batches(10, 4, &mut generator(1));
    assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 2]);
    let mut all = batches.concat();
    assert_ne!(all, (0..10).collect::<Vec<_>>(), "shuffled");
    all.sort_unstable();
    assert_eq!(all, (0..10).collect::<Vec<_>>());
}

#[test]
fn a_batch_is_scaled_and_labelled() {
    let images = Array4::from_shape_fn((3, 1, 2, 2), |(n, _, h, w)| (n * 100 + h * 2 + w) as u8);
    let mut data = Dataset { images, labels: vec![7, 8, 9] };
    let (x, labels) = data.batch::<f64>(&[2, 0]);
    assert_eq!((x.shape(), labels), ([2, 1, 2, 2].as_slice(), vec![9, 7]));
    assert_eq!((x[[0, 0, 1, 1]], x[[1, 0, 0, 0]]), (203.0 / 255.0, 0.0));
    data.truncate(1);
    assert_eq!((data.len(), data.batch::<f32>(&[0]).1), (1, vec![7]));
}

#[test]
fn accuracy_counts_the_largest_output() {
    let outputs = array![[0.1, 0.9, 0.0], [2.0, -1.0, 1.0]].into_dyn();
    assert_eq!(classes(&outputs), [1, 0]);
    // One pixel decides: dark is class 0, light is class 1.
    let network =
        Network::new().with(Affine::from_weights(array![[-1.0_f32, 1.0]], array![0.5, 0.0]));
    let images = Array4::from_shape_vec((4, 1, 1, 1), vec![0, 255, 0, 255]).expect("four pixels");
    assert_eq!(accuracy(&network, &Dataset { images, labels: vec![0, 1, 1, 1] }), 0.75);
}

#[test]
#[should_panic(
    expected = "Affine 784×50: expected 784 numbers a row, got a batch of shape [100, 28, 27]"
)]
fn a_batch_that_does_not_fit_says_so() {
    let affine = Affine::<f32>::new(784, 50, Init::He, &mut generator(1));
    affine.infer(ndarray::ArrayD::zeros(vec![100, 28, 27]));
}

#[test]
#[should_panic(expected = "Relu: backward needs a forward before it")]
fn a_second_way_back_is_refused() {
    let mut relu = Relu::default();
    relu.forward(array![1.0].into_dyn());
    relu.backward(array![1.0].into_dyn());
    relu.backward(array![1.0].into_dyn());
}

#[test]
fn images_are_flattened_and_come_back_as_images() {
    let mut affine = Affine::<f64>::new(12, 2, Init::He, &mut generator(1));
    let y = affine.forward(ndarray::ArrayD::ones(vec![5, 3, 2, 2]));
    assert_eq!(y.shape(), [5, 2]);
    assert_eq!(affine.backward(y).shape(), [5, 3, 2, 2]);
}
