//! Batch normalisation on the card: a workgroup for each channel adds up, then a thread for each number.

use common::Result;

use super::{Layer, Shape, count, gate_wgsl};
use crate::gpu::kernel::{Binding, Constant, Plan};
use crate::gpu::lower::Place;
use crate::gpu::memory::Memory;
use crate::gpu::record::Recorder;

/// Brings every channel to mean β and spread γ; of vectors, every number.
pub struct BatchNorm {
    /// The shape of its input, and of its output.
    pub shape: Shape,
    /// How much of the running statistics lasts to the next batch.
    pub momentum: f32,
    /// ε, added to every variance.
    pub epsilon: f32,
    /// Where γ and β stand among all parameters.
    pub place: Place,
    /// Where the running mean and variance stand among all statistics.
    pub running: Place,
    /// Its number among the layers, for tables.
    pub number: usize,
    /// The input of the step, and its means and 1/σ.
    pub kept: Option<(Memory, Memory)>,
}

impl BatchNorm {
    fn constants(&self, batch: usize, rectify: bool) -> Vec<(&'static str, Constant)> {
        let (channels, height, width) = self.shape;
        vec![
            ("CHANNELS", Constant::Count(channels)),
            ("PLANE", Constant::Count(height * width)),
            ("EACH", Constant::Count(batch * height * width)),
            ("MOMENTUM", Constant::Number(self.momentum)),
            ("EPSILON", Constant::Number(self.epsilon)),
            ("RECTIFY", Constant::Count(rectify.into())),
        ]
    }

    /// A kernel with a workgroup for each channel.
    fn of_channels(&self, to: &mut Recorder<'_>, what: &str, kernel: &str, bindings: Vec<Binding>) {
        to.plans.push(Plan {
            label: format!("{} batch norm {what}", self.number),
            source: include_str!("batch_norm/add_up.wgsl").to_string() + kernel,
            constants: self.constants(to.batch, false),
            bindings,
            groups: [self.shape.0, 1, 1],
            flop: 0.0,
        });
    }

    /// The output for such statistics; `share` is WGSL that gets 1/σ out of them.
    fn normalise(
        &self,
        to: &mut Recorder<'_>,
        (x, statistics): (Memory, Memory),
        share: &str,
        rectify: bool,
    ) -> Result<Memory> {
        let len = to.batch * count(self.shape);
        let y = to.scratch(len)?;
        let w = self.place.of(&to.shared.weights);
        let bindings = [x, statistics, w].map(Binding::Read).into_iter();
        to.plans.push(Plan::for_each(
            format!("{} batch norm y", self.number),
            len,
            &(include_str!("batch_norm/normalise.wgsl").to_string() + share),
            &self.constants(to.batch, rectify),
            bindings.chain([Binding::Write(y.clone())]).collect(),
        ));
        Ok(y)
    }
}

impl Layer for BatchNorm {
    fn forward(&mut self, to: &mut Recorder<'_>, x: Memory, rectify: bool) -> Result<Memory> {
        let statistics = to.scratch(2 * self.shape.0)?;
        let running = self.running.of(&to.shared.statistics);
        let bindings = vec![
            Binding::Read(x.clone()),
            Binding::Write(statistics.clone()),
            Binding::Write(running),
        ];
        let kernel = include_str!("batch_norm/statistics.wgsl");
        self.of_channels(to, "statistics", kernel, bindings);
        self.kept = Some((x.clone(), statistics.clone()));
        let share = "fn share(c: u32) -> f32 { return statistics[CHANNELS + c]; }\n";
        self.normalise(to, (x, statistics), share, rectify)
    }

    fn infer(&mut self, to: &mut Recorder<'_>, x: Memory, rectify: bool) -> Result<Memory> {
        let running = self.running.of(&to.shared.statistics);
        let share =
            "fn share(c: u32) -> f32 { return 1.0 / sqrt(statistics[CHANNELS + c] + EPSILON); }\n";
        self.normalise(to, (x, running), share, rectify)
    }

    fn backward(
        &mut self,
        to: &mut Recorder<'_>,
        dy: Memory,
        gate: Option<&Memory>,
    ) -> Result<Memory> {
        let (x, statistics) = self.kept.take().expect("forward comes first");
        let (w, dw) = (self.place.of(&to.shared.weights), self.place.of(&to.shared.gradients));
        let read = [x.clone(), statistics.clone(), dy.clone()].map(Binding::Read).into_iter();
        let bindings = read.chain([Binding::Write(dw.clone())]).collect();
        self.of_channels(to, "dW", include_str!("batch_norm/gradients.wgsl"), bindings);
        let len = to.batch * count(self.shape);
        let dx = to.scratch(len)?;
        let read = [x, statistics, w, dw, dy].map(Binding::Read).into_iter();
        let gate_binding = gate.map(|gate| Binding::Read(gate.clone()));
        let bindings = read.chain([Binding::Write(dx.clone())]).chain(gate_binding).collect();
        to.plans.push(Plan::for_each(
            format!("{} batch norm dx", self.number),
            len,
            &(include_str!("batch_norm/backward.wgsl").to_string() + &gate_wgsl(gate, 6)),
            &self.constants(to.batch, false),
            bindings,
        ));
        Ok(dx)
    }

    fn output(&self) -> Shape {
        self.shape
    }

    fn can_rectify(&self) -> bool {
        true
    }

    fn learns(&self) -> bool {
        true
    }
}
