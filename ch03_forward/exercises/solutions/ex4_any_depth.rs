//! A solution of exercise 4: a network of any depth.

use common::activation::sigmoid;
use ndarray::{Array1, Array2};

/// N×inputs → N×outputs, by layers of (W: inputs×outputs, b: outputs).
pub fn forward(layers: &[(Array2<f64>, Array1<f64>)], mut x: Array2<f64>) -> Array2<f64> {
    for (i, (w, b)) in layers.iter().enumerate() {
        x = x.dot(w) + b;
        if i + 1 < layers.len() {
            x.mapv_inplace(sigmoid);
        }
    }
    x
}
