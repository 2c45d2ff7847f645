//! The same seed, the same bits: with any number of threads, and twice.

use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch05_backprop"));

#[test]
fn the_main_job_has_the_same_bits_on_any_number_of_threads() {
    let small = &["--data", "digits", "--train-size", "500", "--epochs", "2"];
    PROGRAM.is_the_same_on_any_number_of_threads(small, true);
}
