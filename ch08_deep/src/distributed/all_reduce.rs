//! All-reduce: every rank has a vector of numbers, and all get the sum of them all, with the same
//! bits.

use std::ops::Range;

use super::team::Team;

// ANCHOR: gathered
/// Rank 0 fetches everybody's numbers, adds them up, neighbours first, and sends the sum to all:
/// right, and the most that one machine could be asked to carry.
///
/// There must be 1, 2, 4, 8, … ranks.
pub fn all_reduce_at_first(team: &mut impl Team, numbers: &mut [f32]) {
    let rank = team.rank();
    if rank > 0 {
        team.swap(rank, 0, bytemuck::cast_slice(numbers), &mut []);
        team.swap(rank, 0, &[], bytemuck::cast_slice_mut(numbers));
        return;
    }
    let mut all = vec![numbers.to_vec()];
    for other in 1..team.size() {
        let mut theirs = vec![0.0; numbers.len()];
        team.swap(other, other, &[], bytemuck::cast_slice_mut(&mut theirs));
        all.push(theirs);
    }
    numbers.copy_from_slice(&pairwise(all));
    for other in 1..team.size() {
        team.swap(other, other, bytemuck::cast_slice(numbers), &mut []);
    }
}
// ANCHOR_END: gathered

// ANCHOR: pairwise
/// The sum of vectors whose number is 1, 2, 4, 8, …: neighbours are added first, then pairs of
/// neighbours, (0 + 1) + (2 + 3).
///
/// # Panics
/// If there is none.
pub fn pairwise(mut vectors: Vec<Vec<f32>>) -> Vec<f32> {
    while vectors.len() > 1 {
        for pair in vectors.chunks_exact_mut(2) {
            let [left, right] = pair else { unreachable!("chunks of two") };
            add(left, right);
        }
        vectors = vectors.into_iter().step_by(2).collect();
    }
    vectors.pop().expect("there is at least one vector")
}

/// a ← a + b.
pub fn add(a: &mut [f32], b: &[f32]) {
    a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
}
// ANCHOR_END: pairwise

// ANCHOR: all_reduce
/// Recursive halving and doubling (Rabenseifner, 2004): neighbours share the work of adding up
/// their numbers, half each; then neighbouring pairs do, with what each rank has left; and so on.
/// Back again, what was halved is doubled, until all ranks have all sums.
///
/// There must be 1, 2, 4, 8, … ranks. Each sum is (0 + 1) + (2 + 3) …, as [`pairwise`] adds, with
/// the same bits.
pub fn all_reduce(team: &mut impl Team, numbers: &mut [f32]) {
    let (rank, ranks, len) = (team.rank(), team.size(), numbers.len());
    if ranks == 1 {
        return;
    }
    let levels = ranks.ilog2() as usize;
    let mut sums = numbers.to_vec();
    sums.resize(len.next_multiple_of(ranks), 0.0); // can be halved to the end
    let mut received = vec![0.0; sums.len() / 2];
    let mut mine = 0..sums.len();
    for level in 0..levels {
        let distance = 1 << level;
        let (keep, give) = halves(&mine, rank & distance == 0);
        let theirs = &mut received[..keep.len()];
        swap(team, (level, rank ^ distance), &sums[give], theirs);
        add(&mut sums[keep.clone()], theirs);
        mine = keep;
    }
    for level in (0..levels).rev() {
        let distance = 1 << level;
        let other = match rank & distance {
            0 => mine.end..mine.end + mine.len(),
            _ => mine.start - mine.len()..mine.start,
        };
        let theirs = &mut received[..mine.len()];
        swap(team, (2 * levels - 1 - level, rank ^ distance), &sums[mine.clone()], theirs);
        sums[other.clone()].copy_from_slice(theirs);
        mine = mine.start.min(other.start)..mine.end.max(other.end);
    }
    numbers.copy_from_slice(&sums[..len]);
}

/// The half of a range that a rank keeps, and the other one: who is on the left keeps the left.
pub(super) fn halves(range: &Range<usize>, left: bool) -> (Range<usize>, Range<usize>) {
    let middle = usize::midpoint(range.start, range.end);
    let (a, b) = (range.start..middle, middle..range.end);
    if left { (a, b) } else { (b, a) }
}

fn swap(team: &mut impl Team, (round, other): (usize, usize), give: &[f32], take: &mut [f32]) {
    team.swap(round, other, bytemuck::cast_slice(give), bytemuck::cast_slice_mut(take));
}
// ANCHOR_END: all_reduce
