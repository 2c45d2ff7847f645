//! Chapter 8: deep networks.
//!
//! Small filters, many of them, one layer upon another: what the book has been building towards.
//!
//! | section | what it teaches | module |
//! |---|---|---|
//! | `train` | a deep network of 3×3 filters learns to read digits | [`deep_conv_net`], [`train`] |
//! | `augment` | no image is seen twice: shifts, turns, elastic distortion | [`elastic`], [`distortion`], [`augment`], [`variations`] |
//! | `best` | everything at once | [`best`] |

pub mod augment;
pub mod best;
pub mod deep_conv_net;
pub mod distortion;
pub mod elastic;
pub mod train;
pub mod variations;
