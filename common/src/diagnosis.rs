//! Training that goes wrong says so: before the update that would spoil the weights, and with the layer
//! where it began.

use std::path::Path;

use ndarray::{ArrayD, ArrayViewD, Dimension};

use crate::layer::{Layer, Param};
use crate::random::Generator;
use crate::{Error, Float, Result, Tensor, weights};

// ANCHOR: guard
/// What the way forward changes in a network, as it was before: running statistics, and the
/// generators of layers that draw random numbers. (Weights are changed by the update alone.)
pub struct Guard<F> {
    buffers: Vec<ArrayD<F>>,
    generators: Vec<Generator>,
}

impl<F: Float> Guard<F> {
    /// Remembers a network before a step.
    pub fn before(network: &mut impl Layer<F>) -> Self {
        let buffers = network.buffers().iter().map(|b| b.value.to_owned()).collect();
        Self { buffers, generators: network.generators().iter().map(|g| (*g).clone()).collect() }
    }

    /// To be asked between `backward` and the update: are the loss and all gradients finite?
    ///
    /// If not, the network becomes again what it was before step number `step`, and `x` gives the
    /// batch once more, to find out why.
    ///
    /// # Errors
    /// [`Error::Diverged`] with the layer, the likely cause and what to do.
    pub fn check(
        self,
        step: usize,
        loss: F,
        network: &mut impl Layer<F>,
        x: impl FnOnce() -> Tensor<F>,
    ) -> Result<()> {
        if loss.is_finite() && network.params().iter().all(|p| is_finite(p.grad.view())) {
            return Ok(());
        }
        let gradient = bad(network, |p| p.grad.view());
        self.put_back(network);
        let forward = culprit(network, x(), step);
        self.put_back(network); // the search went forward once more
        Err(match (forward, gradient) {
            (Some((found, advice)), _) => diverged(step, &found, advice),
            (None, Some(name)) if loss.is_finite() => {
                diverged(step, &format!("the gradient of {name} is not finite"), cause(step))
            }
            _ => diverged(step, &format!("the loss is {loss}"), cause(step)),
        })
    }

    fn put_back(&self, network: &mut impl Layer<F>) {
        let buffers = network.buffers();
        buffers.into_iter().zip(&self.buffers).for_each(|(mut b, old)| b.value.assign(old));
        let generators = network.generators();
        generators.into_iter().zip(&self.generators).for_each(|(g, old)| g.clone_from(old));
    }
}
// ANCHOR_END: guard

/// Whether the weights are still numbers after `steps` steps: the last update may have been the one
/// too many.
///
/// # Errors
/// [`Error::Diverged`] with the layer and what to do.
pub fn check_weights<F: Float>(steps: usize, network: &mut impl Layer<F>) -> Result<()> {
    match bad(network, |p| p.value.view()) {
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

/// Adds to the story of a training that went wrong where the last good weights are: in `file`, if
/// `save` can write them.
pub fn rescue(e: Error, file: Option<&Path>, save: impl FnOnce(&Path) -> Result<()>) -> Error {
    let (Error::Diverged(problem), Some(file)) = (&e, file) else { return e };
    let (name, saved) = (file.display(), save(file));
    Error::Diverged(match saved {
        Ok(()) => format!("{problem}; {name} holds the weights from before that step"),
        Err(_) => format!("{problem}; {name} is as it was"),
    })
}

/// Whether all of the numbers are finite, without a branch for each of them.
fn is_finite<F: Float>(numbers: ArrayViewD<'_, F>) -> bool {
    match numbers.as_slice() {
        Some(numbers) => numbers.iter().fold(true, |all, x| all & x.is_finite()),
        None => numbers.iter().all(|x| x.is_finite()),
    }
}

/// Where on the way forward the first number is that is not finite, and what to do: in the batch, in
/// a parameter, or in what a layer makes of what it is given.
fn culprit<F: Float>(
    network: &mut impl Layer<F>,
    mut x: Tensor<F>,
    step: usize,
) -> Option<(String, &'static str)> {
    if let Some((place, number)) = x.indexed_iter().find(|(_, x)| !x.is_finite()) {
        return Some((format!("the batch holds {number} at {:?}", place.slice()), "mend the data"));
    }
    if let Some(name) = bad(network, |p| p.value.view()) {
        return Some((format!("{name} is not finite"), cause(step)));
    }
    for (place, layer) in (1..).zip(leaves(network)) {
        x = layer.forward(x);
        if !is_finite(x.view()) {
            let name = layer.name();
            return Some((
                format!("the output of layer {place} ({name}) is not finite"),
                cause(step),
            ));
        }
    }
    None
}

/// The parameter nearest to the loss with a number that is not finite, and its layer: "W2 of layer
/// 3 (Affine)".
fn bad<F: Float>(
    network: &mut impl Layer<F>,
    numbers: impl for<'a> Fn(&'a Param<'_, F>) -> ArrayViewD<'a, F>,
) -> Option<String> {
    let names = weights::names(network);
    let mut names = names.iter();
    let mut found = None;
    for (place, layer) in (1..).zip(leaves(network)) {
        let kind = layer.name();
        for (p, name) in layer.params().iter().zip(&mut names) {
            if !is_finite(numbers(p)) {
                found = Some(format!("{name} of layer {place} ({kind})"));
            }
        }
    }
    found
}

/// The layers of a network, those of networks inside it included; one that is not made of layers is
/// its own only one.
fn leaves<F: Float>(network: &mut dyn Layer<F>) -> Vec<&mut dyn Layer<F>> {
    if network.layers().is_empty() {
        return vec![network];
    }
    network.layers().into_iter().flat_map(leaves).collect()
}
