//! The smallest network: one matrix of weights, its loss, and the gradient of that loss.

use common::activation::softmax;
use common::gradient::numerical_gradient;
use ndarray::{Array2, array};

use crate::loss::mean_cross_entropy;

// ANCHOR: simple_net
/// Two numbers in, three scores out: x·W, then softmax.
pub struct SimpleNet {
    /// Weights, 2×3.
    pub w: Array2<f64>,
}

impl SimpleNet {
    /// The probabilities of three classes for a batch: N×2 in, N×3 out.
    pub fn predict(&self, x: &Array2<f64>) -> Array2<f64> {
        softmax(x.dot(&self.w))
    }

    /// How wrong the network is about a batch: N×2 and N labels.
    pub fn loss(&self, x: &Array2<f64>, labels: &[u8]) -> f64 {
        mean_cross_entropy(&self.predict(x), labels)
    }
}
// ANCHOR_END: simple_net

// ANCHOR: gradient
/// ∂loss/∂W, of the shape of W: the loss seen as a function of the weights, x and labels fixed.
pub fn gradient(net: &SimpleNet, x: &Array2<f64>, labels: &[u8]) -> Array2<f64> {
    let mut w = net.w.clone();
    numerical_gradient(&mut w, |w| SimpleNet { w: w.clone() }.loss(x, labels))
}
// ANCHOR_END: gradient

/// The weights, input and label whose numbers the chapter follows.
pub fn example() -> (SimpleNet, Array2<f64>, [u8; 1]) {
    let w = array![[0.47355232, 0.9977393, 0.84668094], [0.85557411, 0.03563661, 0.69422093]];
    (SimpleNet { w }, array![[0.6, 0.9]], [2])
}

/// Prints the way from x to the loss, the gradient, and what a step along it gains.
pub fn run() {
    let (mut net, x, labels) = example();
    print_rows("W, 2×3:", &net.w);
    println!("x = (0.6, 0.9), and the right class is {}", labels[0]);
    print_rows("scores x·W:", &x.dot(&net.w));
    print_rows("probabilities softmax(x·W):", &net.predict(&x));
    println!("loss −ln(probability of class 2 + 1e-7) = {:.8}", net.loss(&x, &labels));

    let slope = gradient(&net, &x, &labels);
    print_rows("gradient ∂loss/∂W:", &slope);
    let nudge = 0.01;
    println!("nudge one weight by {nudge}, and the loss should move by {nudge} times its entry:");
    for (row, column) in [(0, 0), (1, 2)] {
        let mut nudged = SimpleNet { w: net.w.clone() };
        nudged.w[[row, column]] += nudge;
        let moved = nudged.loss(&x, &labels) - net.loss(&x, &labels);
        let foreseen = nudge * slope[[row, column]];
        println!("  W[{row}, {column}]: foreseen {foreseen:+.6}, measured {moved:+.6}");
    }
    println!("steps against the gradient, rate 1:");
    for step in 1..=5 {
        net.w = &net.w - &gradient(&net, &x, &labels);
        println!("  after step {step}: loss {:.4}", net.loss(&x, &labels));
    }
}

fn print_rows(title: &str, rows: &Array2<f64>) {
    println!("{title}");
    for row in rows.rows() {
        let numbers: Vec<_> = row.iter().map(|x| format!("{x:>12.8}")).collect();
        println!("{}", numbers.join(""));
    }
}
