//! A network on the card: it learns and reads there, and comes back to the processor.

use std::collections::VecDeque;
use std::ops::{ControlFlow, Range};

use common::data::Dataset;
use common::layer::Param;
use common::model::{buffers, params};
use common::network::Network;
use common::optimizer::Optimizer;
use common::{Error, Result};
use ndarray::{ArrayD, IxDyn};

use super::device::Gpu;
use super::images::Images;
use super::layers::Shape;
use super::lower::{Layout, lower};
use super::memory::Memory;
use super::program::{Program, Workbench};
use super::record::{Recorder, Shared};
use super::rule::{Moments, Rule};

/// Steps that are prepared on the card at a time.
pub const COURSE: usize = 1024;
/// Steps that are in the card's queue at a time: enough that it never waits for us, and so few that
/// Ctrl-C is not kept waiting.
const IN_FLIGHT: usize = 16;
/// Images that are read together where nothing is learned.
const READ_TOGETHER: usize = 500;

/// What differs from step to step, as in `kernels/course.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
struct Step {
    first: u32,
    count: u32,
    number: u32,
    rate: f32,
    means: f32,
    squares: f32,
}

/// Numbers in a [`Step`].
const STEP: usize = size_of::<Step>() / 4;

// ANCHOR: on_gpu
/// A network on the card, with the images that it learns and reads.
pub struct OnGpu<'a> {
    gpu: &'a Gpu,
    shared: Shared,
    images: Images,
    /// A number for each step of the course: its loss, or how many images were read right.
    results: Memory,
    rule: Rule,
    moments: Option<Moments>,
    params: Layout,
    buffers: Layout,
    learning: Vec<Program>,
    reading: Program,
    /// Steps learned in all.
    number: usize,
}
// ANCHOR_END: on_gpu

/// What is to be learned in a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// Indices of its images.
    pub indices: Vec<usize>,
    /// The learning rate.
    pub rate: f64,
}

impl<'a> OnGpu<'a> {
    /// Copies a network and all images to the card, and compiles kernels for batches of each of these
    /// sizes. Images are counted through all sets.
    ///
    /// # Errors
    /// If the network has a layer without kernels, the images do not fit it, or the card has no room.
    pub fn new(
        gpu: &'a Gpu,
        network: &mut Network<f32>,
        sets: &[&Dataset],
        batches: &[usize],
        rule: Rule,
    ) -> Result<Self> {
        let together = READ_TOGETHER.min(sets.iter().map(|set| set.len()).sum());
        let largest = batches.iter().copied().chain([together]).max().unwrap_or(1);
        let images = Images::new(gpu, sets, COURSE * largest)?;
        let lowered = lower(network, images.shape)?;
        let shared = Shared {
            weights: gpu.memory(lowered.params.len)?,
            gradients: gpu.memory(lowered.params.len)?,
            statistics: gpu.memory(lowered.buffers.len)?,
            course: gpu.memory(COURSE * STEP)?,
            now: gpu.memory(1)?,
        };
        let results = gpu.memory(COURSE)?;
        let moments = match rule {
            Rule::Sgd => None,
            Rule::Adam { lambda, .. } => {
                Some(moments(gpu, &params(network), &lowered.params, lambda)?)
            }
        };
        let bench = Workbench { network, shared: &shared, images: &images, results: &results };
        let learning = batches.iter().map(|&batch| {
            bench.learning(Recorder::new(gpu, batch, &shared), rule, moments.as_ref())
        });
        let learning = learning.collect::<Result<_>>()?;
        let reading = bench.reading(Recorder::new(gpu, together, &shared))?;
        let (params, buffers) = (lowered.params, lowered.buffers);
        let on_gpu = Self {
            gpu,
            shared,
            images,
            results,
            rule,
            moments,
            params,
            buffers,
            learning,
            reading,
            number: 0,
        };
        on_gpu.upload(network);
        Ok(on_gpu)
    }

    /// The shape of the images.
    pub fn image(&self) -> Shape {
        self.images.shape
    }

    /// The kernels for batches of this size.
    ///
    /// # Panics
    /// If none were asked for.
    pub fn program(&self, batch: usize) -> &Program {
        let program = self.learning.iter().find(|program| program.batch == batch);
        program.unwrap_or_else(|| panic!("no kernels for batches of {batch}"))
    }

    // ANCHOR: learn
    /// Learns, step by step, until `after`, which is called after each, says that it is enough; the
    /// losses of the steps. What a step needs goes up for a thousand of them at once, and their losses
    /// come down together: in between nobody waits for anybody.
    ///
    /// # Errors
    /// If something goes wrong on the card.
    pub fn learn(
        &mut self,
        lessons: &[Lesson],
        mut after: impl FnMut() -> ControlFlow<()>,
    ) -> Result<Vec<f32>> {
        let mut losses = Vec::new();
        for course in lessons.chunks(COURSE) {
            self.prepare(course);
            let (mut done, mut flow) = (0, ControlFlow::Continue(()));
            let mut queue = VecDeque::new();
            for lesson in course {
                queue.push_back(self.gpu.submit(&self.program(lesson.indices.len()).kernels));
                if queue.len() > IN_FLIGHT {
                    self.gpu.wait_for(queue.pop_front())?;
                }
                done += 1;
                flow = after();
                if flow.is_break() {
                    break;
                }
            }
            losses.extend(self.gpu.read::<f32>(&self.results.part(0, done))?);
            self.number += done;
            if flow.is_break() {
                break;
            }
        }
        Ok(losses)
    }
    // ANCHOR_END: learn

    /// What these steps need goes up.
    fn prepare(&self, lessons: &[Lesson]) {
        let mut first = 0;
        let steps = (self.number..).zip(lessons).map(|(number, lesson)| {
            let count = lesson.indices.len();
            let (means, squares) = self.rule.corrections(number as i32 + 1);
            let rate = lesson.rate as f32;
            first += count as u32;
            let number = number as u32;
            Step { first: first - count as u32, count: count as u32, number, rate, means, squares }
        });
        let steps: Vec<Step> = steps.collect();
        let indices = lessons.iter().flat_map(|lesson| &lesson.indices);
        self.begin(&steps, &indices.map(|&i| i as u32).collect::<Vec<_>>());
    }

    fn begin(&self, steps: &[Step], indices: &[u32]) {
        self.gpu.write(&self.shared.course, steps);
        self.gpu.write(&self.images.indices, indices);
        self.gpu.write(&self.shared.now, &[0_u32]);
    }

    /// The loss of a batch, and ∂loss/∂parameter for each parameter, in the order of the model's;
    /// learns nothing.
    ///
    /// # Errors
    /// If something goes wrong on the card.
    pub fn gradients(&mut self, indices: &[usize]) -> Result<(f32, Vec<Vec<f32>>)> {
        self.prepare(&[Lesson { indices: indices.to_vec(), rate: 0.0 }]);
        let program = self.program(indices.len());
        self.gpu.submit(&program.kernels[..program.gradients]);
        let loss = self.gpu.read::<f32>(&self.results.part(0, 1))?[0];
        let all = self.gpu.read::<f32>(&self.shared.gradients)?;
        Ok((loss, pieces(&all, &self.params).map(<[f32]>::to_vec).collect()))
    }

    // ANCHOR: accuracy
    /// The share of these images that is read right.
    ///
    /// # Errors
    /// If something goes wrong on the card.
    pub fn accuracy(&mut self, images: Range<usize>) -> Result<f64> {
        let (total, batch) = (images.len(), self.reading.batch);
        let all: Vec<u32> = images.map(|i| i as u32).collect();
        let batches: Vec<_> = all.chunks(batch).collect();
        let mut right = 0.0;
        for course in batches.chunks(COURSE) {
            let steps = (0..).zip(course).map(|(at, images)| Step {
                first: at * batch as u32,
                count: images.len() as u32,
                ..bytemuck::Zeroable::zeroed()
            });
            // The last batch is as large as the others; what is read beyond its images does not count.
            let mut indices = course.concat();
            indices.resize(course.len() * batch, all[0]);
            self.begin(&steps.collect::<Vec<_>>(), &indices);
            let mut queue = VecDeque::new();
            for _ in course {
                queue.push_back(self.gpu.submit(&self.reading.kernels));
                if queue.len() > IN_FLIGHT {
                    self.gpu.wait_for(queue.pop_front())?;
                }
            }
            let counts = self.gpu.read::<f32>(&self.results.part(0, course.len()))?;
            right += counts.iter().map(|&count| f64::from(count)).sum::<f64>();
        }
        Ok(right / total as f64)
    }
    // ANCHOR_END: accuracy

    /// Copies the network's weights and running statistics to the card.
    pub fn upload(&self, network: &mut Network<f32>) {
        let weights = params(network).into_iter().map(|p| p.value.to_owned()).collect::<Vec<_>>();
        let running = buffers(network).into_iter().map(|b| b.value.to_owned()).collect::<Vec<_>>();
        self.gpu.write(&self.shared.weights, &spread(&weights, &self.params));
        self.gpu.write(&self.shared.statistics, &spread(&running, &self.buffers));
    }

    /// Copies them back.
    ///
    /// # Errors
    /// If something goes wrong on the card.
    pub fn download(&self, network: &mut Network<f32>) -> Result<()> {
        let weights = self.gpu.read::<f32>(&self.shared.weights)?;
        for (mut p, numbers) in params(network).into_iter().zip(pieces(&weights, &self.params)) {
            p.value.iter_mut().zip(numbers).for_each(|(to, &from)| *to = from);
        }
        let running = self.gpu.read::<f32>(&self.shared.statistics)?;
        for (mut b, numbers) in buffers(network).into_iter().zip(pieces(&running, &self.buffers)) {
            b.value.iter_mut().zip(numbers).for_each(|(to, &from)| *to = from);
        }
        Ok(())
    }

    /// Takes over what an optimizer remembers, as from a checkpoint.
    pub fn upload_optimizer(&mut self, optimizer: &mut impl Optimizer<f32>) {
        self.number = optimizer.steps().map_or(0, |steps| *steps as usize);
        let Some(moments) = &self.moments else { return };
        for ((_, slot), memory) in optimizer.slots().into_iter().zip([&moments.m, &moments.v]) {
            if !slot.arrays().is_empty() {
                self.gpu.write(memory, &spread(slot.arrays(), &self.params));
            }
        }
    }

    /// Gives it back, for a checkpoint; `network` has the shapes.
    ///
    /// # Errors
    /// If something goes wrong on the card.
    pub fn download_optimizer(
        &self,
        network: &mut Network<f32>,
        optimizer: &mut impl Optimizer<f32>,
    ) -> Result<()> {
        if let Some(steps) = optimizer.steps() {
            *steps = self.number as i32;
        }
        let Some(moments) = &self.moments else { return Ok(()) };
        let shapes: Vec<_> = params(network).iter().map(|p| p.value.raw_dim()).collect();
        for ((_, slot), memory) in optimizer.slots().into_iter().zip([&moments.m, &moments.v]) {
            let all = self.gpu.read::<f32>(memory)?;
            let arrays = pieces(&all, &self.params).zip(&shapes);
            slot.set(arrays.map(|(numbers, shape)| array(numbers, shape)).collect::<Result<_>>()?);
        }
        Ok(())
    }

    /// Makes everything that a step computes anew be no number: what a kernel forgets to write shows.
    pub fn forget(&self) {
        let programs = self.learning.iter().chain([&self.reading]);
        let scratch = programs.flat_map(|program| &program.scratch);
        for memory in scratch.chain([&self.shared.gradients]) {
            self.gpu.write(memory, &vec![f32::NAN; memory.len()]);
        }
    }
}

/// Room for what Adam remembers, and λ for each parameter that decays.
fn moments(gpu: &Gpu, params: &[Param<'_, f32>], layout: &Layout, lambda: f32) -> Result<Moments> {
    let (m, v, decays) =
        (gpu.memory(layout.len)?, gpu.memory(layout.len)?, gpu.memory(layout.len)?);
    let mut lambdas = vec![0.0; layout.len];
    for (p, place) in params.iter().zip(&layout.arrays).filter(|(p, _)| p.decays) {
        debug_assert_eq!(p.value.len(), place.len);
        lambdas[place.first..][..place.len].fill(lambda);
    }
    gpu.write(&decays, &lambdas);
    Ok(Moments { m, v, decays })
}

/// The arrays, each in its place; zeros in the gaps.
fn spread(arrays: &[ArrayD<f32>], layout: &Layout) -> Vec<f32> {
    let mut all = vec![0.0; layout.len];
    for (array, place) in arrays.iter().zip(&layout.arrays) {
        all[place.first..][..place.len].iter_mut().zip(array).for_each(|(to, &from)| *to = from);
    }
    all
}

/// The numbers of each array.
fn pieces<'n>(all: &'n [f32], layout: &Layout) -> impl Iterator<Item = &'n [f32]> {
    layout.arrays.iter().map(|place| &all[place.first..][..place.len])
}

fn array(numbers: &[f32], shape: &IxDyn) -> Result<ArrayD<f32>> {
    ArrayD::from_shape_vec(shape.clone(), numbers.to_vec())
        .map_err(|e| Error::Invalid(format!("{} numbers for {shape:?}: {e}", numbers.len())))
}
