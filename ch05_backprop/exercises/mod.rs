//! The reader's files: each says what is wanted and waits for it.

pub mod ex1_subtract;
pub mod ex2_exp;
pub mod ex3_relu;
pub mod ex4_sigmoid;
pub mod ex5_affine;
pub mod ex6_softmax_with_loss;
pub mod ex7_softplus;
pub mod ex8_xor;
