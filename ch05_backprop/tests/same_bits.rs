//! The same seed, the same bits: with any number of threads, and twice.

use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch05_backprop"));
/// 2 comes twice.
const THREADS: [&str; 5] = ["1", "2", "3", "4", "2"];

#[test]
fn the_main_job_has_the_same_bits_on_any_number_of_threads() {
    let small = &["--data", "digits", "--train-size", "500", "--epochs", "2"];
    PROGRAM.is_the_same_on(&THREADS, small, true);
}
