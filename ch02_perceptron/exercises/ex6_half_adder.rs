//! Exercise 6: a half adder from two perceptrons.
//!
//! A half adder adds two bits: 1 + 1 = 10 in binary, so the sum digit is x1 XOR x2 and the carry is
//! x1 AND x2. Wanted: the carry from one perceptron, and the sum digit from a second one that sees
//! x1, x2 and, as a third input, the carry. So two perceptrons are enough for XOR, if one of them
//! may look past the other.
//!
//! Judge: cargo test -p ch02_perceptron -- --ignored ex6

use ch02_perceptron::perceptron::Perceptron;

/// The carry of x1 + x2.
pub fn carry() -> Perceptron<2> {
    todo!("1 if both are 1")
}

/// The sum digit, from x1, x2 and the carry.
pub fn digit() -> Perceptron<3> {
    todo!("1 for one 1, but not for two: what must the carry's weight do?")
}
