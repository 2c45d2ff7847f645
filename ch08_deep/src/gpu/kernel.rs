//! Kernels: compiled once, then launched again and again.

use common::{Error, Result};
use rayon::prelude::*;

use super::device::{Checks, Gpu, told};
use super::memory::Memory;
use super::unroll::unrolled;

/// Threads of a workgroup, where each works on a number of its own.
pub const THREADS: usize = 256;
/// Workgroups along the first axis, where one axis may not be enough: a card takes 65,535 along each.
pub const ROW: usize = 32_768;

/// What a kernel may do with a memory that it is given.
#[derive(Clone, Debug)]
pub enum Binding {
    /// Read it.
    Read(Memory),
    /// Write it too.
    Write(Memory),
}

/// A constant of a kernel: sizes are known when it is compiled, so that the compiler can use them.
#[derive(Clone, Copy, Debug)]
pub enum Constant {
    /// A size or a place.
    Count(usize),
    /// A number to compute with.
    Number(f32),
}

/// What a kernel is made of.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What tables call it.
    pub label: String,
    /// Its WGSL, without the constants.
    pub source: String,
    /// The constants, by name.
    pub constants: Vec<(&'static str, Constant)>,
    /// What it works on, in the order of its bindings.
    pub bindings: Vec<Binding>,
    /// How many workgroups there are along each axis.
    pub groups: [usize; 3],
    /// Multiplications and additions that it is there for; 0 where others matter more.
    pub flop: f64,
}

/// A kernel that is ready to be launched.
pub struct Kernel {
    /// What tables call it.
    pub label: String,
    /// As in its plan.
    pub flop: f64,
    pipeline: wgpu::ComputePipeline,
    bindings: wgpu::BindGroup,
    groups: [u32; 3],
}

impl Plan {
    /// A kernel with a thread for each of `len` numbers.
    pub fn for_each(
        label: impl Into<String>,
        len: usize,
        source: &str,
        constants: &[(&'static str, Constant)],
        bindings: Vec<Binding>,
    ) -> Self {
        let constants = [&[("LEN", Constant::Count(len))], constants].concat();
        let groups = lines(len.div_ceil(THREADS));
        Self {
            label: label.into(),
            source: format!("{INDEX}{source}"),
            constants,
            bindings,
            groups,
            flop: 0.0,
        }
    }

    /// All of its WGSL.
    pub fn wgsl(&self) -> String {
        let constants: String = self.constants.iter().map(|(name, c)| c.wgsl(name)).collect();
        let count = |name: &str| match self.constants.iter().find(|(known, _)| *known == name) {
            Some((_, Constant::Count(n))) => Some(*n),
            _ => None,
        };
        constants + &unrolled(&self.source, &count)
    }
}

impl Constant {
    fn wgsl(self, name: &str) -> String {
        match self {
            Self::Count(n) => format!("const {name} = {n}u;\n"),
            Self::Number(x) => format!("const {name} = f32({x:?});\n"),
        }
    }
}

/// So many workgroups in rows: one axis takes only 65,535.
pub fn lines(groups: usize) -> [usize; 3] {
    [groups.clamp(1, ROW), groups.div_ceil(ROW).max(1), 1]
}

/// Which of the numbers a thread is for.
const INDEX: &str = include_str!("kernels/index.wgsl");

impl Gpu {
    // ANCHOR: compile
    /// Kernels from their plans, compiled side by side.
    ///
    /// # Errors
    /// If the card refuses one of them.
    pub fn compile(&self, plans: &[Plan]) -> Result<Vec<Kernel>> {
        plans.par_iter().map(|plan| self.kernel(plan)).collect()
    }

    fn kernel(&self, plan: &Plan) -> Result<Kernel> {
        let scope = self.device.push_error_scope(wgpu::ErrorFilter::Validation);
        let layout = self.layout(plan);
        let pipeline = self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(&plan.label),
            layout: Some(&self.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: None,
                bind_group_layouts: &[Some(&layout)],
                immediate_size: 0,
            })),
            module: &self.module(plan),
            entry_point: Some("main"),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: &[],
                zero_initialize_workgroup_memory: false, // all of it is written before it is read
            },
            cache: None,
        });
        let bindings = self.bind(plan, &layout);
        if let Some(e) = pollster::block_on(scope.pop()) {
            self.check()?; // a card that is gone says so first
            return Err(Error::Invalid(format!("kernel {}: {}", plan.label, told(&e))));
        }
        self.check()?;
        let groups = plan.groups.map(|groups| groups as u32);
        Ok(Kernel { label: plan.label.clone(), flop: plan.flop, pipeline, bindings, groups })
    }
    // ANCHOR_END: compile

    /// Which bindings there are, and what may be done with each.
    fn layout(&self, plan: &Plan) -> wgpu::BindGroupLayout {
        let entry = |(i, binding): (usize, &Binding)| wgpu::BindGroupLayoutEntry {
            binding: i as u32,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty: wgpu::BufferBindingType::Storage {
                    read_only: matches!(binding, Binding::Read(_)),
                },
                has_dynamic_offset: false,
                min_binding_size: None,
            },
            count: None,
        };
        let entries: Vec<_> = plan.bindings.iter().enumerate().map(entry).collect();
        self.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some(&plan.label),
            entries: &entries,
        })
    }

    fn bind(&self, plan: &Plan, layout: &wgpu::BindGroupLayout) -> wgpu::BindGroup {
        let entries = plan.bindings.iter().zip(0..);
        let entries: Vec<_> = entries
            .map(|(Binding::Read(memory) | Binding::Write(memory), binding)| wgpu::BindGroupEntry {
                binding,
                resource: memory.binding(),
            })
            .collect();
        self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some(&plan.label),
            layout,
            entries: &entries,
        })
    }

    // ANCHOR: checks
    /// The kernel's code for this card, with checks around its loops, indices and divisions.
    #[allow(unsafe_code, reason = "the one place where a kernel may go unchecked; see below")]
    fn module(&self, plan: &Plan) -> wgpu::ShaderModule {
        let source = wgpu::ShaderSource::Wgsl(plan.wgsl().into());
        let module = wgpu::ShaderModuleDescriptor { label: Some(&plan.label), source };
        match self.checks {
            Checks::All => self.device.create_shader_module(module),
            // SAFETY: asked for by `gpu bench --unchecked` alone, which measures what the checks cost.
            // All loops of our kernels end, all divisors are constants other than 0, and every index
            // is below the length that was compiled in: the tests run the same kernels checked.
            Checks::None => unsafe {
                let none = wgpu::ShaderRuntimeChecks::unchecked();
                self.device.create_shader_module_trusted(module, none)
            },
        }
    }
    // ANCHOR_END: checks

    // ANCHOR: submit
    /// Puts launches of these kernels, one after the other, into the card's queue as one piece, and
    /// waits for nothing.
    pub fn submit<'a>(
        &self,
        kernels: impl IntoIterator<Item = &'a Kernel>,
    ) -> wgpu::SubmissionIndex {
        let mut encoder = self.device.create_command_encoder(&Default::default());
        let mut pass = encoder.begin_compute_pass(&Default::default());
        for kernel in kernels {
            kernel.launch(&mut pass);
        }
        drop(pass); // the pass ends here
        self.queue.submit([encoder.finish()])
    }
    // ANCHOR_END: submit
}

impl Kernel {
    pub(super) fn launch(&self, pass: &mut wgpu::ComputePass<'_>) {
        let [x, y, z] = self.groups;
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &self.bindings, &[]);
        pass.dispatch_workgroups(x, y, z);
    }
}
