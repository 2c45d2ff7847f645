//! Chapter 8: deep networks.
//!
//! Small filters, many of them, one layer upon another: what the book has been building towards. And
//! what it takes to train them fast.
//!
//! | section | what it teaches | module |
//! |---|---|---|
//! | `train` | a deep network of 3×3 filters learns to read digits | [`deep_conv_net`], [`train`] |
//! | `evaluate` | reading with weights from a file | [`evaluate`] |
//! | `misclassified` | the digits that are still read wrong | [`misclassified`] |
//! | `augment` | no image is seen twice: shifts, turns, elastic distortion | [`elastic`], [`distortion`], [`augment`], [`variations`] |
//! | `best` | everything at once | [`best`] |
//! | `half` | numbers of 16 bits: half the memory, and what slips through | [`rounding`], [`in_half`], [`half`](mod@half) |
//! | `threads` | one step on several threads: faster, and the same bits | [`threads`] |
//! | `bench` | how fast the book's networks are, and where a step's time goes | [`networks`], [`step`], [`mod@bench`], [`timed`], [`breakdown`], [`breakdown_figure`] |
//! | `vgg`, `googlenet`, `resnet` | the family: small filters stacked, branches side by side, shortcuts | [`vgg`], [`googlenet`], [`resnet`] |
//!
//! The family's networks are made of blocks that are layers themselves: [`stack`], [`inception`],

pub mod augment;
pub mod bench;
pub mod best;
pub mod breakdown;
pub mod breakdown_figure;
pub mod deep_conv_net;
pub mod distortion;
pub mod elastic;
pub mod evaluate;
pub mod family;
pub mod global_average;
pub mod googlenet;
pub mod half;
pub mod in_half;
pub mod inception;
pub mod misclassified;
pub mod networks;
pub mod residual;
pub mod resnet;
pub mod rounding;
pub mod stack;
pub mod step;
pub mod threads;
pub mod timed;
pub mod train;
pub mod variations;
pub mod vgg;
