//! Chapter 6: techniques.
//!
//! What makes networks learn faster, start better and memorise less. The parts themselves are in
//! `common`, where later chapters go on using them; here they are put to the test, each several
//! times with other random numbers, side by side over all threads.
//!
//! | section | what it teaches | module |
//! |---|---|---|
//! | `optimizers`, `optimizers-mnist` | better ways to take a step | [`optimizers`], [`optimizers_mnist`] |
//! | `activations`, `init` | how small weights should be at the start | [`activations`], [`init`] |
//! | `batch-norm` | and how it stops to matter | [`batch_norm`] |
//! | `weight-decay`, `dropout`, `early-stopping` | three remedies against learning by heart | [`overfitting`], [`weight_decay`], [`dropout`], [`early_stopping`] |
//! | `hyperparameters` | finding what no gradient finds | [`hyperparameters`] |
//! | `pitfalls` | five mistakes and what each looks like | [`pitfalls`] |
//!
//! How runs are repeated and compared is in [`experiment`], what they say together in [`spread`].

pub mod activations;
pub mod batch_norm;
pub mod dropout;
pub mod early_stopping;
pub mod experiment;
pub mod hyperparameters;
pub mod init;
pub mod optimizers;
pub mod optimizers_mnist;
pub mod overfitting;
pub mod pitfalls;
pub mod spread;
pub mod weight_decay;
