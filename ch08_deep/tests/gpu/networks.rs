//! Whole networks: loss, gradients and accuracy as on the processor, the same bits every time, and back
//! into a file that the processor reads.

use std::any::Any;
use std::ops::ControlFlow;

use ch08_deep::gpu::layers::dropout::{hash, kept};
use ch08_deep::gpu::network::{Lesson, OnGpu};
use ch08_deep::gpu::rule::Rule;
use ch08_deep::networks::measured::Measured;
use ch08_deep::sprint::sprint_net;
use common::Tensor;
use common::data::{Dataset, digits};
use common::layer::{Buffer, Layer, Param};
use common::layers::{Affine, Dropout, MaxPool2d, Relu, SoftmaxWithLoss, Window};
use common::metrics::accuracy;
use common::model::{params, snapshot};
use common::multi_layer_net::MultiLayerNet;
use common::network::Network;
use common::optimizer::{AdamW, Sgd};
use common::random::{Rng, generator};
use common::store::{checkpoint, weights};
use common::train::{Classification, TrainStep, TrainingState, classify};
use ndarray::{Array4, Axis};

use crate::{close, gpu};

/// A layer as it is, but for dropout, which lets pass what the card lets pass in its first step.
struct AsOnCard {
    layer: Box<dyn Layer<f32>>,
    /// Rate and key.
    dropout: Option<(f64, u32)>,
}

impl AsOnCard {
    fn new(layer: Box<dyn Layer<f32>>) -> Self {
        let any: &dyn Any = &*layer;
        let dropout = any.downcast_ref::<Dropout>().map(|dropout| {
            let words = dropout.generator().state();
            let halves = words.iter().flat_map(|&word| [word as u32, (word >> 32) as u32]);
            (dropout.rate(), halves.fold(0, |key, half| hash(key ^ half)))
        });
        Self { layer, dropout }
    }

    fn silence((rate, key): (f64, u32), mut x: Tensor<f32>) -> Tensor<f32> {
        let scale = (1.0 / (1.0 - rate)) as f32;
        for (i, x) in (0..).zip(&mut x) {
            *x = if kept(rate, key, 0, i) { *x * scale } else { 0.0 };
        }
        x
    }
}

impl Layer<f32> for AsOnCard {
    fn forward(&mut self, x: Tensor<f32>) -> Tensor<f32> {
        match self.dropout {
            Some(dropout) => Self::silence(dropout, x),
            None => self.layer.forward(x),
        }
    }

    fn backward(&mut self, dy: Tensor<f32>) -> Tensor<f32> {
        match self.dropout {
            Some(dropout) => Self::silence(dropout, dy),
            None => self.layer.backward(dy),
        }
    }

    fn infer(&self, x: Tensor<f32>) -> Tensor<f32> {
        self.layer.infer(x)
    }

    fn params(&mut self) -> Vec<Param<'_, f32>> {
        self.layer.params()
    }

    fn buffers(&mut self) -> Vec<Buffer<'_, f32>> {
        self.layer.buffers()
    }
}

/// Images of random pixels.
fn noise(count: usize) -> Dataset {
    let rng = &mut generator(3);
    let images = Array4::from_shape_simple_fn((count, 1, 28, 28), || rng.random());
    let labels = (0..count).map(|_| rng.random_range(0..10)).collect();
    Dataset { images, labels }
}

/// The loss and all gradients of a batch on the card, against those on the processor; and their bits a
/// second time.
fn agrees(what: &str, build: &dyn Fn() -> Network<f32>, batch: usize, flat: bool) {
    let Some(gpu) = gpu() else { return };
    let images = noise(3 * batch);
    let indices: Vec<usize> = (0..batch).map(|i| 3 * i + 1).collect();
    // Not on any corner of a ReLU, where the last bit of a sum decides what passes: biases are not 0, and
    // images have no blank paper.
    let build = || {
        let mut network = build();
        let rng = &mut generator(4);
        for mut p in params(&mut network).into_iter().filter(|p| p.name == "b") {
            p.value.mapv_inplace(|_| rng.random_range(-0.1..0.1));
        }
        network
    };
    let mut network = build();
    let mut on_gpu =
        OnGpu::new(gpu, &mut network, &[&images], &[batch], Rule::Sgd).expect("a network");
    on_gpu.forget();
    let (loss, gradients) = on_gpu.gradients(&indices).expect("gradients");

    let mut cpu = build().map(AsOnCard::new);
    let (mut x, labels) = images.batch::<f32>(&indices);
    if flat {
        x = x.into_shape_with_order((batch, 784)).expect("pixels").into_dyn();
    }
    let expected = classify(&mut cpu, &mut SoftmaxWithLoss::default(), (x, &labels), 1.0);
    close(&format!("{what}: loss"), [&loss], [&expected], 1e-5);
    // In front of batch normalisation a bias has no effect: what is found for it is rounding alone.
    let largest =
        params(&mut cpu).iter().flat_map(|p| p.grad.iter()).fold(0_f32, |a, x| a.max(x.abs()));
    for (p, found) in params(&mut cpu).iter().zip(&gradients) {
        let what = format!("{what}: d{} {:?}", p.name, p.grad.shape());
        let (found, expected) = (found.iter().chain([&largest]), p.grad.iter().chain([&largest]));
        close(&what, found, expected, 1e-5);
    }

    on_gpu.forget();
    let again = on_gpu.gradients(&indices).expect("gradients");
    assert!(again == (loss, gradients), "{what}: other bits the second time");
}

#[test]
fn the_book_s_networks_have_the_loss_and_gradients_of_the_processor() {
    for measured in Measured::ALL {
        let build = || measured.network(&mut generator(5)).expect("a network");
        agrees(measured.name(), &build, 3, measured == Measured::TwoLayer);
    }
}

#[test]
fn networks_with_batch_normalisation_do_too() {
    agrees("sprint", &|| sprint_net(2, true, &mut generator(6)).expect("a network"), 5, false);
    let deep = || {
        let net = MultiLayerNet::new(784, &[9, 8], 10).batch_norm(true).dropout(Some(0.3));
        net.build(&mut generator(7))
    };
    agrees("batch norm and dropout", &deep, 9, true);
}

#[test]
fn relus_in_strange_places() {
    let build = || {
        let rng = &mut generator(8);
        let window = Window::new((3, 3), 2, 1).expect("a window");
        let affine = |inputs, outputs, rng: &mut _| {
            Affine::new(inputs, outputs, common::init::Init::He, rng)
        };
        let inner = Network::new().with(affine(11, 11, rng)).with(Relu::default());
        Network::new()
            .with(Relu::default())
            .with(MaxPool2d::new(window).expect("a layer"))
            .with(Relu::default())
            .with(Relu::default())
            .with(affine(14 * 14, 11, rng))
            .with(inner)
            .with(Dropout::new(0.4, rng))
            .with(Relu::default())
            .with(affine(11, 10, rng))
            .with(Relu::default())
    };
    agrees("ReLUs", &build, 4, false);
}

fn continuing() -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Some steps of a network that learns: all its numbers after them.
fn learned(images: &Dataset, steps: &[Lesson], stop: Option<usize>) -> Option<Vec<u32>> {
    let gpu = gpu()?;
    let mut network = MultiLayerNet::new(784, &[20], 10)
        .batch_norm(true)
        .dropout(Some(0.2))
        .build(&mut generator(2));
    let mut adam = AdamW::new(0.01, 0.1);
    let batches = [8, 4];
    let stop = stop.unwrap_or(steps.len());
    for part in [&steps[..stop], &steps[stop..]] {
        // Each part on the card anew, from what a checkpoint keeps.
        let rule = Rule::adam(adam.lambda);
        let mut on_gpu = OnGpu::new(gpu, &mut network, &[images], &batches, rule).expect("room");
        on_gpu.upload_optimizer(&mut adam);
        on_gpu.forget();
        let losses = on_gpu.learn(part, continuing).expect("it learns");
        assert_eq!(losses.len(), part.len());
        on_gpu.download(&mut network).expect("weights");
        on_gpu.download_optimizer(&mut network, &mut adam).expect("moments");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("c.npz");
        let mut state = TrainingState::start(generator(1));
        state.history.losses = losses.iter().map(|&loss| loss.into()).collect();
        state.step = losses.len();
        checkpoint::save(&file, &mut network, &mut adam, 8, &state).expect("a checkpoint");
        adam = AdamW::new(0.01, 0.1);
        checkpoint::load(&file, &mut network, &mut adam, 8).expect("the checkpoint");
    }
    let numbers = snapshot(&mut network).into_iter().flatten();
    Some(numbers.map(f32::to_bits).collect())
}

#[test]
fn stopped_and_resumed_is_never_stopped() {
    let images = digits::draw(1, 20);
    let step = |i: usize| Lesson {
        indices: (0..if i % 3 == 2 { 4 } else { 8 }).map(|n| (7 * i + n) % 20).collect(),
        rate: 0.01 / (i + 1) as f64,
    };
    let steps: Vec<_> = (0..7).map(step).collect();
    let whole = learned(&images, &steps, None);
    assert_eq!(learned(&images, &steps, None), whole, "other bits the second time");
    for stop in [1, 3, 6] {
        assert!(learned(&images, &steps, Some(stop)) == whole, "stopped after {stop} steps");
    }
}

#[test]
fn a_course_of_many_steps_and_one_that_is_stopped() {
    let Some(gpu) = gpu() else { return };
    let images = digits::draw(3, 30);
    let mut network = MultiLayerNet::new(784, &[10], 10).build(&mut generator(2));
    let rule = Rule::adam(0.0);
    let mut on_gpu = OnGpu::new(gpu, &mut network, &[&images], &[10], rule).expect("a network");
    let step = |i: usize| Lesson { indices: (0..10).map(|n| (i + n) % 30).collect(), rate: 0.01 };
    let steps: Vec<_> = (0..1100).map(step).collect(); // more than are prepared at a time
    let losses = on_gpu.learn(&steps, continuing).expect("it learns");
    assert_eq!(losses.len(), 1100);
    assert!(losses[1099] < 0.2 * losses[0], "from {} to {}", losses[0], losses[1099]);
    let mut left = 5;
    let few = on_gpu.learn(&steps, || {
        left -= 1;
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(few.expect("it learns").len(), 5);
}

#[test]
fn what_the_card_learned_the_processor_reads_as_well() {
    let Some(gpu) = gpu() else { return };
    let (train, test) = (digits::draw(1, 300), digits::draw(2, 130));
    let network = || sprint_net::<f32>(4, true, &mut generator(3)).expect("a network");
    let (mut learning, rule) = (network(), Rule::adam(0.0));
    let sets = [&train, &test];
    let mut on_gpu = OnGpu::new(gpu, &mut learning, &sets, &[25], rule).expect("a network");
    let before = on_gpu.accuracy(300..430).expect("it reads");
    assert_eq!(before, accuracy(&learning, &test), "before it learns");
    let indices: Vec<usize> = (0..300).collect();
    let lessons = (0..6).flat_map(|_| indices.chunks(25));
    let lessons = lessons.map(|indices| Lesson { indices: indices.to_vec(), rate: 0.01 });
    on_gpu.learn(&lessons.collect::<Vec<_>>(), continuing).expect("it learns");
    let after = on_gpu.accuracy(300..430).expect("it reads");
    assert!(after > before + 0.3, "from {before} to {after}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("w.npz");
    on_gpu.download(&mut learning).expect("weights");
    weights::save(&mut learning, &file).expect("a file");
    let mut reading = network();
    weights::load(&mut reading, &file).expect("the file");
    assert_eq!(accuracy(&reading, &test), after, "on the processor");
    assert_eq!(accuracy(&reading, &train), on_gpu.accuracy(0..300).expect("it reads"));
    assert_eq!(train.images.len_of(Axis(0)), 300);
}

#[test]
fn a_training_on_the_card_goes_as_on_the_processor() {
    let Some(gpu) = gpu() else { return };
    let (train, test) = (digits::draw(1, 400), digits::draw(2, 200));
    let build = || MultiLayerNet::new(784, &[30], 10).build::<f32>(&mut generator(4));
    let (mut cpu, mut card) = (build(), build());
    let mut on_gpu =
        OnGpu::new(gpu, &mut card, &[&train, &test], &[40], Rule::Sgd).expect("a network");
    let indices: Vec<usize> = (0..400).collect();
    let lessons = (0..8).flat_map(|_| indices.chunks(40));
    let lessons = lessons.map(|indices| Lesson { indices: indices.to_vec(), rate: 0.1 });
    let lessons: Vec<_> = lessons.collect();
    let losses = on_gpu.learn(&lessons, continuing).expect("it learns");
    let mut sgd = Sgd { learning_rate: 0.1 };
    let mut step = Classification::new(&train, &test);
    let expected = lessons.iter().map(|lesson| step.learn(&mut cpu, &mut sgd, &lesson.indices));
    close("losses", &losses, &expected.collect::<Vec<f32>>(), 1e-4);
    assert!(losses[79] < 0.5 * losses[0], "from {} to {}", losses[0], losses[79]);
    let (found, expected) = (on_gpu.accuracy(400..600).expect("it reads"), accuracy(&cpu, &test));
    assert!((found - expected).abs() <= 0.01, "{found} on the card, {expected} on the processor");
}
