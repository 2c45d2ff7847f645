//! A solution of exercise 28: the two losses of a GAN.

/// A loss, and its slopes.
pub type Loss = (f64, Vec<f64>);

/// The discriminator's loss, its slopes for `real`, and its slopes for `made`.
pub fn discriminator_loss(real: &[f64], made: &[f64]) -> (f64, Vec<f64>, Vec<f64>) {
    let n = made.len() as f64;
    let (loss_of_real, of_real) = generator_loss(real); // it is the same formula
    let loss_of_made = made.iter().map(|&z| softplus(z)).sum::<f64>() / n;
    let of_made = made.iter().map(|&z| sigmoid(z) / n).collect();
    (loss_of_real + loss_of_made, of_real, of_made)
}

/// The generator's loss, and its slopes for `made`.
pub fn generator_loss(made: &[f64]) -> Loss {
    let n = made.len() as f64;
    let loss = made.iter().map(|&z| softplus(-z)).sum::<f64>() / n;
    (loss, made.iter().map(|&z| (sigmoid(z) - 1.0) / n).collect())
}

/// ln(1 + eᶻ): for a large z the exponential is never taken.
fn softplus(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}
