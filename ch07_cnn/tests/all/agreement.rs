//! The chapter's own layers compute what PyTorch computes, in double and in single precision.

use std::collections::BTreeSet;
use std::fs::File;

use ch07_cnn::lenet::{ScaledTanh, Subsampling};
use ch07_cnn::local_response_norm::LocalResponseNorm;
use common::layer::Layer;
use common::{Float, Tensor};
use ndarray_npy::NpzReader;

/// Made by fixtures/make_layers.py.
struct Fixture(NpzReader<File>);

impl Fixture {
    fn open() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/layers.npz");
        Self(NpzReader::new(File::open(path).expect("the fixture")).expect("an npz file"))
    }

    fn cases(&mut self) -> BTreeSet<String> {
        let names = self.0.names().expect("names");
        names.iter().filter_map(|name| Some(name.rsplit_once('_')?.0.to_string())).collect()
    }

    fn get(&mut self, case: &str, array: &str) -> Tensor<f64> {
        let name = format!("{case}_{array}");
        self.0.by_name(&name).unwrap_or_else(|e| panic!("{name}: {e}"))
    }
}

fn layer<F: Float>(case: &str, x: &Tensor<F>) -> Box<dyn Layer<F>> {
    let parts: Vec<&str> = case.split('-').collect();
    match parts[..] {
        ["tanh", _] => Box::new(ScaledTanh::default()),
        ["subsampling", _] => Box::new(Subsampling::new(x.shape()[1]).expect("a layer")),
        ["norm", size, alpha, k, _] => {
            let number = |text: &str| text.parse::<f64>().expect("a number");
            let norm = LocalResponseNorm::new(number(size) as usize).expect("odd");
            Box::new(norm.with_constants(number(alpha), number(k)))
        }
        _ => panic!("{case} is compared with nothing"),
    }
}

fn agree<F: Float>(precision: &str, tolerance: f64) {
    let mut fixture = Fixture::open();
    let (mut arrays, mut largest) = (0, 0.0_f64);
    let cases = fixture.cases();
    for case in &cases {
        let x = fixture.get(case, "x").mapv(F::of);
        let mut layer = layer(case, &x);
        for (p, name) in layer.params().iter_mut().zip(["w", "b"]) {
            p.value.assign(&fixture.get(case, name).mapv(F::of));
        }
        let mut found = vec![("y", layer.infer(x.clone())), ("y", layer.forward(x))];
        found.push(("dx", layer.backward(fixture.get(case, "dy").mapv(F::of))));
        let params = layer.params();
        found.extend(["dw", "db"].into_iter().zip(params.iter().map(|p| p.grad.to_owned())));
        for (name, ours) in found {
            let theirs = fixture.get(case, name);
            assert_eq!(ours.shape(), theirs.shape(), "{case}, {name}");
            let scale = theirs.iter().fold(1e-3_f64, |most, x| most.max(x.abs()));
            for (ours, theirs) in ours.iter().zip(&theirs) {
                let difference = (ours.as_f64() - theirs).abs() / scale;
                assert!(difference <= tolerance, "{case}, {name}: {ours}, PyTorch has {theirs}");
                largest = largest.max(difference);
            }
            arrays += 1;
        }
    }
    let count = cases.len();
    println!("{precision}: {count} cases, {arrays} arrays; largest difference {largest:.1e}");
    assert_eq!(count, 14);
}

#[test]
fn in_double_precision() {
    agree::<f64>("f64", 1e-10);
}

#[test]
fn in_single_precision() {
    agree::<f32>("f32", 1e-4);
}

/// Sends 2×3×4×4 numbers forward, and back a gradient of another shape.
fn back(mut layer: impl Layer<f64>, dy: &[usize]) {
    layer.forward(Tensor::zeros(vec![2, 3, 4, 4]));
    layer.backward(Tensor::zeros(dy));
}

#[test]
#[should_panic(
    expected = "LocalResponseNorm: expected a gradient of shape [2, 3, 4, 4], got [2, 3, 4, 5]"
)]
fn normalisation_names_a_gradient_that_does_not_fit() {
    back(LocalResponseNorm::new(3).expect("odd"), &[2, 3, 4, 5]);
}

#[test]
#[should_panic(
    expected = "ScaledTanh: expected a gradient of shape [2, 3, 4, 4], got [2, 3, 4, 5]"
)]
fn scaled_tanh_names_a_gradient_that_does_not_fit() {
    back(ScaledTanh::default(), &[2, 3, 4, 5]);
}

#[test]
#[should_panic(
    expected = "Subsampling: expected a gradient of shape [2, 3, 2, 2], got [2, 3, 4, 4]"
)]
fn subsampling_names_a_gradient_that_does_not_fit() {
    back(Subsampling::new(3).expect("a layer"), &[2, 3, 4, 4]);
}

#[test]
#[should_panic(expected = "Subsampling: expected 3 channels, got [2, 4, 2, 2]")]
fn subsampling_names_channels_that_do_not_fit() {
    Subsampling::<f64>::new(3).expect("a layer").infer(Tensor::zeros(vec![2, 4, 4, 4]));
}
