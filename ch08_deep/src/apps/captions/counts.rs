//! What counting can do: how often did which character follow which?

use std::collections::HashMap;

/// Counts of what followed each run of up to `before` characters.
pub struct Counts {
    symbols: usize,
    followers: HashMap<Vec<usize>, HashMap<usize, usize>>,
}

impl Counts {
    /// Counts a text of `symbols` different symbols.
    pub fn of(text: &[usize], before: usize, symbols: usize) -> Self {
        let mut followers: HashMap<Vec<usize>, HashMap<usize, usize>> = HashMap::new();
        for (t, &next) in text.iter().enumerate() {
            for length in 0..=before.min(t) {
                let context = text[t - length..t].to_vec();
                *followers.entry(context).or_default().entry(next).or_default() += 1;
            }
        }
        Self { symbols, followers }
    }

    // ANCHOR: probability
    /// The probability of `next` behind these symbols.
    ///
    /// Where n symbols were seen behind them, t of them different, a share of n/(n + t) is what was
    /// counted, and the rest what a shorter context says (Witten and Bell, 1991). The shortest of all
    /// knows nothing: every symbol is as likely as any other.
    pub fn probability(&self, context: &[usize], next: usize) -> f64 {
        let shorter = match context.split_first() {
            Some((_, rest)) => self.probability(rest, next),
            None => 1.0 / self.symbols as f64,
        };
        let Some(seen) = self.followers.get(context) else { return shorter };
        let (n, t) = (seen.values().sum::<usize>() as f64, seen.len() as f64);
        let count = seen.get(&next).copied().unwrap_or(0) as f64;
        (count + t * shorter) / (n + t)
    }
    // ANCHOR_END: probability

    /// Bits per symbol of a text, its first symbol left aside, when each is told from so many before it.
    pub fn bits(&self, text: &[usize], before: usize) -> f64 {
        let bits = (1..text.len()).map(|t| {
            let context = &text[t.saturating_sub(before)..t];
            -self.probability(context, text[t]).log2()
        });
        bits.sum::<f64>() / (text.len() - 1).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    /// a a b a: behind nothing, 3 of 4 are an a; behind an a came an a and a b.
    #[test]
    fn bits_by_hand() {
        let counts = Counts::of(&[0, 0, 1, 0], 1, 2);
        // n = 4, t = 2, and below it one half for each.
        let (a, b) = ((3.0 + 2.0 * 0.5) / 6.0, (1.0 + 2.0 * 0.5) / 6.0);
        assert_abs_diff_eq!(counts.probability(&[], 0), a, epsilon = 1e-12);
        assert_abs_diff_eq!(counts.probability(&[], 1), b, epsilon = 1e-12);
        // n = 2, t = 2.
        let b_behind_a = (1.0 + 2.0 * b) / 4.0;
        assert_abs_diff_eq!(counts.probability(&[0], 1), b_behind_a, epsilon = 1e-12);
        assert_abs_diff_eq!(counts.bits(&[0, 1], 1), -b_behind_a.log2(), epsilon = 1e-12);
        // What was never seen falls back on what is shorter.
        assert_abs_diff_eq!(counts.probability(&[7], 1), b, epsilon = 1e-12);
    }

    #[test]
    fn probabilities_add_up_to_1() {
        let text = [0, 1, 2, 0, 1, 0, 2, 2, 1, 0, 0, 1];
        let counts = Counts::of(&text, 3, 4);
        for context in [&[][..], &[0], &[0, 1], &[2, 0, 1], &[3, 3]] {
            let sum: f64 = (0..4).map(|next| counts.probability(context, next)).sum();
            assert_abs_diff_eq!(sum, 1.0, epsilon = 1e-12);
        }
    }
}
