//! The two losses of the game, from the discriminator's logits.

use common::activation::sigmoid;
use common::layers::BceWithLogits;
use common::{Float, Tensor};

use super::generator::CLASSES;

/// The discriminator shall be this sure of real images and no surer (one-sided label smoothing,
/// Salimans and others 2016): who is quite sure has no slope left for the other to learn from.
pub const SURE: f64 = 0.9;

// ANCHOR: discriminator_loss
/// −ln D(x) of real images and −ln(1 − D(G(z))) of made ones, means over both: the loss and its gradients
/// for both sets of logits. Real images count as real to the share `sure`; with 1 it is the plain loss.
pub fn discriminator_loss<F: Float>(
    real: Tensor<F>,
    made: Tensor<F>,
    sure: F,
) -> (F, [Tensor<F>; 2]) {
    let mut bce = BceWithLogits::default();
    let (yes, no) = (Tensor::from_elem(real.raw_dim(), sure), Tensor::zeros(made.raw_dim()));
    let loss_of_real = bce.forward(real, &yes);
    let d_real = bce.backward();
    let loss = loss_of_real + bce.forward(made, &no);
    (loss, [d_real, bce.backward()])
}
// ANCHOR_END: discriminator_loss

// ANCHOR: wrong_class_loss
/// A real 7 is no real 3: the mean of −ln(1 − D) over the nine other questions to each real image, whose
/// logits are N×10, and its gradient (in the manner of Reed and others, 2016, who show real images under
/// wrong names).
pub fn wrong_class_loss<F: Float>(logits: &Tensor<F>, classes: &[u8]) -> (F, Tensor<F>) {
    let share = F::of((classes.len() * (CLASSES - 1)) as f64).recip();
    let mut loss = F::zero();
    let mut d = logits.mapv(|z| sigmoid(z) * share);
    for (mut row, (&class, logits)) in
        d.outer_iter_mut().zip(classes.iter().zip(logits.outer_iter()))
    {
        row[usize::from(class)] = F::zero();
        let others = logits.iter().enumerate().filter(|(i, _)| *i != usize::from(class));
        loss += others.map(|(_, &z)| softplus(z)).sum::<F>() * share;
    }
    (loss, d)
}

/// ln(1 + eᶻ), which is −ln(1 − σ(z)); for a large z the exponential is never taken.
fn softplus<F: Float>(z: F) -> F {
    z.max(F::zero()) + (-z.abs()).exp().ln_1p()
}
// ANCHOR_END: wrong_class_loss

// ANCHOR: generator_loss
/// −ln D(G(z)): the loss of a generator that wants its images to be called real, and its gradient.
pub fn generator_loss<F: Float>(made: Tensor<F>) -> (F, Tensor<F>) {
    let mut bce = BceWithLogits::default();
    let yes = Tensor::ones(made.raw_dim());
    let loss = bce.forward(made, &yes);
    (loss, bce.backward())
}

/// ln(1 − D(G(z))), with which the game was first written down: the generator undoes what the
/// discriminator gains. The slope is −D(G(z)), next to nothing for images that fool nobody.
pub fn saturating_loss<F: Float>(made: Tensor<F>) -> (F, Tensor<F>) {
    let mut bce = BceWithLogits::default();
    let no = Tensor::zeros(made.raw_dim());
    let loss = bce.forward(made, &no);
    (-loss, -bce.backward())
}
// ANCHOR_END: generator_loss

/// The mean of D over these logits: how real the discriminator takes the images to be.
pub fn score<F: Float>(logits: &Tensor<F>) -> f64 {
    let sum: f64 = logits.iter().map(|&z| sigmoid(z).as_f64()).sum();
    sum / logits.len() as f64
}
