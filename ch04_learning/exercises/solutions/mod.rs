//! One way to solve each exercise.

pub mod ex1_huber;
pub mod ex2_one_hot;
pub mod ex3_backward_difference;
pub mod ex4_second_derivative;
pub mod ex5_direction;
pub mod ex6_stop;
pub mod ex7_line;
pub mod ex8_xor;
