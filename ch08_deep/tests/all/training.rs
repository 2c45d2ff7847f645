//! Training, in small: it learns, from the built-in digits and from a little of MNIST.

use ch08_deep::deep_conv_net::deep_conv_net;
use common::data::{Dataset, digits, mnist};
use common::optimizer::Adam;
use common::random::generator;
use common::schedule::Schedule;
use common::trainer::{Position, Trainer};
use common::training::Plan;

/// The accuracy on `test` after some epochs with a falling rate.
fn learn(train: &Dataset, test: &Dataset, epochs: usize) -> f64 {
    let rng = &mut generator(1);
    let mut network = deep_conv_net::<f32>(rng).expect("it fits");
    let plan = Plan {
        trainer: Trainer { epochs, batch_size: 50 },
        learning_rate: 2e-3,
        schedule: Schedule::Cosine,
        save: None,
    };
    let (mut position, mut adam) = (Position::start(rng.clone()), Adam::new(0.0));
    let history = plan
        .teach(&mut position, &mut network, &mut adam, (train, test))
        .expect("training ends well");
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
