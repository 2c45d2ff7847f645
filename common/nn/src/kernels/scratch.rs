//! Working memory that is used again instead of allocated again.

use std::sync::{Mutex, PoisonError};

/// Buffers that one thread at a time works with: as many as were ever needed at once.
#[derive(Default)]
pub(crate) struct Scratch<T>(Mutex<Vec<T>>);

impl<T: Default> Scratch<T> {
    /// Runs `work` with one of them; what is in it, nobody knows.
    pub fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        let idle = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = idle().pop().unwrap_or_default();
        let result = work(&mut buffer);
        idle().push(buffer);
        result
    }

    /// The sum of a `size` over all that lie idle.
    pub fn sum(&self, size: impl Fn(&T) -> usize) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(size).sum()
    }
}
