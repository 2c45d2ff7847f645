//! The command line that every chapter shares: flags, one-line errors, and where things go.

use std::env;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser};

use crate::plot::{self, Area, Drawn};
use crate::{Error, Result, files};

/// Where the digits come from.
#[derive(Clone, Debug, Args)]
pub struct DataFlags {
    /// Which digits: MNIST, the built-in ones, or MNIST if it can be had
    #[arg(long, value_enum, value_name = "SOURCE", default_value = "auto")]
    pub data: Source,
    /// Folder with the MNIST files [default: the variable MNIST_DIR, or data/mnist]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Never use the network
    #[arg(long)]
    pub offline: bool,
    /// Learn from the first N training images only
    #[arg(long, value_name = "N", value_parser = count)]
    pub train_size: Option<usize>,
}

/// The values of `--data`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Source {
    /// MNIST from the data folder or a mirror; without either, the built-in digits
    Auto,
    /// MNIST or nothing
    Mnist,
    /// The built-in digits
    Digits,
}

/// How to train. The defaults are those of ch05; a chapter with others overrides them with
/// clap's `mut_arg`.
#[derive(Clone, Debug, Args)]
pub struct TrainFlags {
    /// How often every image is seen
    #[arg(long, value_name = "N", default_value = "17", value_parser = count)]
    pub epochs: usize,
    /// Images in one step
    #[arg(long, value_name = "N", default_value = "100", value_parser = count)]
    pub batch_size: usize,
    /// How far each step goes
    #[arg(long, value_name = "X", default_value = "0.1", value_parser = positive)]
    pub learning_rate: f64,
    /// Start from these weights (.npz) instead of random ones
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// Write the learned weights to this file (.npz); its folder is made if need be
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
}

impl TrainFlags {
    /// Finds out before training whether its result could be saved.
    ///
    /// # Errors
    /// If `--save` names a file that cannot be written.
    pub fn check(&self) -> Result<()> {
        self.save.as_deref().map_or(Ok(()), files::check_writable)
    }
}

/// The seed of all that is random.
#[derive(Clone, Debug, Args)]
pub struct SeedFlag {
    /// Seed of the random numbers: the same seed gives the same figures
    #[arg(long, value_name = "N", default_value = "1", value_parser = seed)]
    pub seed: u64,
}

/// How many threads work.
#[derive(Clone, Debug, Args)]
pub struct ThreadsFlag {
    /// Threads to compute with [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
}

impl ThreadsFlag {
    /// Sets the number of threads for the whole program; call it once, before any work.
    ///
    /// # Errors
    /// If the system does not give that many threads.
    pub fn apply(&self) -> Result<()> {
        let threads = self.threads.unwrap_or(0); // 0: one for each core
        // This thread works along: handing each small computation over to others would cost more.
        rayon::ThreadPoolBuilder::new()
            .num_threads(usize::from(threads))
            .use_current_thread()
            .build_global()
            .map_err(|e| {
                Error::Invalid(format!(
                    "cannot start {threads} threads: {e}; choose fewer --threads"
                ))
            })
    }
}

/// Where figures go.
#[derive(Clone, Debug, Args)]
pub struct OutFlag {
    /// Folder for the figures [default: figures/ and the chapter's number]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

impl OutFlag {
    /// The folder for the figures of `chapter`, such as "ch05"; made and tried out now, not after
    /// the work is done.
    ///
    /// # Errors
    /// If the folder cannot be made or written to.
    pub fn figures(&self, chapter: &str) -> Result<Figures> {
        let folder = self.out.clone().unwrap_or_else(|| in_workspace(format!("figures/{chapter}")));
        files::check_folder_writable(&folder)?;
        Ok(Figures { folder })
    }
}

/// A folder for figures.
#[derive(Clone, Debug)]
pub struct Figures {
    folder: PathBuf,
}

impl Figures {
    /// Where a file called `name` goes, for pictures that are not drawn with [`plot`].
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Draws a figure of `size` points into the file `name` and prints where it is.
    ///
    /// # Errors
    /// As [`plot::save`].
    pub fn draw(
        &self,
        name: &str,
        size: (u32, u32),
        draw: impl FnOnce(&Area<'_>) -> Drawn,
    ) -> Result<()> {
        let path = self.path(name);
        plot::save(&path, size, draw)?;
        println!("figure: {}", path.display());
        Ok(())
    }
}

/// Reads the command line, runs `main`, and says in one line what went wrong.
pub fn run<C: Parser>(main: impl FnOnce(C) -> Result<()>) -> ExitCode {
    stop_quietly_when_nobody_reads();
    match parse() {
        Ok(command) => match main(command) {
            Ok(()) => ExitCode::SUCCESS,
            Err(e) => {
                eprintln!("error: {}", one_line(&e.to_string()));
                ExitCode::FAILURE
            }
        },
        Err(e) if e.use_stderr() => {
            eprintln!("{}", one_line(&e.render().to_string()));
            ExitCode::from(2) // what programs answer to a command line that they do not understand
        }
        Err(help) => {
            print!("{help}");
            ExitCode::SUCCESS
        }
    }
}

fn parse<C: Parser>() -> clap::error::Result<C> {
    let mut command = with_negative_numbers(C::command());
    let mut matches = command.try_get_matches_from_mut(env::args_os()).map_err(point_to_help)?;
    C::from_arg_matches_mut(&mut matches).map_err(|e| e.format(&mut command))
}

/// So that `-1` is a number that a flag may refuse and say why, not a flag that nobody knows.
fn with_negative_numbers(command: clap::Command) -> clap::Command {
    command.allow_negative_numbers(true).mut_subcommands(with_negative_numbers)
}

/// Who names a section that there is not should learn which there are.
fn point_to_help(mut error: clap::Error) -> clap::Error {
    if error.kind() == ErrorKind::InvalidSubcommand {
        let tip = "'--help' lists the sections".into();
        error.insert(ContextKind::Usage, ContextValue::StyledStr(tip));
    }
    error
}

/// `path`, meant from the root of the workspace: the nearest folder upwards with a `Cargo.lock`,
/// or the current one if there is none.
pub fn in_workspace(path: impl AsRef<Path>) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    let depth = here.ancestors().position(|folder| folder.join("Cargo.lock").exists());
    let up: PathBuf = std::iter::repeat_n(Path::new(".."), depth.unwrap_or(0)).collect();
    up.join(path)
}

/// A whole number above zero, and not above a million: nobody waits for more, and no machine has the
/// memory.
pub fn count(text: &str) -> Result<usize, String> {
    const MOST: usize = 1_000_000;
    match text.parse() {
        Ok(n @ 1..=MOST) => Ok(n),
        _ => Err(format!("expected a whole number of at least 1 and at most {MOST}")),
    }
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected a whole number from 0 to {}", u64::MAX))
}

/// A finite number above zero.
pub fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if x.is_finite() && x > 0.0 => Ok(x),
        _ => Err("expected a number above 0, such as 0.1".to_string()),
    }
}

/// A number from 0 to 1.
pub fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if (0.0..=1.0).contains(&x) => Ok(x),
        _ => Err("expected a number from 0 to 1, such as 0.01".to_string()),
    }
}

/// What clap says over several lines, without its reminder of `--help`, in one. Names of files may
/// hold any character: those that steer the terminal are shown, not obeyed.
pub fn one_line(message: &str) -> String {
    let lines = message.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("For more information"));
    let line = lines.collect::<Vec<_>>().join("; ");
    line.split(char::is_control).collect::<Vec<_>>().join("\u{fffd}")
}

/// `… | head` closes our standard output early, which is no reason to panic.
fn stop_quietly_when_nobody_reads() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let message = info.payload_as_str().unwrap_or_default();
        if message.starts_with("failed printing to stdout") {
            if message.contains("Broken pipe") {
                std::process::exit(0);
            }
            eprintln!("error: cannot write to standard output");
            std::process::exit(1);
        }
        usual(info);
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_positive_numbers() {
        assert_eq!(count("17"), Ok(17));
        assert_eq!(positive("1e-3"), Ok(1e-3));
        assert_eq!(count("1000000"), Ok(1_000_000));
        for bad in ["0", "-1", "1.5", "", "many", "1000001", "18446744073709551616"] {
            assert!(count(bad).is_err(), "{bad}");
        }
        for bad in ["0", "-1", "nan", "inf", ""] {
            assert!(positive(bad).is_err(), "{bad}");
        }
        assert_eq!((share("0"), share("1e-2")), (Ok(0.0), Ok(0.01)));
        for bad in ["-0.1", "1.1", "nan", ""] {
            assert!(share(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn clap_is_brought_to_one_line() {
        let message = "error: unexpected argument '--epoch' found\n\n  tip: a similar argument exists: '--epochs'\n\nUsage: x --epochs <N>\n\nFor more information, try '--help'.\n";
        let line = "error: unexpected argument '--epoch' found; tip: a similar argument exists: '--epochs'; Usage: x --epochs <N>";
        assert_eq!(one_line(message), line);
        assert_eq!(one_line("cannot read a\nb\u{1b}[31mc"), "cannot read a; b\u{fffd}[31mc");
    }
}
