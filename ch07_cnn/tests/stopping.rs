//! Trainings that are stopped, gone on with, or left alone: what was learned is kept.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

fn train(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ch07_cnn"));
    command.args(["train", "--data", "digits", "--out", "o", "--schedule", "constant"]);
    command.args(arguments).current_dir(folder);
    command
}

fn finish(mut command: Command) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    let text = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
    (status.code(), text)
}

#[test]
fn a_signal_to_end_stops_as_ctrl_c_does() {
    for signal in ["INT", "TERM", "HUP"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let arguments = ["--train-size", "2000", "--epochs", "500", "--save", "w.npz"];
        let mut program = train(folder.path(), &arguments);
        let child =
            program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        // The first epoch's checkpoint tells that it learns.
        let start = Instant::now();
        while !folder.path().join("w.npz").exists() && start.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(20));
        }
        let pid = child.id().to_string();
        Command::new("kill").args(["-s", signal, &pid]).status().expect("a signal is sent");
        let output = child.wait_with_output().expect("it ends");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("\nstopped after "), "{signal}: {text}");
        let (code, text) = finish(train(
            folder.path(),
            &["--train-size", "2000", "--weights", "w.npz", "--epochs", "1"],
        ));
        assert_eq!(code, Some(0), "{signal}: {text}");
    }
}

#[test]
fn where_nobody_takes_what_is_printed_the_weights_are_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let arguments = ["--train-size", "200", "--epochs", "500", "--save", "w.npz"];
    let mut program = train(folder.path(), &arguments);
    let mut child =
        program.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let mut line = String::new();
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
    lines.read_line(&mut line).expect("a line");
    assert!(line.starts_with("data: "), "{line}");
    drop(lines); // as `| head -1` does
    assert!(child.wait().expect("it ends").success());
    assert!(folder.path().join("w.npz").exists(), "the first epoch is kept");
}

#[test]
fn going_on_says_what_does_not_fit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let with = |arguments: &[&str]| {
        finish(train(folder.path(), &[&["--save", "w.npz"], arguments].concat()))
    };
    let (code, text) = with(&["--train-size", "200", "--epochs", "2"]);
    assert_eq!(code, Some(0), "{text}");
    for epochs in ["1", "2"] {
        let (code, text) = with(&["--train-size", "200", "--epochs", epochs, "--resume"]);
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains("has learned for 2 epochs already"), "{text}");
    }
    // As many images, but others.
    let mnist = folder.path().join("mnist");
    another_set(&mnist);
    let (code, text) = finish({
        let mut command = Command::new(env!("CARGO_BIN_EXE_ch07_cnn"));
        command.args([
            "train",
            "--data",
            "mnist",
            "--data-dir",
            "mnist",
            "--offline",
            "--out",
            "o",
        ]);
        command.args(["--train-size", "200", "--epochs", "3", "--resume", "w.npz"]);
        command.current_dir(folder.path());
        command
    });
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("was made with other training images"), "{text}");
    let (code, text) = with(&["--train-size", "200", "--epochs", "3", "--resume"]);
    assert!(code == Some(0) && text.contains("resumed after 4 steps"), "{text}");
}

/// 200 and 10 images under the names of MNIST's files.
fn another_set(folder: &Path) {
    std::fs::create_dir(folder).expect("it can be made");
    for (part, count) in [("train", 200_u32), ("t10k", 10)] {
        let digits = common::data::digits::draw(77, count as usize);
        let header = [0x803, count, 28, 28].map(u32::to_be_bytes);
        let images = [header.as_flattened(), digits.images.as_slice().expect("in order")].concat();
        let header = [0x801, count].map(u32::to_be_bytes);
        let labels = [header.as_flattened(), &digits.labels].concat();
        let write = |name: &str, bytes: &[u8]| {
            std::fs::write(folder.join(format!("{part}-{name}-ubyte")), bytes).expect("written");
        };
        write("images-idx3", &images);
        write("labels-idx1", &labels);
    }
}

#[test]
fn without_more_threads_the_one_there_is_works() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    std::fs::set_permissions(folder.path(), open).expect("it is ours");
    // The limit does not bind root: another user starts the program.
    let script = "ulimit -u 0 && exec \"$@\"";
    let mut command = Command::new("setpriv");
    command.args([
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "bash",
        "-c",
        script,
        "bash",
    ]);
    command.args([env!("CARGO_BIN_EXE_ch07_cnn"), "gradient-check"]).current_dir(folder.path());
    match command.output() {
        Ok(output) if output.status.success() => {
            let text = String::from_utf8_lossy(&output.stderr);
            let several = thread::available_parallelism().is_ok_and(|n| n.get() > 1);
            assert_eq!(text.contains("the system gives 1 of "), several, "{text}");
        }
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!text.contains("panicked") && !text.contains("pool"), "{text}");
            println!("skipped: the program cannot be started as another user: {text}");
        }
        Err(e) => println!("skipped: no setpriv here: {e}"),
    }
}
