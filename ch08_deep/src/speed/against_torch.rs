//! The book's networks here and in PyTorch, in turns, so that a noisy machine disturbs both alike.

use std::io::Write;
use std::num::NonZero;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, thread};

use common::{Error, Result};

use crate::networks::measured::Measured;
use crate::speed::step::middle;

/// How often each side is measured.
const ROUNDS: usize = 3;
/// PyTorch's side.
const SCRIPT: &str =
    concat!(include_str!("../../torch/networks.py"), include_str!("../../torch/step.py"));

/// What is compared.
pub struct Comparison<'a> {
    /// The Python that has PyTorch.
    pub python: &'a Path,
    /// Which networks.
    pub networks: &'a [Measured],
    /// Numbers of threads; one for each core, and one, if none is given.
    pub threads: Option<u16>,
    /// Images in one step.
    pub batch_size: usize,
    /// How long each is measured in each round.
    pub seconds: f64,
    /// Whether training is left out.
    pub infer: bool,
}

/// Milliseconds of one kind of step, a number for each round.
struct Row {
    network: &'static str,
    mode: &'static str,
    ours: Vec<f64>,
    torch: Vec<f64>,
}

/// Measures both sides and prints a table for each number of threads.
///
/// # Errors
/// If Python or this program cannot be started, or Python has no PyTorch.
pub fn run(comparison: &Comparison<'_>) -> Result<()> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = match comparison.threads {
        Some(threads) => vec![usize::from(threads)],
        None if cores > 1 => vec![cores, 1],
        None => vec![1],
    };
    println!("{}; {cores} cores", processor());
    println!(
        "batches of {}; {ROUNDS} rounds in turns of {} s each; medians in ms (fastest–slowest)",
        comparison.batch_size, comparison.seconds
    );
    for (i, &threads) in threads.iter().enumerate() {
        let (version, rows) = measure(comparison, threads)?;
        if i == 0 {
            println!("this book {}, {version}", env!("CARGO_PKG_VERSION"));
        }
        println!();
        println!(
            "network      step   threads   this book                PyTorch                  ratio"
        );
        rows.iter().for_each(|row| tell(row, threads));
    }
    Ok(())
}

fn measure(comparison: &Comparison<'_>, threads: usize) -> Result<(String, Vec<Row>)> {
    let modes = if comparison.infer { &["infer"][..] } else { &["train", "infer"] };
    let row = |network: &Measured, mode| Row {
        network: network.name(),
        mode,
        ours: Vec::new(),
        torch: Vec::new(),
    };
    let networks = comparison.networks.iter();
    let mut rows: Vec<Row> =
        networks.flat_map(|network| modes.iter().map(move |mode| row(network, mode))).collect();
    let mut version = String::new();
    for _ in 0..ROUNDS {
        let (ours, torch) = (ours(comparison, threads)?, torch(comparison, threads)?);
        version = torch.lines().next().unwrap_or_default().to_string();
        for row in &mut rows {
            let start = format!("{} {} ", row.network, row.mode);
            let found = |text: &str| {
                let line = text.lines().find_map(|line| line.strip_prefix(&start))?;
                // Our line goes on with threads and batch, and names the unit.
                let words: Vec<_> = line.split(' ').collect();
                let ms = words.iter().position(|&word| word == "ms").map_or(0, |unit| unit - 1);
                words.get(ms)?.parse().ok()
            };
            row.ours.push(found(&ours).ok_or_else(|| unreadable("this program", &ours))?);
            row.torch.push(found(&torch).ok_or_else(|| unreadable("PyTorch", &torch))?);
        }
    }
    Ok((version, rows))
}

fn unreadable(side: &str, text: &str) -> Error {
    Error::Invalid(format!("{side} did not say how long it took: {text:?}"))
}

/// What this program says of itself, in a process of its own, as PyTorch is.
fn ours(comparison: &Comparison<'_>, threads: usize) -> Result<String> {
    let program = env::current_exe().map_err(|e| Error::Invalid(format!("this program: {e}")))?;
    let mut command = Command::new(&program);
    command.arg("bench").args(comparison.networks.iter().map(|network| network.name()));
    command.args(["--seconds", &comparison.seconds.to_string()]);
    command.args(["--threads", &threads.to_string()]);
    command.args(["--batch-size", &comparison.batch_size.to_string()]);
    if comparison.infer {
        command.arg("--infer");
    }
    output(command, &program, "")
}

/// What PyTorch says.
fn torch(comparison: &Comparison<'_>, threads: usize) -> Result<String> {
    let numbers = [threads.to_string(), comparison.batch_size.to_string()];
    let mut arguments = [&["-".to_string()], &numbers[..]].concat();
    arguments.push(comparison.seconds.to_string());
    arguments.extend(comparison.networks.iter().map(|network| network.name().to_string()));
    script_output(comparison.python, &arguments, SCRIPT)
}

/// What a script prints that this Python reads from its standard input.
///
/// # Errors
/// If Python cannot be started, or the script fails.
pub fn script_output(python: &Path, arguments: &[String], script: &str) -> Result<String> {
    let mut command = Command::new(python);
    command.args(arguments);
    output(command, python, script)
}

/// Everything that a command prints, if it ends well.
fn output(mut command: Command, program: &Path, input: &str) -> Result<String> {
    let failed = |e: &dyn std::fmt::Display| Error::Invalid(format!("{}: {e}", program.display()));
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().map_err(|e| failed(&e))?;
    if let Some(mut stdin) = child.stdin.take() {
        // One who ends before it has read says why on its own.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(|e| failed(&e))?;
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match output.status.success() {
        true => Ok(said(&output.stdout)),
        false => {
            let complaint = said(&output.stderr);
            let last = complaint.lines().last().unwrap_or("it failed");
            let hint = match last.contains("No module named 'torch'") {
                true => " (install it there with: -m pip install numpy torch)",
                false => "",
            };
            Err(failed(&format!("{last}{hint}")))
        }
    }
}

fn tell(row: &Row, threads: usize) {
    let cell = |times: &[f64]| {
        let (fastest, slowest) = times
            .iter()
            .fold((f64::INFINITY, 0_f64), |(least, most), &ms| (least.min(ms), most.max(ms)));
        format!("{:.3} ({fastest:.3}–{slowest:.3})", middle(times.iter().copied()))
    };
    println!(
        "{:<12} {:<6} {threads:>7}   {:<24} {:<24} {:>5.2}",
        row.network,
        row.mode,
        cell(&row.ours),
        cell(&row.torch),
        middle(row.torch.iter().copied()) / middle(row.ours.iter().copied())
    );
}

/// What the system calls the processor, where it says so, and what the processor is.
fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let of = |key: &str| {
        let line = text.lines().find(|line| line.starts_with(key))?;
        Some(line.split_once(':')?.1.trim().to_string())
    };
    match (of("model name"), of("cpu family"), of("model\t")) {
        (Some(name), Some(family), Some(model)) => {
            format!("{name}, family {family}, model {model}")
        }
        (Some(name), ..) => name,
        _ => env::var("PROCESSOR_IDENTIFIER").unwrap_or_else(|_| env::consts::ARCH.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_that_is_not_there_is_named() {
        let comparison = Comparison {
            python: Path::new("no-such-python"),
            networks: &[Measured::TwoLayer],
            threads: Some(1),
            batch_size: 1,
            seconds: 0.01,
            infer: true,
        };
        let error = torch(&comparison, 1).expect_err("there is none").to_string();
        assert!(error.starts_with("no-such-python: "), "{error}");
    }
}
