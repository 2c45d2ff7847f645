//! Working memory that is used again instead of allocated again.

use std::sync::{Mutex, PoisonError};

/// Things that one thread at a time works with: as many as were ever needed at once.
#[derive(Default)]
pub(crate) struct Pool<T>(Mutex<Vec<T>>);

impl<T: Default> Pool<T> {
    /// Runs `work` with one of them; what is in it, nobody knows.
    pub fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        let idle = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut thing = idle().pop().unwrap_or_default();
        let result = work(&mut thing);
        idle().push(thing);
        result
    }
}
