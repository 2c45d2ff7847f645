//! All-reduce by hand: four ranks with four numbers each, and what each has after every round.

use common::Result;

use super::all_reduce::halves;

/// What every rank has: a row of numbers each.
pub type Held = Vec<Vec<f32>>;

// ANCHOR: ring_round
/// One round of a ring: every rank hands one number to its right neighbour. In the first `ranks` −
/// 1 rounds the neighbour adds it to its own, then puts it in the place of its own.
///
/// There are as many numbers as ranks (or as many equal slices, which go round like one number).
pub fn ring_round(held: &Held, round: usize) -> Held {
    let ranks = held.len();
    let adds = round < ranks - 1;
    let mut next = held.clone();
    for (rank, row) in held.iter().enumerate() {
        let right = (rank + 1) % ranks;
        // In each round the slice that came in last: first its sum grows on the way, then it is
        // whole.
        let slice = (rank + 2 * ranks - round) % ranks;
        match adds {
            true => next[right][slice] += row[slice],
            false => next[right][slice] = row[slice],
        }
    }
    next
}
// ANCHOR_END: ring_round

// ANCHOR: halving_round
/// One round of recursive halving (the first log₂ `ranks` rounds) or doubling (as many again), as
/// [`all_reduce`](super::all_reduce::all_reduce) does them: pairs of ranks swap what the other one
/// is in charge of.
pub fn halving_round(held: &Held, round: usize) -> Held {
    let ranks = held.len();
    let levels = ranks.ilog2() as usize;
    let level = if round < levels { round } else { 2 * levels - 1 - round };
    let mut next = held.clone();
    for (rank, row) in next.iter_mut().enumerate() {
        let other = rank ^ (1 << level);
        // What this rank is in charge of before and after the round.
        let mut wide = 0..row.len();
        for level in 0..level {
            wide = halves(&wide, rank & (1 << level) == 0).0;
        }
        let (mine, theirs) = halves(&wide, rank & (1 << level) == 0);
        match round < levels {
            true => mine.for_each(|i| row[i] += held[other][i]),
            false => theirs.for_each(|i| row[i] = held[other][i]),
        }
    }
    next
}
// ANCHOR_END: halving_round

/// Four ranks whose numbers show who is in a sum: each has another digit.
fn four() -> Held {
    [1.0, 10.0, 100.0, 1000.0].map(|unit| (1..=4).map(|i| i as f32 * unit).collect()).into()
}

/// Prints both ways, round by round.
///
/// # Errors
/// Never.
pub fn run() -> Result<()> {
    print("a ring: each rank hands a number to its right neighbour", 6, ring_round);
    println!();
    print("halving and doubling: pairs swap halves, then quarters", 4, halving_round);
    Ok(())
}

fn print(title: &str, rounds: usize, round: impl Fn(&Held, usize) -> Held) {
    println!("{title}");
    println!("          {}", ["rank 0", "rank 1", "rank 2", "rank 3"].join(&" ".repeat(14)));
    let mut held = four();
    line("begin", &held);
    for number in 0..rounds {
        held = round(&held, number);
        line(&format!("round {}", number + 1), &held);
    }
}

fn line(name: &str, held: &Held) {
    let row = |numbers: &Vec<f32>| numbers.iter().map(|x| format!("{x:>5}")).collect::<String>();
    println!("{name:<8}{}", held.iter().map(row).collect::<Vec<_>>().join(""));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_end_with_all_sums_everywhere() {
        let all = vec![vec![1111.0, 2222.0, 3333.0, 4444.0]; 4];
        assert_eq!((0..6).fold(four(), |held, round| ring_round(&held, round)), all);
        assert_eq!((0..4).fold(four(), |held, round| halving_round(&held, round)), all);
    }

    #[test]
    fn a_ring_of_any_number_of_ranks_adds_up() {
        for ranks in [2, 3, 5] {
            let held: Held =
                (0..ranks).map(|r| (0..ranks).map(|i| (r * 7 + i) as f32).collect()).collect();
            let sums: Vec<f32> = (0..ranks).map(|i| held.iter().map(|row| row[i]).sum()).collect();
            let done = (0..2 * (ranks - 1)).fold(held, |held, round| ring_round(&held, round));
            assert_eq!(done, vec![sums; ranks]);
        }
    }
}
