//! Exercise 28: the two losses of a GAN.
//!
//! Wanted: from the discriminator's logits z, with D = σ(z) = 1/(1 + e⁻ᶻ),
//! - its own loss, the mean of −ln D over real images plus the mean of −ln(1 − D) over made ones, and the slope
//!   of that loss for each logit, those of real images and those of made ones;
//! - the generator's loss, the mean of −ln D over made images, and its slope for each logit.
//!
//! A logit of ±800 must not give an infinite loss, nor NaN.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex28

/// A loss, and its slopes.
pub type Loss = (f64, Vec<f64>);

/// The discriminator's loss, its slopes for `real`, and its slopes for `made`.
pub fn discriminator_loss(real: &[f64], made: &[f64]) -> (f64, Vec<f64>, Vec<f64>) {
    todo!("−ln(1 − σ(z)) = ln(1 + eᶻ); `softplus` in the hint says how to compute it for any z")
}

/// The generator's loss, and its slopes for `made`.
pub fn generator_loss(made: &[f64]) -> Loss {
    todo!("−ln σ(z) = ln(1 + e⁻ᶻ)")
}
