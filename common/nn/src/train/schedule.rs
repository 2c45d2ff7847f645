//! How the learning rate changes while a network learns.

use std::f64::consts::PI;

// ANCHOR: schedule
/// A rule for the learning rate that looks at nothing but how far the training is: one that was
/// stopped and goes on takes the same steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Schedule {
    /// One rate for every step.
    #[default]
    Constant,
    /// Falls along half a cosine, from the whole rate at the first step to nothing after the last.
    Cosine,
    /// Rises in a straight line over the first fifth of the steps, then falls along half a cosine:
    /// at its height the rate may be larger than a network that knows nothing yet could bear
    /// (after Smith, 2018, whose momentum goes the other way meanwhile; ours stays).
    OneCycle,
}

/// The part of all steps in which the rate of [`Schedule::OneCycle`] rises.
const WARM_UP: f64 = 0.2;

impl Schedule {
    /// The rate for the next step when `done` of `steps` steps are over and the largest is `rate`.
    ///
    /// The cosine is that of Loshchilov and Hutter (2017), without their restarts:
    /// η·½·(1 + cos(π·done/steps)).
    pub fn rate(self, rate: f64, done: usize, steps: usize) -> f64 {
        let part = (done as f64 / steps.max(1) as f64).min(1.0);
        let fallen = |part: f64| 0.5 * (1.0 + (PI * part).cos());
        match self {
            Self::Constant => rate,
            Self::Cosine => rate * fallen(part),
            // The first step is one, too: it does not begin at nothing.
            Self::OneCycle if part < WARM_UP => {
                rate * ((done + 1) as f64 / (WARM_UP * steps as f64)).min(1.0)
            }
            Self::OneCycle => rate * fallen((part - WARM_UP) / (1.0 - WARM_UP)),
        }
    }
}
// ANCHOR_END: schedule

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn half_a_cosine_falls_from_the_rate_to_nothing() {
        let rate = |done| Schedule::Cosine.rate(0.1, done, 8);
        assert_abs_diff_eq!(rate(0), 0.1, epsilon = 1e-15);
        assert_abs_diff_eq!(rate(2), 0.1 * (0.5 + 0.125_f64.sqrt()), epsilon = 1e-15);
        assert_abs_diff_eq!(rate(4), 0.05, epsilon = 1e-15);
        assert_abs_diff_eq!(rate(8), 0.0, epsilon = 1e-15);
        assert_eq!(rate(9), rate(8), "past its end");
        assert_eq!(Schedule::Constant.rate(0.1, 7, 8), 0.1);
    }

    #[test]
    fn one_cycle_rises_first() {
        let rates: Vec<f64> = (0..=20).map(|done| Schedule::OneCycle.rate(0.1, done, 20)).collect();
        assert_abs_diff_eq!(&rates[..4], &[0.025, 0.05, 0.075, 0.1][..], epsilon = 1e-15);
        assert!(rates[4..].is_sorted_by(|a, b| a > b), "{rates:?}");
        assert_abs_diff_eq!(rates[12], 0.05, epsilon = 1e-15);
        assert_abs_diff_eq!(rates[20], 0.0, epsilon = 1e-15);
    }
}
