//! Matrix products: which shapes fit, and what a layer does with one.

use common::{Error, Result};
use ndarray::{Array2, array};

// ANCHOR: product
/// a·b, with `a` n×k and `b` k×m: entry (i, j) is row i of `a` times column j of
/// `b`.
///
/// Three plain loops, to see what `ndarray`'s `dot` does much faster.
///
/// # Errors
/// If `a` has not as many columns as `b` has rows.
pub fn product(a: &Array2<f64>, b: &Array2<f64>) -> Result<Array2<f64>> {
    let ((n, columns), (rows, m)) = (a.dim(), b.dim());
    if columns != rows {
        return Err(Error::Invalid(format!(
            "{n}×{columns} · {rows}×{m} does not fit: rows of {columns}, but columns of {rows}"
        )));
    }
    let mut c = Array2::zeros((n, m));
    for i in 0..n {
        for j in 0..m {
            for k in 0..columns {
                c[[i, j]] += a[[i, k]] * b[[k, j]];
            }
        }
    }
    Ok(c)
}
// ANCHOR_END: product

/// Prints products that fit, one that does not, and the sums of three neurons.
///
/// # Errors
/// None in practice: the shapes that are meant to fit do.
pub fn run() -> Result<()> {
    let a = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let b = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
    show("A", &a);
    show("B", &b);
    show("A·B", &product(&a, &b)?);
    show("B·A", &product(&b, &a)?);
    if let Err(e) = product(&a, &a) {
        println!("A·A: {e}");
    }
    println!();
    // ANCHOR: layer
    let x = array![1.0, 2.0]; // two inputs
    let w = array![[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]; // a column for each neuron
    let y = x.dot(&w);
    // ANCHOR_END: layer
    println!("x (2)        {x}");
    show("W", &w);
    println!("x·W (3)      {y}");
    Ok(())
}

/// A matrix with its name and shape.
fn show(name: &str, matrix: &Array2<f64>) {
    let (rows, columns) = matrix.dim();
    for (i, row) in matrix.rows().into_iter().enumerate() {
        let title = if i == 0 { format!("{name} ({rows}×{columns})") } else { String::new() };
        println!("{title:<12} {row}");
    }
}
