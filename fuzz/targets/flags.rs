//! The flags that chapters share: a word of the command line on each line.
#![no_main]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use common::flags::{DataFlags, OutFlag, SeedFlag, ThreadsFlag, TrainFlags};
use common::program::comparison::CompareFlags;
use common::program::job::Job;
use libfuzzer_sys::fuzz_target;

#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    section: Option<Section>,
    #[command(flatten)]
    main: Train,
}

#[derive(Subcommand)]
enum Section {
    Train(Train),
    Job(Job),
    Compare(CompareFlags),
}

#[derive(Args)]
struct Train {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    train: TrainFlags,
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

thread_local! {
    static COMMAND: clap::Command = Cli::command();
}

fuzz_target!(|bytes: &[u8]| {
    let words = bytes.split(|&byte| byte == b'\n').map(OsStr::from_bytes);
    let words = std::iter::once(OsStr::new("program")).chain(words);
    let matches = COMMAND.with(|command| command.clone().try_get_matches_from(words));
    match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(Cli { section: None, main }) => check(&main),
        Ok(Cli { section: Some(Section::Train(train)), .. }) => check(&train),
        Ok(_) => {}
        Err(e) if e.use_stderr() => {
            let line = common::one_line(&e.render().to_string());
            assert!(line.starts_with("error: ") && !line.contains(char::is_control), "{line:?}");
        }
        Err(_) => {} // help
    }
});

fn check(flags: &Train) {
    let Train { data, train, threads, .. } = flags;
    assert!(train.epochs > 0 && train.batch_size > 0 && data.train_size != Some(0));
    assert!(train.learning_rate > 0.0 && train.learning_rate.is_finite());
    assert!(threads.threads.is_none_or(|n| (1..=256).contains(&n)));
}
