//! A network of three layers, each step of it on paper.

use common::activation::sigmoid;
use ndarray::{Array1, Array2, array};

// ANCHOR: net
/// 2 inputs, then 3, 2 and 2 neurons.
pub struct ThreeLayerNet {
    /// Weights, 2×3, 3×2 and 2×2: a row for each input, a column for each neuron.
    pub w: [Array2<f64>; 3],
    /// Biases, 3, 2 and 2.
    pub b: [Array1<f64>; 3],
}

impl ThreeLayerNet {
    /// From 2 inputs to 2 outputs.
    pub fn forward(&self, x: &Array1<f64>) -> Steps {
        let a1 = x.dot(&self.w[0]) + &self.b[0];
        let z1 = a1.mapv(sigmoid);
        let a2 = z1.dot(&self.w[1]) + &self.b[1];
        let z2 = a2.mapv(sigmoid);
        let y = z2.dot(&self.w[2]) + &self.b[2];
        Steps { a1, z1, a2, z2, y }
    }
}
// ANCHOR_END: net

/// Everything that is computed on the way: weighted sums a, activations z,
/// outputs y.
pub struct Steps {
    /// x·W1 + b1, of 3 numbers.
    pub a1: Array1<f64>,
    /// σ(a1).
    pub z1: Array1<f64>,
    /// z1·W2 + b2, of 2 numbers.
    pub a2: Array1<f64>,
    /// σ(a2).
    pub z2: Array1<f64>,
    /// z2·W3 + b3, of 2 numbers, handed on as they are.
    pub y: Array1<f64>,
}

// ANCHOR: weights
/// Round numbers that nobody trained: good for checking by hand.
pub fn example() -> ThreeLayerNet {
    ThreeLayerNet {
        w: [
            array![[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]],
            array![[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]],
            array![[0.1, 0.3], [0.2, 0.4]],
        ],
        b: [array![0.1, 0.2, 0.3], array![0.1, 0.2], array![0.1, 0.2]],
    }
}
// ANCHOR_END: weights

/// Prints every intermediate number for the input (1.0, 0.5).
pub fn run() {
    let x = array![1.0, 0.5];
    let steps = example().forward(&x);
    show("x", "input", &x);
    show("a1", "x·W1 + b1", &steps.a1);
    show("z1", "sigmoid(a1)", &steps.z1);
    show("a2", "z1·W2 + b2", &steps.a2);
    show("z2", "sigmoid(a2)", &steps.z2);
    show("y", "z2·W3 + b3", &steps.y);
}

fn show(name: &str, formula: &str, values: &Array1<f64>) {
    println!("{name:<3}= {formula:<12}= {values:.8}");
}
