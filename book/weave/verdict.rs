//! What the tests say of a reader's solutions, by exit codes: what they print has a form that settings
//! of cargo, of the test harness and of the terminal change.

use crate::cargo::cargo;
use mdbook_preprocessor::errors::{Error, Result};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Output, Stdio},
};

/// What is known about a solution.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Its test passed.
    Passed,
    /// Its test failed.
    Failed,
    /// There is none, for this reason.
    Unknown(String),
}

/// The verdicts of some exercises, by their names; `None` if the chapter's exercises do not compile.
pub type Verdicts = Option<BTreeMap<String, Verdict>>;

/// What the test harness of Rust ends with if a test failed.
const TEST_FAILED: i32 = 101;

/// Compiles the exercises of a chapter and runs the tests of those that have been begun, each on its
/// own.
///
/// # Errors
/// If cargo cannot be started.
pub fn judge(workspace: &Path, package: &str, begun: &[&str]) -> Result<Verdicts> {
    println!("{package}: judging {}", begun.join(", "));
    let output = cargo(workspace)
        .args(["test", "-p", package, "--test", "exercises", "--no-run"])
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Error::msg(format!("cannot start cargo: {error}")))?;
    if !output.status.success() {
        return Ok(None);
    }
    let tests = executable(&String::from_utf8_lossy(&output.stdout));
    let judge = |name: &&str| {
        let verdict = match &tests {
            Some(tests) => run(tests, &workspace.join(package), name),
            None => Verdict::Unknown("cargo did not say where the tests are".to_string()),
        };
        ((*name).to_string(), verdict)
    };
    Ok(Some(begun.iter().map(judge).collect()))
}

/// The program of the tests, among cargo's messages, which are a line of JSON each.
fn executable(messages: &str) -> Option<PathBuf> {
    let mut messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages.find_map(|message| match message["target"]["name"] == "exercises" {
        true => Some(message["executable"].as_str()?.into()),
        false => None,
    })
}

/// Runs one test of the program `tests` in the folder of its package.
fn run(tests: &Path, folder: &Path, name: &str) -> Verdict {
    let start = |arguments: &[&str]| {
        let mut command = Command::new(tests);
        command.args(arguments).current_dir(folder);
        // Settings of the harness: what is shown, in what order, on how many threads.
        let settings =
            env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("RUST_TEST_"));
        for (name, _) in settings {
            command.env_remove(name);
        }
        command.output()
    };
    let output = match start(&["--list", "--format=terse", "--ignored", "--exact", name]) {
        Ok(output) => output,
        Err(e) => return Verdict::Unknown(format!("its test cannot be started: {e}")),
    };
    // To run a test that there is not is a success, too.
    if !String::from_utf8_lossy(&output.stdout).contains(&format!("{name}: test")) {
        return Verdict::Unknown("no test has its name".to_string());
    }
    match start(&["--ignored", "--exact", name]) {
        Ok(output) => of_output(&output),
        Err(e) => Verdict::Unknown(format!("its test cannot be started: {e}")),
    }
}

/// A test that had nothing to judge with, such as a graphics card, passes and says that it was skipped.
fn of_output(output: &Output) -> Verdict {
    let said = String::from_utf8_lossy(&output.stderr);
    match (of_status(output.status), said.lines().find(|line| line.starts_with("skipped: "))) {
        (Verdict::Passed, Some(line)) => Verdict::Unknown(line.to_string()),
        (verdict, _) => verdict,
    }
}

fn of_status(status: ExitStatus) -> Verdict {
    match status.code() {
        Some(0) => Verdict::Passed,
        Some(TEST_FAILED) => Verdict::Failed,
        _ => Verdict::Unknown(format!("its test ended with {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_among_cargos_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"common"},"executable":null}
            not JSON
            {"reason":"compiler-artifact","target":{"name":"exercises"},"executable":"/t/exercises-1"}
            {"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages), Some(PathBuf::from("/t/exercises-1")));
        assert_eq!(executable("{}"), None);
    }

    #[cfg(unix)]
    #[test]
    fn only_a_failed_test_fails() {
        use std::os::unix::process::ExitStatusExt;
        assert_eq!(of_status(ExitStatus::from_raw(0)), Verdict::Passed);
        assert_eq!(of_status(ExitStatus::from_raw(101 << 8)), Verdict::Failed);
        for other in [9, 1 << 8] {
            assert!(matches!(of_status(ExitStatus::from_raw(other)), Verdict::Unknown(_)));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_test_is_asked_by_its_exit_code_whatever_it_prints() {
        use std::{fs, os::unix::fs::PermissionsExt};
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("tests");
        // A harness of our own: quiet, loud, in another language.
        let script = "#!/bin/sh\n[ \"$1\" = --list ] && { echo \"$5: test\"; exit; }\n\
                      case $3 in ex1) echo FAILED;; ex2) echo ok; exit 101;; ex4) echo skipped: no card >&2;; *) kill -9 $$;; esac\n";
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let verdict = |name| run(&program, folder.path(), name);
        assert_eq!((verdict("ex1"), verdict("ex2")), (Verdict::Passed, Verdict::Failed));
        assert!(matches!(verdict("ex3"), Verdict::Unknown(why) if why.contains("signal")));
        assert_eq!(verdict("ex4"), Verdict::Unknown("skipped: no card".to_string()));
        fs::write(&program, "#!/bin/sh\n").unwrap();
        assert_eq!(verdict("ex1"), Verdict::Unknown("no test has its name".to_string()));
        let missing = run(&folder.path().join("missing"), folder.path(), "ex1");
        assert!(matches!(missing, Verdict::Unknown(why) if why.contains("cannot be started")));
    }
}
