//! A shape that does not fit is told with the layer's name, what it expected, and what came.

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::Tensor;
use common::init::Init;
use common::layer::Layer;
use common::layers::{
    Affine, AvgPool2d, BatchNorm, Conv2d, Dropout, Gelu, LeakyRelu, MaxPool2d, MeanSquaredError,
    PRelu, Relu, SoftmaxWithLoss, Window,
};
use common::loss::{bce_with_logits, mean_absolute_error, mean_squared_error};
use common::network::Network;
use common::random::generator;
use common::store::weights;
use ndarray::{Array1, Array2};

/// What `work` panics with.
fn complaint<T>(work: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(work)).err().expect("it does not fit");
    let text = panic.downcast_ref::<String>().cloned();
    text.or(panic.downcast_ref::<&str>().map(|text| text.to_string())).expect("words")
}

fn zeros(shape: &[usize]) -> Tensor<f64> {
    Tensor::zeros(shape)
}

#[track_caller]
fn says(complaint: &str, parts: &[&str]) {
    for part in parts {
        assert!(complaint.contains(part), "{complaint:?} does not say {part:?}");
    }
}

/// Sends x forward and then back a gradient of another shape than the output's.
fn back(mut layer: impl Layer<f64>, x: &[usize], dy: &[usize]) -> String {
    layer.forward(zeros(x));
    complaint(|| layer.backward(zeros(dy)))
}

fn window(size: usize, stride: usize) -> Window {
    Window::new((size, size), stride, 0).expect("a window")
}

fn conv() -> Conv2d<f64> {
    Conv2d::new((3, 4), window(3, 1), Init::He, &mut generator(1)).expect("a layer")
}

#[test]
fn on_the_way_forward() {
    let affine = Affine::<f64>::new(6, 2, Init::He, &mut generator(1));
    says(&complaint(|| affine.infer(zeros(&[5, 7]))), &["Affine 6×2", "expected 6", "[5, 7]"]);
    says(&complaint(|| affine.infer(zeros(&[]))), &["Affine", "expected a batch"]);
    says(
        &complaint(|| conv().infer(zeros(&[2, 1, 9, 9]))),
        &["Conv2d", "[2, 1, 9, 9]", "[4, 3, 3, 3]", "3 channels", "have 1"],
    );
    says(&complaint(|| conv().infer(zeros(&[2, 3, 2, 9]))), &["Conv2d", "3×3", "2×9"]);
    says(&complaint(|| conv().infer(zeros(&[2, 27]))), &["Conv2d", "N×C×H×W", "[2, 27]"]);
    let max = MaxPool2d::<f64>::new(window(3, 2)).expect("a layer");
    says(&complaint(|| max.infer(zeros(&[2, 3, 2, 9]))), &["MaxPool2d", "3×3", "2×9"]);
    says(&complaint(|| max.infer(zeros(&[2, 9]))), &["MaxPool2d", "N×C×H×W", "[2, 9]"]);
    let avg = AvgPool2d::<f64>::new(window(3, 2)).expect("a layer");
    says(&complaint(|| avg.infer(zeros(&[2, 3, 2, 9]))), &["AvgPool2d", "3×3", "2×9"]);
    says(&complaint(|| avg.infer(zeros(&[2, 9]))), &["AvgPool2d", "N×C×H×W", "[2, 9]"]);
    let norm = BatchNorm::<f64>::new(3);
    says(&complaint(|| norm.infer(zeros(&[2, 4]))), &["BatchNorm", "N×3", "[2, 4]"]);
    says(
        &complaint(|| norm.infer(zeros(&[2, 4, 5, 5]))),
        &["BatchNorm", "N×3×H×W", "[2, 4, 5, 5]"],
    );
    says(&complaint(|| norm.infer(zeros(&[3]))), &["BatchNorm", "N×3", "[3]"]);
}

#[test]
fn on_the_way_back() {
    let (x, dy): (&[usize], &[usize]) = (&[2, 3], &[2, 4]);
    says(&back(Relu::default(), x, dy), &["Relu: ", "expected a gradient of 6 numbers", "[2, 4]"]);
    let expected = ["expected a gradient of shape [2, 3], got [2, 4]"];
    says(&back(LeakyRelu::new(0.01), x, dy), &["LeakyRelu: ", expected[0]]);
    says(&back(PRelu::default(), x, dy), &["PRelu: ", expected[0]]);
    says(&back(Gelu::default(), x, dy), &["Gelu: ", expected[0]]);
    says(&back(Dropout::new(0.5, &mut generator(1)), x, dy), &["Dropout: ", expected[0]]);
    says(&back(BatchNorm::new(3), x, dy), &["BatchNorm: ", expected[0]]);
    // One row would fit all rows if nobody looked.
    says(&back(Gelu::default(), &[1, 3], &[2, 3]), &["Gelu: ", "shape [1, 3], got [2, 3]"]);
    let affine = Affine::<f64>::new(3, 2, Init::He, &mut generator(1));
    says(&back(affine, x, dy), &["Affine 3×2", "(2, 2)", "(2, 4)"]);
    let images = &[2, 3, 6, 6];
    says(&back(conv(), images, &[2, 4, 3, 4]), &["Conv2d", "[2, 4, 3, 4]", "[2, 4, 4, 4]"]);
    let max = MaxPool2d::new(window(2, 2)).expect("a layer");
    says(&back(max, images, &[2, 3, 3, 4]), &["MaxPool2d: expected", "[2, 3, 3, 4]"]);
    let avg = AvgPool2d::new(window(2, 2)).expect("a layer");
    says(&back(avg, images, &[2, 3, 3, 4]), &["AvgPool2d: expected", "[2, 3, 3, 4]"]);
    says(&back(BatchNorm::new(3), images, &[2, 3, 6, 5]), &["BatchNorm", "[2, 3, 6, 6]"]);
}

#[test]
fn without_a_way_forward() {
    fn unprepared(mut layer: impl Layer<f64>) -> String {
        complaint(|| layer.backward(zeros(&[2, 3])))
    }
    let missing = "backward needs a forward before it";
    let affine = Affine::new(3, 2, Init::He, &mut generator(1));
    for (name, complaint) in [
        ("Relu", unprepared(Relu::default())),
        ("LeakyRelu", unprepared(LeakyRelu::new(0.01))),
        ("PRelu", unprepared(PRelu::default())),
        ("Gelu", unprepared(Gelu::default())),
        ("Dropout", unprepared(Dropout::new(0.5, &mut generator(1)))),
        ("BatchNorm", unprepared(BatchNorm::new(3))),
        ("Affine", unprepared(affine)),
        ("Conv2d", unprepared(conv())),
        ("MaxPool2d", unprepared(MaxPool2d::new(window(2, 2)).expect("a layer"))),
        ("AvgPool2d", unprepared(AvgPool2d::new(window(2, 2)).expect("a layer"))),
        ("SoftmaxWithLoss", complaint(|| SoftmaxWithLoss::<f64>::default().backward())),
        ("MeanSquaredError", complaint(|| MeanSquaredError::<f64>::default().backward())),
    ] {
        says(&complaint, &[name, missing]);
    }
}

#[test]
fn losses_and_labels() {
    let (y, t) = (zeros(&[2, 3]), zeros(&[3, 2]));
    for (name, complaint) in [
        ("mean_squared_error", complaint(|| mean_squared_error(&y, &t))),
        ("mean_absolute_error", complaint(|| mean_absolute_error(&y, &t))),
        ("bce_with_logits", complaint(|| bce_with_logits(&y, &t))),
        ("mean_squared_error", complaint(|| MeanSquaredError::default().forward(y.clone(), &t))),
    ] {
        says(&complaint, &[name, "expected targets of shape [2, 3], got [3, 2]"]);
    }
    let entropy =
        |labels: &[u8]| complaint(|| SoftmaxWithLoss::default().forward(y.clone(), labels));
    says(&entropy(&[0, 3]), &["cross_entropy", "label 3 of 3 classes"]);
    says(&entropy(&[0]), &["cross_entropy", "2 rows of logits, 1 labels"]);
}

#[test]
fn parameters_that_do_not_belong_together() {
    let affine = || Affine::from_weights(Array2::<f64>::zeros((3, 2)), Array1::zeros(3));
    says(&complaint(affine), &["Affine", "[3, 2]", "2 biases"]);
}

#[test]
fn between_the_layers_of_a_network_and_in_files() {
    let rng = &mut generator(1);
    let affine = |inputs, outputs, rng: &mut _| Affine::<f64>::new(inputs, outputs, Init::He, rng);
    let mut wrong = Network::new().with(affine(4, 3, rng)).with(Relu::default());
    wrong = wrong.with(affine(2, 2, rng));
    says(
        &complaint(|| wrong.forward(zeros(&[7, 4]))),
        &["Affine 2×2: expected 2 numbers a row, got a batch of shape [7, 3]"],
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("w.npz");
    weights::save(&mut wrong, &file).expect("it can be written");
    let mut right = Network::new().with(affine(4, 3, rng)).with(affine(3, 2, rng));
    let problem = weights::load(&mut right, &file).expect_err("other shapes").to_string();
    says(&problem, &["w.npz", "W2: expected shape [3, 2], found [2, 2]"]);
}
