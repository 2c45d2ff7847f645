//! A batch is cut into shares, whose number does not depend on who computes them.

use std::mem;
use std::ops::Range;

use common::{Error, Result};

use super::all_reduce::add;

// ANCHOR: shares
/// Into how many shares every batch is cut: a power of two, and no fewer than there are ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares(usize);

impl Shares {
    /// So many shares for so many ranks.
    ///
    /// # Errors
    /// If they cannot be dealt out evenly and added up in pairs.
    pub fn new(shares: usize, ranks: usize) -> Result<Self> {
        check_ranks(ranks)?;
        if !shares.is_power_of_two() || shares < ranks {
            return Err(Error::Invalid(format!(
                "--shares {shares} cannot be dealt out to {ranks} ranks; choose {ranks} or a larger power of two"
            )));
        }
        Ok(Self(shares))
    }

    /// How many there are.
    pub fn count(self) -> usize {
        self.0
    }

    /// Those that this rank of so many works on.
    pub fn of(self, rank: usize, ranks: usize) -> Range<usize> {
        let each = self.0 / ranks;
        rank * each..(rank + 1) * each
    }

    /// Which images of a batch of `len` are in this share: none, if the batch has too few for all.
    pub fn images(self, share: usize, len: usize) -> Range<usize> {
        len * share / self.0..len * (share + 1) / self.0
    }
}
// ANCHOR_END: shares

/// Ranks that talk to each other in pairs, and pairs of pairs.
///
/// # Errors
/// If there are not 1, 2, 4, 8, … of them.
pub fn check_ranks(ranks: usize) -> Result<()> {
    if ranks.is_power_of_two() {
        return Ok(());
    }
    let below = 1 << ranks.ilog2();
    Err(Error::Invalid(format!(
        "{ranks} ranks cannot add up in pairs; start {below} or {}",
        2 * below
    )))
}

// ANCHOR: pairwise_sum
/// Adds up vectors as they come, neighbours first: (0 + 1) + (2 + 3), …, and keeps no more of them
/// than the sum has levels.
#[derive(Default)]
pub struct PairwiseSum {
    /// How often the vectors of a sum were doubled, and the sum.
    sums: Vec<(u32, Vec<f32>)>,
}

impl PairwiseSum {
    /// One more vector. As in a binary counter, two sums of as many vectors become one.
    pub fn push(&mut self, vector: Vec<f32>) {
        let mut new = (0, vector);
        while let Some((_, left)) = self.sums.pop_if(|(doubled, _)| *doubled == new.0) {
            let right = mem::replace(&mut new.1, left);
            add(&mut new.1, &right);
            new.0 += 1;
        }
        self.sums.push(new);
    }

    /// The sum of all vectors, whose number must be 1, 2, 4, 8, …
    ///
    /// # Panics
    /// If it is not.
    pub fn finish(mut self) -> Vec<f32> {
        let sum = self.sums.pop().filter(|_| self.sums.is_empty());
        sum.expect("a power of two of vectors has one sum").1
    }
}
// ANCHOR_END: pairwise_sum
