//! A solution of exercise 7: sixteen bits.

/// The number.
pub fn from_bits(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let fraction = f32::from(bits & 1023) / 1024.0;
    match i32::from(bits >> 10 & 31) {
        0 => sign * 2_f32.powi(-14) * fraction,
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        exponent => sign * 2_f32.powi(exponent - 15) * (1.0 + fraction),
    }
}
