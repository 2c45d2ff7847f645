//! The reader's files: each says what is wanted and waits for it.

pub mod ex1_hard_sigmoid;
pub mod ex2_neuron;
pub mod ex3_parameters;
pub mod ex4_log_softmax;
pub mod ex5_any_depth;
pub mod ex6_top_three;
pub mod ex7_confusion;
pub mod ex8_bytes;
