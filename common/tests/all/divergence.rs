//! Training that goes wrong stops before the update, says where and why, and loses nothing.

use std::path::Path;

use common::data::{Dataset, digits};
use common::init::Init;
use common::layer::{Layer, Param};
use common::layers::{Affine, BatchNorm, Dropout, Relu, SoftmaxWithLoss};
use common::network::Network;
use common::optimizer::{Adam, Optimizer, Sgd};
use common::random::{Generator, generator};
use common::store::{checkpoint, weights};
use common::train::{
    Classification, Guard, Schedule, Trainer, TrainingState, check_weights, forward_fault,
};
use common::{Error, Result, Tensor, model};
use ndarray::{Array1, Array4, ArrayD};

/// Hands everything on until step `at`: then something is not finite on one of the two ways.
struct Spoiler {
    steps: usize,
    at: usize,
    forward: bool,
    w: Array1<f32>,
    dw: Array1<f32>,
}

impl Layer<f32> for Spoiler {
    fn forward(&mut self, mut x: Tensor<f32>) -> Tensor<f32> {
        self.steps += 1;
        if self.forward && self.steps >= self.at {
            x.fill(f32::INFINITY);
        }
        x
    }

    fn backward(&mut self, dy: Tensor<f32>) -> Tensor<f32> {
        if !self.forward && self.steps >= self.at {
            self.dw[1] = f32::NAN;
        }
        dy
    }

    fn infer(&self, x: Tensor<f32>) -> Tensor<f32> {
        x
    }

    fn params(&mut self) -> Vec<Param<'_, f32>> {
        vec![Param::new("W", &mut self.w, &mut self.dw)]
    }
}

/// With running statistics and random numbers of its own, and networks inside the network.
fn network(at: usize, forward: bool) -> Network<f32> {
    let rng = &mut generator(1);
    let (w, dw) = (Array1::zeros(2), Array1::zeros(2));
    let body = Network::new()
        .with(Affine::new(784, 8, Init::He, rng))
        .with(BatchNorm::new(8))
        .with(Network::new().with(Relu::default()).with(Dropout::new(0.3, rng)));
    let spoiled = body.with(Spoiler { steps: 0, at, forward, w, dw });
    Network::new().with(spoiled).with(Affine::new(8, 10, Init::He, rng))
}

const NEVER: usize = usize::MAX;
const TRAINER: Trainer = Trainer::new(2, 20);

fn images() -> (Dataset, Dataset) {
    (digits::draw(1, 60), digits::draw(2, 10))
}

/// All that a step may change in a network.
fn state(network: &mut Network<f32>) -> (Vec<ArrayD<f32>>, Vec<Generator>) {
    let generators = network.generators().into_iter().map(|g| g.clone()).collect();
    (model::snapshot(network), generators)
}

/// Trains until `stop` steps are done.
fn sound_until(stop: usize) -> (Network<f32>, TrainingState) {
    let (train, test) = images();
    let (mut network, mut state) = (network(NEVER, false), TrainingState::start(generator(2)));
    let (mut step, trainer) =
        (Classification::new(&train, &test), Trainer { max_steps: Some(stop), ..TRAINER });
    trainer
        .fit(&mut step, &mut network, &mut Adam::new(0.01), &mut state)
        .expect("nothing goes wrong");
    (network, state)
}

fn message<T>(result: Result<T, impl Into<Error>>) -> String {
    match result.map_err(Into::into) {
        Err(Error::Diverged(message)) => message,
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("nothing was noticed"),
    }
}

#[test]
fn a_bad_step_is_not_taken_and_leaves_nothing_behind() {
    let (train, test) = images();
    for (forward, found) in [
        (false, "the gradient of W2 of layer 5 (Spoiler) is not finite"),
        (true, "the output of layer 5 (Spoiler) is not finite"),
    ] {
        for at in [1, 3, 5] {
            let mut network = network(at, forward);
            let rng = &mut generator(2);
            let result = TRAINER.fit(
                &mut Classification::new(&train, &test),
                &mut network,
                &mut Adam::new(0.01),
                &mut TrainingState::start(rng.clone()),
            );
            let advice = match at {
                1 => "the weights that it began with are too large; begin with smaller ones",
                _ => "the steps are too long; try a smaller --learning-rate",
            };
            assert_eq!(message(result), format!("step {at} went wrong: {found}: {advice}"));
            let before = if at == 1 { self::network(NEVER, false) } else { sound_until(at - 1).0 };
            assert!(state(&mut network) == state(&mut { before }), "step {at}, {found}");
        }
    }
}

fn trainer(file: &Path) -> Trainer {
    let schedule = Some((0.01, Schedule::Constant));
    Trainer { schedule, save: Some(file.to_owned()), ..TRAINER }
}

#[test]
fn the_file_holds_what_was_before_the_bad_step() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("w.npz");
    let (train, test) = images();
    let teach = |network: &mut Network<f32>| {
        let (mut adam, mut state) = (Adam::new(0.01), TrainingState::start(generator(2)));
        let mut step = Classification::new(&train, &test);
        trainer(&file).fit(&mut step, network, &mut adam, &mut state)
    };
    let problem = message(teach(&mut network(5, false)));
    let place = file.display();
    assert!(
        problem.ends_with(&format!("; {place} holds the weights from before that step")),
        "{problem}"
    );
    let (mut loaded, mut adam) = (network(NEVER, false), Adam::new(0.01));
    let mut position =
        checkpoint::load(&file, &mut loaded, &mut adam, TRAINER.batch_size).expect("whole");
    let (mut expected, stopped) = sound_until(4);
    assert_eq!((position.epoch, position.step), (1, 1));
    assert_eq!(position.history.losses, stopped.history.losses);
    assert!(state(&mut loaded) == state(&mut expected));

    // What went wrong is gone: it goes on as if nothing had been.
    let mut step = Classification::new(&train, &test);
    trainer(&file).fit(&mut step, &mut loaded, &mut adam, &mut position).expect("it goes on");
    let mut whole = network(NEVER, false);
    teach(&mut whole).expect("nothing goes wrong");
    assert!(state(&mut loaded) == state(&mut whole));
}

#[test]
fn weights_that_are_no_numbers_never_replace_a_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("w.npz");
    let mut network = network(NEVER, false);
    weights::save(&mut network, &file).expect("sound weights");
    let good = std::fs::read(&file).expect("they are there");
    let mut adam = Adam::new(0.01);
    let mut refused = |network: &mut Network<f32>, name: &str| {
        let position = TrainingState::start(generator(2));
        for result in [
            weights::save(network, &file),
            checkpoint::save(&file, network, &mut adam, TRAINER.batch_size, &position),
        ] {
            let problem = result.expect_err("it would spoil the file").to_string();
            assert!(
                problem.starts_with(&format!("{name} holds numbers that are not")),
                "{problem}"
            );
            assert!(problem.ends_with("w.npz is left as it was"), "{problem}");
        }
        assert_eq!(std::fs::read(&file).expect("still there"), good);
    };
    network.buffers()[1].value.fill(f32::INFINITY);
    refused(&mut network, "running_var1");
    network.params()[5].value[[0, 3]] = f32::NAN;
    refused(&mut network, "W3");
}

#[test]
fn an_update_that_is_too_long_is_noticed_even_if_it_is_the_last() {
    let (train, test) = images();
    let mut network = network(NEVER, false);
    let trainer = Trainer::new(1, 60);
    let mut sgd = Sgd { learning_rate: f32::INFINITY };
    let result = trainer.fit(
        &mut Classification::new(&train, &test),
        &mut network,
        &mut sgd,
        &mut TrainingState::start(generator(2)),
    );
    let problem = message(result);
    assert!(
        problem.contains("is not finite after the update: the steps are too long"),
        "{problem}"
    );
    assert!(
        problem.contains("W3 of layer 6 (Affine)") || problem.contains("b2 of layer 6"),
        "{problem}"
    );
    // In the next step it would have been noticed as well.
    let trainer = Trainer::new(1, 20);
    let mut network = self::network(NEVER, false);
    let result = trainer.fit(
        &mut Classification::new(&train, &test),
        &mut network,
        &mut sgd,
        &mut TrainingState::start(generator(2)),
    );
    let problem = message(result);
    assert!(problem.starts_with("step 2 went wrong: "), "{problem}");
    assert!(problem.ends_with("try a smaller --learning-rate"), "{problem}");
}

#[test]
fn numbers_too_large_are_traced_to_their_layer() {
    let rng = &mut generator(3);
    let mut network = Network::<f32>::new()
        .with(Affine::new(784, 8, Init::Gaussian(1e30), rng))
        .with(Relu::default())
        .with(Affine::new(8, 10, Init::Gaussian(1e30), rng));
    let (train, test) = images();
    let result = TRAINER.fit(
        &mut Classification::new(&train, &test),
        &mut network,
        &mut Sgd { learning_rate: 0.1 },
        &mut TrainingState::start(rng.clone()),
    );
    assert_eq!(
        message(result),
        "step 1 went wrong: the output of layer 3 (Affine) is not finite: the weights that it began with are too large; begin with smaller ones"
    );
    network.params()[1].value[[5]] = f32::NAN;
    assert!(
        message(check_weights(7, &mut network)).contains("b1 of layer 1 (Affine) is not finite")
    );
}

#[test]
fn a_batch_with_holes_is_the_datas_fault() {
    let mut network = Network::new().with(Affine::new(3, 2, Init::He, &mut generator(1)));
    let mut x = Tensor::<f64>::zeros(vec![4, 3]);
    x[[2, 1]] = f64::NAN;
    let guard = Guard::before(&mut network);
    let mut head = SoftmaxWithLoss::default();
    let loss = head.forward(network.forward(x.clone()), &[0, 1, 0, 1]);
    network.backward_params(head.backward());
    let problem = message(guard.check(9, loss, &mut network, |network| forward_fault(network, x)));
    assert_eq!(problem, "step 9 went wrong: the batch holds NaN at [2, 1]: mend the data");
}

#[test]
fn a_sound_step_changes_nothing_and_asks_for_nothing() {
    let mut network = network(NEVER, false);
    let before = state(&mut network);
    let guard = Guard::before(&mut network);
    guard.check(1, 2.3, &mut network, |_| panic!("no need")).expect("all is well");
    assert!(state(&mut network) == before);
    check_weights(1, &mut network).expect("all is well");
}

#[test]
fn what_can_be_told_before_the_first_step_is() {
    let (train, test) = images();
    let refusal = |trainer: Trainer, train: &Dataset, test: &Dataset| {
        let mut network = network(NEVER, false);
        let (mut adam, rng) = (Adam::new(0.01), &mut generator(2));
        match trainer.fit(
            &mut Classification::new(train, test),
            &mut network,
            &mut adam,
            &mut TrainingState::start(rng.clone()),
        ) {
            Err(Error::Invalid(problem)) => problem,
            other => panic!("{other:?}"),
        }
    };
    let nothing = || Dataset { images: Array4::zeros((0, 1, 28, 28)), labels: Vec::new() };
    let empty = refusal(TRAINER, &nothing(), &test);
    assert!(empty.starts_with("0 training images with 0 labels: there must be"), "{empty}");
    let empty = refusal(TRAINER, &train, &nothing());
    assert!(empty.starts_with("0 test images with 0 labels: there must be"), "{empty}");

    let mut odd = train.clone();
    odd.labels[17] = 10;
    let label = refusal(TRAINER, &odd, &test);
    assert!(
        label.starts_with("label 10 of the training images (number 17, counted from 0) is none of the network's 10 classes, 0 to 9;"),
        "{label}"
    );
    odd.labels.pop();
    let lonely = refusal(TRAINER, &odd, &test);
    assert!(lonely.starts_with("60 training images with 59 labels"), "{lonely}");

    for batch_size in [0, 61] {
        let size = refusal(Trainer::new(1, batch_size), &train, &test);
        let expected = format!("a batch of {batch_size} cannot be made of the 60 training images");
        assert!(size.starts_with(&expected), "{size}");
        assert!(size.ends_with("choose a --batch-size of at most 60, and at least 1"), "{size}");
    }
}

/// `update` is never called with what is not finite.
#[test]
fn no_optimizer_sees_a_bad_gradient() {
    struct Witness;
    impl Optimizer<f32> for Witness {
        fn update(&mut self, params: Vec<Param<'_, f32>>) {
            assert!(params.iter().all(|p| p.grad.iter().all(|g| g.is_finite())));
        }
    }
    let (train, test) = images();
    for forward in [false, true] {
        let result = TRAINER.fit(
            &mut Classification::new(&train, &test),
            &mut network(2, forward),
            &mut Witness,
            &mut TrainingState::start(generator(2)),
        );
        message(result);
    }
}
