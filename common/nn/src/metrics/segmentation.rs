//! How good a segmentation is: which classes were taken for which, and intersection over union.

use ndarray::{Array2, Array3, Axis};

use crate::{Float, Tensor};

/// The class with the largest score at each pixel: N×K×H×W to N×H×W.
///
/// # Panics
/// If the scores have not four axes.
pub fn pixel_classes<F: Float>(scores: &Tensor<F>) -> Array3<u8> {
    let &[n, _, height, width] = scores.shape() else {
        panic!("pixel_classes: expected scores N×K×H×W, got shape {:?}", scores.shape())
    };
    let mut classes = Array3::zeros((n, height, width));
    for (mut classes, scores) in classes.outer_iter_mut().zip(scores.outer_iter()) {
        let mut best = Array2::from_elem((height, width), F::neg_infinity());
        for (class, plane) in scores.axis_iter(Axis(0)).enumerate() {
            for ((best, chosen), &score) in best.iter_mut().zip(&mut classes).zip(plane) {
                if score > *best {
                    (*best, *chosen) = (score, class as u8);
                }
            }
        }
    }
    classes
}

/// How many pixels of each class were given which answer: a confusion matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    /// K×K: a row for each true class, a column for each answer.
    pub counts: Array2<u64>,
    /// The label of pixels that nobody judges.
    ignored: Option<u8>,
}

impl Confusion {
    /// Nothing counted yet, of so many classes; pixels with the label `ignored` will not be.
    pub fn new(classes: usize, ignored: Option<u8>) -> Self {
        Self { counts: Array2::zeros((classes, classes)), ignored }
    }

    /// Counts answers and what is true there.
    ///
    /// # Panics
    /// If there are not as many of both, or one of them is no class.
    pub fn add<'a>(
        &mut self,
        answers: impl IntoIterator<Item = &'a u8, IntoIter: ExactSizeIterator>,
        labels: impl IntoIterator<Item = &'a u8, IntoIter: ExactSizeIterator>,
    ) {
        let (answers, labels) = (answers.into_iter(), labels.into_iter());
        assert_eq!(answers.len(), labels.len(), "Confusion: answers and labels");
        for (&answer, &label) in answers.zip(labels).filter(|(_, l)| Some(**l) != self.ignored) {
            self.counts[[usize::from(label), usize::from(answer)]] += 1;
        }
    }

    // ANCHOR: iou
    /// Intersection over union of each class: of all pixels that are of this class or were said to be, the
    /// share that is both. `None` for a class that neither occurs nor was answered.
    pub fn iou(&self) -> Vec<Option<f64>> {
        let of_class = |class: usize| {
            let both = self.counts[[class, class]];
            let either = self.counts.row(class).sum() + self.counts.column(class).sum() - both;
            (either > 0).then(|| both as f64 / either as f64)
        };
        (0..self.counts.nrows()).map(of_class).collect()
    }

    /// The mean of [`iou`](Self::iou) over the classes that have one: mIoU.
    pub fn mean_iou(&self) -> f64 {
        let all: Vec<f64> = self.iou().into_iter().flatten().collect();
        all.iter().sum::<f64>() / all.len() as f64
    }
    // ANCHOR_END: iou

    /// The share of pixels with the right answer.
    pub fn accuracy(&self) -> f64 {
        self.counts.diag().sum() as f64 / self.counts.sum() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_small_picture_by_hand() {
        let mut confusion = Confusion::new(4, Some(9));
        confusion.add(&[0, 0, 1, 1, 2, 0, 2], &[0, 0, 0, 1, 1, 2, 9]);
        assert_eq!(confusion.counts, array![[2, 1, 0, 0], [0, 1, 1, 0], [1, 0, 0, 0], [0; 4]]);
        assert_eq!(confusion.iou(), [Some(2.0 / 4.0), Some(1.0 / 3.0), Some(0.0), None]);
        assert!((confusion.mean_iou() - (0.5 + 1.0 / 3.0) / 3.0).abs() < 1e-15);
        assert_eq!(confusion.accuracy(), 0.5, "three of six");
    }

    #[test]
    fn every_pixel_gets_the_class_with_the_largest_score() {
        // One picture of 1×2 pixels, three classes.
        let scores = array![[[[0.5, -3.0]], [[0.1, -1.0]], [[0.7, -2.0]]]].into_dyn();
        assert_eq!(pixel_classes(&scores), array![[[2, 1]]]);
    }
}
