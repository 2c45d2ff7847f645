//! Memory of batches that nobody needs any more, for the next ones.

use std::cell::RefCell;

/// Fewer numbers than this are had as fast from the system.
const LEAST: usize = 1 << 12;
/// So many numbers are kept for a thread at most: what the layers of a network give back in one step.
const MOST: usize = 1 << 23;

// ANCHOR: recycle
/// Numbers whose memory a thread uses again, from layer to layer. The system would take it back, and
/// clear every page of it before it gives it again.
pub trait Recycle: Copy + Default + 'static {
    /// Calls `work` with the pieces that this thread has to spare, the oldest first.
    fn spares<R>(work: impl FnOnce(&mut Vec<Vec<Self>>) -> R) -> R;

    /// Memory for `len` numbers; which numbers are in it, nobody knows. A piece of more than twice
    /// the size stays where it is: the few answers of a network must not hold on to what its images
    /// needed.
    fn blank(len: usize) -> Vec<Self> {
        let fits = |piece: &Vec<Self>| (len..=2 * len).contains(&piece.capacity());
        let spare = Self::spares(|spares| {
            spares.iter().rposition(fits).map(|youngest| spares.remove(youngest))
        });
        let mut numbers = spare.unwrap_or_default();
        numbers.resize(len, Self::default());
        numbers
    }

    /// Takes memory that nobody needs any more, and lets go of the oldest if that is too much.
    fn recycle(numbers: Vec<Self>) {
        if !(LEAST..=MOST).contains(&numbers.capacity()) {
            return;
        }
        Self::spares(|spares| {
            spares.push(numbers);
            while spares.iter().map(Vec::capacity).sum::<usize>() > MOST {
                spares.remove(0);
            }
        });
    }
}
// ANCHOR_END: recycle

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

    fn kept() -> usize {
        f64::spares(|spares| spares.iter().map(Vec::capacity).sum())
    }

    #[test]
    fn memory_comes_back() {
        let numbers = f64::blank(2 * LEAST);
        let at = numbers.as_ptr();
        f64::recycle(numbers);
        let again = f64::blank(2 * LEAST - 1);
        assert_eq!((again.as_ptr(), again.len()), (at, 2 * LEAST - 1));
        assert_eq!(kept(), 0);
    }

    #[test]
    fn few_numbers_hold_no_large_piece() {
        f64::recycle(vec![0.; 100 * LEAST]);
        assert!(f64::blank(LEAST).capacity() <= 2 * LEAST);
        assert_eq!(f64::blank(0).capacity(), 0);
    }

    #[test]
    fn what_is_kept_has_an_end() {
        for piece in 1..40 {
            f64::recycle(vec![0.; MOST / 7 + piece]);
        }
        assert!(kept() <= MOST && kept() > MOST / 2, "{}", kept());
        f64::recycle(vec![0.; 2 * MOST]);
        f64::recycle(vec![0.; 10]);
        assert!(kept() <= MOST);
    }
}
