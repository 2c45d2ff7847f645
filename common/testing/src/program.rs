//! A chapter's program as its reader starts it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program at this path; a test names it with `env!("CARGO_BIN_EXE_…")`.
#[derive(Clone, Copy, Debug)]
pub struct Program(pub &'static str);

impl Program {
    /// The program, to be started in `folder`, with no data folder named.
    pub fn command(self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.0);
        command.current_dir(folder).env_remove("MNIST_DIR").args(arguments);
        command
    }

    /// Runs it in `folder`, with no data folder named.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn run(self, folder: &Path, arguments: &[&str]) -> Output {
        self.command(folder, arguments).output().expect("the program starts")
    }

    /// Checks that `--help` names these sections.
    ///
    /// # Panics
    /// If one is missing.
    #[track_caller]
    pub fn helps_with(self, sections: &[&str]) {
        let output = self.run(Path::new("."), &["--help"]);
        let help = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success());
        for section in sections {
            assert!(help.contains(&format!("\n  {section} ")), "{section} is missing in {help}");
        }
    }

    /// Checks that it ends without a word of complaint when whoever reads its output leaves after
    /// the first line, as `head -1` does.
    ///
    /// # Panics
    /// If it does anything else.
    #[track_caller]
    pub fn ends_quietly_when_nobody_reads(self, folder: &Path, arguments: &[&str]) {
        let mut command = self.command(folder, arguments);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let mut reader = BufReader::with_capacity(1, child.stdout.take().expect("a pipe"));
        reader.read_line(&mut line).expect("text");
        drop(reader);
        let output = child.wait_with_output().expect("it ends");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && complaint.is_empty(), "{}: {complaint}", output.status);
    }

    /// Runs it where no file may grow beyond a few kilobytes, as on a disk that is full; `None`,
    /// and a word about it, where that cannot be had.
    pub fn run_without_room(self, folder: &Path, arguments: &[&str]) -> Option<Output> {
        if cfg!(not(unix)) {
            crate::skipped("only Unix can keep a file from growing");
            return None;
        }
        let script = "trap '' XFSZ && ulimit -f 8 && exec \"$0\" \"$@\"";
        let mut command = Command::new("sh");
        command.args(["-c", script, self.0]).args(arguments);
        command.current_dir(folder).env_remove("MNIST_DIR");
        Some(command.output().expect("a shell"))
    }

    /// Checks that it refuses these arguments: a status other than 0, and one line on standard
    /// error that says `because`.
    ///
    /// # Panics
    /// If it does anything else.
    #[track_caller]
    pub fn refuses(self, folder: &Path, arguments: &[&str], because: &str) {
        let output = self.run(folder, arguments);
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{arguments:?} was accepted");
        assert!(
            message.starts_with("error: ") && message.trim().lines().count() == 1,
            "not one line: {message}"
        );
        assert!(message.contains(because), "{message:?} does not say {because:?}");
    }
}
