//! From the scores of next words to a sentence: the best word each time, or several beginnings at once.

use common::activation::log_sum_exp;
use common::layers::State;
use common::{Float, Tensor};
use ndarray::ArrayView1;
use rayon::prelude::*;

use super::captioner::{Captioner, Seen};
use super::sentence::{END, LONGEST, START};

// ANCHOR: speaker
/// Whoever can go on with a sentence.
pub trait Speaker {
    /// What it remembers of the words so far.
    type Memory: Clone;

    /// The logarithms of all words' probabilities after one more word, and what it remembers then.
    fn next(&self, memory: &Self::Memory, word: usize) -> (Vec<f64>, Self::Memory);
}
// ANCHOR_END: speaker

// ANCHOR: greedy
/// A sentence of the most probable word each time, with its end, or cut off after `most` words.
pub fn greedy<S: Speaker>(
    speaker: &S,
    mut memory: S::Memory,
    (start, end, most): (usize, usize, usize),
) -> Vec<usize> {
    let mut words = vec![start];
    while words.len() <= most && (words.len() == 1 || words.last() != Some(&end)) {
        let (scores, after) = speaker.next(&memory, words[words.len() - 1]);
        words.push(best(&scores, 1)[0]);
        memory = after;
    }
    words.split_off(1)
}
// ANCHOR_END: greedy

/// The beginning of a sentence.
#[derive(Clone)]
struct Beginning<M> {
    words: Vec<usize>,
    /// The logarithm of its probability.
    score: f64,
    memory: M,
}

// ANCHOR: beam
/// The most probable sentence that is found when the `width` best beginnings go on side by side (**beam
/// search**). With a width of 1 it is [`greedy`].
pub fn beam<S: Speaker>(
    speaker: &S,
    memory: S::Memory,
    (start, end, most): (usize, usize, usize),
    width: usize,
) -> Vec<usize> {
    let mut beginnings = vec![Beginning { words: vec![start], score: 0.0, memory }];
    let is_over = |words: &[usize]| words.len() > most || words[1..].last() == Some(&end);
    while !beginnings.iter().all(|beginning| is_over(&beginning.words)) {
        let mut longer = Vec::new();
        for beginning in beginnings {
            if is_over(&beginning.words) {
                longer.push(beginning);
                continue;
            }
            let last = beginning.words[beginning.words.len() - 1];
            let (scores, memory) = speaker.next(&beginning.memory, last);
            longer.extend(best(&scores, width).into_iter().map(|word| Beginning {
                words: [&beginning.words[..], &[word]].concat(),
                score: beginning.score + scores[word],
                memory: memory.clone(),
            }));
        }
        longer.sort_by(|a, b| b.score.total_cmp(&a.score));
        longer.truncate(width.max(1));
        beginnings = longer;
    }
    beginnings.swap_remove(0).words.split_off(1)
}
// ANCHOR_END: beam

/// The numbers of the `count` highest scores, the highest first; of equal ones the first.
fn best(scores: &[f64], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&i, &j| scores[j].total_cmp(&scores[i]));
    order.truncate(count.max(1));
    order
}

/// A captioner before one picture.
struct Before<'a, F: Float>(&'a Captioner<F>, Seen<F>);

impl<F: Float> Speaker for Before<'_, F> {
    type Memory = State<F>;

    fn next(&self, memory: &State<F>, word: usize) -> (Vec<f64>, State<F>) {
        let word = Tensor::from_elem(vec![1, 1], F::of(word as f64));
        let (scores, memory, _) = self.0.say(&self.1, word, memory);
        let scores: Vec<F> = scores.into_iter().collect();
        let sum = log_sum_exp(ArrayView1::from(&scores));
        (scores.iter().map(|&score| (score - sum).as_f64()).collect(), memory)
    }
}

/// What the captioner says of pictures N×3×32×32, by a beam of this width: the words of each sentence,
/// and its end.
pub fn captions<F: Float>(
    captioner: &Captioner<F>,
    pictures: &Tensor<F>,
    width: usize,
) -> Vec<Vec<usize>> {
    if pictures.is_empty() {
        return Vec::new();
    }
    let seen = captioner.look(pictures.clone());
    let limits = (START, END, LONGEST);
    let of_one = |i: usize| {
        let (speaker, silence) = (Before(captioner, seen.one(i)), captioner.silence(1));
        match width {
            0 | 1 => greedy(&speaker, silence, limits),
            _ => beam(&speaker, silence, limits, width),
        }
    };
    (0..pictures.shape()[0]).into_par_iter().map(of_one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::random::{Rng, generator};

    /// Three words, of which the last ends a sentence, and the probabilities of what follows each.
    struct Table([[f64; 3]; 3]);

    impl Speaker for Table {
        type Memory = ();

        fn next(&self, (): &(), word: usize) -> (Vec<f64>, ()) {
            (self.0[word].iter().map(|p| p.ln()).collect(), ())
        }
    }

    const LIMITS: (usize, usize, usize) = (0, 2, 2);

    // ANCHOR: trap
    /// After the start, word 0 is likelier than word 1. But what follows word 0 is anybody's guess, and
    /// what follows word 1 is nearly certain.
    const TRAP: Table = Table([[0.5, 0.4, 0.1], [0.05, 0.05, 0.9], [0.0, 0.0, 1.0]]);

    #[test]
    fn greedy_walks_into_a_trap_and_a_beam_does_not() {
        assert_eq!(greedy(&TRAP, (), LIMITS), [0, 0], "0.5 · 0.5 = 0.25");
        assert_eq!(beam(&TRAP, (), LIMITS, 2), [1, 2], "0.4 · 0.9 = 0.36");
    }
    // ANCHOR_END: trap

    #[test]
    fn a_beam_of_one_is_greedy_and_a_wide_one_finds_the_best_of_all() {
        let rng = &mut generator(1);
        for _ in 0..200 {
            let table = Table([0, 1, 2].map(|_| {
                let p = [0, 1, 2].map(|_| rng.random_range(0.01..1.0_f64));
                p.map(|one| one / p.iter().sum::<f64>())
            }));
            let limits = (0, 2, 4);
            assert_eq!(beam(&table, (), limits, 1), greedy(&table, (), limits));
            let found = beam(&table, (), limits, 81);
            let probability = |words: &[usize]| {
                let mut last = 0;
                words
                    .iter()
                    .fold(1.0, |p, &word| p * table.0[std::mem::replace(&mut last, word)][word])
            };
            // All sentences of up to four words.
            let mut all: Vec<Vec<usize>> = vec![vec![]];
            let mut over = Vec::new();
            while let Some(words) = all.pop() {
                if words.len() == 4 || words.last() == Some(&2) {
                    over.push(words);
                } else {
                    all.extend((0..3).map(|word| [&words[..], &[word]].concat()));
                }
            }
            let most = over.iter().map(|words| probability(words)).fold(0.0, f64::max);
            assert!((probability(&found) - most).abs() < 1e-12);
        }
    }
}
