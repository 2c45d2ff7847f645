//! The rules that change weights, against those of the processor.

use ch08_deep::gpu::memory::Memory;
use ch08_deep::gpu::record::Recorder;
use ch08_deep::gpu::rule::{Moments, Rule};
use common::layer::Param;
use common::optimizer::{AdamW, Optimizer, Sgd};
use common::random::{Rng, generator};
use ndarray::Array1;

use crate::{close, gpu, shared};

const LEN: usize = 300;
const STEPS: usize = 4;

fn numbers(seed: u64) -> Vec<f32> {
    let rng = &mut generator(seed);
    (0..LEN).map(|_| rng.random_range(-1.0..1.0)).collect()
}

/// Some steps on the card and on the processor, with gradients that change from step to step.
fn agrees(rule: Rule, lambda: f32, optimizer: &mut dyn Optimizer<f32>, rate: f32) {
    let Some(gpu) = gpu() else { return };
    let shared = shared(gpu, LEN, 1);
    let memory = || -> Memory { gpu.memory(LEN).expect("memory") };
    let moments = Moments { m: memory(), v: memory(), decays: memory() };
    gpu.write(&moments.decays, &vec![lambda; LEN]);
    let mut to = Recorder::new(gpu, 1, &shared);
    rule.record(&mut to, Some(&moments)).expect("memory");
    let kernels = gpu.compile(&to.plans).expect("a kernel");
    let mut w = Array1::from(numbers(1));
    gpu.write(&shared.weights, &numbers(1));
    for step in 0..STEPS {
        let mut g = Array1::from(numbers(2 + step as u64));
        gpu.write(&shared.gradients, &numbers(2 + step as u64));
        let (means, squares) = rule.corrections(step as i32 + 1);
        let step: Vec<u32> = [0, 0, step as u32]
            .into_iter()
            .chain([rate, means, squares].map(f32::to_bits))
            .collect();
        gpu.write(&shared.course, &step);
        gpu.submit(&kernels);
        optimizer.update(vec![Param::weight("W", &mut w, &mut g)]);
    }
    close(&format!("{rule:?}"), &gpu.read(&shared.weights).expect("weights"), &w, 2e-6);
}

#[test]
fn sgd_and_adam_take_the_same_steps() {
    agrees(Rule::Sgd, 0.0, &mut Sgd { learning_rate: 0.1 }, 0.1);
    for lambda in [0.0, 0.3] {
        agrees(Rule::adam(lambda), lambda, &mut AdamW::new(0.05, lambda), 0.05);
    }
}
