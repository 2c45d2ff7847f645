//! Watching a game: in the terminal, or as an animation.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use clap::Args;
use common::flags::{self, SeedFlag, ThreadsFlag};
use common::network::Network;
use common::random::generator;
use common::store::{files, weights};
use common::{Error, Result, progress};
use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, DynamicImage, Frame};
use ndarray::Array2;

use super::episode::{filmed, judge, mean};
use super::frames::{picture, text};
use super::games::Game;
use super::q_network::q_network;

/// Frames that are printed where no terminal shows them one in the place of another.
const PRINTED: usize = 3;
/// The most frames of an animation.
const ANIMATED: usize = 200;
/// The width of an animation in pixels, at most.
const WIDTH: u32 = 240;

/// The flags of `play watch`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// Which game
    #[arg(value_enum, value_name = "GAME", default_value = "cartpole")]
    game: Game,
    /// Weights (.npz), as --save wrote them; without, a random player
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    weights: Option<PathBuf>,
    /// ε: the share of actions at random
    #[arg(long, value_name = "X", default_value = "0", value_parser = flags::share)]
    epsilon: f64,
    /// Milliseconds between two frames
    #[arg(long, value_name = "N", default_value = "60", value_parser = clap::value_parser!(u16).range(0..=5000))]
    delay: u16,
    /// Print the mean return of so many further episodes
    #[arg(long, value_name = "N", default_value = "20", value_parser = flags::count)]
    episodes: usize,
    /// Write the game to this file (.gif) instead of the terminal
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    gif: Option<PathBuf>,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
}

/// Plays one episode where it can be seen, and says how many points others make.
///
/// # Errors
/// If weights cannot be read, or the animation cannot be written.
pub fn run(flags: &Flags) -> Result<()> {
    if let Some(file) = &flags.gif {
        files::check_writable(file)?;
    }
    let (network, epsilon) = player(flags)?;
    let rng = &mut generator(flags.seed.seed);
    let (frames, points) = filmed(&network, flags.game.new_game(), epsilon, rng);
    let delay = Duration::from_millis(flags.delay.into());
    match &flags.gif {
        Some(file) => {
            animate(file, &frames, delay)?;
            println!("animation: {}", file.display());
        }
        None if !show(&frames, delay) => return Ok(()),
        None => {}
    }
    println!("{} steps, return {points}", frames.len() - 1);
    let others = judge(&network, flags.game.new_game(), (flags.episodes, epsilon), flags.seed.seed);
    println!("mean return of {} episodes: {:.2}", others.len(), mean(&others));
    Ok(())
}

/// Who plays, and how much of it at random.
fn player(flags: &Flags) -> Result<(Network<f32>, f64)> {
    let game = flags.game.new_game();
    let mut network = q_network(&flags.game.shape(), game.actions().len(), &mut generator(0))?;
    match &flags.weights {
        Some(file) => weights::load(&mut network, file).map(|()| (network, flags.epsilon)),
        None => Ok((network, 1.0)),
    }
}

/// Frames of an episode, evenly spread from first to last.
pub fn some<T>(frames: &[T], count: usize) -> impl Iterator<Item = (usize, &T)> {
    let last = frames.len().saturating_sub(1);
    let count = count.min(frames.len());
    (0..count).map(move |i| i * last / (count - 1).max(1)).map(|i| (i, &frames[i]))
}

/// Prints the frames, each in the place of the one before it, or a few one below the other where that cannot be
/// done; false if nobody takes them.
fn show(frames: &[Array2<u8>], delay: Duration) -> bool {
    if !io::stdout().is_terminal() {
        return some(frames, PRINTED)
            .all(|(i, frame)| progress::tell(&format!("step {i}\n{}", text(frame))));
    }
    frames.iter().enumerate().all(|(i, frame)| {
        let back = if i == 0 { String::new() } else { format!("\x1b[{}A", frame.nrows() + 1) };
        let shown = write!(io::stdout(), "{back}step {i}\n{}", text(frame))
            .and_then(|()| io::stdout().flush());
        sleep(delay);
        shown.is_ok()
    })
}

/// Writes an animation; of long games, the beginning.
///
/// # Errors
/// If the file cannot be written.
pub fn animate(file: &Path, frames: &[Array2<u8>], delay: Duration) -> Result<()> {
    let mut bytes = Vec::new();
    {
        let mut gif = GifEncoder::new_with_speed(&mut bytes, 10);
        let side = WIDTH / frames[0].ncols() as u32;
        let pictures = frames.iter().take(ANIMATED).map(|frame| {
            let rgba = DynamicImage::from(picture(frame, side)).to_rgba8();
            Frame::from_parts(rgba, 0, 0, Delay::from_saturating_duration(delay))
        });
        gif.set_repeat(Repeat::Infinite)
            .and_then(|()| gif.encode_frames(pictures))
            .map_err(|e| Error::Invalid(format!("cannot pack {}: {e}", file.display())))?;
    }
    files::replace(file, |to| to.write_all(&bytes))
}
