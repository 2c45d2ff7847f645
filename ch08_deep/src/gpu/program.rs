//! What happens in a step, as a list of kernels.

use common::Result;
use common::network::Network;

use super::images::Images;
use super::kernel::{Binding, Kernel, Plan};
use super::layers::softmax_with_loss::Truth;
use super::layers::{Layer, count};
use super::lower::lower;
use super::memory::Memory;
use super::record::{Recorder, Shared};
use super::rule::{Moments, Rule};

/// The kernels of a step with batches of one size, compiled, and the memory between them.
pub struct Program {
    /// Images in a step.
    pub batch: usize,
    /// The kernels, in order.
    pub kernels: Vec<Kernel>,
    /// How many of them come before the weights are changed.
    pub gradients: usize,
    /// The memory between them: nothing in it lasts from step to step.
    pub scratch: Vec<Memory>,
}

/// What all programs of a network work on.
pub struct Workbench<'a> {
    /// The network, whose layers and sizes count, not its weights.
    pub network: &'a Network<f32>,
    /// Where weights are, and which step it is.
    pub shared: &'a Shared,
    /// The images.
    pub images: &'a Images,
    /// A number for each step.
    pub results: &'a Memory,
}

impl Workbench<'_> {
    // ANCHOR: learning
    /// The kernels of a step of learning: forward, loss, backward, update.
    ///
    /// # Errors
    /// If the network has a layer without kernels, or the card has no room.
    pub fn learning(
        &self,
        mut to: Recorder<'_>,
        rule: Rule,
        moments: Option<&Moments>,
    ) -> Result<Program> {
        let mut lowered = lower(self.network, self.images.shape)?;
        let x = self.images.record(&mut to)?;
        let outputs = forward(&mut lowered.layers, &mut to, x)?;
        let logits = outputs.last().expect("the images are there at least");
        let dlogits = self.truth(count(lowered.output)).loss(&mut to, logits)?;
        backward(&mut lowered.layers, &mut to, dlogits, &outputs)?;
        let gradients = to.plans.len();
        rule.record(&mut to, moments)?;
        Self::compile(to, gradients)
    }
    // ANCHOR_END: learning

    /// The kernels of a step of reading: forward, and how many are right.
    ///
    /// # Errors
    /// As [`learning`](Self::learning).
    pub fn reading(&self, mut to: Recorder<'_>) -> Result<Program> {
        let mut lowered = lower(self.network, self.images.shape)?;
        let mut x = self.images.record(&mut to)?;
        let mut i = 0;
        while i < lowered.layers.len() {
            let relu = rectifies(&mut lowered.layers, i);
            x = lowered.layers[i].infer(&mut to, x, relu)?;
            i += 1 + usize::from(relu);
        }
        self.truth(count(lowered.output)).judge(&mut to, &x);
        let gradients = to.plans.len();
        Self::compile(to, gradients)
    }

    fn truth(&self, classes: usize) -> Truth<'_> {
        let Images { indices, labels, .. } = self.images;
        Truth { indices, labels, results: self.results, classes }
    }

    /// With the kernel that goes on to the next step at the end.
    fn compile(mut to: Recorder<'_>, gradients: usize) -> Result<Program> {
        to.plans.push(Plan {
            label: "next step".to_string(),
            source: include_str!("kernels/next.wgsl").to_string(),
            constants: Vec::new(),
            bindings: vec![Binding::Write(to.shared.now.clone())],
            groups: [1, 1, 1],
            flop: 0.0,
        });
        let kernels = to.gpu.compile(&to.plans)?;
        Ok(Program { batch: to.batch, kernels, gradients, scratch: to.scratch })
    }
}

/// Whether layer `i` can do the ReLU that follows it.
fn rectifies(layers: &mut [Box<dyn Layer>], i: usize) -> bool {
    layers[i].can_rectify() && layers.get_mut(i + 1).is_some_and(|next| next.as_relu().is_some())
}

/// Takes down the forward pass; the input of the first layer, and the output of each.
///
/// # Errors
/// If the card has no room.
pub fn forward(
    layers: &mut [Box<dyn Layer>],
    to: &mut Recorder<'_>,
    x: Memory,
) -> Result<Vec<Memory>> {
    let mut outputs = vec![x];
    while outputs.len() <= layers.len() {
        let (i, x) = (outputs.len() - 1, outputs[outputs.len() - 1].clone());
        let rectify = rectifies(layers, i);
        let y = layers[i].forward(to, x, rectify)?;
        if rectify && let Some(relu) = layers[i + 1].as_relu() {
            relu.y = Some(y.clone());
            outputs.push(y.clone());
        }
        outputs.push(y);
    }
    Ok(outputs)
}

/// Takes down the backward pass from ∂loss/∂output to the first layer with parameters.
///
/// # Errors
/// If the card has no room.
pub fn backward(
    layers: &mut [Box<dyn Layer>],
    to: &mut Recorder<'_>,
    mut dy: Memory,
    outputs: &[Memory],
) -> Result<()> {
    let Some(first) = layers.iter().position(|layer| layer.learns()) else { return Ok(()) };
    let mut i = layers.len() - 1;
    while i > first {
        let gated = layers[i].can_gate() && layers[i - 1].as_relu().is_some();
        dy = layers[i].backward(to, dy, gated.then_some(&outputs[i]))?;
        i -= 1 + usize::from(gated);
    }
    layers[first].backward_params(to, dy)
}
