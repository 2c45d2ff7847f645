//! Training, in small: it learns, from the built-in digits and from a little of MNIST.

use ch08_deep::networks::deep_conv_net::deep_conv_net;
use common::data::{Dataset, digits, mnist};
use common::optimizer::Adam;
use common::random::generator;
use common::train::{Classification, Schedule, Trainer, TrainingState};

/// The accuracy on `test` after some epochs with a falling rate.
fn learn(train: &Dataset, test: &Dataset, epochs: usize) -> f64 {
    let rng = &mut generator(1);
    let mut network = deep_conv_net::<f32>(rng).expect("it fits");
    let schedule = Some((2e-3, Schedule::Cosine));
    let trainer = Trainer { schedule, ..Trainer::new(epochs, 50) };
    let (mut step, mut adam) = (Classification::new(train, test), Adam::new(0.0));
    let state = &mut TrainingState::start(rng.clone());
    let history =
        trainer.fit(&mut step, &mut network, &mut adam, state).expect("training ends well");
    *history.test_accuracies.last().expect("an epoch")
}

#[test]
fn it_learns_the_built_in_digits() {
    let accuracy = learn(&digits::draw(1, 2000), &digits::draw(2, 300), 4);
    // A few steps through two dropouts: it has begun, and guessing would give 0.1.
    assert!(accuracy > 0.25, "{accuracy}");
}

#[test]
fn it_learns_a_little_of_mnist() {
    let Some(folder) = testing::mnist_folder() else { return };
    let mut mnist = mnist::load(&folder).expect("sound files").expect("all four files");
    mnist.train.truncate(4000);
    mnist.test.truncate(1000);
    let accuracy = learn(&mnist.train, &mnist.test, 3);
    assert!(accuracy > 0.25, "{accuracy}");
}
