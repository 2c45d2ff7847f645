//! AND, OR and NAND: one machine, three settings.

use common::number::short;

use crate::perceptron::Perceptron;

// ANCHOR: gates
/// 1 if both inputs are 1.
pub const AND: Perceptron<2> = Perceptron { weights: [0.5, 0.5], bias: -0.7 };
/// 1 if any input is 1.
pub const OR: Perceptron<2> = Perceptron { weights: [0.5, 0.5], bias: -0.2 };
/// 0 if both inputs are 1: AND with every sign turned round.
pub const NAND: Perceptron<2> = Perceptron { weights: [-0.5, -0.5], bias: 0.7 };
// ANCHOR_END: gates

/// The three gates with their names.
pub const GATES: [(&str, Perceptron<2>); 3] = [("AND", AND), ("OR", OR), ("NAND", NAND)];

/// The four cases of a truth table, in the order in which one counts in binary.
pub const CASES: [[f64; 2]; 4] = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];

/// What a perceptron answers in the four [`CASES`].
pub fn truth_table(gate: &Perceptron<2>) -> [f64; 4] {
    CASES.map(|x| gate.output(x))
}

/// Prints the three truth tables, with the sums that lead to them.
pub fn run() {
    for (i, (name, gate)) in GATES.into_iter().enumerate() {
        if i > 0 {
            println!();
        }
        println!("{name}: y = 1 if {} > 0", gate.formula());
        println!("x1  x2   score   y");
        for x in CASES {
            println!("{:>2}  {:>2}  {:>6}   {}", x[0], x[1], short(gate.score(x)), gate.output(x));
        }
    }
}
