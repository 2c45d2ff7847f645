//! A computer from perceptrons: numbers added by NANDs alone.

use crate::gates::NAND;

/// NANDs in one [`full_adder`].
pub const NANDS: usize = 9;

// ANCHOR: full_adder
/// One column of a sum: two digits and the carry of the column before, all 0
/// or 1. Gives this column's digit and its carry for the next.
pub fn full_adder(a: f64, b: f64, carry: f64) -> (f64, f64) {
    let nand = |x1, x2| NAND.output([x1, x2]);
    let ab = nand(a, b);
    // a XOR b
    let half = nand(nand(a, ab), nand(b, ab));
    let half_carry = nand(half, carry);
    // half XOR carry
    let digit = nand(nand(half, half_carry), nand(carry, half_carry));
    (digit, nand(ab, half_carry))
}

/// a + b, column by column from the right, as on paper.
pub fn add(a: u8, b: u8) -> u16 {
    let (mut sum, mut carry) = (0, 0.0);
    for column in 0..u8::BITS {
        let bit = |number: u8| f64::from(number >> column & 1);
        let digit;
        (digit, carry) = full_adder(bit(a), bit(b), carry);
        sum |= (digit as u16) << column;
    }
    sum | (carry as u16) << u8::BITS
}
// ANCHOR_END: full_adder
