//! XOR from NAND, OR and AND: what one perceptron cannot do, three in two layers can.

use common::Result;
use common::plot::{PALETTE, Stroke};
use common::program::Figures;

use crate::adder;
use crate::gates::{AND, CASES, NAND, OR};
use crate::plane::{Dot, Line, Note, Plane, row};

// ANCHOR: xor
/// The first layer: what the second one sees instead of x.
pub fn features(x: [f64; 2]) -> [f64; 2] {
    [NAND.output(x), OR.output(x)]
}

/// 1 if exactly one input is 1: not both (NAND), and at least one (OR).
pub fn xor(x: [f64; 2]) -> f64 {
    AND.output(features(x))
}
// ANCHOR_END: xor

/// Prints XOR's truth table with the values between the layers, adds two numbers with nothing but
/// NANDs, and draws both planes.
///
/// # Errors
/// If the figure cannot be written.
pub fn run(figures: &Figures) -> Result<()> {
    println!("XOR: s1 = NAND(x1, x2), s2 = OR(x1, x2), y = AND(s1, s2)");
    println!("x1  x2   s1  s2   y");
    for x in CASES {
        let s = features(x);
        println!("{:>2}  {:>2}   {:>2}  {:>2}   {}", x[0], x[1], s[0], s[1], xor(x));
    }
    println!();
    let (a, b) = (181, 214);
    let sum = adder::add(a, b);
    println!("{:>5}    {a:08b}", a);
    println!("{:>5}    {b:08b}", format!("+{b}"));
    println!("{sum:>5}   {sum:09b}   added by {} perceptrons, all NAND", 8 * adder::NANDS);
    println!();
    figures.draw("xor.png", (760, 400), |area| row(area, &planes()))
}

/// The plane of the inputs, cut by two lines, and the plane of the features, cut by one.
fn planes() -> [Plane; 2] {
    let inputs = CASES.map(|x| Dot::new(x, xor(x)));
    let folded = CASES.map(|x| Dot::new(features(x), xor(x)));
    let line = |gate, stroke| Line { gate, color: PALETTE[1], stroke };
    let note = |words: &str, at| Note { words: words.to_string(), at };
    [
        Plane {
            title: "The inputs: two lines, one strip".to_string(),
            axes: ["x₁", "x₂"],
            shaded: vec![NAND, OR],
            lines: vec![line(NAND, Stroke::Solid), line(OR, Stroke::Dashed)],
            dots: inputs.to_vec(),
            notes: vec![note("NAND = 0", [1.0, 1.2]), note("OR = 0", [0.0, -0.2])],
            ..Plane::default()
        },
        Plane {
            title: "What the first layer makes of them".to_string(),
            axes: ["s₁ = NAND(x₁, x₂)", "s₂ = OR(x₁, x₂)"],
            shaded: vec![AND],
            lines: vec![line(AND, Stroke::Solid)],
            dots: folded.to_vec(),
            notes: vec![
                note("from (1, 1)", [0.0, 0.8]),
                note("from (0, 1) and (1, 0)", [1.0, 1.2]),
                note("from (0, 0)", [1.0, -0.2]),
            ],
            ..Plane::default()
        },
    ]
}
