//! What a reader is told whose program was built without MPI.

use common::{Error, Result};

use super::Together;
use super::team::Alone;

/// Says how to build this program with MPI.
pub(super) fn together(_: f64, _: impl Together) -> Result<()> {
    println!("Ranks talk to each other by MPI, which this program was built without.");
    println!("Install an MPI library and libclang:");
    println!("  Debian, Ubuntu   sudo apt install libopenmpi-dev openmpi-bin libclang-dev");
    println!(
        "  Fedora           sudo dnf install openmpi-devel clang-devel && module load mpi/openmpi-x86_64"
    );
    println!("  macOS            brew install open-mpi llvm");
    println!("Then, for four ranks:");
    println!("  cargo build -p ch08_deep --features mpi");
    println!("  mpirun -n 4 --oversubscribe target/debug/ch08_deep distributed");
    Err(Error::Invalid("this program was built without MPI; build it with --features mpi".into()))
}

/// Does `work`, which makes sense alone.
pub(super) fn together_or_alone(_: f64, work: impl Together) -> Result<()> {
    work.run(&mut Alone)
}
