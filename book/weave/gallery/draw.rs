//! One run of a chapter's program, as a process of its own: the book compiles no chapter.

use super::{Places, table::Drawing};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// The folder with MNIST's files, if they are here: that of `MNIST_DIR`, meant from the root of the
/// workspace, or `data/mnist`.
pub fn mnist(workspace: &Path) -> Option<PathBuf> {
    let variable = env::var_os("MNIST_DIR").filter(|folder| !folder.is_empty());
    let folder = workspace.join(variable.unwrap_or_else(|| "data/mnist".into()));
    let folder = std::path::absolute(folder).ok()?;
    let names =
        fs::read_dir(&folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    // Others name their files `emnist-letters-train-images-…`.
    let begins =
        |name: &String| name.starts_with("train-images") || name.starts_with("t10k-images");
    (names.filter(begins).count() >= 2).then_some(folder)
}

/// The figures of a drawing in one word or more.
pub fn names(drawing: &Drawing) -> String {
    drawing.files().map(|(name, _)| name).collect::<Vec<_>>().join(", ")
}

/// A weights file that a drawing reads and that no drawing has saved yet.
pub fn missing_weights(places: &Places, drawing: &Drawing) -> Option<&'static str> {
    let words: Vec<_> = drawing.args.split(' ').collect();
    let reads = |pair: &&[&str]| ["--weights", "--beside", "--features"].contains(&pair[0]);
    let read = words.windows(2).find(reads).map(|pair| pair[1]);
    read.filter(|file| !places.scratch.join(file).is_file())
}

/// Draws, puts the figures into the book, and returns how many seconds the program ran.
///
/// # Errors
/// If it does not compile, fails, or leaves out a figure, in words.
pub fn draw(places: &Places, drawing: &Drawing, mnist: Option<&Path>) -> Result<f64, String> {
    let out = places.scratch.join(drawing.package).join(drawing.module);
    fs::create_dir_all(&out).map_err(|error| format!("cannot make {}: {error}", out.display()))?;
    let of_program = drawing.program();
    cargo(places, &[&["build", "--quiet"], &of_program[..]].concat())?;

    let mut command = program(places, &[&["run", "--quiet"], &of_program[..], &["--"]].concat());
    for word in drawing.args.split(' ') {
        if word.ends_with(".npz") {
            command.arg(places.scratch.join(word));
        } else {
            command.arg(word);
        }
    }
    command.arg("--out").arg(&out);
    match (drawing.digits, mnist) {
        (true, Some(folder)) => command.args(["--data", "mnist"]).env("MNIST_DIR", folder),
        (true, None) => command.args(["--data", "digits"]),
        (false, _) => &mut command,
    };
    let start = Instant::now();
    wait(&mut command)?;
    let seconds = start.elapsed().as_secs_f64();
    for (name, drawn) in drawing.files() {
        let place = places.figures.join(&name);
        let made = place.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::copy(out.join(drawn), &place))
            .map_err(|error| format!("{drawn} was not drawn: {error}"))?;
    }
    Ok(seconds)
}

fn cargo(places: &Places, words: &[&str]) -> Result<(), String> {
    wait(&mut program(places, words))
}

fn program(places: &Places, words: &[&str]) -> Command {
    let mut command = crate::cargo::cargo(&places.workspace);
    command.args(words).stdout(Stdio::null());
    command
}

fn wait(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("it ended with {status}")),
        Err(error) => Err(format!("cannot start cargo: {error}")),
    }
}
