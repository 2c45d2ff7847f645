//! Judges the exercises: the reader's files when asked to, or the reference solutions.

#![cfg_attr(not(feature = "solutions"), allow(unused, reason = "exercises begin unfinished"))]

#[cfg(not(feature = "solutions"))]
#[path = "../exercises/mod.rs"]
mod exercises;

#[cfg(feature = "solutions")]
#[path = "../exercises/solutions/mod.rs"]
mod exercises;

use approx::assert_abs_diff_eq;
use ch02_perceptron::boundary::distance;
use ch02_perceptron::gates::{AND, CASES, NAND, OR, truth_table};
use ch02_perceptron::perceptron::Perceptron;
use common::random::{Generator, Rng, generator};
use exercises::*;
use testing::exercise;

exercise! {
    fn ex1_nor() {
        let nor = ex1_nor::nor();
        assert_eq!(truth_table(&nor), [1.0, 0.0, 0.0, 0.0], "1 for (0, 0) alone");
        assert!(CASES.iter().all(|&x| nor.score(x) != 0.0), "no case may lie on the line");
    }
}

exercise! {
    fn ex2_majority() {
        let (majority, veto) = (ex2_majority::majority(), ex2_majority::veto());
        for [x2, x3] in CASES {
            for x1 in [0.0, 1.0] {
                let x = [x1, x2, x3];
                let most = f64::from(x1 + x2 + x3 >= 2.0);
                assert_eq!(majority.output(x), most, "the majority of {x:?}");
                let both = f64::from(x1 == 1.0 && x2 + x3 >= 1.0);
                assert_eq!(veto.output(x), both, "{x:?}, and the first has a veto");
            }
        }
    }
}

exercise! {
    fn ex3_line() {
        let half = ex3_line::through([0.5, 0.0], [0.5, 1.0], [2.0, 0.0]);
        assert_eq!(truth_table(&half), [0.0, 0.0, 1.0, 1.0], "right of an upright line");
        let rng = &mut generator(3);
        for _ in 0..100 {
            let [p, q, inside] = [point(rng), point(rng), point(rng)];
            let gate = ex3_line::through(p, q, inside);
            assert_abs_diff_eq!(distance(&gate, p), 0.0, epsilon = 1e-9);
            assert_abs_diff_eq!(distance(&gate, q), 0.0, epsilon = 1e-9);
            assert_eq!(gate.output(inside), 1.0, "{inside:?} is on the side that fires");
        }
    }
}

exercise! {
    fn ex4_scale() {
        let rng = &mut generator(4);
        for _ in 0..100 {
            let ([w1, w2], [bias, _]) = (point(rng), point(rng));
            let gate = Perceptron { weights: [w1, w2], bias };
            let same = ex4_scale::normalised(&gate);
            assert_abs_diff_eq!(same.weights[0].hypot(same.weights[1]), 1.0, epsilon = 1e-12);
            let x = point(rng);
            assert_eq!(same.output(x), gate.output(x), "another answer at {x:?}");
            assert_abs_diff_eq!(same.score(x), distance(&gate, x), epsilon = 1e-12);
        }
    }
}

exercise! {
    fn ex5_xor_again() {
        let (first, second) = ex5_xor_again::layers();
        let known = [truth_table(&NAND), truth_table(&OR)];
        let new = first.iter().any(|gate| !known.contains(&truth_table(gate)));
        assert!(new, "NAND and OR were on the page; find another pair");
        for (x, expected) in CASES.into_iter().zip([0.0, 1.0, 1.0, 0.0]) {
            let s = first.map(|gate| gate.output(x));
            assert_eq!(second.output(s), expected, "XOR of {x:?}, by way of {s:?}");
        }
    }
}

exercise! {
    fn ex6_half_adder() {
        let (carry, digit) = (ex6_half_adder::carry(), ex6_half_adder::digit());
        for [x1, x2] in CASES {
            let carried = carry.output([x1, x2]);
            let sum = 2.0 * carried + digit.output([x1, x2, carried]);
            assert_eq!(sum, x1 + x2, "{x1} + {x2}");
        }
    }
}

exercise! {
    fn ex7_learning_rule() {
        let with_one = |[x1, x2]: [f64; 2]| vec![x1, x2, 1.0];
        let labelled = |answers: [f64; 4]| -> Vec<_> {
            CASES.map(with_one).into_iter().zip(answers.map(|t| 2.0 * t - 1.0)).collect()
        };
        for gate in [AND, OR, NAND] {
            let examples = labelled(truth_table(&gate));
            let w = ex7_learning_rule::learn(&examples, 50).expect("a gate is learned");
            assert!(separates(&w, &examples), "{w:?} does not compute {:?}", truth_table(&gate));
        }
        let xor = labelled([0.0, 1.0, 1.0, 0.0]);
        assert_eq!(ex7_learning_rule::learn(&xor, 1000), None, "XOR is never learned");

        let rng = &mut generator(7);
        let hidden: Vec<f64> = (0..6).map(|_| rng.random_range(-1.0..1.0)).collect();
        let mut examples = Vec::new();
        while examples.len() < 50 {
            let x: Vec<f64> = (0..6).map(|_| rng.random_range(-1.0..1.0)).collect();
            let score = dot(&hidden, &x);
            if score.abs() > 0.1 {
                examples.push((x, score.signum()));
            }
        }
        let w = ex7_learning_rule::learn(&examples, 10_000).expect("Novikoff's theorem");
        assert!(separates(&w, &examples), "{w:?}");
    }
}

exercise! {
    fn ex8_pocket() {
        for function in 0..16_u8 {
            let answer = |case: usize| f64::from(function >> (3 - case) & 1);
            let examples = [0, 1, 2, 3].map(|case| (CASES[case], answer(case)));
            let most = if [0b0110, 0b1001].contains(&function) { 3 } else { 4 };
            for seed in 0..5 {
                let p = ex8_pocket::pocket(&examples, 200, seed);
                let right = examples.iter().filter(|&&(x, t)| p.output(x) == t).count();
                assert_eq!(right, most, "answers {function:04b}, seed {seed}");
            }
        }
    }
}

fn dot(w: &[f64], x: &[f64]) -> f64 {
    w.iter().zip(x).map(|(w, x)| w * x).sum()
}

fn separates(w: &[f64], examples: &[(Vec<f64>, f64)]) -> bool {
    examples.iter().all(|(x, t)| t * dot(w, x) > 0.0)
}

fn point(rng: &mut Generator) -> [f64; 2] {
    [rng.random_range(-2.0..2.0), rng.random_range(-2.0..2.0)]
}
