//! Which graphics cards there are.

use common::Result;

use super::device::{Checks, Gpu, adapters, kind};
use super::section::AdapterFlag;

/// Prints a line for each adapter, the best first, and what the one that is taken can do.
///
/// # Errors
/// If there is none, or none of the name that was asked for.
pub fn run(flags: &AdapterFlag) -> Result<()> {
    for adapter in adapters() {
        let info = adapter.get_info();
        println!("{} ({}, by {})", info.name, kind(info.device_type), info.backend);
    }
    let gpu = Gpu::open(flags.adapter.as_deref(), Checks::All)?;
    let why = match &flags.adapter {
        Some(name) => format!("the first whose name contains {name:?}"),
        None => {
            "a card of its own goes before one in the processor, and software comes last".into()
        }
    };
    println!("taken: {} ({why})", gpu.info.name);
    let limits = gpu.limits();
    let driver = [gpu.info.driver.as_str(), gpu.info.driver_info.as_str()].join(" ");
    println!("driver: {}", driver.trim());
    println!("memory in one piece: {} MB", limits.max_storage_buffer_binding_size >> 20);
    println!("threads of a workgroup: at most {}", limits.max_compute_invocations_per_workgroup);
    println!(
        "memory that a workgroup shares: {} KB",
        limits.max_compute_workgroup_storage_size >> 10
    );
    println!("workgroups along an axis: at most {}", limits.max_compute_workgroups_per_dimension);
    let can = if gpu.has_timestamps() { "yes" } else { "no" };
    println!("times single kernels (bench --layers): {can}");
    Ok(())
}
