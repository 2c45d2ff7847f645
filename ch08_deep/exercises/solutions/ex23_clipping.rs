//! A solution of exercise 23: gradient clipping by norm.

/// The length before; afterwards it is at most `most`.
pub fn clip(gradients: &mut [Vec<f64>], most: f64) -> f64 {
    let norm = gradients.iter().flatten().map(|g| g * g).sum::<f64>().sqrt();
    if norm > most {
        gradients.iter_mut().flatten().for_each(|g| *g *= most / norm);
    }
    norm
}
