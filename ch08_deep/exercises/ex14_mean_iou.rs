//! Exercise 14: mIoU from a confusion matrix.
//!
//! Wanted: the mean intersection over union of a segmentation, from the counts of a confusion matrix: a
//! row for each true class, a column for each answer. A class that neither occurs nor was answered has
//! no IoU; the mean is over the others.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex14

use ndarray::Array2;

/// The mean IoU for counts K×K, of which at least one is not 0.
pub fn mean_iou(counts: &Array2<u64>) -> f64 {
    todo!(
        "`counts.row(k).sum()` are the pixels of class k, `counts.column(k).sum()` those that were called k"
    )
}
