//! One way to solve each exercise.

pub mod ex10_shortcut;
pub mod ex11_bottleneck;
pub mod ex12_fixed_order;
pub mod ex13_transposed_size;
pub mod ex14_mean_iou;
pub mod ex15_class_weights;
pub mod ex16_iou;
pub mod ex17_smooth_l1;
pub mod ex18_suppression;
pub mod ex19_targets;
pub mod ex1_receptive_field;
pub mod ex20_rnn_back;
pub mod ex21_gates;
pub mod ex22_masked_loss;
pub mod ex23_clipping;
pub mod ex24_brevity;
pub mod ex25_perplexity;
pub mod ex2_cost;
pub mod ex3_warm_up;
pub mod ex4_confusion;
pub mod ex5_ensemble;
pub mod ex6_bilinear;
pub mod ex7_half_bits;
pub mod ex8_loss_scale;
pub mod ex9_inception;
