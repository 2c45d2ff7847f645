//! Paper or ink? Where to divide numbers that come from two heaps.

use ndarray::Array2;

/// The two heaps.
#[derive(Clone, Copy, Debug, Default)]
pub struct Split {
    /// The mean of the lower heap.
    pub paper: f32,
    /// The mean of the upper heap.
    pub ink: f32,
    /// The share of the variance that lies between the heaps: 1 if each is a
    /// single value.
    pub clarity: f64,
}

impl Split {
    // ANCHOR: otsu
    /// Divides where the means of both sides lie farthest apart, counted by how
    /// many pixels each has (Otsu, 1979).
    pub fn of(values: &Array2<u8>) -> Self {
        let mut counts = [0.0; 256];
        values.iter().for_each(|&v| counts[usize::from(v)] += 1.0);
        let total: f64 = counts.iter().sum();
        let each = || (0..).map(f64::from).zip(counts); // a value and its pixels
        let sum: f64 = each().map(|(v, n)| v * n).sum();
        let square = |(v, n)| f64::powi(v - sum / total, 2) * n;
        let variance: f64 = each().map(square).sum();

        let mut best = Self::default();
        let (mut n0, mut sum0) = (0.0, 0.0);
        for (v, n) in each() {
            (n0, sum0) = (n0 + n, sum0 + v * n); // what lies at or below v
            let (mean0, mean1) = (sum0 / n0, (sum - sum0) / (total - n0));
            let between = n0 * (total - n0) / total * (mean1 - mean0).powi(2);
            let clarity = between / variance;
            // An empty side has no mean: its clarity is not a number, and not
            // larger.
            if clarity > best.clarity {
                best = Self { paper: mean0 as f32, ink: mean1 as f32, clarity };
            }
        }
        best
    }
    // ANCHOR_END: otsu
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn two_heaps_are_told_apart() {
        let split = Split::of(&array![[9, 10, 11], [199, 201, 200]]);
        assert_eq!((split.paper, split.ink), (10.0, 200.0));
        assert!(split.clarity > 0.99);
    }

    #[test]
    fn one_value_is_no_split() {
        let split = Split::of(&array![[7, 7]]);
        assert_eq!(split.ink - split.paper, 0.0);
    }
}
