//! Who works together: all that `mpirun` has started, or this program alone.

use std::mem;

use common::Result;

use super::Together;
use super::shares::check_ranks;
use super::team::{Alone, Team};
use super::world::World;

/// Does `work` with all programs that were started together, which wait `seconds` for each other at
/// most.
pub(super) fn together(seconds: f64, work: impl Together) -> Result<()> {
    let Some(mut world) = World::join(seconds)? else { return work.run(&mut Alone) };
    let done = check_ranks(world.size()).and_then(|()| work.run(&mut world));
    match done {
        Ok(()) => world.leave(),
        // Rank 0 says what went wrong, and its end is the end of all: nobody need wait for the
        // others.
        Err(_) => mem::forget(world),
    }
    done
}

/// The same: for what makes sense alone, without MPI.
pub(super) use together as together_or_alone;
