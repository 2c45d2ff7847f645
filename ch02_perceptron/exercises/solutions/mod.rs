//! One way to solve each exercise.

pub mod ex1_nor;
pub mod ex2_majority;
pub mod ex3_line;
pub mod ex4_scale;
pub mod ex5_xor_again;
pub mod ex6_half_adder;
pub mod ex7_learning_rule;
pub mod ex8_pocket;
