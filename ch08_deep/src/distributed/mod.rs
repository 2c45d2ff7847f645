//! Several programs, or machines, learn together: each takes its shares of every batch, and
//! gradients are added up.

pub mod added_up;
pub mod agreement;
pub mod alike;
pub mod all_reduce;
pub mod batches;
pub mod cost;
pub mod learning;
pub mod played;
pub mod rounds;
pub mod scale;
pub mod shares;
pub mod step;
pub mod team;

#[cfg(feature = "mpi")]
mod voice;
#[cfg(feature = "mpi")]
mod watch;
#[cfg(feature = "mpi")]
mod world;

#[cfg(feature = "mpi")]
#[path = "with_mpi.rs"]
mod engine;
#[cfg(not(feature = "mpi"))]
#[path = "without_mpi.rs"]
mod engine;

use clap::{Args, Subcommand};
use common::Result;
use common::flags;
use common::program::Figures;
use common::program::job::Job;
use team::Team;

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
    /// Into how many shares every batch is cut, a power of two: any number of ranks up to it learns
    /// the same [default: 4, or one a rank if there are more]
    #[arg(long, value_name = "N", value_parser = flags::count)]
    shares: Option<usize>,
    /// How many seconds a rank waits for another before it gives up
    #[arg(long, value_name = "N", default_value = "300", value_parser = flags::positive)]
    timeout: f64,
}

/// What there is besides training.
#[derive(Clone, Debug, Subcommand)]
enum Of {
    /// Gradients added up by hand: four ranks with four numbers, round by round (needs no MPI)
    Rounds,
    /// What talking to each other costs here, and a model of up to 1,024 ranks
    Scale(scale::Flags),
    /// Larger batches, and what the learning rate must do (needs no MPI)
    Batches(batches::Flags),
}

/// Trains on as many programs as `mpirun` has started, or on this one alone.
///
/// # Errors
/// As those of the sections; or if this program was built without MPI.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    match &flags.of {
        Some(Of::Rounds) => rounds::run(),
        Some(Of::Scale(of)) => engine::together_or_alone(flags.timeout, Scale(of, figures)),
        Some(Of::Batches(of)) => batches::run(of, figures),
        None => engine::together(flags.timeout, Learning(flags, figures)),
    }
}

/// What is done by a team, whichever it is.
trait Together {
    fn run(self, team: &mut impl Team) -> Result<()>;
}

struct Learning<'a>(&'a Flags, &'a Figures);

impl Together for Learning<'_> {
    fn run(self, team: &mut impl Team) -> Result<()> {
        learning::run(self.0, team, self.1)
    }
}

struct Scale<'a>(&'a scale::Flags, &'a Figures);

impl Together for Scale<'_> {
    fn run(self, team: &mut impl Team) -> Result<()> {
        scale::run(self.0, team, self.1)
    }
}
