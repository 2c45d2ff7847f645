//! One way to solve each exercise.

pub mod ex1_fahrenheit;
pub mod ex2_checkerboard;
pub mod ex3_running_mean;
pub mod ex4_frame;
pub mod ex5_table;
pub mod ex6_standardise;
pub mod ex7_product;
pub mod ex8_nearest;
