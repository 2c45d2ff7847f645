//! Working memory that is used again instead of allocated again.

use std::cell::RefCell;
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

/// So many pieces of memory are kept for a thread: what the layers of a network give back in one step.
const SPARES: usize = 16;

/// Numbers whose memory a thread uses again, from layer to layer. The system would take it back, and
/// clear every page of it before it gives it again: a quarter of what reading a batch takes.
pub trait Recycle: Copy + Default + 'static {
    /// Calls `work` with the pieces that this thread has to spare.
    fn spares<R>(work: impl FnOnce(&mut Vec<Vec<Self>>) -> R) -> R;

    /// Memory for `len` numbers; which numbers are in it, nobody knows.
    fn blank(len: usize) -> Vec<Self> {
        let fitting = |spares: &mut Vec<Vec<Self>>| {
            let fits = |piece: &&(usize, usize)| piece.1 >= len;
            let pieces: Vec<_> = spares.iter().map(Vec::len).enumerate().collect();
            let smallest = pieces.iter().filter(fits).min_by_key(|piece| piece.1);
            smallest.map(|piece| spares.swap_remove(piece.0))
        };
        let mut numbers = Self::spares(fitting).unwrap_or_default();
        numbers.resize(len, Self::default());
        numbers
    }

    /// Takes memory that nobody needs any more.
    fn recycle(numbers: Vec<Self>) {
        Self::spares(|spares| {
            if spares.len() == SPARES {
                spares.remove(0);
            }
            spares.push(numbers);
        });
    }
}

impl Recycle for f32 {
    fn spares<R>(work: impl FnOnce(&mut Vec<Vec<Self>>) -> R) -> R {
        thread_local!(static SPARE: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) });
        SPARE.with_borrow_mut(work)
    }
}

impl Recycle for f64 {
    fn spares<R>(work: impl FnOnce(&mut Vec<Vec<Self>>) -> R) -> R {
        thread_local!(static SPARE: RefCell<Vec<Vec<f64>>> = const { RefCell::new(Vec::new()) });
        SPARE.with_borrow_mut(work)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_comes_back() {
        let numbers = f64::blank(1000);
        let at = numbers.as_ptr();
        f64::recycle(numbers);
        f64::recycle(f64::blank(2000));
        let again = f64::blank(900);
        assert_eq!((again.as_ptr(), again.len()), (at, 900), "the smallest that fits");
        for _ in 0..2 * SPARES {
            f64::recycle(vec![0.; 10]);
        }
        f64::spares(|spares| assert_eq!(spares.len(), SPARES, "no more are kept"));
    }
}
