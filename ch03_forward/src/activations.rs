//! Six activation functions with their derivatives, tabulated and drawn.

use common::Result;
use common::activation::{
    LEAK, gelu, gelu_derivative, leaky_relu, leaky_relu_derivative, relu, relu_derivative, sigmoid,
    sigmoid_derivative, step, tanh_derivative,
};
use common::plot::{Area, Drawn, LineChart, Series, Stroke};
use common::program::Figures;

/// A function of one number, and its slope.
pub struct Activation {
    /// What it is called.
    pub name: &'static str,
    /// What a neuron makes of its sum.
    pub value: fn(f64) -> f64,
    /// How fast that changes with the sum.
    pub derivative: fn(f64) -> f64,
}

/// The functions of this book, in the order in which it meets them.
pub const ACTIVATIONS: [Activation; 6] = [
    Activation { name: "step", value: step, derivative: |_| 0.0 },
    Activation { name: "sigmoid", value: sigmoid, derivative: sigmoid_derivative },
    Activation { name: "ReLU", value: relu, derivative: relu_derivative },
    Activation { name: "tanh", value: f64::tanh, derivative: tanh_derivative },
    Activation {
        name: "leaky ReLU",
        value: |x| leaky_relu(x, LEAK),
        derivative: |x| leaky_relu_derivative(x, LEAK),
    },
    Activation { name: "GELU", value: gelu, derivative: gelu_derivative },
];

/// Prints tables of values and slopes, shows where `exp` gives up, and draws the
/// functions.
///
/// # Errors
/// If the figure cannot be written.
pub fn run(figures: &Figures) -> Result<()> {
    table("value", |activation| activation.value);
    table("derivative", |activation| activation.derivative);
    overflow();
    figures.draw("activations.png", (760, 720), draw)
}

fn table(what: &str, function: impl Fn(&Activation) -> fn(f64) -> f64) {
    print!("{what:>10}");
    ACTIVATIONS.iter().for_each(|a| print!("{:>11}", a.name));
    println!();
    for x in [-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0] {
        print!("{:>10}", format!("x = {x}"));
        ACTIVATIONS.iter().for_each(|a| print!("{:>11.6}", function(a)(x) + 0.0)); // −0 prints as 0
        println!();
    }
    println!();
}

// ANCHOR: overflow
/// The sigmoid with e^x above and below the line: the same function on paper, NaN
/// in a machine.
pub fn careless_sigmoid(x: f32) -> f32 {
    x.exp() / (1.0 + x.exp())
}

fn overflow() {
    println!("the largest f32 is {:e}", f32::MAX);
    for x in [88.0_f32, 89.0, 100.0] {
        println!("e^{x} = {:e}", x.exp());
    }
    let (low, high) = (sigmoid(-100.0_f32), careless_sigmoid(100.0));
    println!("1 / (1 + e^-x)   at x = -100: 1 / (1 + inf) = {low}");
    println!("e^x / (1 + e^x)  at x =  100: inf / inf     = {high}");
}
// ANCHOR_END: overflow

fn draw(area: &Area<'_>) -> Drawn {
    for (panel, activation) in area.split_evenly((3, 2)).iter().zip(&ACTIVATIONS) {
        chart(activation).draw(panel)?;
    }
    Ok(())
}

/// One function and its slope from −4 to 4; what jumps at 0 is drawn as two
/// lines.
fn chart(activation: &Activation) -> LineChart {
    let left = || (-400..=0).map(|i| f64::from(i) / 100.0 - 1e-9);
    let right = || (0..=400).map(|i| f64::from(i) / 100.0 + 1e-9);
    let half = |label: &str, color, f: fn(f64) -> f64, xs: &mut dyn Iterator<Item = f64>| {
        let stroke = if color == 0 { Stroke::Solid } else { Stroke::Dashed };
        let shown = xs.map(|x| (x, f(x))).filter(|&(_, y)| y < 2.2);
        Series::line(label, color, shown).stroke(stroke)
    };
    LineChart {
        title: activation.name.to_string(),
        x_label: "x".to_string(),
        y_label: "y".to_string(),
        series: vec![
            half("function", 0, activation.value, &mut left()),
            half("", 0, activation.value, &mut right()),
            half("derivative", 1, activation.derivative, &mut left()),
            half("", 1, activation.derivative, &mut right()),
        ],
        x_range: Some(-4.0..4.0),
        y_range: Some(-1.2..2.2),
        ..LineChart::default()
    }
}
