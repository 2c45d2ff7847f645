//! The optimizers against PyTorch's, on x²/20 + y² (fixtures/make_optimizers.py), and weight decay.

use std::fs;
use std::path::Path;

use approx::assert_abs_diff_eq;
use common::layer::{Layer, Param};
use common::layers::{Affine, BatchNorm};
use common::network::Network;
use common::optimizer::{
    AdaGrad, Adam, AdamW, Momentum, Nesterov, Optimizer, RmsProp, Sgd, l2_penalty,
};
use ndarray::{Array1, ArrayD, array};

/// The places after each of 30 steps from (−7, 2).
fn path(mut optimizer: Box<dyn Optimizer<f64>>) -> Vec<[f64; 2]> {
    let mut w = array![-7.0, 2.0];
    let mut step = |_| {
        let mut grad = array![w[0] / 10.0, 2.0 * w[1]];
        let param = Param::weight("W", &mut w, &mut grad);
        optimizer.update(vec![param]);
        [w[0], w[1]]
    };
    (0..30).map(&mut step).collect()
}

fn pytorch(rule: &str) -> Vec<[f64; 2]> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/optimizers.csv");
    let text = fs::read_to_string(file).expect("the fixture is there");
    let rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let number = |field: &str| field.parse::<f64>().expect("a number");
    rows.filter(|row| row[0] == rule).map(|row| [number(row[2]), number(row[3])]).collect()
}

#[test]
fn every_rule_goes_where_pytorchs_goes() {
    let decayed = 0.1;
    let rules: [(&str, Box<dyn Optimizer<f64>>); 9] = [
        ("sgd", Box::new(Sgd { learning_rate: 0.95 })),
        ("sgd_weight_decay", Box::new(Sgd { learning_rate: 0.95 }.with_weight_decay(decayed))),
        ("momentum", Box::new(Momentum::new(0.1))),
        ("nesterov", Box::new(Nesterov::new(0.1))),
        ("adagrad", Box::new(AdaGrad::new(1.5))),
        ("rmsprop", Box::new(RmsProp::new(0.1))),
        ("adam", Box::new(Adam::new(0.3))),
        ("adam_weight_decay", Box::new(Adam::new(0.3).with_weight_decay(decayed))),
        ("adamw", Box::new(AdamW::new(0.3, decayed))),
    ];
    for (name, rule) in rules {
        let (ours, theirs) = (path(rule), pytorch(name));
        assert_eq!(theirs.len(), 30, "{name}");
        for (step, (a, b)) in ours.iter().zip(&theirs).enumerate() {
            let off = (a[0] - b[0]).abs().max((a[1] - b[1]).abs());
            assert!(off < 1e-6, "{name}, step {}: {a:?} and {b:?}", step + 1);
        }
    }
}

/// One affine layer and batch normalisation, every number 2, every gradient 0.
fn twos() -> Network<f64> {
    let twos = || Array1::from_elem(3, 2.0);
    let mut norm = BatchNorm::new(3);
    (norm.gamma, norm.beta) = (twos(), twos());
    Network::new().with(Affine::from_weights(array![[2.0, 2.0, 2.0]], twos())).with(norm)
}

fn values(network: &mut Network<f64>) -> Vec<ArrayD<f64>> {
    network.params().iter().map(|p| p.value.to_owned()).collect()
}

#[test]
fn only_weights_decay() {
    let rules: [Box<dyn Optimizer<f64>>; 2] = [
        Box::new(Sgd { learning_rate: 0.5 }.with_weight_decay(0.1)),
        Box::new(AdamW::new(0.5, 0.1)),
    ];
    for mut rule in rules {
        let mut network = twos();
        rule.update(network.params());
        let [w, b, gamma, beta] = &values(&mut network)[..] else { panic!("four parameters") };
        // 2 − 0.5 · 0.1 · 2
        assert_abs_diff_eq!(*w, array![[1.9, 1.9, 1.9]].into_dyn(), epsilon = 1e-12);
        for others in [b, gamma, beta] {
            assert_eq!(*others, array![2.0, 2.0, 2.0].into_dyn());
        }
    }
    assert_abs_diff_eq!(l2_penalty(&mut twos(), 0.1), 0.5 * 0.1 * 3.0 * 4.0, epsilon = 1e-12);
}

#[test]
fn a_weight_without_a_gradient_stays_a_number() {
    let rules: [Box<dyn Optimizer<f64>>; 5] = [
        Box::new(AdaGrad::new(0.1)),
        Box::new(RmsProp::new(0.1)),
        Box::new(Adam::new(0.1)),
        Box::new(Momentum::new(0.1)),
        Box::new(Nesterov::new(0.1)),
    ];
    for mut rule in rules {
        let mut network = twos();
        rule.update(network.params());
        assert_eq!(values(&mut network), values(&mut twos()), "nothing pushes, nothing moves");
    }
}
