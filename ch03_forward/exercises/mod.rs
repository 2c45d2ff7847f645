//! The reader's files: each says what is wanted and waits for it.

pub mod ex1_hard_sigmoid;
pub mod ex2_neuron;
pub mod ex3_parameters;
pub mod ex4_any_depth;
pub mod ex5_log_softmax;
pub mod ex6_confusion;
pub mod ex7_bytes;
pub mod ex8_top_three;
