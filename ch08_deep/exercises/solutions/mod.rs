//! One way to solve each exercise.

pub mod ex1_receptive_field;
pub mod ex2_cost;
pub mod ex3_confusion;
pub mod ex4_warm_up;
pub mod ex5_ensemble;
pub mod ex6_fixed_order;
