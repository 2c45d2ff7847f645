//! The smallest network: one matrix of weights, its loss, and the gradient of that loss.

use common::activation::softmax;
use common::gradient::numerical_gradient;
use common::loss::cross_entropy;
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
        softmax(self.scores(x))
    }

    /// What softmax makes probabilities of: x·W, N×3.
    pub fn scores(&self, x: &Array2<f64>) -> Array2<f64> {
        x.dot(&self.w)
    }

    /// How wrong the network is about a batch: N×2 and N labels.
    pub fn loss(&self, x: &Array2<f64>, labels: &[u8]) -> f64 {
        mean_cross_entropy(&self.predict(x), labels)
    }

    /// The loss straight from the scores, which needs no 10⁻⁷ to be safe.
    pub fn exact_loss(&self, x: &Array2<f64>, labels: &[u8]) -> f64 {
        cross_entropy(self.scores(x).view(), labels)
    }
}
// ANCHOR_END: simple_net

// ANCHOR: gradient
/// ∂loss/∂W, of the shape of W; `loss` says how wrong a given network is.
pub fn gradient<L>(net: &SimpleNet, loss: L) -> Array2<f64>
where
    L: Fn(&SimpleNet) -> f64,
{
    let mut w = net.w.clone();
    numerical_gradient(&mut w, |w| loss(&SimpleNet { w: w.clone() }))
}
// ANCHOR_END: gradient

/// The weights, input and label whose numbers the chapter follows.
pub fn example() -> (SimpleNet, Array2<f64>, [u8; 1]) {
    let w = array![[0.47355232, 0.9977393, 0.84668094], [0.85557411, 0.03563661, 0.69422093]];
    (SimpleNet { w }, array![[0.6, 0.9]], [2])
}

/// Prints the way from x to the loss, the gradient, and what steps along it gain.
pub fn run() {
    let (mut net, x, labels) = example();
    let exact = |net: &SimpleNet| net.exact_loss(&x, &labels);
    print_rows("W, 2×3:", &net.w);
    println!("x = (0.6, 0.9), and the right class is {}", labels[0]);
    print_rows("scores x·W:", &net.scores(&x));
    print_rows("probabilities softmax(x·W):", &net.predict(&x));
    println!("loss −ln(probability of class 2 + 1e-7) = {:.8}", net.loss(&x, &labels));
    println!("the same without the 1e-7, from scores  = {:.8}", exact(&net));

    let slope = gradient(&net, exact);
    print_rows("gradient ∂loss/∂W (without the 1e-7):", &slope);
    let with_tiny = gradient(&net, |net| net.loss(&x, &labels));
    let moved = (&with_tiny - &slope).fold(0.0_f64, |most, d| most.max(d.abs()));
    println!("the 1e-7 moves its entries by {moved:.1e} at most");

    let nudge = 0.01;
    println!("nudge one weight by {nudge}, and the loss should move by {nudge} times its entry:");
    for (row, column) in [(0, 0), (1, 2)] {
        let mut nudged = SimpleNet { w: net.w.clone() };
        nudged.w[[row, column]] += nudge;
        let moved = exact(&nudged) - exact(&net);
        let predicted = nudge * slope[[row, column]];
        println!("  W[{row}, {column}]: predicted {predicted:+.6}, measured {moved:+.6}");
    }
    println!("steps against the gradient, rate 1:");
    for step in 1..=5 {
        net.w = &net.w - &gradient(&net, exact);
        println!("  after step {step}: loss {:.4}", exact(&net));
    }
}

fn print_rows(title: &str, rows: &Array2<f64>) {
    println!("{title}");
    for row in rows.rows() {
        let numbers: Vec<_> = row.iter().map(|x| format!("{x:>12.8}")).collect();
        println!("{}", numbers.join(""));
    }
}
