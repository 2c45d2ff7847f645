//! What the book says about perceptrons.

use approx::assert_abs_diff_eq;
use ch02_perceptron::boundary::{FUNCTIONS, census, distance, nearly_xor, perceptrons};
use ch02_perceptron::gates::{AND, CASES, NAND, OR, truth_table};
use ch02_perceptron::learn::{start, tasks};
use ch02_perceptron::perceptron::Perceptron;
use ch02_perceptron::rule::{Cycle, Epoch, bound, cycle, learn, settled};
use ch02_perceptron::{adder, xor};

const ZERO: Perceptron<2> = Perceptron { weights: [0.0, 0.0], bias: 0.0 };

#[test]
fn three_gates_by_their_numbers_alone() {
    assert_eq!((AND.weights, AND.bias), ([0.5, 0.5], -0.7));
    assert_eq!((OR.weights, OR.bias), ([0.5, 0.5], -0.2));
    assert_eq!((NAND.weights, NAND.bias), ([-0.5, -0.5], 0.7));
    assert_eq!(truth_table(&AND), [0.0, 0.0, 0.0, 1.0]);
    assert_eq!(truth_table(&OR), [0.0, 1.0, 1.0, 1.0]);
    assert_eq!(truth_table(&NAND), [1.0, 1.0, 1.0, 0.0]);
}

#[test]
fn xor_by_two_layers() {
    assert_eq!(CASES.map(xor::features), [[1.0, 0.0], [1.0, 1.0], [1.0, 1.0], [0.0, 1.0]]);
    assert_eq!(CASES.map(xor::xor), [0.0, 1.0, 1.0, 0.0]);
}

#[test]
fn nand_adds_every_two_bytes() {
    for a in 0..=u8::MAX {
        for b in 0..=u8::MAX {
            assert_eq!(adder::add(a, b), u16::from(a) + u16::from(b), "{a} + {b}");
        }
    }
}

#[test]
fn distances_from_a_line() {
    let diagonal = 2.0_f64.sqrt();
    assert_abs_diff_eq!(distance(&AND, [1.0, 1.0]), 0.3 * diagonal, epsilon = 1e-12);
    assert_abs_diff_eq!(distance(&AND, [0.0, 1.0]), -0.2 * diagonal, epsilon = 1e-12);
    let three_four_five = Perceptron { weights: [3.0, 4.0], bias: -5.0 };
    assert_abs_diff_eq!(distance(&three_four_five, [0.0, 0.0]), -1.0, epsilon = 1e-12);
}

#[test]
fn lines_compute_fourteen_of_sixteen_functions() {
    let found = census();
    let missing: Vec<_> = (0..16).filter(|&i| found[i] == 0).map(|i| FUNCTIONS[i]).collect();
    assert_eq!(missing, ["XOR", "XNOR"]);
    assert_eq!(found.iter().sum::<usize>(), 729);
    assert_eq!((found[1], found[7], found[14]), (20, 30, 10), "AND, OR, NAND");
}

#[test]
fn the_best_line_misses_one_case_of_xor() {
    let right =
        |gate: &Perceptron<2>| CASES.iter().filter(|&&x| gate.output(x) == xor::xor(x)).count();
    assert_eq!(perceptrons().map(|gate| right(&gate)).max(), Some(3));
    let nearly = nearly_xor();
    assert_eq!(nearly.len(), 4, "there is a line for each case that may be given up");
    for (gate, given_up) in nearly.iter().zip(CASES) {
        assert_eq!(right(gate), 3);
        assert_ne!(gate.output(given_up), xor::xor(given_up));
    }
}

fn mistakes(history: &[Epoch<2>]) -> Vec<usize> {
    history.iter().map(|epoch| epoch.mistakes).collect()
}

#[test]
fn the_rule_finds_and_or_nand_from_zero() {
    let expected = [
        (vec![1, 3, 3, 2, 1, 0], [2.0, 1.0], -2.0),
        (vec![1, 2, 1, 0], [1.0, 1.0], 0.0),
        (vec![2, 3, 3, 2, 1, 0], [-2.0, -1.0], 3.0),
    ];
    for ((name, examples), (made, weights, bias)) in tasks().into_iter().zip(expected) {
        let history = learn(ZERO, &examples, 1.0, 20);
        assert_eq!(mistakes(&history), made, "{name}");
        let found = history.last().expect("an epoch").after;
        assert_eq!(found, Perceptron { weights, bias }, "{name}");
        assert!(examples.iter().all(|&(x, t)| found.output(x) == t), "{name}");
    }
}

#[test]
fn the_rule_goes_round_in_circles_over_xor() {
    let (name, examples) = tasks()[3];
    assert_eq!(name, "XOR");
    let history = learn(ZERO, &examples, 1.0, 1000);
    assert_eq!(mistakes(&history)[..4], [2, 3, 4, 4]);
    assert!(!settled(&history) && history.len() == 1000);
    assert_eq!(cycle(&history), Some(Cycle { first: 2, again: 3 }));
    assert!(history[2..].iter().all(|epoch| *epoch == history[2]), "what came back stays");
}

#[test]
fn the_rule_settles_from_every_start_but_never_on_xor() {
    for seed in 0..100 {
        for rate in [1.0, 0.25, 0.1] {
            let start = start(Some(seed));
            for (name, examples) in tasks() {
                let history = learn(start, &examples, rate, 1000);
                assert_eq!(settled(&history), name != "XOR", "{name}, seed {seed}, rate {rate}");
                assert_eq!(cycle(&history).is_some(), name == "XOR", "{name}, seed {seed}");
            }
        }
    }
}

#[test]
fn novikoffs_bound_holds() {
    for ((_, examples), (gate, most)) in
        tasks().into_iter().zip([(AND, 74.25), (OR, 40.5), (NAND, 74.25)])
    {
        let bound = bound(&gate, &examples);
        assert_abs_diff_eq!(bound, most, epsilon = 1e-9);
        let made: usize = mistakes(&learn(ZERO, &examples, 1.0, 100)).iter().sum();
        assert!(made as f64 <= bound, "{made} corrections, at most {bound}");
    }
}

/// From zeros, η only scales the weights, as long as the sums are exact; 0.1 is not, and a point
/// on the line falls to the wrong side.
#[test]
fn a_tenth_is_not_a_tenth() {
    let (_, examples) = tasks()[2];
    let by = |rate| mistakes(&learn(ZERO, &examples, rate, 20));
    assert_eq!(by(0.25), by(1.0));
    assert_eq!(by(64.0), by(1.0));
    assert_eq!(by(0.1), [2, 3, 3, 0]);
}
