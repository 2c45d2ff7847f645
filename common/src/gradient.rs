//! Gradients by trying, and the check of gradients worked out by hand, with its printed report.

pub use nn::gradient::*;

use crate::{Error, Result};

/// What was checked, and the relative error of its gradient for each array.
pub type Check = (String, Vec<(String, f64)>);

/// Prints the relative error of every gradient, a line for each check.
///
/// # Errors
/// If one of them is above [`TOLERANCE`].
pub fn report(checks: &[Check]) -> Result<()> {
    println!("relative error ‖a − n‖ / (‖a‖ + ‖n‖) of backpropagation (a) against");
    println!("numerical differentiation (n), both in f64");
    let width = checks.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut worst: f64 = 0.0;
    for (name, errors) in checks {
        let columns: String =
            errors.iter().map(|(name, error)| format!("  {name} {error:.0e}")).collect();
        println!("  {name:<width$}{columns}");
        worst = errors.iter().fold(worst, |worst, (_, error)| worst.max(*error));
    }
    println!("largest relative error: {worst:.0e}");
    match worst < TOLERANCE {
        true => Ok(()),
        false => Err(Error::Invalid(format!(
            "a gradient is off by {worst:.1e}, more than {TOLERANCE:.0e}"
        ))),
    }
}
