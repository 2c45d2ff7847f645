//! How much images of one digit differ from each other: what a generator that has collapsed lacks.

use common::{Float, Tensor};
use ndarray::{Array1, Axis};

// ANCHOR: spread
/// The mean squared distance of an image from the mean image of its class, over all images N×…: 0 if
/// every digit is drawn in one way only. (Two images drawn at random differ by twice as much.)
pub fn within<F: Float>(images: &Tensor<F>, classes: &[u8]) -> f64 {
    let rows: Vec<Array1<f64>> =
        images.outer_iter().map(|image| image.iter().map(|x| x.as_f64()).collect()).collect();
    let mut sum = 0.0;
    for class in 0..=classes.iter().copied().max().unwrap_or(0) {
        let of = |(row, &label): (&Array1<f64>, &u8)| (label == class).then(|| row.clone());
        let own: Vec<_> = rows.iter().zip(classes).filter_map(of).collect();
        let Some(mean) = mean(&own) else { continue };
        sum += own.iter().map(|row| (row - &mean).mapv(|d| d * d).sum()).sum::<f64>();
    }
    sum / classes.len().max(1) as f64
}
// ANCHOR_END: spread

fn mean(rows: &[Array1<f64>]) -> Option<Array1<f64>> {
    let views: Vec<_> = rows.iter().map(|row| row.view()).collect();
    ndarray::stack(Axis(0), &views).ok()?.mean_axis(Axis(0))
}
