//! A solution of exercise 2: from Celsius to Fahrenheit, for a whole array.

use ndarray::Array1;

/// N temperatures in degrees Celsius, the same N in degrees Fahrenheit.
pub fn fahrenheit(celsius: &Array1<f64>) -> Array1<f64> {
    1.8 * celsius + 32.0
}
