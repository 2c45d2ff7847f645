//! Layers, losses, optimizers and the schedule compute what PyTorch computes, forward and back, in double and
//! in single precision: odd shapes, a batch of one, zeros, and numbers that break careless formulas.

use std::fs::File;
use std::path::Path;
use std::vec::IntoIter;

use common::activation::{LEAK, log_sum_exp, softmax};
use common::layer::{Layer, Param};
use common::layers::{
    Affine, AvgPool2d, BatchNorm, Conv2d, Dropout, Gelu, LeakyRelu, MaxPool2d, MeanSquaredError,
    PRelu, Relu, Sigmoid, SoftmaxWithLoss, Tanh, Window,
};
use common::loss::{bce_with_logits, mean_absolute_error, mean_squared_error};
use common::optimizer::{
    AdaGrad, Adam, AdamW, Momentum, Nesterov, Optimizer, RmsProp, Sgd, WeightDecay,
};
use common::random::generator;
use common::train::Schedule;
use common::{Float, Tensor};
use ndarray::{Array1, Dimension, Ix1, Ix2, Ix4, arr0, stack};
use ndarray_npy::NpzReader;

/// One case of fixtures/make_agreement.py: arrays one after the other.
struct Case {
    name: String,
    numbers: IntoIter<f64>,
}

impl Case {
    fn next<F: Float>(&mut self) -> Tensor<F> {
        let mut next = || self.numbers.next().unwrap_or_else(|| panic!("{} is short", self.name));
        let axes = next() as usize;
        let shape: Vec<usize> = (0..axes).map(|_| next() as usize).collect();
        Tensor::from_shape_simple_fn(shape, || F::of(next()))
    }

    fn of<F: Float, D: Dimension>(&mut self) -> ndarray::Array<F, D> {
        self.next().into_dimensionality().expect("the fixture's axes")
    }

    fn kind(&self) -> String {
        self.name.split('-').next().expect("a name").to_string()
    }
}

fn cases() -> Vec<Case> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/agreement.npz");
    let mut npz = NpzReader::new(File::open(file).expect("the fixture")).expect("an npz file");
    let names = npz.names().expect("names");
    let read = |name: String| {
        let numbers: Array1<f64> = npz.by_name(&name).expect("an array");
        Case { name, numbers: numbers.into_raw_vec_and_offset().0.into_iter() }
    };
    names.into_iter().map(read).collect()
}

/// What was compared so far, and where the largest difference was.
struct Report {
    tolerance: f64,
    arrays: usize,
    largest: (f64, String),
}

impl Report {
    /// Compares by the largest number of the array, since sums of large numbers lose more than small ones.
    fn compare<F: Float>(&mut self, what: &str, ours: &Tensor<F>, theirs: &Tensor<f64>) {
        assert_eq!(ours.shape(), theirs.shape(), "{what}");
        let scale = theirs.iter().fold(1e-3_f64, |most, x| most.max(x.abs()));
        for (ours, theirs) in ours.iter().zip(theirs) {
            let difference = (ours.as_f64() - theirs).abs() / scale;
            assert!(difference <= self.tolerance, "{what}: {ours} where PyTorch has {theirs}");
            if difference > self.largest.0 {
                self.largest = (difference, what.to_string());
            }
        }
        self.arrays += 1;
    }

    fn number<F: Float>(&mut self, what: &str, ours: F, theirs: &Tensor<f64>) {
        self.compare(what, &arr0(ours).into_dyn(), theirs);
    }
}

/// Compares everything, in numbers of type `F`.
fn agree<F: Float>(precision: &str, tolerance: f64) {
    let mut report = Report { tolerance, arrays: 0, largest: (0.0, String::new()) };
    let cases = cases();
    let count = cases.len();
    for mut case in cases {
        match case.kind().as_str() {
            "softmax" => check_softmax::<F>(&mut case, &mut report),
            "crossentropy" => check_cross_entropy::<F>(&mut case, &mut report),
            "mse" => check_squared_error::<F>(&mut case, &mut report),
            "mae" => check_mean::<F>(&mut case, &mut report, mean_absolute_error),
            "bce" => check_mean::<F>(&mut case, &mut report, bce_with_logits),
            "cosine" => check_schedule::<F>(&mut case, &mut report),
            kind => match rule::<F>(kind) {
                Some(rule) => check_rule(rule, &mut case, &mut report),
                None => check_layer::<F>(&mut case, &mut report),
            },
        }
        assert_eq!(case.numbers.next(), None, "{} has more", case.name);
    }
    let (arrays, (largest, at)) = (report.arrays, report.largest);
    println!(
        "{precision}: {count} cases, {arrays} arrays; largest difference {largest:.1e} ({at})"
    );
    assert_eq!(count, 122, "cases of the script");
}

#[test]
fn in_double_precision() {
    agree::<f64>("f64", 1e-10);
}

#[test]
fn in_single_precision() {
    agree::<f32>("f32", 1e-4);
}

/// The layer of a case with PyTorch's parameters.
fn layer<F: Float>(case: &mut Case, args: &[usize], x: &Tensor<F>) -> Box<dyn Layer<F>> {
    let window = || Window::new((args[0], args[1]), args[2], args[3]).expect("a window");
    match case.kind().as_str() {
        "relu" => Box::new(Relu::default()),
        "sigmoid" => Box::new(Sigmoid::default()),
        "tanh" => Box::new(Tanh::default()),
        "leaky" => Box::new(LeakyRelu::new(F::of(LEAK))),
        "prelu" => {
            let mut prelu = PRelu::default();
            prelu.slope = case.of();
            Box::new(prelu)
        }
        "gelu" => Box::new(Gelu::default()),
        "affine" => Box::new(Affine::from_weights(case.of::<F, Ix2>(), case.of::<F, Ix1>())),
        "conv" => {
            let (w, b) = (case.of::<F, Ix4>(), case.of::<F, Ix1>());
            Box::new(Conv2d::from_weights(w, b, args[0], args[1]).expect("a layer"))
        }
        "max" => Box::new(MaxPool2d::new(window()).expect("a layer")),
        "avg" => Box::new(AvgPool2d::new(window()).expect("a layer")),
        "norm" => {
            let mut norm = BatchNorm::new(x.shape()[1]);
            (norm.gamma, norm.beta) = (case.of(), case.of());
            Box::new(norm)
        }
        "dropout" => Box::new(Dropout::new(0.4, &mut generator(1))),
        other => panic!("{other} is compared with nothing"),
    }
}

fn check_layer<F: Float>(case: &mut Case, report: &mut Report) {
    let args: Vec<usize> = case.next::<f64>().iter().map(|&a| a as usize).collect();
    let (x, dy): (Tensor<F>, Tensor<F>) = (case.next(), case.next());
    let mut layer = layer(case, &args, &x);
    let (name, kind) = (case.name.clone(), case.kind());
    let (y, dx) = (case.next(), case.next());
    report.compare(&format!("{name}, y"), &layer.forward(x.clone()), &y);
    report.compare(&format!("{name}, dx"), &layer.backward(dy.clone()), &dx);
    for p in layer.params() {
        report.compare(&format!("{name}, d{}", p.name), &p.grad.to_owned(), &case.next());
    }
    match kind.as_str() {
        "norm" => check_running::<F>(&mut *layer, &x, case, report),
        "dropout" => report.compare(&format!("{name}, infer"), &layer.infer(x), &case.next()),
        _ => {
            report.compare(&format!("{name}, infer"), &layer.infer(x.clone()), &y);
            let of = |layer: &mut dyn Layer<F>| -> Vec<Tensor<F>> {
                layer.params().iter().map(|p| p.grad.to_owned()).collect()
            };
            let whole = of(&mut *layer);
            layer.forward(x);
            layer.backward_params(dy);
            assert_eq!(of(&mut *layer), whole, "{name}: the same without the input's gradient");
        }
    }
}

/// PyTorch keeps Σ (x−μ)²/(n−1), we keep the Σ (x−μ)²/n that forward divides by.
fn check_running<F: Float>(
    layer: &mut dyn Layer<F>,
    x: &Tensor<F>,
    case: &mut Case,
    report: &mut Report,
) {
    let (name, mean, var) = (case.name.clone(), case.next::<f64>(), case.next::<f64>());
    let n = (x.len() / mean.len()) as f64;
    let mut buffers = layer.buffers();
    report.compare(&format!("{name}, mean"), &buffers[0].value.to_owned(), &mean);
    let biased = var.mapv(|v| 0.9 + (v - 0.9) * (n - 1.0) / n);
    report.compare(&format!("{name}, variance"), &buffers[1].value.to_owned(), &biased);
    buffers[1].value.assign(&var.mapv(F::of));
    drop(buffers);
    report.compare(&format!("{name}, infer"), &layer.infer(x.clone()), &case.next());
}

fn check_softmax<F: Float>(case: &mut Case, report: &mut Report) {
    let x = case.of::<F, Ix2>();
    let sums: Array1<F> = x.rows().into_iter().map(log_sum_exp).collect();
    report.compare(&case.name.clone(), &softmax(x).into_dyn(), &case.next());
    report.compare(&format!("{}, ln Σ eˣ", case.name), &sums.into_dyn(), &case.next());
}

fn check_cross_entropy<F: Float>(case: &mut Case, report: &mut Report) {
    let (x, labels) = (case.next::<F>(), case.next::<f64>());
    let labels: Vec<u8> = labels.iter().map(|&label| label as u8).collect();
    let mut head = SoftmaxWithLoss::default();
    report.number(&case.name.clone(), head.forward(x, &labels), &case.next());
    report.compare(&format!("{}, gradient", case.name), &head.backward(), &case.next());
}

fn check_squared_error<F: Float>(case: &mut Case, report: &mut Report) {
    let (y, t) = (case.next::<F>(), case.next::<F>());
    let loss = case.next();
    report.number(&case.name.clone(), mean_squared_error(&y, &t), &loss);
    let mut head = MeanSquaredError::default();
    report.number(&format!("{}, head", case.name), head.forward(y, &t), &loss);
    report.compare(&format!("{}, gradient", case.name), &head.backward(), &case.next());
}

fn check_mean<F: Float>(
    case: &mut Case,
    report: &mut Report,
    loss: fn(&Tensor<F>, &Tensor<F>) -> F,
) {
    let (y, t) = (case.next(), case.next());
    report.number(&case.name.clone(), loss(&y, &t), &case.next());
}

fn check_schedule<F: Float>(case: &mut Case, report: &mut Report) {
    let theirs = case.next::<f64>();
    let steps = theirs.len() - 1;
    let rates = (0..=steps).map(|done| F::of(Schedule::Cosine.rate(0.1, done, steps)));
    report.compare(&case.name, &rates.collect::<Array1<F>>().into_dyn(), &theirs);
}

fn rule<F: Float>(name: &str) -> Option<Box<dyn Optimizer<F>>> {
    let (rate, lambda) = (F::of(0.1), F::of(0.05));
    Some(match name {
        "sgd" => Box::new(Sgd { learning_rate: rate }),
        "sgd_decay" => Box::new(Sgd { learning_rate: rate }.with_weight_decay(lambda)),
        "momentum" => Box::new(Momentum::new(rate)),
        "nesterov" => Box::new(Nesterov::new(rate)),
        "adagrad" => Box::new(AdaGrad::new(rate)),
        "rmsprop" => Box::new(RmsProp::new(rate)),
        "adam" => Box::new(Adam::new(rate)),
        "adam_decay" => Box::new(WeightDecay { lambda, inner: Adam::new(rate) }),
        "adamw" => Box::new(AdamW::new(rate, lambda)),
        _ => return None,
    })
}

fn check_rule<F: Float>(mut rule: Box<dyn Optimizer<F>>, case: &mut Case, report: &mut Report) {
    let (mut w, gradients) = (case.of::<F, Ix1>(), case.of::<F, Ix2>());
    let mut path = Vec::new();
    for gradient in gradients.rows() {
        rule.update(vec![Param::weight("W", &mut w, &mut gradient.to_owned())]);
        path.push(w.clone());
    }
    let views: Vec<_> = path.iter().map(|w| w.view()).collect();
    let path = stack(ndarray::Axis(0), &views).expect("places of one shape");
    report.compare(&case.name.clone(), &path.into_dyn(), &case.next());
}
