//! Convolution by hand: a 4×4 image, a 3×3 filter, and what can be changed about it.

use common::layer::Layer;
use common::layers::{Conv2d, Window};
use common::{Error, Result};
use ndarray::{Array1, Array2, Array4, Axis, array, stack};

/// The image that the section convolves.
pub fn image() -> Array2<f64> {
    array![[1., 2., 3., 0.], [0., 1., 2., 3.], [3., 0., 1., 2.], [2., 3., 0., 1.]]
}

/// The filter that it is convolved with.
pub fn filter() -> Array2<f64> {
    array![[2., 0., 1.], [0., 1., 2.], [1., 0., 2.]]
}

// ANCHOR: convolve
/// One image of some channels C×H×W, some filters F×C×KH×KW: maps F×OH×OW.
///
/// # Errors
/// If the filters do not fit the image.
pub fn convolve(
    channels: &[Array2<f64>],
    filters: &[Vec<Array2<f64>>],
    b: &[f64],
    (stride, pad): (usize, usize),
) -> Result<Vec<Array2<f64>>> {
    let together = |planes: &[Array2<f64>]| {
        let views: Vec<_> = planes.iter().map(|plane| plane.view()).collect();
        stack(Axis(0), &views).expect("planes of one size")
    };
    let filters: Vec<_> = filters.iter().map(|filter| together(filter)).collect();
    let views: Vec<_> = filters.iter().map(|filter| filter.view()).collect();
    let w: Array4<f64> = stack(Axis(0), &views).expect("filters of one size");
    let x = together(channels).insert_axis(Axis(0));

    let conv = Conv2d::from_weights(w, Array1::from(b.to_vec()), stride, pad)?;
    let (c, h, w) = (x.dim().1, x.dim().2, x.dim().3);
    conv.output((c, h, w))?;
    let y = conv.infer(x.into_dyn());
    let maps = y.index_axis(Axis(0), 0);
    Ok(maps.outer_iter().map(|map| map.to_owned().into_dimensionality().expect("OH×OW")).collect())
}
// ANCHOR_END: convolve

/// Prints the steps of the page.
///
/// # Errors
/// Never, unless a filter does not fit.
pub fn run() -> Result<()> {
    let (x, w) = (image(), filter());
    let one = |b: f64, stride: usize, pad: usize, x: &Array2<f64>| {
        let maps = convolve(std::slice::from_ref(x), &[vec![w.clone()]], &[b], (stride, pad))?;
        Ok::<_, common::Error>(maps[0].clone())
    };
    println!("image x (4×4), filter w (3×3), map y (2×2):");
    side_by_side(&[("x", &x), ("w", &w), ("y", &one(0.0, 1, 0, &x)?)]);
    first_sum(&x, &w);
    println!("with a bias of 3, added to every number of the map:");
    side_by_side(&[("y", &one(3.0, 1, 0, &x)?)]);
    println!("padding 1, a border of zeros: the map is as large as the image");
    side_by_side(&[("y", &one(0.0, 1, 1, &x)?)]);
    println!("stride 2 and padding 1: every other place");
    side_by_side(&[("y", &one(0.0, 2, 1, &x)?)]);

    println!("\nthree channels (x, xᵀ, 2x) and a filter for each (w, w, w), summed over channels:");
    let channels = [x.clone(), x.t().to_owned(), &x * 2.0];
    let deep = vec![w.clone(), w.clone(), w.clone()];
    let maps = convolve(&channels, std::slice::from_ref(&deep), &[0.0], (1, 0))?;
    side_by_side(&[("y", &maps[0])]);
    println!("two such filters (w, w, w) and (0, 0, w) with biases 0 and 1: two maps");
    let none = Array2::zeros((3, 3));
    let maps =
        convolve(&channels, &[deep, vec![none.clone(), none, w.clone()]], &[0.0, 1.0], (1, 0))?;
    side_by_side(&[("y1", &maps[0]), ("y2", &maps[1])]);
    sizes()
}

/// Σ of the products at the first place, written out.
fn first_sum(x: &Array2<f64>, w: &Array2<f64>) {
    let products: Vec<_> =
        w.indexed_iter().map(|((i, j), w)| format!("{}·{}", x[[i, j]], w)).collect();
    let sum: f64 = w.indexed_iter().map(|((i, j), w)| x[[i, j]] * w).sum();
    println!("y[0,0] = Σ x·w = {} = {sum}", products.join(" + "));
}

fn sizes() -> Result<()> {
    println!("\nplaces = ⌊(H + 2P − K) / S⌋ + 1");
    for (h, k, s, p) in
        [(4, 3, 1, 0), (28, 5, 1, 0), (28, 5, 1, 2), (7, 3, 2, 0), (8, 3, 2, 0), (28, 3, 2, 0)]
    {
        let (places, _) = Window::new((k, k), s, p)?.positions((h, h))?;
        let remainder = (h + 2 * p - k) % s;
        let note = match remainder {
            0 => String::new(),
            1 => "   remainder 1: one row is never seen".to_string(),
            n => format!("   remainder {n}: {n} rows are never seen"),
        };
        println!(
            "  H {h:>2}  K {k}  S {s}  P {p}:  ⌊{}/{s}⌋ + 1 = {places:>2}{note}",
            h + 2 * p - k
        );
    }
    println!("and what cannot be done:");
    let impossible = [
        Window::new((5, 5), 1, 0)
            .and_then(|window| window.positions((4, 4)))
            .err()
            .map(Error::from),
        Window::new((3, 3), 0, 0).err().map(Error::from),
        convolve(&[image()], &[vec![filter(), filter()]], &[0.0], (1, 0)).err(),
    ];
    for error in impossible.into_iter().flatten() {
        println!("  {error}");
    }
    Ok(())
}

/// Small matrices of whole numbers beside each other.
pub fn side_by_side(matrices: &[(&str, &Array2<f64>)]) {
    let rows = matrices.iter().map(|(_, m)| m.nrows()).max().unwrap_or(0);
    for row in 0..rows {
        let mut line = String::new();
        for (name, m) in matrices {
            let name = if row == 0 { format!("{name} =") } else { String::new() };
            line += &format!("  {name:<4} ");
            for column in 0..m.ncols() {
                let cell = m.get((row, column)).map(|&x| common::number::short(x));
                line += &format!("{:>4}", cell.unwrap_or_default());
            }
        }
        println!("{}", line.trim_end());
    }
}
