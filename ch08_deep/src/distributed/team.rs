//! Programs that learn together: what the ranks of a team can say to each other.

// ANCHOR: team
/// Programs that take the same steps at the same time. Each has a number, its rank.
pub trait Team {
    /// This program's number, from 0.
    fn rank(&self) -> usize;

    /// How many programs there are.
    fn size(&self) -> usize;

    /// Sends `give` to another rank and fills `take` with what that one sends meanwhile; either may
    /// be empty. The other must expect as many bytes, in the same `round` of what all are doing,
    /// counted from 0.
    fn swap(&mut self, round: usize, other: usize, give: &[u8], take: &mut [u8]);
}
// ANCHOR_END: team

/// One program on its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl Team for Alone {
    fn rank(&self) -> usize {
        0
    }

    fn size(&self) -> usize {
        1
    }

    fn swap(&mut self, _: usize, other: usize, _: &[u8], _: &mut [u8]) {
        unreachable!("there is no rank {other} to talk to");
    }
}
