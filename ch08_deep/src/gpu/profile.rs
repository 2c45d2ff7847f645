//! How long each kernel of a step takes, by the card's own clock.

use common::{Error, Result};

use super::device::Gpu;
use super::kernel::Kernel;
use crate::speed::step::middle;

impl Gpu {
    /// Seconds that each of these kernels takes, one after the other: the medians over some runs.
    ///
    /// # Errors
    /// If the card has no clock for it, or something goes wrong there.
    pub fn profile(&self, kernels: &[Kernel], runs: usize) -> Result<Vec<f64>> {
        if !self.has_timestamps() {
            return Err(Error::Invalid(format!(
                "{} does not tell how long single kernels take; leave --layers out",
                self.info.name
            )));
        }
        let count = 2 * kernels.len() as u32; // a beginning and an end for each
        let set = self.device.create_query_set(&wgpu::QuerySetDescriptor {
            label: None,
            ty: wgpu::QueryType::Timestamp,
            count,
        });
        let mut times = vec![Vec::new(); kernels.len()];
        for _ in 0..runs {
            let ticks = self.timed(kernels, &set, count)?;
            for (times, pair) in times.iter_mut().zip(ticks.chunks(2)) {
                times.push(pair[1].saturating_sub(pair[0]) as f64);
            }
        }
        let second = f64::from(self.queue.get_timestamp_period()) * 1e-9;
        Ok(times.into_iter().map(|times| middle(times) * second).collect())
    }

    /// The card's clock at the beginning and at the end of each kernel.
    fn timed(&self, kernels: &[Kernel], set: &wgpu::QuerySet, count: u32) -> Result<Vec<u64>> {
        let buffer = |usage| {
            self.device.create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size: 8 * u64::from(count),
                usage,
                mapped_at_creation: false,
            })
        };
        let resolved = buffer(wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC);
        let copy = buffer(wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST);
        let mut encoder = self.device.create_command_encoder(&Default::default());
        for (i, kernel) in (0..).zip(kernels) {
            let writes = wgpu::ComputePassTimestampWrites {
                query_set: set,
                beginning_of_pass_write_index: Some(2 * i),
                end_of_pass_write_index: Some(2 * i + 1),
            };
            let pass = wgpu::ComputePassDescriptor { label: None, timestamp_writes: Some(writes) };
            kernel.launch(&mut encoder.begin_compute_pass(&pass));
        }
        encoder.resolve_query_set(set, 0..count, &resolved, 0);
        encoder.copy_buffer_to_buffer(&resolved, 0, &copy, 0, 8 * u64::from(count));
        self.read_copy(encoder, &copy)
    }
}
