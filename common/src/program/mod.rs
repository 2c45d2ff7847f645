//! What the chapters' programs have in common: the command line, one-line errors, threads, figures.

pub mod comparison;
pub mod evaluate;
pub mod job;
pub mod launcher;

mod figures;
mod threads;

use std::env;
use std::panic;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Parser};

pub use self::figures::Figures;
use crate::Result;
use crate::one_line;
use crate::progress::complain;

/// Reads the command line of `chapter`, such as "ch05", makes threads and the folder for figures ready,
/// runs `main`, and says in one line what went wrong.
pub fn run<C: Parser>(chapter: &str, main: impl FnOnce(C, &Figures) -> Result<()>) -> ExitCode {
    stop_quietly_when_nobody_reads();
    match parse::<C>() {
        Ok((command, matches)) => {
            match prepare(chapter, &matches).and_then(|f| main(command, &f)) {
                Ok(()) => ExitCode::SUCCESS,
                Err(e) => {
                    launcher::let_the_first_speak();
                    complain(&format!("error: {}", one_line(&e.to_string())));
                    ExitCode::FAILURE
                }
            }
        }
        Err(e) if e.use_stderr() => {
            launcher::let_the_first_speak();
            complain(&one_line(&e.render().to_string()));
            ExitCode::from(2) // what programs answer to a command line that they do not understand
        }
        Err(help) => {
            print!("{help}");
            ExitCode::SUCCESS
        }
    }
}

fn parse<C: Parser>() -> clap::error::Result<(C, ArgMatches)> {
    let mut command = with_negative_numbers(C::command());
    let matches = command.try_get_matches_from_mut(env::args_os()).map_err(point_to_help)?;
    let parsed = C::from_arg_matches(&matches).map_err(|e| e.format(&mut command))?;
    Ok((parsed, matches))
}

/// What a section, or a section of a section, needs before it begins: threads, and, if it has `--out`, a
/// folder for figures that can be written to.
fn prepare(chapter: &str, matches: &ArgMatches) -> Result<Figures> {
    let mut section = matches;
    while let Some((_, inner)) = section.subcommand() {
        section = inner;
    }
    let threads = section.try_get_one("threads").ok().flatten();
    threads::build_pool(threads.copied())?;
    let out = section.try_get_one::<PathBuf>("out");
    let figures = Figures::new(out.as_ref().ok().copied().flatten().map(PathBuf::as_path), chapter);
    if out.is_ok() {
        figures.check()?;
    }
    Ok(figures)
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

/// `… | head` closes our standard output early, which is no reason to panic.
fn stop_quietly_when_nobody_reads() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let message = info.payload_as_str().unwrap_or_default();
        if message.starts_with("failed printing to stdout") {
            if message.contains("Broken pipe") {
                std::process::exit(0);
            }
            complain("error: cannot write to standard output");
            std::process::exit(1);
        }
        usual(info);
    }));
}
