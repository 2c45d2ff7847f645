//! Numbers as a person writes them.

/// At most six decimals and no trailing zeros: 220 for 220.00000000000003.
///
/// ```
/// assert_eq!(common::number::short(0.1 + 0.2), "0.3");
/// ```
pub fn short(x: f64) -> String {
    let rounded = format!("{x:.6}");
    let short = rounded.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_string() } else { short.to_string() }
}

/// A whole number with a comma before every three digits.
///
/// ```
/// assert_eq!(common::number::grouped(431_080), "431,080");
/// ```
pub fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
