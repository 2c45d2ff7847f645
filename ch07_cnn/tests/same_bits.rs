//! The same seed, the same bits: with any number of threads, twice, and stopped and resumed.

use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch07_cnn"));
/// 2 comes twice.
const THREADS: [&str; 5] = ["1", "2", "3", "4", "2"];

#[test]
fn the_main_job_has_the_same_bits_on_any_number_of_threads() {
    let small = &["--data", "digits", "--train-size", "120", "--epochs", "1", "--batch-size", "40"];
    PROGRAM.is_the_same_on(&THREADS, small, true);
}

#[test]
fn stopped_and_resumed_it_has_the_same_bits() {
    PROGRAM.is_the_same_when_stopped_and_resumed(&[
        "--data",
        "digits",
        "--train-size",
        "100",
        "--batch-size",
        "40",
        "--schedule",
        "constant",
    ]);
}
