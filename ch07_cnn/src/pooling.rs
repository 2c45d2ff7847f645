//! Pooling by hand, and what it forgives: a picture that moved by a pixel.

use common::layer::Layer;
use common::layers::{AvgPool2d, MaxPool2d, Window};
use common::{Result, Tensor};
use ndarray::{Array2, array};

use crate::convolution::{convolve, side_by_side};

/// The image that the section pools.
pub fn image() -> Array2<f64> {
    array![[1., 2., 1., 0.], [0., 1., 2., 3.], [3., 0., 1., 2.], [2., 4., 0., 1.]]
}

fn apply(layer: &impl Layer<f64>, x: &Array2<f64>) -> Array2<f64> {
    plane(layer.infer(batch(x)))
}

fn batch(x: &Array2<f64>) -> Tensor<f64> {
    x.clone().into_shape_with_order(vec![1, 1, x.nrows(), x.ncols()]).expect("as many numbers")
}

fn plane(y: Tensor<f64>) -> Array2<f64> {
    let (rows, columns) = (y.shape()[2], y.shape()[3]);
    y.into_shape_with_order((rows, columns)).expect("one image of one channel")
}

/// Max and average pooling of `x` with a 2×2 window and stride 2.
///
/// # Errors
/// Never.
pub fn pool(x: &Array2<f64>) -> Result<(Array2<f64>, Array2<f64>)> {
    let window = Window::new((2, 2), 2, 0)?;
    Ok((apply(&MaxPool2d::new(window)?, x), apply(&AvgPool2d::new(window)?, x)))
}

/// Where max pooling sends a gradient of `dy`.
///
/// # Errors
/// Never.
pub fn max_backward(x: &Array2<f64>, dy: &Array2<f64>) -> Result<Array2<f64>> {
    let mut layer = MaxPool2d::new(Window::new((2, 2), 2, 0)?)?;
    layer.forward(batch(x));
    Ok(plane(layer.backward(batch(dy))))
}

// ANCHOR: stroke
/// A vertical stroke in column `at` of a 10×10 image, as a filter for such strokes sees it: its
/// map, 8×8, and the map max pooled, 4×4.
///
/// # Errors
/// Never.
pub fn stroke(at: usize) -> Result<(Array2<f64>, Array2<f64>)> {
    let x = Array2::from_shape_fn((10, 10), |(_, column)| f64::from(u8::from(column == at)));
    let finds_strokes = array![[-1., 2., -1.], [-1., 2., -1.], [-1., 2., -1.]];
    let maps = convolve(&[x], &[vec![finds_strokes]], &[0.0], (1, 0))?;
    let map = maps[0].mapv(|y| y.max(0.0));
    let (pooled, _) = pool(&map)?;
    Ok((map, pooled))
}
// ANCHOR_END: stroke

/// The part of the numbers of `a` that are others in `b`.
pub fn changed(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    a.iter().zip(b).filter(|(a, b)| a != b).count() as f64 / a.len() as f64
}

/// Prints the page's numbers.
///
/// # Errors
/// Never.
pub fn run() -> Result<()> {
    let x = image();
    let (max, average) = pool(&x)?;
    println!("image x (4×4), pooled with a 2×2 window and stride 2:");
    side_by_side(&[("x", &x), ("max", &max), ("avg", &average)]);
    println!("back: the gradient goes to where the largest number was");
    let dy = array![[1., 2.], [3., 4.]];
    side_by_side(&[("dy", &dy), ("dx", &max_backward(&x, &dy)?)]);

    println!("\na stroke, found by a filter and max pooled (first row of each):");
    let row = |m: &Array2<f64>| m.row(0).iter().map(|x| format!("{x:>3}")).collect::<String>();
    for (column, what) in [(3, "in column 3"), (4, "moved by one"), (5, "moved by two")] {
        let (map, pooled) = stroke(column)?;
        println!("  {what:<13}{}    pooled{}", row(&map), row(&pooled));
    }
    println!("how much changes when the stroke moves by one pixel:");
    for from in 3..6 {
        let ((map, pooled), (moved, pooled_moved)) = (stroke(from)?, stroke(from + 1)?);
        println!(
            "  column {from} to {}: {:.0} % of the map, {:.0} % of the pooled map",
            from + 1,
            100.0 * changed(&map, &moved),
            100.0 * changed(&pooled, &pooled_moved)
        );
    }
    Ok(())
}
