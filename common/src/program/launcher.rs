//! What a launcher such as `mpirun` tells the programs that it starts side by side.

use std::thread;
use std::time::Duration;
use std::{env, str::FromStr};

/// This program's number among those that were started together, from 0; `None` if it was started
/// on its own.
pub fn rank() -> Option<usize> {
    told(["OMPI_COMM_WORLD_RANK", "PMI_RANK"]).or_else(|| in_a_step(told(["SLURM_PROCID"])))
}

/// How many programs were started together; `None` if this one was started on its own.
pub fn programs() -> Option<usize> {
    told(["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", STEP])
}

/// How many of them share this machine, this one included: 1 if nobody says.
pub fn programs_here() -> usize {
    told(["OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"]).unwrap_or(1).max(1)
}

/// Slurm numbers whatever it starts; only what it starts side by side is in a step of several
/// tasks.
const STEP: &str = "SLURM_STEP_NUM_TASKS";

fn in_a_step(rank: Option<usize>) -> Option<usize> {
    told::<usize, 1>([STEP]).and(rank)
}

/// The first of these variables that is set, as Open MPI, MPICH and Slurm call it.
fn told<T: FromStr, const N: usize>(names: [&str; N]) -> Option<T> {
    names.iter().find_map(|name| env::var(name).ok()?.parse().ok())
}

/// How long the first one may take to say it: a busy machine starts programs one by one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Before an error is printed: all programs that were started together mostly have the same to say.
/// The first one says it and ends, whereupon the launcher ends the others; only if it goes on do
/// they speak.
pub(super) fn let_the_first_speak() {
    if rank().is_some_and(|rank| rank > 0) {
        thread::sleep(PATIENCE);
    }
}
