//! A solution of exercise 3: from a line to a perceptron.

use ch02_perceptron::perceptron::Perceptron;

/// The perceptron whose boundary is the line through `p` and `q`, and which fires at `inside`.
pub fn through(p: [f64; 2], q: [f64; 2], inside: [f64; 2]) -> Perceptron<2> {
    let [w1, w2] = [p[1] - q[1], q[0] - p[0]]; // at right angles to q − p
    let bias = -(w1 * p[0] + w2 * p[1]);
    let one_way = Perceptron { weights: [w1, w2], bias };
    if one_way.score(inside) > 0.0 {
        return one_way;
    }
    Perceptron { weights: [-w1, -w2], bias: -bias }
}
