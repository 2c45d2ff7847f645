//! From scores to probabilities: as the formula says it, and as a machine can do it.

use ndarray::{Array1, ArrayView1, aview1};

// ANCHOR: naive
/// eˣ / Σ eˣ, as it stands in the books.
pub fn naive(scores: ArrayView1<'_, f64>) -> Array1<f64> {
    let powers = scores.mapv(f64::exp);
    let total = powers.sum();
    powers / total
}
// ANCHOR_END: naive

// ANCHOR: shifted
/// Softmax with the largest score subtracted from all: no power is above e⁰ = 1.
pub fn shifted(scores: ArrayView1<'_, f64>) -> Array1<f64> {
    let largest = scores.fold(f64::NEG_INFINITY, |largest, &x| largest.max(x));
    naive((&scores - largest).view())
}
// ANCHOR_END: shifted

/// Prints the probabilities of small scores, then what large ones do to both
/// versions.
pub fn run() {
    let small = aview1(&[0.3, 2.9, 4.0]);
    let y = naive(small);
    println!("scores          {small}");
    println!("e^score         {:.8}", small.mapv(f64::exp));
    println!("softmax         {y:.8}");
    println!("sum             {}", y.sum());
    println!();
    let large = aview1(&[1010.0, 1000.0, 990.0]);
    println!("scores          {large}");
    println!("e^score         {}", large.mapv(f64::exp));
    println!("naive softmax   {}", naive(large));
    println!("minus largest   {}", &large - 1010.0);
    println!("shifted softmax {:.7e}", shifted(large));
}
