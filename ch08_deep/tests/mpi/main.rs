//! The built program under `mpirun`, with 1, 2 and 4 ranks on this machine: the same bits, and one
//! clear line when something goes wrong. Skipped where there is no `mpirun`, unless `MPI_REQUIRED`
//! is set.

mod faults;
mod launch;
mod same_bits;
mod unlike;
