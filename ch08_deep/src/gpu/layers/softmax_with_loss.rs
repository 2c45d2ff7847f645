//! Softmax and cross entropy on the card, and the judgement of answers.

use common::Result;

use crate::gpu::kernel::{Binding, Constant, Plan};
use crate::gpu::memory::Memory;
use crate::gpu::record::Recorder;

/// What the images of a step are, and where what is found about them goes.
pub struct Truth<'a> {
    /// Indices of the images of all steps of the course.
    pub indices: &'a Memory,
    /// Labels of all images.
    pub labels: &'a Memory,
    /// A number for each step of the course: its loss, or how many images were read right.
    pub results: &'a Memory,
    /// Classes that a network tells apart.
    pub classes: usize,
}

impl Truth<'_> {
    /// Takes down the kernel that finds the mean loss and ∂loss/∂logits, which it returns.
    ///
    /// # Errors
    /// If the card has no room for the gradient.
    pub fn loss(&self, to: &mut Recorder<'_>, logits: &Memory) -> Result<Memory> {
        let dlogits = to.scratch(to.batch * self.classes)?;
        let source = include_str!("softmax_with_loss/loss.wgsl");
        self.record(to, "loss", source, logits, &[dlogits.clone(), self.results.clone()]);
        Ok(dlogits)
    }

    /// Takes down the kernel that counts the images that are read right.
    pub fn judge(&self, to: &mut Recorder<'_>, logits: &Memory) {
        let source = include_str!("softmax_with_loss/judge.wgsl");
        self.record(to, "judge", source, logits, std::slice::from_ref(self.results));
    }

    /// One workgroup for the whole batch.
    fn record(
        &self,
        to: &mut Recorder<'_>,
        label: &str,
        source: &str,
        logits: &Memory,
        out: &[Memory],
    ) {
        let shared = to.shared;
        let read = [&shared.course, &shared.now, self.indices, self.labels, logits];
        let read = read.map(|memory| Binding::Read(memory.clone()));
        let bindings = read.into_iter().chain(out.iter().cloned().map(Binding::Write));
        to.plans.push(Plan {
            label: label.to_string(),
            source: include_str!("../kernels/course.wgsl").to_string() + source,
            constants: vec![
                ("BATCH", Constant::Count(to.batch)),
                ("CLASSES", Constant::Count(self.classes)),
            ],
            bindings: bindings.collect(),
            groups: [1, 1, 1],
            flop: 0.0,
        });
    }
}
