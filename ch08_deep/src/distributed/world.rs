//! A team of programs that MPI has started.

use std::{panic, process, thread};

use common::program::launcher;
use common::{Error, Result};
use mpi::Threading;
use mpi::environment::Universe;
use mpi::point_to_point::send_receive_into_with_tags;
use mpi::topology::SimpleCommunicator;
use mpi::traits::Communicator;

use super::team::Team;
use super::voice::{last_words, only_first};
use super::watch::Watch;

/// Bytes in one message: MPI counts them in 31 bits.
const MOST: usize = 1 << 30;

/// All programs that were started together.
pub struct World {
    world: SimpleCommunicator,
    watch: Watch,
    universe: Universe, // its end is the end of MPI
}

impl World {
    /// The team that this program was started in, whose ranks wait `seconds` for each other at
    /// most; `None` if it was started on its own: then there is no need to start MPI, which takes
    /// half a second.
    ///
    /// # Errors
    /// If whoever started the programs speaks to another MPI library than ours.
    pub fn join(seconds: f64) -> Result<Option<Self>> {
        let Some(started) = launcher::programs() else { return Ok(None) };
        let Some((universe, _)) = mpi::initialize_with_threading(Threading::Funneled) else {
            return Err(Error::Invalid("MPI has been started already".to_string()));
        };
        let world = universe.world();
        let (rank, size) = (world.rank() as usize, world.size() as usize);
        if started != size {
            return Err(Error::Invalid(format!(
                "{started} programs were started together, but our MPI library sees {size}: start them with the mpirun of the library that this program was built with"
            )));
        }
        only_first(rank)?;
        end_all_by_panic(rank);
        Ok(Some(Self { world, watch: Watch::start(rank, seconds), universe }))
    }

    /// Takes leave of the others when all is done. (Who only returned would wait in MPI's end for
    /// others that may wait for him.)
    pub fn leave(self) {
        let Self { world, watch, universe } = self;
        let next = (world.rank() as usize + 1) % world.size() as usize;
        watch.over(0, next, || drop(universe));
    }
}

/// A rank that panics ends at once, and `mpirun` ends the others: were it to unwind, it would wait
/// in MPI's end for ever.
fn end_all_by_panic(rank: usize) {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line()));
        let message = info.payload_as_str().unwrap_or("no message");
        if message.starts_with("failed printing to stdout") {
            usual(info); // nobody reads what we print any more
        }
        let thread = thread::current().name().unwrap_or("a helper").to_string();
        last_words(&format!(
            "error: rank {rank} panicked{} ({thread}): {message}",
            place.unwrap_or_default()
        ));
        process::exit(101);
    }));
}

impl Team for World {
    fn rank(&self) -> usize {
        self.world.rank() as usize
    }

    fn size(&self) -> usize {
        self.world.size() as usize
    }

    fn swap(&mut self, round: usize, other: usize, give: &[u8], take: &mut [u8]) {
        let process = self.world.process_at_rank(other as i32);
        let tag = round as i32;
        let (mut give, mut take) = (give.chunks(MOST), take.chunks_mut(MOST));
        self.watch.over(round, other, || {
            while give.len() + take.len() > 0 {
                let (now, here) = (give.next().unwrap_or_default(), take.next());
                let here = here.unwrap_or_default();
                send_receive_into_with_tags(now, &process, tag, here, &process, tag);
            }
        });
    }
}
