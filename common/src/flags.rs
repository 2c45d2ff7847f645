//! The flags that chapters share, and the values that they take.

use std::env;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PathBufValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use nn::train::Schedule;

use crate::Result;
use crate::store::files;

/// Where the digits come from.
#[derive(Clone, Debug, Args)]
pub struct DataFlags {
    /// Which digits: MNIST, the built-in ones, or MNIST if it can be had
    #[arg(long, value_enum, value_name = "SOURCE", default_value = "auto")]
    pub data: Source,
    /// Folder with the MNIST files [default: the variable MNIST_DIR, or data/mnist]
    #[arg(long, value_name = "DIR", value_parser = path())]
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
    #[arg(long, value_name = "FILE", value_parser = path())]
    pub weights: Option<PathBuf>,
    /// Write the learned weights to this file (.npz); its folder is made if need be
    #[arg(long, value_name = "FILE", value_parser = path())]
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

/// Where figures go.
#[derive(Clone, Debug, Args)]
pub struct OutFlag {
    /// Folder for the figures [default: figures/ and the chapter's number]
    #[arg(long, value_name = "DIR", value_parser = path())]
    pub out: Option<PathBuf>,
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

/// A path as a shell would have it: `~` at its beginning is the home folder. (No shell replaces it within
/// `--save=~/w.npz`.)
pub fn path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| at_home(path, env::home_dir()))
}

fn at_home(path: PathBuf, home: Option<PathBuf>) -> Result<PathBuf, String> {
    let mut parts = path.components();
    let first = parts.next().map(|part| part.as_os_str().to_string_lossy().into_owned());
    match first.as_deref() {
        Some("~") => match home.filter(|home| !home.as_os_str().is_empty()) {
            Some(home) => Ok(home.join(parts.as_path())),
            None => Err("no home folder is known for ~; write the whole path".to_string()),
        },
        Some(name) if name.starts_with('~') && !path.exists() => Err(format!(
            "the home folder {name} is not looked up; write the whole path, or ./{name} for a file of that name"
        )),
        _ => Ok(path),
    }
}

/// The values of `--schedule`.
pub fn schedule() -> impl TypedValueParser<Value = Schedule> {
    let constant = PossibleValue::new("constant").help("The same rate for every step");
    let cosine = PossibleValue::new("cosine").help(
        "Falls along half a cosine, from the whole rate at the first step to nothing after the last",
    );
    let one_cycle = PossibleValue::new("one-cycle")
        .help("Rises over the first fifth of the steps, then falls as cosine does");
    PossibleValuesParser::new([constant, cosine, one_cycle]).map(|name| match name.as_str() {
        "cosine" => Schedule::Cosine,
        "one-cycle" => Schedule::OneCycle,
        _ => Schedule::Constant,
    })
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
    fn a_tilde_is_the_home_folder_and_nothing_else() {
        let at = |path: &str| at_home(PathBuf::from(path), Some(PathBuf::from("/home/me")));
        assert_eq!(at("~/w.npz"), Ok(PathBuf::from("/home/me/w.npz")));
        assert_eq!(at("~"), Ok(PathBuf::from("/home/me")));
        for plain in ["w.npz", "/a/~/b", "./~/w.npz", "a~", "b/~c"] {
            assert_eq!(at(plain), Ok(PathBuf::from(plain)));
        }
        assert!(at("~you/w.npz").is_err_and(|e| e.contains("~you")));
        assert!(at_home(PathBuf::from("~/a"), None).is_err_and(|e| e.contains("whole path")));
    }
}
