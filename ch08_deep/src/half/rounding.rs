//! Rounding to half precision, and what it does to numbers.

use half::f16;

/// The powers of two that are told apart, from 2⁻⁶⁰ to 2¹⁶; what is smaller or larger counts as one
/// of the two ends.
pub const POWERS: std::ops::RangeInclusive<i32> = -60..=16;
const COUNTS: usize = (*POWERS.end() - *POWERS.start() + 1) as usize;

/// What was seen of numbers that were rounded.
#[derive(Clone, Debug)]
pub struct Rounding {
    /// Numbers that were not 0.
    pub numbers: usize,
    /// Those of them that became 0.
    pub vanished: usize,
    /// Those that became infinite.
    pub infinite: usize,
    /// The largest, without its sign, before rounding.
    pub largest: f32,
    /// The largest difference that rounding made to a finite number.
    pub error: f32,
    /// The largest difference as a part of the number, for those that half precision holds in full.
    pub relative: f32,
    /// How many lay from 2ᵏ to 2ᵏ⁺¹, for each k of [`POWERS`].
    pub powers: [usize; COUNTS],
}

impl Default for Rounding {
    fn default() -> Self {
        Self {
            numbers: 0,
            vanished: 0,
            infinite: 0,
            largest: 0.0,
            error: 0.0,
            relative: 0.0,
            powers: [0; COUNTS],
        }
    }
}

impl Rounding {
    // ANCHOR: round
    /// The nearest number of half precision; of two that are equally near, the one that ends in 0.
    pub fn round(&mut self, x: f32) -> f32 {
        let half = f16::from_f32(x);
        let rounded = half.to_f32();
        if x != 0.0 {
            self.numbers += 1;
            self.vanished += usize::from(rounded == 0.0);
            self.infinite += usize::from(rounded.is_infinite());
            self.largest = self.largest.max(x.abs());
            let power = (x.to_bits() >> 23 & 0xff) as i32 - 127; // as f32 keeps it
            let power = power.clamp(*POWERS.start(), *POWERS.end());
            self.powers[(power - POWERS.start()) as usize] += 1;
        }
        if rounded.is_finite() {
            self.error = self.error.max((rounded - x).abs());
        }
        if half.is_normal() {
            self.relative = self.relative.max((rounded - x).abs() / x.abs());
        }
        rounded
    }
    // ANCHOR_END: round

    /// Adds what was seen elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.numbers += other.numbers;
        self.vanished += other.vanished;
        self.infinite += other.infinite;
        self.largest = self.largest.max(other.largest);
        self.error = self.error.max(other.error);
        self.relative = self.relative.max(other.relative);
        self.powers.iter_mut().zip(other.powers).for_each(|(a, b)| *a += b);
    }
}
