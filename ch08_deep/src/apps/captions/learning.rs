//! How the captioner learns: the right words so far in, the next one out.

use common::Tensor;
use common::layers::SequenceSoftmaxWithLoss;
use common::model;
use common::optimizer::clip_by_norm;
use common::train::{Evaluation, TrainStep};
use ndarray::Array2;

use super::beam::captions;
use super::bleu::exact_matches;
use super::captioner::Captioner;
use super::pairs::{Pair, Pairs, images};
use super::sentence::{END, LONGEST, START};

/// Gradients together are at most so long.
const LONGEST_GRADIENT: f32 = 5.0;
/// Pictures that are described after each epoch.
const JUDGED: usize = 200;

// ANCHOR: lesson
/// What is read and what is to be said at each step, N×T, and whether there is anything to say: sentences
/// that are over wait for the others.
pub struct Lesson {
    /// The start, and all words but the end.
    pub read: Tensor<f32>,
    /// All words, and the end.
    pub said: Array2<usize>,
    /// Whether the sentence still goes on.
    pub mask: Array2<bool>,
}

impl Lesson {
    /// From sentences with their ends.
    pub fn of(sentences: &[Vec<usize>]) -> Self {
        let shape = (sentences.len(), LONGEST);
        let word = |i: usize, t: usize| sentences[i].get(t).copied().unwrap_or(END);
        let before = |(i, t): (usize, usize)| if t == 0 { START } else { word(i, t - 1) };
        Self {
            read: Array2::from_shape_fn(shape, |at| before(at) as f32).into_dyn(),
            said: Array2::from_shape_fn(shape, |(i, t)| word(i, t)),
            mask: Array2::from_shape_fn(shape, |(i, t)| t < sentences[i].len()),
        }
    }
}
// ANCHOR_END: lesson

/// Learning from pictures of which none comes twice.
pub struct Captioning<'a> {
    pairs: &'a Pairs<'a>,
    /// How many of them make an epoch.
    count: usize,
    held_out: &'a [Pair],
    criterion: SequenceSoftmaxWithLoss<f32>,
    /// The number of this epoch's first picture.
    first: u64,
}

impl<'a> Captioning<'a> {
    /// Learning from `count` new pictures an epoch, judged by the held-out ones.
    pub fn new((pairs, count): (&'a Pairs<'a>, usize), held_out: &'a [Pair]) -> Self {
        let criterion = SequenceSoftmaxWithLoss::default();
        Self { pairs, count, held_out, criterion, first: 0 }
    }
}

/// The share of these pictures that are described exactly.
fn judge(model: &Captioner<f32>, pairs: &[Pair]) -> f64 {
    let pairs = &pairs[..pairs.len().min(JUDGED)];
    let right: Vec<_> = pairs.iter().map(Pair::sentence).collect();
    exact_matches(&captions(model, &images(pairs), 1), &right)
}

impl TrainStep<f32, Captioner<f32>> for Captioning<'_> {
    fn examples(&self) -> usize {
        self.count
    }

    fn begin_epoch(&mut self, epoch: usize) {
        self.first = (epoch * self.count) as u64;
    }

    // ANCHOR: step
    fn forward_backward(&mut self, model: &mut Captioner<f32>, indices: &[usize]) -> f32 {
        let pairs = self.pairs.draw(indices.iter().map(|&i| self.first + i as u64));
        let sentences: Vec<_> = pairs.iter().map(Pair::sentence).collect();
        let Lesson { read, said, mask } = Lesson::of(&sentences);
        let scores = model.forward(images(&pairs), read);
        let loss = self.criterion.forward(scores, said.view(), mask.view());
        model.backward(self.criterion.backward());
        clip_by_norm(&mut model::params(model), LONGEST_GRADIENT);
        loss
    }
    // ANCHOR_END: step

    fn evaluate(&mut self, model: &mut Captioner<f32>) -> Evaluation {
        let seen = self.count.min(JUDGED) as u64;
        let learned = self.pairs.draw(self.first..self.first + seen);
        Evaluation { train: judge(model, &learned), test: judge(model, self.held_out) }
    }

    fn measure(&self) -> &'static str {
        "exact"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn what_is_said_is_read_one_step_later() {
        let long = vec![2, 3, 5, 9, 19, 21, 2, 4, 8, 10, END];
        let Lesson { read, said, mask } = Lesson::of(&[long.clone(), vec![2, 22, END]]);
        assert_eq!(said.row(0).to_vec(), long);
        let words = |row: &[f32]| row.iter().map(|&word| word as usize).collect::<Vec<_>>();
        let read = read.into_raw_vec_and_offset().0;
        assert_eq!(words(&read[..LONGEST]), [&[START], &long[..LONGEST - 1]].concat());
        assert_eq!(words(&read[LONGEST..][..4]), [START, 2, 22, END]);
        assert_eq!(said.slice(ndarray::s![1, ..3]), array![2, 22, END]);
        assert!(mask.row(0).iter().all(|&counts| counts));
        assert_eq!(mask.row(1).iter().filter(|&&counts| counts).count(), 3);
    }
}
