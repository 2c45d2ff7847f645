//! One way to solve each exercise.

pub mod ex1_places;
pub mod ex2_convolve;
pub mod ex3_conv_backward;
pub mod ex4_im2col;
pub mod ex5_max_pool;
pub mod ex6_average_backward;
pub mod ex7_global_average;
pub mod ex8_small_network;
