//! The loss: one number for how wrong an answer is.

use common::Result;
use common::plot::{LineChart, Series, Stroke};
use common::program::Figures;
use ndarray::{Array1, Array2, array};

// ANCHOR: squared_error
/// ½ Σ (y − t)²: the answer `y` against the truth `t`, a number for each class.
pub fn squared_error(y: &Array1<f64>, t: &Array1<f64>) -> f64 {
    0.5 * (y - t).mapv(|d| d * d).sum()
}
// ANCHOR_END: squared_error

// ANCHOR: cross_entropy
/// Added to a probability before its logarithm: 0 must not cost infinity.
pub const TINY: f64 = 1e-7;

/// −Σ t ln(y + 10⁻⁷): with a single 1 in `t`, minus the logarithm of what the
/// right class was given.
pub fn cross_entropy(y: &Array1<f64>, t: &Array1<f64>) -> f64 {
    -(t * &y.mapv(|y| (y + TINY).ln())).sum()
}
// ANCHOR_END: cross_entropy

// ANCHOR: batch
/// The mean cross entropy of a batch: probabilities N×classes, N labels.
///
/// No zeros are multiplied out: a label says which entry counts.
///
/// # Panics
/// If there are not as many labels as rows, or a label is no class.
pub fn mean_cross_entropy(y: &Array2<f64>, labels: &[u8]) -> f64 {
    cross_entropies(y, labels).iter().sum::<f64>() / labels.len() as f64
}

/// The cross entropy of each row on its own.
///
/// # Panics
/// As [`mean_cross_entropy`].
pub fn cross_entropies(y: &Array2<f64>, labels: &[u8]) -> Array1<f64> {
    assert_eq!(y.nrows(), labels.len(), "as many labels as rows");
    let rows = y.rows().into_iter().zip(labels);
    rows.map(|(y, &label)| -(y[usize::from(label)] + TINY).ln()).collect()
}
// ANCHOR_END: batch

/// The picture shows a 2.
pub fn truth() -> Array1<f64> {
    array![0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
}

/// Two answers: the first is for 2 with 0.6, the second for 7.
pub fn answers() -> [Array1<f64>; 2] {
    [
        array![0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0],
        array![0.1, 0.05, 0.1, 0.0, 0.05, 0.1, 0.0, 0.6, 0.0, 0.0],
    ]
}

/// Prints both losses of both answers, what a logarithm of zero does, and draws −ln y.
///
/// # Errors
/// If the figure cannot be written.
pub fn run(figures: &Figures) -> Result<()> {
    let t = truth();
    println!("the picture shows a 2; an answer is ten probabilities, for 0 to 9");
    for (name, y) in ["says 2", "says 7"].iter().zip(&answers()) {
        let listed: Vec<_> = y.iter().map(|y| y.to_string()).collect();
        println!("{name}: {}", listed.join(" "));
        println!("  ½ Σ (y − t)²       = {:.4}", squared_error(y, &t));
        println!("  −Σ t ln(y + 1e-7)  = {:.9}", cross_entropy(y, &t));
    }
    println!("the more an answer gives the right class, the less it costs:");
    println!("  −ln 0.7 = {:.4}", -0.7_f64.ln());
    println!("  −ln 0.4 = {:.4}", -0.4_f64.ln());

    println!("without the 1e-7, an answer that gives the right class nothing:");
    println!("  ln 0 = {}, so it costs {}", 0_f64.ln(), -0_f64.ln());
    println!("  0 × ln 0 = {}: a wrong class with 0 spoils the sum", 0.0 * 0_f64.ln());
    println!("  −ln(0 + 1e-7) = {:.4}: the most that a mistake can cost", -TINY.ln());
    figures.draw("loss.png", (620, 380), |area| chart().draw(area))
}

fn chart() -> LineChart {
    let t = truth();
    let curve = (1..=500).map(|i| f64::from(i) / 500.0).map(|y| (y, -y.ln()));
    let right = answers().map(|y| (y[2], cross_entropy(&y, &t)));
    let others = [0.7_f64, 0.4].map(|y| (y, -y.ln()));
    LineChart {
        title: "What an answer costs".to_string(),
        x_label: "probability y given to the right class".to_string(),
        y_label: "loss".to_string(),
        series: vec![
            Series::line("−ln y", 0, curve).width(2.5),
            Series::line("the two answers", 1, right).stroke(Stroke::Dots).width(5.0),
            Series::line("y = 0.7 and y = 0.4", 2, others).stroke(Stroke::Dots).width(3.5),
        ],
        x_range: Some(0.0..1.0),
        y_range: Some(0.0..5.0),
        ..LineChart::default()
    }
}
