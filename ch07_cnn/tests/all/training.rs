//! Training, in small: it learns, and the same seed gives the same bits.

use ch07_cnn::simple_conv_net::simple_conv_net;
use common::data::{Dataset, digits, mnist};
use common::layer::Layer;
use common::optimizer::Adam;
use common::random::generator;
use common::train::{Classification, History, Trainer, TrainingState};

fn train(train: &Dataset, test: &Dataset, epochs: usize) -> (History, Vec<u32>) {
    let rng = &mut generator(1);
    let mut network = simple_conv_net::<f32>((1, 28, 28), rng).expect("it fits");
    let trainer = Trainer::new(epochs, 100);
    let history = trainer
        .fit(
            &mut Classification::new(train, test),
            &mut network,
            &mut Adam::new(1e-3),
            &mut TrainingState::start(rng.clone()),
        )
        .expect("training ends well");
    let params = network.params().into_iter();
    let bits = params.flat_map(|p| p.value.iter().map(|w| w.to_bits()).collect::<Vec<_>>());
    (history, bits.collect())
}

#[test]
fn it_learns_the_built_in_digits() {
    let history = train(&digits::draw(1, 3000), &digits::draw(2, 500), 3).0;
    let accuracy = *history.test_accuracies.last().expect("three epochs");
    assert!(accuracy > 0.85, "{accuracy}");
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    let (images, test) = (digits::draw(1, 250), digits::draw(2, 50));
    let bits_with = |threads| {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        pool.install(|| train(&images, &test, 2).1)
    };
    let once = bits_with(1);
    for threads in 2..=4 {
        assert!(bits_with(threads) == once, "{threads} threads");
    }
}

#[test]
fn two_epochs_of_half_of_mnist_read_most_of_it() {
    let Some(folder) = testing::mnist_folder() else { return };
    let mut mnist = mnist::load(&folder).expect("sound files").expect("all four files");
    mnist.train.truncate(30_000);
    let history = train(&mnist.train, &mnist.test, 2).0;
    let accuracy = *history.test_accuracies.last().expect("two epochs");
    assert!(accuracy >= 0.95, "{accuracy}");
}
