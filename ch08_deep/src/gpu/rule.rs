//! The rules that change weights by their gradients, on the card.

use common::Result;

use super::kernel::{Binding, Constant, Plan};
use super::memory::Memory;
use super::record::Recorder;

/// Which rule, with its constants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// Stochastic gradient descent.
    Sgd,
    /// Adam; with weight decay beside the gradient, AdamW.
    Adam {
        /// How much of the mean gradient lasts to the next step.
        beta1: f32,
        /// How much of the mean square lasts to the next step.
        beta2: f32,
        /// Keeps the division finite.
        epsilon: f32,
        /// Times the learning rate the share that each weight loses in a step.
        lambda: f32,
    },
}

/// What the rule remembers: Adam's means and squares, and which parameters decay.
#[derive(Clone, Debug)]
pub struct Moments {
    /// Mean gradients.
    pub m: Memory,
    /// Mean squares.
    pub v: Memory,
    /// λ for parameters that decay, 0 for others.
    pub decays: Memory,
}

impl Rule {
    /// Adam with its authors' constants and this weight decay.
    pub const fn adam(lambda: f32) -> Self {
        Self::Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, lambda }
    }

    /// What undoes, at step number `t` from 1, the pull of Adam's means and squares towards 0.
    pub fn corrections(self, t: i32) -> (f32, f32) {
        match self {
            Self::Sgd => (1.0, 1.0),
            Self::Adam { beta1, beta2, .. } => {
                (1.0 / (1.0 - beta1.powi(t)), 1.0 / (1.0 - beta2.powi(t)))
            }
        }
    }

    /// Takes down the kernel that changes all weights.
    ///
    /// # Errors
    /// Never, so far.
    pub fn record(self, to: &mut Recorder<'_>, moments: Option<&Moments>) -> Result<()> {
        let shared = to.shared;
        let read = [&shared.course, &shared.now, &shared.gradients];
        let mut bindings: Vec<_> = read.map(|memory| Binding::Read(memory.clone())).to_vec();
        bindings.push(Binding::Write(shared.weights.clone()));
        let course = include_str!("kernels/course.wgsl");
        let len = shared.weights.len();
        let (Self::Adam { beta1, beta2, epsilon, lambda }, Some(moments)) = (self, moments) else {
            let source = course.to_string() + include_str!("kernels/sgd.wgsl");
            to.plans.push(Plan::for_each("sgd", len, &source, &[], bindings));
            return Ok(());
        };
        let constants = [
            ("BETA1", Constant::Number(beta1)),
            ("BETA2", Constant::Number(beta2)),
            ("EPSILON", Constant::Number(epsilon)),
        ];
        bindings.extend([&moments.m, &moments.v].map(|memory| Binding::Write(memory.clone())));
        let decay = match lambda {
            0.0 => "fn decay(i: u32) -> f32 { return 0.0; }\n",
            _ => {
                bindings.push(Binding::Read(moments.decays.clone()));
                "@group(0) @binding(6) var<storage, read> decays: array<f32>;\n\
                 fn decay(i: u32) -> f32 { return decays[i]; }\n"
            }
        };
        let source = [course, include_str!("kernels/adam.wgsl"), decay].concat();
        to.plans.push(Plan::for_each("adam", len, &source, &constants, bindings));
        Ok(())
    }
}
