//! One way to solve each exercise.

pub mod ex1_backward_difference;
pub mod ex2_huber;
pub mod ex3_one_hot;
pub mod ex4_direction;
pub mod ex5_second_derivative;
pub mod ex6_stop;
pub mod ex7_line;
pub mod ex8_xor;
