//! Training that goes wrong says so: before the update that would spoil the weights, and with the layer
//! where it began.

use ndarray::{ArrayD, ArrayViewD, Dimension};

use crate::layer::{Layer, Param};
use crate::model::{self, Model};
use crate::random::Generator;
use crate::{Error, Float, Result, Tensor};

// ANCHOR: guard
/// What the forward pass changes in a model, as it was before: running statistics, and the generators
/// of layers that draw random numbers. (Weights are changed by the update alone.)
pub struct Guard<F> {
    buffers: Vec<ArrayD<F>>,
    generators: Vec<Generator>,
}

impl<F: Float> Guard<F> {
    /// Remembers a model before a step.
    pub fn before(model: &mut impl Model<F>) -> Self {
        let buffers = model::buffers(model).iter().map(|b| b.value.to_owned()).collect();
        let generators = model::generators(model).iter().map(|g| (*g).clone()).collect();
        Self { buffers, generators }
    }

    /// To be asked between `backward` and the update: are the loss and all gradients finite?
    ///
    /// If not, the model becomes again what it was before step number `step`, and `fault` is called to
    /// find out where the forward pass goes wrong.
    ///
    /// # Errors
    /// [`Error::Diverged`] with the layer, the likely cause and what to do.
    pub fn check<M: Model<F>>(
        self,
        step: usize,
        loss: F,
        model: &mut M,
        fault: impl FnOnce(&mut M) -> Option<Fault>,
    ) -> Result<()> {
        if loss.is_finite() && model::params(model).iter().all(|p| is_finite(p.grad.view())) {
            return Ok(());
        }
        let gradient = bad(model, |p| p.grad.view());
        self.put_back(model);
        let forward = fault(model);
        self.put_back(model); // the search went forward once more
        Err(match (forward, gradient) {
            (Some(Fault::Data(found)), _) => diverged(step, &found, "mend the data"),
            (Some(Fault::Weights(found)), _) => diverged(step, &found, cause(step)),
            (None, Some(name)) if loss.is_finite() => {
                diverged(step, &format!("the gradient of {name} is not finite"), cause(step))
            }
            _ => diverged(step, &format!("the loss is {loss}"), cause(step)),
        })
    }

    fn put_back(&self, model: &mut impl Model<F>) {
        let buffers = model::buffers(model);
        buffers.into_iter().zip(&self.buffers).for_each(|(mut b, old)| b.value.assign(old));
        let generators = model::generators(model);
        generators.into_iter().zip(&self.generators).for_each(|(g, old)| g.clone_from(old));
    }
}
// ANCHOR_END: guard

/// Where a forward pass meets a number that is not finite, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// In the examples.
    Data(String),
    /// In the weights, or in what a layer makes with them.
    Weights(String),
}

/// Whether the weights are still numbers after `steps` steps: the last update may have been the one
/// too many.
///
/// # Errors
/// [`Error::Diverged`] with the layer and what to do.
pub fn check_weights<F: Float>(steps: usize, model: &mut impl Model<F>) -> Result<()> {
    match bad(model, |p| p.value.view()) {
        None => Ok(()),
        Some(name) => {
            Err(diverged(steps, &format!("{name} is not finite after the update"), TOO_LONG))
        }
    }
}

/// What to do when weights, once sound, have grown past all numbers.
pub const TOO_LONG: &str = "the steps are too long; try a smaller --learning-rate";
/// What to do when they never were sound.
const TOO_LARGE: &str = "the weights that it began with are too large; begin with smaller ones";

fn cause(step: usize) -> &'static str {
    if step == 1 { TOO_LARGE } else { TOO_LONG }
}

/// The error of a training that went wrong at step number `step`, in one line.
pub fn diverged(step: usize, found: &str, advice: &str) -> Error {
    Error::Diverged(format!("step {step} went wrong: {found}: {advice}"))
}

/// Whether all of the numbers are finite, without a branch for each of them.
fn is_finite<F: Float>(numbers: ArrayViewD<'_, F>) -> bool {
    match numbers.as_slice() {
        Some(numbers) => numbers.iter().fold(true, |all, x| all & x.is_finite()),
        None => numbers.iter().all(|x| x.is_finite()),
    }
}

/// Where the forward pass of the batch `x` first meets a number that is not finite: in the batch, in
/// a parameter, or in what a layer makes of what it is given.
pub fn forward_fault<F: Float>(network: &mut impl Layer<F>, mut x: Tensor<F>) -> Option<Fault> {
    if let Some((place, number)) = x.indexed_iter().find(|(_, x)| !x.is_finite()) {
        return Some(Fault::Data(format!("the batch holds {number} at {:?}", place.slice())));
    }
    if let Some(name) = bad(network, |p| p.value.view()) {
        return Some(Fault::Weights(format!("{name} is not finite")));
    }
    for (place, layer) in (1..).zip(leaves(network)) {
        x = layer.forward(x);
        if !is_finite(x.view()) {
            let name = layer.name();
            return Some(Fault::Weights(format!(
                "the output of layer {place} ({name}) is not finite"
            )));
        }
    }
    None
}

/// The parameter nearest to the loss with a number that is not finite, and its layer: "W2 of layer
/// 3 (Affine)".
fn bad<F: Float>(
    model: &mut impl Model<F>,
    numbers: impl for<'a> Fn(&'a Param<'_, F>) -> ArrayViewD<'a, F>,
) -> Option<String> {
    let names = model::names(model);
    let mut names = names.iter();
    let mut found = None;
    for (place, layer) in (1..).zip(model.parts().into_iter().flat_map(leaves)) {
        let kind = layer.name();
        for (p, name) in layer.params().iter().zip(&mut names) {
            if !is_finite(numbers(p)) {
                found = Some(format!("{name} of layer {place} ({kind})"));
            }
        }
    }
    found
}

/// The layers that an input goes through one after the other, those of networks inside a network
/// included; a layer that is no sequence of others is its own only one.
fn leaves<F: Float>(layer: &mut dyn Layer<F>) -> Vec<&mut dyn Layer<F>> {
    match layer.is_sequential() {
        true => layer.children().into_iter().flat_map(leaves).collect(),
        false => vec![layer],
    }
}
