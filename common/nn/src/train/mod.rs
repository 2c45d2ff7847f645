//! Training, apart from the loop: one step, the schedule of its learning rate, and what watches it.

mod early_stopping;
mod guard;
mod history;
mod schedule;
mod state;
mod step;

pub use early_stopping::EarlyStopping;
pub use guard::{Fault, Guard, TOO_LONG, check_weights, diverged, forward_fault};
pub use history::History;
pub use schedule::Schedule;
pub use state::TrainingState;
pub use step::{Classification, Evaluation, TrainStep, classify};
