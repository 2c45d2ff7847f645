//! A solution of exercise 21: the gates of an LSTM.

use common::activation::sigmoid;

/// (h, c) from the sums and the memory cells of the step before.
pub fn lstm_step(sums: &[f64], c_before: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let units = c_before.len();
    let unit = |j: usize| {
        let [input, forget, output] = [0, 1, 3].map(|gate| sigmoid(sums[gate * units + j]));
        let candidate = sums[2 * units + j].tanh();
        let c = forget * c_before[j] + input * candidate;
        (output * c.tanh(), c)
    };
    (0..units).map(unit).unzip()
}
