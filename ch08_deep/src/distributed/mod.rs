//! Several programs, or machines, learn together: each takes its shares of every batch, and gradients are added
//! up.

pub mod added_up;
pub mod agreement;
pub mod alike;
pub mod all_reduce;
pub mod learning;
pub mod played;
pub mod shares;
pub mod step;
pub mod team;

#[cfg(feature = "mpi")]
mod voice;
#[cfg(feature = "mpi")]
mod watch;
#[cfg(feature = "mpi")]
mod world;

use clap::{Args, Subcommand};
use common::Result;
use common::flags;
use common::program::Figures;
use common::program::job::Job;

use crate::networks::measured::Measured;

/// The flags of `distributed`.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.001")))]
#[command(mut_arg("epochs", |arg| arg.default_value("3")))]
#[command(mut_arg("batch_size", |arg| arg.default_value("200")))]
#[command(mut_arg("schedule", |arg| arg.default_value("cosine")))]
#[command(mut_arg("threads", |arg| arg.help("Threads of each rank [default: the cores, shared out to the ranks on this machine]")))]
pub struct Flags {
    #[command(subcommand)]
    of: Option<Of>,
    /// Which network
    #[arg(long, value_enum, value_name = "NETWORK", default_value = "deep_conv")]
    network: Measured,
    #[command(flatten)]
    job: Job,
    /// Into how many shares every batch is cut, a power of two: any number of ranks up to it learns the same
    /// [default: 4, or one a rank if there are more]
    #[arg(long, value_name = "N", value_parser = flags::count)]
    shares: Option<usize>,
    /// How many seconds a rank waits for another before it gives up
    #[arg(long, value_name = "N", default_value = "300", value_parser = flags::positive)]
    timeout: f64,
}

/// What there is besides training.
#[derive(Clone, Debug, Subcommand)]
enum Of {}

/// Trains on as many programs as `mpirun` has started, or on this one alone.
///
/// # Errors
/// As those of the sections; or if this program was built without MPI.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    match &flags.of {
        Some(_) => Ok(()),
        None => train(flags, figures),
    }
}

#[cfg(feature = "mpi")]
fn train(flags: &Flags, figures: &Figures) -> Result<()> {
    let Some(mut world) = world::World::join(flags.timeout)? else {
        return learning::run(flags, &mut team::Alone, figures);
    };
    let done = learning::run(flags, &mut world, figures);
    match done {
        Ok(()) => world.leave(),
        // Rank 0 says what went wrong, and its end is the end of all.
        Err(_) => std::mem::forget(world),
    }
    done
}

#[cfg(not(feature = "mpi"))]
fn train(_: &Flags, _: &Figures) -> Result<()> {
    let line = "this program was built without MPI, on which ranks talk to each other";
    Err(common::Error::Invalid(line.to_string()))
}
