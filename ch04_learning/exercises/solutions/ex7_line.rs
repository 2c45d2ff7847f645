//! A solution of exercise 7: a line through points, found by descent.

use ch04_learning::descent::descend;
use ndarray::{Array1, array};

/// Slope a and height b of the line y = a·x + b closest to the points (x, y).
pub fn fit_line(points: &[(f64, f64)]) -> (f64, f64) {
    let loss = |line: &Array1<f64>| {
        let miss = |&(x, y): &(f64, f64)| line[0] * x + line[1] - y;
        points.iter().map(|point| miss(point).powi(2)).sum::<f64>() / points.len() as f64
    };
    let path = descend(loss, array![0.0, 0.0], 0.1, 500);
    let line = &path[path.len() - 1];
    (line[0], line[1])
}
