//! Chapter 4: learning.
//!
//! A loss says how wrong a network is; its gradient says which way is down. Here the gradient is
//! found in the most honest way there is, by trying, and a network learns from it.
//!
//! | section | what it teaches | module |
//! |---|---|---|
//! | `loss` | one number for how wrong an answer is | [`loss`] |
//! | `mini-batch` | a few images stand for all | [`mini_batch`] |
//! | `numerical-diff` | derivatives by trying, and how short a step may be | [`numerical_diff`] |
//! | `gradient-field` | all partial derivatives together point uphill | [`gradient`], [`gradient_field`], [`surface_figure`] |
//! | `descent` | steps downhill: right, too long, too short | [`descent`] |
//! | `simple-net` | the gradient of a network's loss | [`simple_net`] |
//! | `train` | a network learns to read small digits | [`vectors`], [`two_layer_net`], [`train`], [`digits_figure`] |

pub mod descent;
pub mod digits_figure;
pub mod gradient;
pub mod gradient_field;
pub mod loss;
pub mod mini_batch;
pub mod numerical_diff;
pub mod simple_net;
pub mod surface_figure;
pub mod train;
pub mod two_layer_net;
pub mod vectors;
