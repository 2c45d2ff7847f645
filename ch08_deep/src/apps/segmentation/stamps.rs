//! Two ways back to a larger map, by hand: stamps that are added up, and maxima put back where they
//! stood.

use common::layer::Layer;
use common::layers::{Conv2d, ConvTranspose2d, MaxUnpool2d, Window};
use common::network::Network;
use common::{Result, Tensor};
use ndarray::{Array1, Array2, Axis, Ix4, array};

// ANCHOR: stamp
/// A transposed convolution of one map with one filter: every number of the map stamps the filter,
/// times itself, and where stamps overlap they are added up.
pub fn stamp(x: &Array2<f64>, w: &Array2<f64>, stride: usize) -> Array2<f64> {
    let rows = (x.nrows() - 1) * stride + w.nrows();
    let columns = (x.ncols() - 1) * stride + w.ncols();
    let mut y = Array2::zeros((rows, columns));
    for ((r, c), &number) in x.indexed_iter() {
        for ((i, j), &weight) in w.indexed_iter() {
            y[[r * stride + i, c * stride + j]] += number * weight;
        }
    }
    y
}
// ANCHOR_END: stamp

/// A matrix as a batch of one image, or one filter for one channel.
fn with_four_axes(x: &Array2<f64>) -> ndarray::Array4<f64> {
    x.clone().insert_axis(Axis(0)).insert_axis(Axis(0))
}

fn matrix(x: Tensor<f64>) -> Array2<f64> {
    let x = x.into_dimensionality::<Ix4>().expect("N×C×H×W");
    x.index_axis_move(Axis(0), 0).index_axis_move(Axis(0), 0)
}

/// Prints matrices side by side, each with its name.
fn print(matrices: &[(&str, &Array2<f64>)]) {
    let rows = matrices.iter().map(|(_, m)| m.nrows()).max().unwrap_or(0);
    for r in 0..rows {
        let cells = |(name, m): &(&str, &Array2<f64>)| {
            let name = if r == 0 { format!("{name} =") } else { String::new() };
            let row: String = (0..m.ncols())
                .map(|c| m.get((r, c)).map_or("    ".to_string(), |x| format!("{x:>4}")))
                .collect();
            format!("  {name:>4}{row}")
        };
        let line: String = matrices.iter().map(cells).collect();
        println!("{}", line.trim_end());
    }
}

/// Prints the examples.
///
/// # Errors
/// Never: all sizes fit.
pub fn run() -> Result<()> {
    let x = array![[1.0, 3.0], [2.0, 0.0]];
    let w = array![[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]];
    for stride in [2, 1] {
        println!("every number of x stamps w, times itself; stride {stride}:");
        let y = stamp(&x, &w, stride);
        print(&[("x", &x), ("w", &w), ("y", &y)]);

        let (filter, none) = (with_four_axes(&w), Array1::zeros(1));
        let layer = ConvTranspose2d::from_weights(filter.clone(), none.clone(), (stride, 0, 0))?;
        let batch = with_four_axes(&x).into_dyn();
        let mut conv = Conv2d::from_weights(filter, none, stride, 0)?;
        conv.forward(with_four_axes(&y).into_dyn()); // any image of this size
        let [layer, back] = [layer.infer(batch.clone()), conv.backward(batch)].map(matrix);
        let is = |same: bool| if same { "the same" } else { "something else" };
        println!("ConvTranspose2d: {}", is(layer == y));
        println!("the backward pass of a Conv2d with this filter, for dy = x: {}", is(back == y));
        println!();
    }
    let x = array![[1., 2., 1., 0.], [0., 1., 2., 3.], [3., 0., 1., 2.], [2., 4., 0., 1.]];
    let nothing_between = Network::new();
    let unpool = MaxUnpool2d::new(Window::new((2, 2), 2, 0)?, nothing_between)?;
    let y = matrix(unpool.infer(with_four_axes(&x).into_dyn()));
    println!("the largest of every 2×2 numbers, put back where it stood:");
    print(&[("x", &x), ("y", &y)]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::random::{generator, normal};

    #[test]
    fn stamps_are_what_the_layer_makes() {
        let rng = &mut generator(1);
        for (side, stride) in [((3, 3), 1), ((2, 3), 2), ((1, 2), 3)] {
            let (x, w): (Array2<f64>, Array2<f64>) = (normal((4, 3), rng), normal(side, rng));
            let (filter, bias) = (with_four_axes(&w), Array1::zeros(1));
            let layer = ConvTranspose2d::from_weights(filter, bias, (stride, 0, 0)).expect("fits");
            let y = matrix(layer.infer(with_four_axes(&x).into_dyn()));
            let ours = stamp(&x, &w, stride);
            assert_eq!(ours.dim(), y.dim());
            assert!((ours - y).iter().all(|difference| difference.abs() < 1e-12));
        }
    }
}
