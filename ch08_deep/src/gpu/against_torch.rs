//! The same networks in PyTorch on the same card.

use std::path::Path;

use common::Result;

use super::bench::Bench;
use super::device::Gpu;
use crate::networks::measured::Measured;
use crate::speed::against_torch::script_output;

/// PyTorch's side: the networks, and how they are measured on a card.
const SCRIPT: &str =
    concat!(include_str!("../../torch/networks.py"), include_str!("../../torch/gpu.py"));
/// PyTorch's ways to run a step.
const MODES: [&str; 2] = ["eager", "graph"];

/// Prints a line for each network and size of batch: this program's step beside PyTorch's, run step by
/// step and as a CUDA graph, in milliseconds.
///
/// # Errors
/// If Python cannot be started, or has no PyTorch with a card.
pub fn run(
    gpu: &Gpu,
    python: &Path,
    networks: &[Measured],
    batches: &[usize],
    seconds: f64,
) -> Result<()> {
    let sizes = batches.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    let mut arguments = vec!["-".to_string(), sizes, seconds.to_string()];
    arguments.extend(networks.iter().map(|network| network.name().to_string()));
    let said = script_output(python, &arguments, SCRIPT)?;
    println!("this book {} on {}", env!("CARGO_PKG_VERSION"), gpu.info.name);
    println!("{}", said.lines().next().unwrap_or_default());
    println!("network      batch    this book      eager  CUDA graph   (ms a step, 20 in flight)");
    for &measured in networks {
        for &batch in batches {
            let ours = 1e3 * Bench::new(gpu, measured, batch)?.step(seconds)?;
            let [eager, graph] = MODES.map(|mode| found(&said, measured, batch, mode));
            println!("{:<12} {batch:>5} {ours:>12.3} {eager:>10} {graph:>11}", measured.name());
        }
    }
    Ok(())
}

/// What PyTorch said of one of its ways; a dash if it could not.
fn found(said: &str, measured: Measured, batch: usize, mode: &str) -> String {
    let start = format!("{} {batch} {mode} ", measured.name());
    let number = |line: &str| line.strip_prefix(&start)?.trim().parse::<f64>().ok();
    said.lines().find_map(number).map_or("-".to_string(), |ms| format!("{ms:.3}"))
}
