//! Dropout on the card: random numbers that nobody has to remember.

use common::Result;

use super::{Layer, Shape, count, gate_wgsl};
use crate::gpu::kernel::{Binding, Constant, Plan};
use crate::gpu::memory::Memory;
use crate::gpu::record::Recorder;

/// Silences each number with probability `rate` while learning, in place.
pub struct Dropout {
    /// The shape of its input, and of its output.
    pub shape: Shape,
    /// The probability.
    pub rate: f64,
    /// What tells its random numbers from those of other layers and other trainings.
    pub key: u32,
    /// Its number among the layers, for tables.
    pub number: usize,
}

// ANCHOR: hash
/// A random number for a number, as on the card: the same for the same.
pub fn hash(x: u32) -> u32 {
    let s = x.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let w = ((s >> ((s >> 28) + 4)) ^ s).wrapping_mul(277_803_737);
    (w >> 22) ^ w
}

/// Whether a layer with this key lets number `i` pass in a step, as on the card.
pub fn kept(rate: f64, key: u32, step: u32, i: u32) -> bool {
    let key = hash(step ^ hash(key));
    (hash(i ^ key) >> 8) as f32 / (1 << 24) as f32 >= rate as f32
}
// ANCHOR_END: hash

impl Dropout {
    fn plan(&self, to: &Recorder<'_>, what: &str, x: Memory, gate: Option<&Memory>) -> Plan {
        let (course, now) = (to.shared.course.clone(), to.shared.now.clone());
        let mut bindings = vec![Binding::Read(course), Binding::Read(now), Binding::Write(x)];
        bindings.extend(gate.map(|gate| Binding::Read(gate.clone())));
        let source = [
            include_str!("../kernels/course.wgsl"),
            include_str!("dropout/hash.wgsl"),
            include_str!("dropout/dropout.wgsl"),
            &gate_wgsl(gate, 3),
        ]
        .concat();
        let constants = [
            ("KEY", Constant::Count(self.key as usize)),
            ("RATE", Constant::Number(self.rate as f32)),
            ("SCALE", Constant::Number((1.0 / (1.0 - self.rate)) as f32)),
        ];
        let label = format!("{} dropout{what}", self.number);
        Plan::for_each(label, to.batch * count(self.shape), &source, &constants, bindings)
    }
}

impl Layer for Dropout {
    fn forward(&mut self, to: &mut Recorder<'_>, x: Memory, _rectify: bool) -> Result<Memory> {
        let plan = self.plan(to, "", x.clone(), None);
        to.plans.push(plan);
        Ok(x)
    }

    fn infer(&mut self, _to: &mut Recorder<'_>, x: Memory, _rectify: bool) -> Result<Memory> {
        Ok(x)
    }

    fn backward(
        &mut self,
        to: &mut Recorder<'_>,
        dy: Memory,
        gate: Option<&Memory>,
    ) -> Result<Memory> {
        let plan = self.plan(to, " dx", dy.clone(), gate);
        to.plans.push(plan);
        Ok(dy)
    }

    fn output(&self) -> Shape {
        self.shape
    }
}
