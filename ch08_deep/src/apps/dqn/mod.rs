//! Deep Q-networks: learning by playing (Mnih and others, 2013 and 2015).

pub mod agent;
pub mod bellman;
pub mod breakout;
pub mod cartpole;
pub mod catch;
pub mod environment;
pub mod episode;
pub mod exploration;
pub mod figures;
pub mod frames;
pub mod games;
pub mod kept;
pub mod learning;
pub mod q_network;
pub mod replay;
pub mod section;
pub mod targets;
pub mod watch;

use clap::{Args, Subcommand};
use common::Result;
use common::flags::SeedFlag;
use common::program::Figures;
use common::random::generator;

use self::games::Game;

/// The flags of `play`.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Flags {
    #[command(subcommand)]
    of: Option<Of>,
    #[command(flatten)]
    cartpole: section::Flags,
}

/// What can be played, and what can be done besides.
#[derive(Clone, Debug, Subcommand)]
enum Of {
    /// Learn to hold a pole upright, from four numbers (without a name, this one)
    Cartpole(Box<section::Flags>),
    /// Learn to catch a ball, from pixels
    Catch(Box<CatchFlags>),
    /// Learn to play a small Breakout, from pixels
    Breakout(Box<BreakoutFlags>),
    /// Watch a game: in the terminal, or as an animation
    Watch(Box<watch::Flags>),
    /// Five fields in a row: the Bellman equation, and Q-learning with a table
    Fields(FieldsFlags),
}

/// The flags of `play fields`.
#[derive(Clone, Debug, Args)]
struct FieldsFlags {
    #[command(flatten)]
    seed: SeedFlag,
}

/// The settings with which Catch is learned.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("steps", |arg| arg.default_value("20000")))]
#[command(mut_arg("gamma", |arg| arg.default_value("0.97")))]
#[command(mut_arg("reward_scale", |arg| arg.default_value("1")))]
#[command(mut_arg("epsilon", |arg| arg.default_value("0.05")))]
#[command(mut_arg("epsilon_steps", |arg| arg.default_value("5000")))]
#[command(mut_arg("replay", |arg| arg.default_value("10000")))]
#[command(mut_arg("warm_up", |arg| arg.default_value("500")))]
#[command(mut_arg("learn_every", |arg| arg.default_value("1")))]
#[command(mut_arg("batch_size", |arg| arg.default_value("32")))]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.001")))]
#[command(mut_arg("target_every", |arg| arg.default_value("1")))]
#[command(mut_arg("tau", |arg| arg.default_value("0.01")))]
struct CatchFlags {
    #[command(flatten)]
    flags: section::Flags,
}

/// The settings with which Breakout is learned.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("steps", |arg| arg.default_value("40000")))]
#[command(mut_arg("gamma", |arg| arg.default_value("0.97")))]
#[command(mut_arg("reward_scale", |arg| arg.default_value("1")))]
#[command(mut_arg("epsilon", |arg| arg.default_value("0.03")))]
#[command(mut_arg("epsilon_steps", |arg| arg.default_value("10000")))]
#[command(mut_arg("replay", |arg| arg.default_value("30000")))]
#[command(mut_arg("warm_up", |arg| arg.default_value("1000")))]
#[command(mut_arg("learn_every", |arg| arg.default_value("2")))]
#[command(mut_arg("batch_size", |arg| arg.default_value("32")))]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.0005")))]
#[command(mut_arg("target_every", |arg| arg.default_value("1")))]
#[command(mut_arg("tau", |arg| arg.default_value("0.005")))]
struct BreakoutFlags {
    #[command(flatten)]
    flags: section::Flags,
}

/// Learns to play, or shows a game.
///
/// # Errors
/// As those of the sections.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    match &flags.of {
        Some(Of::Cartpole(flags)) => section::run(Game::Cartpole, flags, figures),
        Some(Of::Catch(flags)) => section::run(Game::Catch, &flags.flags, figures),
        Some(Of::Breakout(flags)) => section::run(Game::Breakout, &flags.flags, figures),
        Some(Of::Watch(flags)) => watch::run(flags),
        Some(Of::Fields(flags)) => {
            bellman::run(&mut generator(flags.seed.seed));
            Ok(())
        }
        None => section::run(Game::Cartpole, &flags.cartpole, figures),
    }
}
