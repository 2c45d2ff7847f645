//! A solution of exercise 12: the same bits on any number of threads.

use rayon::prelude::*;

/// Numbers of a part.
pub const PART: usize = 1000;

/// The sum of all numbers.
pub fn sum(numbers: &[f32]) -> f32 {
    let add_up = |numbers: &[f32]| numbers.iter().fold(0.0, |sum, x| sum + x);
    let parts: Vec<f32> = numbers.par_chunks(PART).map(add_up).collect();
    add_up(&parts)
}
