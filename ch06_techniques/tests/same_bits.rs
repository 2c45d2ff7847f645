//! The same seed, the same bits: with any number of threads, and twice.

use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch06_techniques"));
/// 2 comes twice.
const THREADS: [&str; 5] = ["1", "2", "3", "4", "2"];

/// The main job walks down a valley, and nothing in it is random; these are the sections that learn.
#[test]
fn experiments_print_the_same_on_any_number_of_threads() {
    let small = ["--data", "digits", "--train-size", "300", "--runs", "2", "--steps", "8"];
    PROGRAM.is_the_same_on(&THREADS, &[&["init"], &small[..]].concat(), false);
    let small = ["--data", "digits", "--train-size", "100", "--epochs", "2", "--runs", "3"];
    PROGRAM.is_the_same_on(&THREADS, &[&["dropout"], &small[..]].concat(), false);
}
