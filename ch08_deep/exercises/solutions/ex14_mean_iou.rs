//! A solution of exercise 14: mIoU from a confusion matrix.

use ndarray::Array2;

/// The mean IoU for counts K×K, of which at least one is not 0.
pub fn mean_iou(counts: &Array2<u64>) -> f64 {
    let mut all = Vec::new();
    for class in 0..counts.nrows() {
        let both = counts[[class, class]];
        let either = counts.row(class).sum() + counts.column(class).sum() - both;
        if either > 0 {
            all.push(both as f64 / either as f64);
        }
    }
    all.iter().sum::<f64>() / all.len() as f64
}
