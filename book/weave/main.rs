//! `cargo run -p book` builds the book; `-- --open` shows it in the browser.

use clap::{Parser, Subcommand};
use mdbook_preprocessor::{
    Preprocessor,
    errors::{Error, Result},
};
use std::{
    env, panic,
    process::{self, ExitCode},
};
use weave::{
    build, exercises, gallery,
    preprocess::{self, Weave},
};

/// Build the book as a site that needs no network.
#[derive(Parser)]
#[command(name = "book")]
struct Args {
    /// Open the book in the browser when it is built
    #[arg(long)]
    open: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Draw the book's figures anew, or say which are older than the code that draws them
    Figures(gallery::Wishes),
    /// List the exercises, solved or not, and say which comes next
    Exercises(exercises::Wishes),
    /// Weave the pages that `mdbook` hands over (`book.toml` asks for this)
    #[command(hide = true)]
    Weave {
        #[command(subcommand)]
        question: Option<Question>,
    },
}

#[derive(Subcommand)]
enum Question {
    /// Succeed if the pages can be woven for this kind of output
    Supports { renderer: String },
}

fn main() -> ExitCode {
    stop_quietly_when_nobody_reads();
    match run(Args::parse()) {
        Ok(code) => code,
        Err(error) => {
            // The alternate form of the error is the whole chain of causes, `{:#}`; none of them
            // may break the line.
            eprintln!(
                "error: {}",
                format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ")
            );
            ExitCode::FAILURE
        }
    }
}

/// `… | head` closes our standard output early, which is no reason to panic. (The chapters have the
/// same from `common`, which the book does without: it would have to be compiled first.)
fn stop_quietly_when_nobody_reads() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let message = info.payload_as_str().unwrap_or_default();
        if message.starts_with("failed printing to stdout") {
            if message.contains("Broken pipe") {
                process::exit(0);
            }
            eprintln!("error: cannot write to standard output");
            process::exit(1);
        }
        usual(info);
    }));
}

fn run(args: Args) -> Result<ExitCode> {
    match args.command {
        Some(Command::Weave { question: Some(Question::Supports { renderer }) }) => {
            return Ok(if Weave.supports_renderer(&renderer)? {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            });
        }
        Some(Command::Weave { question: None }) => preprocess::speak()?,
        Some(Command::Figures(wishes)) => {
            gallery::run(&build::find(&env::current_dir()?)?, &wishes)?
        }
        Some(Command::Exercises(wishes)) => {
            exercises::run(&build::find(&env::current_dir()?)?, &wishes)?
        }
        None => {
            let here = env::current_dir()?;
            let index = build::build(&build::find(&here)?, None)?;
            println!("book: {}", index.strip_prefix(&here).unwrap_or(&index).display());
            if args.open {
                let index = index.display();
                open::that(index.to_string()).map_err(|_| {
                    Error::msg(format!("no browser could be started; open {index} in one"))
                })?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
