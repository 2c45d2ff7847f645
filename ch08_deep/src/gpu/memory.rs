//! The card's own memory: numbers that stay there, and how they go up and come down.

use bytemuck::Pod;
use common::{Error, Result};

use super::device::{Gpu, LESS, told};

/// Bytes of a number: an `f32`, or a `u32`.
const SIZE: u64 = 4;
/// Parts of a memory begin at a multiple of so many numbers: what every card can address.
pub const ALIGNMENT: usize = 64;

/// Numbers in the card's memory, or a part of them. Clones are the same numbers.
#[derive(Clone, Debug)]
pub struct Memory {
    buffer: wgpu::Buffer,
    first: usize,
    len: usize,
}

impl Memory {
    /// How many numbers.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it is of no use: at least one number is always there.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// `len` of its numbers, from number `first` on.
    ///
    /// # Panics
    /// If there are not as many.
    pub fn part(&self, first: usize, len: usize) -> Self {
        assert!(first + len <= self.len, "numbers {first} to {} of {}", first + len, self.len);
        Self { buffer: self.buffer.clone(), first: self.first + first, len }
    }

    pub(super) fn binding(&self) -> wgpu::BindingResource<'_> {
        wgpu::BindingResource::Buffer(wgpu::BufferBinding {
            buffer: &self.buffer,
            offset: SIZE * self.first as u64,
            size: std::num::NonZeroU64::new(SIZE * self.len as u64),
        })
    }
}

impl Gpu {
    // ANCHOR: memory
    /// Room for `len` numbers on the card, zeros at first.
    ///
    /// # Errors
    /// If the card has no such room.
    pub fn memory(&self, len: usize) -> Result<Memory> {
        let (len, limits) = (len.max(1), self.device.limits());
        let (size, most) =
            (SIZE * len as u64, limits.max_storage_buffer_binding_size.min(limits.max_buffer_size));
        if size > most {
            return Err(Error::Invalid(format!(
                "{} gives at most {} MB in one piece, and {} MB are needed: {LESS}",
                self.info.name,
                most >> 20,
                size >> 20
            )));
        }
        let scope = self.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let buffer = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size,
            usage: wgpu::BufferUsages::STORAGE
                | wgpu::BufferUsages::COPY_DST
                | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        });
        match pollster::block_on(scope.pop()) {
            Some(e) => Err(Error::Invalid(told(&e))),
            None => self.check().map(|()| Memory { buffer, first: 0, len }),
        }
    }
    // ANCHOR_END: memory

    /// Writes numbers to the beginning of a memory, before whatever is submitted next.
    ///
    /// # Panics
    /// If they are more than it holds.
    pub fn write<T: Pod>(&self, to: &Memory, numbers: &[T]) {
        assert!(
            size_of_val(numbers) as u64 <= SIZE * to.len as u64,
            "more than {} numbers",
            to.len
        );
        if self.check().is_ok() {
            let offset = SIZE * to.first as u64;
            self.queue.write_buffer(&to.buffer, offset, bytemuck::cast_slice(numbers));
        }
    }

    /// All numbers of a memory, once everything submitted before is done.
    ///
    /// # Errors
    /// If something went wrong on the card.
    pub fn read<T: Pod>(&self, from: &Memory) -> Result<Vec<T>> {
        self.check()?;
        let size = SIZE * from.len as u64;
        let copy = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size,
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let mut encoder = self.device.create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(&from.buffer, SIZE * from.first as u64, &copy, 0, size);
        self.read_copy(encoder, &copy)
    }

    /// Submits what was encoded and reads all of `copy`, which it has filled.
    pub(super) fn read_copy<T: Pod>(
        &self,
        encoder: wgpu::CommandEncoder,
        copy: &wgpu::Buffer,
    ) -> Result<Vec<T>> {
        self.queue.submit([encoder.finish()]);
        self.check()?;
        copy.slice(..).map_async(wgpu::MapMode::Read, |_| ()); // whether it worked is seen below
        self.wait()?;
        let view = copy.slice(..).get_mapped_range();
        let view = view.map_err(|e| Error::Invalid(format!("{}: {e}", self.info.name)))?;
        Ok(bytemuck::pod_collect_to_vec(&view[..]))
    }
}
