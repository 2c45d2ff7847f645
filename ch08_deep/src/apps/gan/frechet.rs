//! How far apart two clouds of points are, each taken for a Gaussian.

use ndarray::{Array1, Array2, Axis};

use super::symmetric::{eigen, square_root};

// ANCHOR: gaussian
/// The mean and the covariance of a cloud of points.
#[derive(Clone, Debug, PartialEq)]
pub struct Gaussian {
    /// Their mean, D numbers.
    pub mean: Array1<f64>,
    /// How their coordinates vary together, D×D.
    pub covariance: Array2<f64>,
}

impl Gaussian {
    /// That of points N×D. (A single point does not vary.)
    ///
    /// # Panics
    /// If there is none.
    pub fn of(points: &Array2<f64>) -> Self {
        let mean = points.mean_axis(Axis(0)).expect("Gaussian: no points");
        let apart = points - &mean;
        let covariance = apart.t().dot(&apart) / (points.nrows() - 1).max(1) as f64;
        Self { mean, covariance }
    }

    /// The Fréchet distance, squared (Dowson and Landau, 1982):
    /// |m₁ − m₂|² + tr(C₁ + C₂ − 2·(C₁ᐟ²·C₂·C₁ᐟ²)ᐟ²).
    pub fn frechet(&self, other: &Self) -> f64 {
        let apart = (&self.mean - &other.mean).mapv(|d| d * d).sum();
        let root = square_root(self.covariance.clone());
        let product = root.dot(&other.covariance).dot(&root);
        let (values, _) = eigen((&product + &product.t()) / 2.0);
        let shared = values.iter().map(|x| x.max(0.0).sqrt()).sum::<f64>();
        apart + self.covariance.diag().sum() + other.covariance.diag().sum() - 2.0 * shared
    }
}
// ANCHOR_END: gaussian
