//! A solution of exercise 31: what the last step should have been worth.

/// How a step ends.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// It doesn't: the episode goes on.
    Not,
    /// The game is over.
    Terminal,
    /// Time is up.
    TimeLimit,
}

/// The target of a step.
pub fn target(reward: f64, end: End, best_next: f64, gamma: f64) -> f64 {
    match end {
        End::Terminal => reward,
        End::Not | End::TimeLimit => reward + gamma * best_next,
    }
}
