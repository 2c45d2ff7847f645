//! One way to solve each exercise.

pub mod ex10_bilinear;
pub mod ex11_half_bits;
pub mod ex12_loss_scale;
pub mod ex1_receptive_field;
pub mod ex2_cost;
pub mod ex3_confusion;
pub mod ex4_warm_up;
pub mod ex5_ensemble;
pub mod ex6_fixed_order;
pub mod ex7_inception;
pub mod ex8_shortcut;
pub mod ex9_bottleneck;
