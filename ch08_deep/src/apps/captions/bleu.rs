//! How good sentences are: exact matches, and BLEU.

use std::collections::BTreeMap;

/// The longest runs of words that are counted.
const LONGEST: usize = 4;

/// The share of sentences that are right to the last word.
pub fn exact_matches(said: &[Vec<usize>], right: &[Vec<usize>]) -> f64 {
    let exact = said.iter().zip(right).filter(|(said, right)| said == right).count();
    exact as f64 / right.len().max(1) as f64
}

// ANCHOR: counts
/// How often each run of `n` words occurs in a sentence.
fn runs(words: &[usize], n: usize) -> BTreeMap<&[usize], usize> {
    let mut counts = BTreeMap::new();
    words.windows(n).for_each(|run| *counts.entry(run).or_insert(0) += 1);
    counts
}
// ANCHOR_END: counts

// ANCHOR: bleu
/// BLEU-4 of many sentences together (Papineni, Roukos, Ward and Zhu, 2002): said sentences, and for
/// each of them one right sentence or several.
///
/// For runs of 1, 2, 3 and 4 words: which share of the runs that were said occurs in a right sentence,
/// each at most as often as there? The geometric mean of the four, shortened if what was said is shorter in
/// all than what is right. 1 is best; it is 0 if there is no common run of four words.
pub fn bleu(said: &[&[usize]], right: &[Vec<&[usize]>]) -> f64 {
    let (mut common, mut all, mut lengths) = ([0; LONGEST], [0; LONGEST], (0, 0));
    for (said, right) in said.iter().zip(right) {
        for n in 1..=LONGEST {
            let there: Vec<_> = right.iter().map(|words| runs(words, n)).collect();
            for (run, count) in runs(said, n) {
                let most = there.iter().filter_map(|runs| runs.get(run)).max();
                common[n - 1] += count.min(most.copied().unwrap_or(0));
                all[n - 1] += count;
            }
        }
        // Of several right sentences, the one whose length is nearest counts; the shorter of two.
        let nearest =
            right.iter().map(|words| (words.len().abs_diff(said.len()), words.len())).min();
        lengths = (lengths.0 + said.len(), lengths.1 + nearest.map_or(0, |(_, length)| length));
    }
    if common.contains(&0) {
        return 0.0;
    }
    let logarithms = common.iter().zip(all).map(|(&common, all)| (common as f64 / all as f64).ln());
    let mean = logarithms.sum::<f64>() / LONGEST as f64;
    (mean + brevity(lengths)).exp()
}

/// The logarithm of the brevity penalty, for how many words were said and how many are right: whoever says
/// only what is certain must not win.
fn brevity((said, right): (usize, usize)) -> f64 {
    if said >= right { 0.0 } else { 1.0 - right as f64 / said as f64 }
}
// ANCHOR_END: bleu
