//! A solution of exercise 8: the best line for what no line can do.

use ch02_perceptron::perceptron::Perceptron;
use ch02_perceptron::rule::Example;
use common::random::{generator, seq::SliceRandom};

/// The perceptron with the fewest mistakes that was met.
pub fn pocket(examples: &[Example<2>], epochs: usize, seed: u64) -> Perceptron<2> {
    let rng = &mut generator(seed);
    let mut examples = examples.to_vec();
    let mut p = Perceptron { weights: [0.0, 0.0], bias: 0.0 };
    let mut best = (mistakes(&p, &examples), p);
    for _ in 0..epochs {
        examples.shuffle(rng); // a new order each time, so that no circle closes
        for &example in &examples {
            if p.correct(example, 1.0) && mistakes(&p, &examples) < best.0 {
                best = (mistakes(&p, &examples), p);
            }
        }
    }
    best.1
}

fn mistakes(p: &Perceptron<2>, examples: &[Example<2>]) -> usize {
    examples.iter().filter(|&&(x, t)| p.output(x) != t).count()
}
