//! Training, in small: it learns, and the same seed gives the same bits.

use ch05_backprop::bare_loop;
use ch05_backprop::two_layer_net::TwoLayerNet;
use common::data::{Dataset, digits, mnist};
use common::layer::Layer;
use common::model;
use common::optimizer::Sgd;
use common::random::generator;
use common::train::{Classification, History, Trainer, TrainingState};

fn train(train: &Dataset, test: &Dataset, epochs: usize) -> (History, Vec<u32>) {
    let rng = &mut generator(1);
    let mut network = TwoLayerNet::<f32>::new(784, 50, 10, rng);
    let mut sgd = Sgd { learning_rate: 0.1 };
    let trainer = Trainer::new(epochs, 100);
    let history = trainer
        .fit(
            &mut Classification::new(train, test),
            &mut network,
            &mut sgd,
            &mut TrainingState::start(rng.clone()),
        )
        .expect("training ends well");
    let params = network.params().into_iter();
    let bits = params.flat_map(|p| p.value.iter().map(|w| w.to_bits()).collect::<Vec<_>>());
    (history, bits.collect())
}

#[test]
fn two_layers_learn_the_built_in_digits() {
    let history = train(&digits::draw(1, 6000), &digits::draw(2, 1000), 5).0;
    let accuracy = *history.test_accuracies.last().expect("five epochs");
    assert!(accuracy > 0.8, "{accuracy}");
    assert_eq!((history.losses.len(), history.train_accuracies.len()), (300, 5));
    assert!(history.losses[299] < history.losses[0] / 2.0);
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    let (images, test) = (digits::draw(1, 1000), digits::draw(2, 100));
    let bits_with = |threads| {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        pool.install(|| train(&images, &test, 2).1)
    };
    let once = bits_with(1);
    for threads in 1..=4 {
        assert!(bits_with(threads) == once, "{threads} threads");
    }
}

#[test]
fn mnist_is_read_as_well_as_in_the_book() {
    let Some(folder) = testing::mnist_folder() else { return };
    let mnist = mnist::load(&folder).expect("sound files").expect("all four files");
    let history = train(&mnist.train, &mnist.test, 17).0;
    let accuracy = *history.test_accuracies.last().expect("17 epochs");
    assert!(accuracy >= 0.969, "{accuracy}");
}

#[test]
fn the_bare_loop_and_the_trainer_learn_the_same() {
    let (train, test) = (digits::draw(1, 250), digits::draw(2, 10));
    let weights = |learn: &dyn Fn(&mut TwoLayerNet<f32>, &mut Sgd<f32>)| {
        let mut network = TwoLayerNet::<f32>::new(784, 8, 10, &mut generator(1));
        learn(&mut network, &mut Sgd { learning_rate: 0.1 });
        model::snapshot(&mut network)
    };
    let bare = weights(&|network, sgd| {
        let rng = &mut generator(2);
        (0..2).for_each(|_| bare_loop::epoch(network, sgd, (&train, 100), rng));
    });
    let trained = weights(&|network, sgd| {
        let mut step = Classification::new(&train, &test);
        let state = &mut TrainingState::start(generator(2));
        Trainer::new(2, 100).fit(&mut step, network, sgd, state).expect("it learns");
    });
    assert!(bare == trained);
}
