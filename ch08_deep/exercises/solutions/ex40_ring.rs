//! A solution of exercise 40: all-reduce in a ring.

/// Adds up the numbers of all ranks in place. This is rank `rank` of `numbers.len()`.
pub fn all_reduce(
    rank: usize,
    numbers: &mut [f32],
    mut to_right: impl FnMut(f32),
    mut from_left: impl FnMut() -> f32,
) {
    let ranks = numbers.len();
    for round in 0..2 * (ranks - 1) {
        let place = |rank: usize| (rank + 2 * ranks - round) % ranks;
        to_right(numbers[place(rank)]);
        let (comes, came) = (place(rank + ranks - 1), from_left());
        match round < ranks - 1 {
            true => numbers[comes] += came,
            false => numbers[comes] = came,
        }
    }
}
