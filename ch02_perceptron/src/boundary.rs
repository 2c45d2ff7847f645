//! A perceptron as a straight line, and why no line separates XOR.

use common::Result;
use common::number::short;
use common::plot::{PALETTE, Stroke};
use common::program::Figures;

use crate::gates::{CASES, GATES, truth_table};
use crate::perceptron::Perceptron;
use crate::plane::{Dot, Line, Note, Plane, Segment, grid, row};
use crate::xor::xor;

/// What the sixteen functions of two bits are called; a function's place, written in binary, is
/// the column of its answers.
pub const FUNCTIONS: [&str; 16] = [
    "never",
    "AND",
    "x1 without x2",
    "x1",
    "x2 without x1",
    "x2",
    "XOR",
    "OR",
    "NOR",
    "XNOR",
    "not x2",
    "x1 or not x2",
    "not x1",
    "x2 or not x1",
    "NAND",
    "always",
];

// ANCHOR: distance
/// How far `x` lies from the line where the score is zero; negative on the
/// side that does not fire.
pub fn distance(gate: &Perceptron<2>, x: [f64; 2]) -> f64 {
    let [w1, w2] = gate.weights;
    gate.score(x) / w1.hypot(w2)
}
// ANCHOR_END: distance

// ANCHOR: census
/// Tries every perceptron whose weights and bias are among −2, −1.5, …, 2, and
/// counts which of the sixteen functions each computes.
pub fn census() -> [usize; 16] {
    let mut found = [0; 16];
    for gate in perceptrons() {
        found[number(truth_table(&gate))] += 1;
    }
    found
}

/// All 9³ of them.
pub fn perceptrons() -> impl Iterator<Item = Perceptron<2>> {
    let grid = || (-4..=4).map(|halves| f64::from(halves) / 2.0);
    let weights = grid().flat_map(move |w1| grid().map(move |w2| [w1, w2]));
    let all = move |weights| grid().map(move |bias| Perceptron { weights, bias });
    weights.flat_map(all)
}

/// The four answers read as a binary number: 6 = 0110 is XOR.
fn number(answers: [f64; 4]) -> usize {
    answers.iter().fold(0, |number, &answer| 2 * number + answer as usize)
}
// ANCHOR_END: census

/// In which of the four cases a perceptron does not answer as XOR would.
fn wrong(gate: &Perceptron<2>) -> Vec<[f64; 2]> {
    CASES.into_iter().filter(|&x| gate.output(x) != xor(x)).collect()
}

/// For each case, the perceptron that is wrong there and nowhere else, and of those the one whose
/// line keeps the greatest distance from all four points.
pub fn nearly_xor() -> Vec<Perceptron<2>> {
    let room = |gate: &Perceptron<2>| {
        CASES.iter().map(|&x| distance(gate, x).abs()).fold(f64::INFINITY, f64::min)
    };
    let only = |x| perceptrons().filter(move |gate| wrong(gate) == [x]);
    CASES.iter().filter_map(|&x| only(x).max_by(|a, b| room(a).total_cmp(&room(b)))).collect()
}

/// Prints each gate's line and how near the cases come to it, then what all lines together can and
/// cannot do, and draws both.
///
/// # Errors
/// If a figure cannot be written.
pub fn run(figures: &Figures) -> Result<()> {
    for (name, gate) in GATES {
        let [w1, w2] = gate.weights;
        let (slope, height) = (short(-w1 / w2), short(-gate.bias / w2));
        println!("{name}: {} = 0 is the line x2 = {slope}·x1 + {height}", gate.formula());
        let cases = CASES.map(|x| format!("({}, {}) {:+.3}", x[0], x[1], distance(&gate, x)));
        println!("  distance from it: {}", cases.join("  "));
    }
    println!();
    println!(
        "{} perceptrons, weights and bias from -2 to 2 in steps of 0.5:",
        perceptrons().count()
    );
    println!("answers   function        how many compute it");
    let found = census();
    for (number, name) in FUNCTIONS.iter().enumerate() {
        println!("   {number:04b}   {name:<14} {:>4}", found[number]);
    }
    let missing: Vec<_> = (0..16).filter(|&i| found[i] == 0).map(|i| FUNCTIONS[i]).collect();
    println!("computed by none: {}", missing.join(" and "));
    let most = perceptrons().map(|gate| 4 - wrong(&gate).len()).max().unwrap_or_default();
    println!("cases of XOR that the best of them gets right: {most} of 4");
    println!();
    figures.draw("boundary.png", (760, 780), |area| grid(area, &gate_planes()))?;
    figures.draw("xor_lines.png", (760, 215), |area| row(area, &nearly_planes()))
}

/// A line for each gate; for XOR, the two diagonals whose crossing forbids one.
fn gate_planes() -> Vec<Plane> {
    let mut planes: Vec<_> = GATES
        .iter()
        .map(|&(name, gate)| Plane {
            title: format!("{name}: {} > 0", pretty(&gate.formula())),
            axes: ["x₁", "x₂"],
            shaded: vec![gate],
            lines: vec![Line { gate, color: PALETTE[1], stroke: Stroke::Solid }],
            dots: CASES.map(|x| Dot::new(x, gate.output(x))).to_vec(),
            ..Plane::default()
        })
        .collect();
    let diagonal = |from, to, color, stroke| Segment { ends: [from, to], color, stroke };
    planes.push(Plane {
        title: "XOR: the diagonals cross".to_string(),
        axes: ["x₁", "x₂"],
        segments: vec![
            diagonal(CASES[1], CASES[2], PALETTE[0], Stroke::Solid),
            diagonal(CASES[0], CASES[3], PALETTE[6], Stroke::Dashed),
        ],
        dots: CASES.map(|x| Dot::new(x, xor(x))).to_vec(),
        notes: vec![Note { words: "which side is this?".to_string(), at: [1.0, 0.5] }],
        crossing: Some([0.5, 0.5]),
        ..Plane::default()
    });
    planes
}

/// With the signs and indices of print.
fn pretty(formula: &str) -> String {
    formula.replace('-', "−").replace("x1", "x₁").replace("x2", "x₂")
}

fn nearly_planes() -> Vec<Plane> {
    let plane = |gate: Perceptron<2>| {
        let wrong = wrong(&gate);
        let at = wrong.first().map(|x| format!("({}, {})", x[0], x[1])).unwrap_or_default();
        Plane {
            title: format!("wrong at {at}"),
            axes: ["x₁", "x₂"],
            shaded: vec![gate],
            lines: vec![Line { gate, color: PALETTE[1], stroke: Stroke::Solid }],
            dots: CASES.map(|x| Dot { wrong: wrong.contains(&x), ..Dot::new(x, xor(x)) }).to_vec(),
            ..Plane::default()
        }
    };
    nearly_xor().into_iter().map(plane).collect()
}
