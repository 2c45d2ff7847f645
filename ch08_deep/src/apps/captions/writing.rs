//! Writing: a character is drawn from what the model expects, read again, and so on.

use common::random::{Generator, Rng};
use ndarray::{Array2, ArrayView1, ArrayViewD, Axis};

use super::symbol_model::SymbolModel;
use super::text::{UNKNOWN, Vocabulary};

// ANCHOR: draw
/// Draws a symbol with the probabilities softmax(scores / temperature); never the unknown one.
pub fn draw(scores: ArrayView1<'_, f32>, temperature: f64, rng: &mut Generator) -> usize {
    let divided = scores.iter().map(|&score| f64::from(score) / temperature);
    let mut divided: Vec<f64> = divided.collect();
    divided[UNKNOWN] = f64::NEG_INFINITY;
    let largest = divided.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = divided.iter().map(|score| (score - largest).exp()).collect();
    let mut place = rng.random::<f64>() * weights.iter().sum::<f64>();
    let found = weights.iter().position(|weight| {
        place -= weight;
        place < 0.0
    });
    // Rounding may leave a little behind the last: the likeliest, then.
    found.unwrap_or_else(|| divided.iter().position(|&score| score == largest).unwrap_or(0))
}
// ANCHOR_END: draw

// ANCHOR: write
/// Reads the prompt, and goes on for `count` characters.
pub fn write(
    (model, vocabulary): (&SymbolModel, &Vocabulary),
    prompt: &str,
    (count, temperature): (usize, f64),
    rng: &mut Generator,
) -> String {
    let read = vocabulary.numbers(prompt);
    let x = Array2::from_shape_fn((1, read.len()), |(_, t)| read[t] as f32);
    let zeros = model.recurrent.zero_state(1);
    let (mut scores, mut state) = model.infer_from(x.into_dyn(), &zeros);
    let mut written = String::new();
    for _ in 0..count {
        let next = draw(last(scores.view()), temperature, rng);
        written.push(vocabulary.character(next));
        let x = Array2::from_elem((1, 1), next as f32);
        (scores, state) = model.infer_from(x.into_dyn(), &state);
    }
    written
}
// ANCHOR_END: write

/// The scores 1×T×V after the last step.
fn last(scores: ArrayViewD<'_, f32>) -> ArrayView1<'_, f32> {
    let steps = scores.len_of(Axis(1));
    let last = scores.index_axis_move(Axis(0), 0).index_axis_move(Axis(0), steps - 1);
    last.into_dimensionality().expect("V scores")
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::random::generator;
    use ndarray::array;

    #[test]
    fn how_often_each_is_drawn_follows_the_temperature() {
        let scores = array![9.0_f32, 0.0, 2.0_f32.ln(), 4.0_f32.ln()]; // 1 : 2 : 4, after the unknown
        let shares = |temperature: f64| {
            let rng = &mut generator(1);
            let mut counts = [0.0_f64; 4];
            (0..20_000)
                .for_each(|_| counts[draw(scores.view(), temperature, rng)] += 1.0 / 20_000.0);
            counts
        };
        for (temperature, expected) in [
            (1.0, [0.0, 1.0 / 7.0, 2.0 / 7.0, 4.0 / 7.0]),
            (0.5, [0.0, 1.0 / 21.0, 4.0 / 21.0, 16.0 / 21.0]), // squares
            (1e-3, [0.0, 0.0, 0.0, 1.0]),
        ] {
            for (share, expected) in shares(temperature).into_iter().zip(expected) {
                assert!((share - expected).abs() < 0.015, "{temperature}: {share}, not {expected}");
            }
        }
    }
}
