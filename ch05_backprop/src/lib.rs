//! Chapter 5: backpropagation.
//!
//! A gradient tells how much every weight of a network matters to the loss. Chapter 4 found it by
//! trying; here it is worked out, by passing derivatives backwards from layer to layer.
//!
//! | section | what it teaches | module |
//! |---|---|---|
//! | `apple`, `apple-orange` | a computation is a graph; derivatives flow through it backwards | [`simple_layers`], [`apple`], [`apple_orange`] |
//! | `gradient-check` | the layers of `common` and the network made of them have the right gradients | [`gradient_check`] |
//! | `speed` | what that saves against trying | [`speed`] |
//! | `train` | the network learns to read digits | [`two_layer_net`], [`bare_loop`], [`train`] |
//! | `xor`, `approximate`, `regression` | the same layers learn other things | [`xor`], [`approximate`], [`regression`] |
//! | `export` | the weights that chapter 3 reads digits with | [`export`] |

pub mod apple;
pub mod apple_orange;
pub mod approximate;
pub mod bare_loop;
pub mod export;
pub mod gradient_check;
pub mod graph_figure;
pub mod regression;
pub mod simple_layers;
pub mod speed;
pub mod train;
pub mod two_layer_net;
pub mod xor;
