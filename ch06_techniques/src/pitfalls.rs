//! Five mistakes made on purpose, each beside the same training without it.

use clap::Args;
use common::data::{self, Dataset};
use common::init::Init;
use common::layer::Layer;
use common::layers::{MeanSquaredError, Sigmoid, SoftmaxWithLoss};
use common::metrics::accuracy;
use common::multi_layer_net::{Activation, MultiLayerNet};
use common::network::Network;
use common::optimizer::{Optimizer, Sgd};
use common::plot::{Area, Drawn, Panels};
use common::program::Figures;
use common::random::Generator;
use common::{Result, Tensor};

use crate::experiment::{CLASSES, PIXELS, Runs, Steps, batches, compare};
use crate::spread::{Curve, curve, draw_pairs};

const BATCH: usize = 100;
/// How often the accuracy is looked at.
const LOOKS: usize = 25;
/// Test images that each look takes.
const JUDGES: usize = 1000;

/// How the network's outputs are compared with the labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// Softmax and cross entropy, as they should be.
    SoftmaxWithLoss,
    /// The sigmoid function and the mean squared error.
    SquaredError,
    /// Softmax as its formula is written, without taking out the largest score first.
    NaiveSoftmax,
}

/// A network and how it is taught.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// The network.
    pub net: MultiLayerNet,
    /// Its loss.
    pub criterion: Criterion,
    /// η of SGD.
    pub rate: f32,
}

/// A mistake, what it should have been, and how it gives itself away.
pub struct Pitfall {
    /// Its name.
    pub name: &'static str,
    /// Training with the mistake.
    pub wrong: Lesson,
    /// The lesson without the mistake.
    pub right: Lesson,
    /// One sentence on how to recognise it.
    pub sign: &'static str,
}

/// The five.
pub fn pitfalls() -> Vec<Pitfall> {
    let net = |depth: usize| MultiLayerNet::new(PIXELS, &vec![100; depth], CLASSES);
    let lesson = |net| Lesson { net, criterion: Criterion::SoftmaxWithLoss, rate: 0.05 };
    let with_criterion = |criterion, lesson: &Lesson| Lesson { criterion, ..lesson.clone() };
    let healthy = lesson(net(5));
    // Weights so large that scores reach into the hundreds.
    let large = Lesson { rate: 0.01, ..lesson(net(1).init(Init::Gaussian(1.0))) };
    vec![
        Pitfall {
            name: "no activation",
            wrong: lesson(net(5).activation(Activation::None).init(Init::Xavier)),
            right: healthy.clone(),
            sign: "accuracy stops where a single affine layer's does, however many there are",
        },
        Pitfall {
            name: "sigmoid in a deep net",
            wrong: lesson(net(5).activation(Activation::Sigmoid).init(Init::Xavier)),
            right: healthy.clone(),
            sign: "the loss rests at ln 10 = 2.303, and the first layers' gradients are almost 0",
        },
        Pitfall {
            name: "squared error for classes",
            wrong: with_criterion(Criterion::SquaredError, &healthy),
            right: healthy.clone(),
            sign: "the loss soon drops to 0.09, that of answering 0.1 for every class, and creeps",
        },
        Pitfall {
            name: "softmax without the shift",
            wrong: with_criterion(Criterion::NaiveSoftmax, &large),
            right: large,
            sign: "between two steps the loss stops being a number, and all answers are class 0",
        },
        Pitfall {
            name: "zero weights",
            wrong: lesson(net(5).init(Init::Gaussian(0.0))),
            right: healthy,
            sign: "the first loss is ln 10 to the last digit, and all images get the same answer",
        },
    ]
}

// ANCHOR: naive_softmax
/// ∂loss/∂scores by the formula as it stands: e to the power of 89 is too much for an `f32`.
pub fn naive_gradient(scores: Tensor<f32>, labels: &[u8]) -> Tensor<f32> {
    let n = labels.len() as f32;
    let mut y = scores.mapv_into(f32::exp);
    for (mut row, &label) in y.outer_iter_mut().zip(labels) {
        let total = row.sum();
        row.mapv_inplace(|y| y / total / n);
        row[usize::from(label)] -= 1.0 / n;
    }
    y
}
// ANCHOR_END: naive_softmax

/// The gradient of the loss with respect to the network's outputs.
fn gradient(criterion: Criterion, outputs: Tensor<f32>, labels: &[u8]) -> Tensor<f32> {
    match criterion {
        Criterion::SoftmaxWithLoss => {
            let mut criterion = SoftmaxWithLoss::default();
            criterion.forward(outputs, labels);
            criterion.backward()
        }
        Criterion::SquaredError => {
            let mut truth = Tensor::zeros(outputs.raw_dim());
            for (n, &label) in labels.iter().enumerate() {
                truth[[n, usize::from(label)]] = 1.0;
            }
            let mut criterion = MeanSquaredError::default();
            criterion.forward(outputs, &truth);
            criterion.backward()
        }
        Criterion::NaiveSoftmax => naive_gradient(outputs, labels),
    }
}

/// Accuracy on a thousand test images before, during and after training.
fn accuracies(
    lesson: &Lesson,
    (train, judges): (&Dataset, &Dataset),
    steps: usize,
    rng: &mut Generator,
) -> Vec<f64> {
    let mut network: Network<f32> = lesson.net.build(rng);
    if lesson.criterion == Criterion::SquaredError {
        network = network.with(Sigmoid::default());
    }
    let mut sgd = Sgd { learning_rate: lesson.rate };
    let mut accuracies = vec![accuracy(&network, judges)];
    for (step, indices) in (1..).zip(batches(train.len(), BATCH, steps, rng)) {
        let (x, labels) = train.batch(&indices);
        let dy = gradient(lesson.criterion, network.forward(x), &labels);
        network.backward_params(dy);
        sgd.update(network.params());
        if step * LOOKS / steps > (step - 1) * LOOKS / steps {
            accuracies.push(accuracy(&network, judges));
        }
    }
    accuracies
}

/// For each pitfall the accuracies (wrong, right).
pub fn experiment(
    (train, test): (&Dataset, &Dataset),
    steps: usize,
    runs: Runs,
) -> Vec<(Curve, Curve)> {
    let judges = test.select(&(0..test.len().min(JUDGES)).collect::<Vec<_>>());
    let pitfalls = pitfalls();
    let mut lessons: Vec<&Lesson> = Vec::new(); // each once, however often it is compared with
    for lesson in pitfalls.iter().flat_map(|p| [&p.wrong, &p.right]) {
        if !lessons.contains(&lesson) {
            lessons.push(lesson);
        }
    }
    let results =
        compare(&lessons, runs, |lesson, rng| accuracies(lesson, (train, &judges), steps, rng));
    let looks = steps.min(LOOKS);
    let xs: Vec<_> = (0..=looks).map(|look| (look * steps).div_ceil(looks) as f64).collect();
    let curves: Vec<_> = results.iter().map(|runs| curve(&xs, runs)).collect();
    let of = |lesson: &Lesson| {
        lessons.iter().zip(&curves).find(|(l, _)| **l == lesson).map(|(_, curve)| curve.clone())
    };
    pitfalls.iter().filter_map(|p| Some((of(&p.wrong)?, of(&p.right)?))).collect()
}

/// The flags of `pitfalls`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("steps", |arg| arg.default_value("1000")))]
pub struct Flags {
    #[command(flatten)]
    experiment: Steps,
}

/// Prints what each mistake costs and how to recognise it, and draws them.
///
/// # Errors
/// If the data cannot be read or the figure not written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let Steps { steps, runs, ref digits } = flags.experiment;
    let (train, test) = data::load(&digits.data)?;
    let curves = experiment((&train, &test), steps, runs);
    println!(
        "{steps} steps of {BATCH}, {} runs; accuracy at the end: mean (lowest … highest)",
        runs.runs
    );
    for (pitfall, (wrong, right)) in pitfalls().iter().zip(&curves) {
        let last = |curve: &Curve| curve.last().map_or(String::new(), |(_, s)| s.to_string());
        println!("{}: {}, instead of {}", pitfall.name, last(wrong), last(right));
        println!("  recognise it: {}", pitfall.sign);
    }
    figures.draw("pitfalls.png", (760, 500), |area| draw(&curves, steps, area))
}

fn draw(curves: &[(Curve, Curve)], steps: usize, area: &Area<'_>) -> Drawn {
    let pairs: Vec<_> = curves.iter().map(|(wrong, right)| (right, wrong)).collect();
    let panels = Panels {
        title: "Five mistakes beside healthy training".to_string(),
        names: pitfalls().iter().map(|pitfall| pitfall.name.to_string()).collect(),
        columns: 3,
        x_label: "step".to_string(),
        y_label: "accuracy on test images".to_string(),
        x_range: 0.0..steps as f64,
        y_range: 0.0..1.0,
        ticks: (4, 6),
        legend: Vec::new(),
    };
    draw_pairs(area, panels, ("healthy", "with the mistake"), &pairs)
}
