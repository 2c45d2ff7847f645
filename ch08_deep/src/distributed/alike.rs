//! Are all ranks up to the same? Found out before anything is learned.

use std::ffi::OsString;
use std::{env, fs};

use common::data::{self, Dataset};
use common::{Error, Result};

use super::agreement::{gather, gather_number};
use super::team::Team;

/// The same program, started with the same arguments, on all ranks.
///
/// # Errors
/// On all ranks, with the first rank that differs from rank 0 and in what.
pub fn check_program(team: &mut impl Team) -> Result<()> {
    // Alone there is nothing to compare, and a program of many megabytes need not be read.
    if team.size() == 1 {
        return Ok(());
    }
    let build = env::current_exe().and_then(fs::read).unwrap_or_default();
    let builds = gather_number(team, data::fingerprint_of_bytes(&build));
    if let Some(rank) = other_than_first(&builds) {
        return Err(Error::Invalid(format!(
            "rank {rank} runs another build of this program than rank 0; copy the same file to all machines"
        )));
    }
    check_arguments(team, env::args_os().skip(1).collect())
}

/// The same arguments on all ranks.
fn check_arguments(team: &mut impl Team, arguments: Vec<OsString>) -> Result<()> {
    let words: Vec<_> = arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let mine = words.join(" ");
    let longest = gather_number(team, mine.len() as u64).into_iter().max().unwrap_or(0);
    let mut padded = mine.into_bytes();
    padded.resize(longest as usize, b' ');
    let all = gather(team, &padded);
    let lines: Vec<_> = all.iter().map(|line| String::from_utf8_lossy(line)).collect();
    match other_than_first(&lines) {
        None => Ok(()),
        Some(rank) => Err(Error::Invalid(format!(
            "rank {rank} was started with `{}`, rank 0 with `{}`: all need the same flags",
            lines[rank].trim_end(),
            lines[0].trim_end()
        ))),
    }
}

/// The same images on all ranks.
///
/// # Errors
/// On all ranks, with the first rank that differs from rank 0.
pub fn check_data(team: &mut impl Team, train: &Dataset, test: &Dataset) -> Result<()> {
    for (name, images) in [("training", train), ("test", test)] {
        let counts = gather_number(team, images.len() as u64);
        let sums = gather_number(team, data::fingerprint(images));
        if let Some(rank) = other_than_first(&sums) {
            return Err(Error::Invalid(format!(
                "rank {rank} has other {name} images than rank 0 ({} and {} of them): all need the same files (--data, --data-dir, MNIST_DIR)",
                counts[rank], counts[0]
            )));
        }
    }
    Ok(())
}

/// The same weights on all ranks, of which each has a number that tells them from others.
///
/// # Errors
/// On all ranks, with the first rank that differs from rank 0.
pub fn check_weights(team: &mut impl Team, fingerprint: u64) -> Result<()> {
    match other_than_first(&gather_number(team, fingerprint)) {
        None => Ok(()),
        Some(rank) => Err(Error::Invalid(format!(
            "rank {rank} has learned other weights than rank 0: its processor computes differently, or its memory is faulty"
        ))),
    }
}

fn other_than_first<T: PartialEq>(all: &[T]) -> Option<usize> {
    all.iter().position(|one| *one != all[0])
}
