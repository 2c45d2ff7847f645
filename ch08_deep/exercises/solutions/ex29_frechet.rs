//! A solution of exercise 29: the Fréchet distance of two clouds.

/// The mean and the standard deviation of these numbers.
pub fn mean_and_deviation(numbers: &[f64]) -> (f64, f64) {
    let n = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / n;
    let squares = numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
    (mean, (squares / (n - 1.0)).sqrt())
}

/// The squared Fréchet distance of two clouds with independent coordinates; each point is [x, y].
pub fn frechet(a: &[[f64; 2]], b: &[[f64; 2]]) -> f64 {
    let along = |points: &[[f64; 2]], axis: usize| {
        mean_and_deviation(&points.iter().map(|point| point[axis]).collect::<Vec<_>>())
    };
    let term = |axis| {
        let ((m1, s1), (m2, s2)) = (along(a, axis), along(b, axis));
        (m1 - m2).powi(2) + (s1 - s2).powi(2)
    };
    term(0) + term(1)
}
