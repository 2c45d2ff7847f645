//! Exercise 2: from Celsius to Fahrenheit, for a whole array.
//!
//! Wanted: F = 1.8 · C + 32 for every temperature. Arithmetic between an array and a number does it
//! for all elements at once; `mapv` with a closure does it too.
//!
//! Judge: cargo test -p ch01_numpy_basics -- --ignored ex2

use ndarray::Array1;

/// N temperatures in degrees Celsius, the same N in degrees Fahrenheit.
pub fn fahrenheit(celsius: &Array1<f64>) -> Array1<f64> {
    todo!("1.8 times every element, and 32 more")
}
