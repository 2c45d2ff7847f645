//! One way to solve each exercise.

pub mod ex1_momentum;
pub mod ex2_rms_prop;
pub mod ex3_decoupled;
pub mod ex4_leaky_init;
pub mod ex5_batch_norm;
pub mod ex6_dropout;
pub mod ex7_log_uniform;
pub mod ex8_few_images;
