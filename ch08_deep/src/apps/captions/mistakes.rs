//! What is wrong in sentences that are wrong.

use std::collections::BTreeMap;

use super::sentence::{VOCABULARY, number, sentence, understood};

/// Where the relation stands in a sentence.
const AT_RELATION: usize = 4;

/// Mistakes by their kind, and the digits that were taken for others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    /// Sentences that were looked at, and how many of them are wrong.
    pub sentences: (usize, usize),
    /// Things whose digit is wrong, whose colour, whose size.
    pub digits: usize,
    /// See above.
    pub colours: usize,
    /// See above.
    pub sizes: usize,
    /// Wrong relations.
    pub relations: usize,
    /// Sentences that are none: cut off, or with words in a wrong order.
    pub nonsense: usize,
    /// How often a digit, the first, was called by the name of another.
    pub confused: BTreeMap<(u8, u8), usize>,
}

impl Mistakes {
    // ANCHOR: of
    /// What is wrong in what was said, beside what is right.
    pub fn of(said: &[Vec<usize>], right: &[Vec<usize>]) -> Self {
        let mut found = Self::default();
        for (said, right) in said.iter().zip(right) {
            found.sentences.0 += 1;
            found.sentences.1 += usize::from(said != right);
            let (Some((things, relation)), Some((truth, true_relation))) =
                (understood(said), understood(right))
            else {
                found.nonsense += 1;
                continue;
            };
            found.relations += usize::from(relation != true_relation);
            for (thing, truth) in things.iter().zip(truth) {
                found.colours += usize::from(thing.colour != truth.colour);
                found.sizes += usize::from(thing.large != truth.large);
                if thing.digit != truth.digit {
                    found.digits += 1;
                    *found.confused.entry((truth.digit, thing.digit)).or_default() += 1;
                }
            }
        }
        found
    }
    // ANCHOR_END: of

    /// Prints all of it, and the digits that are confused most.
    pub fn print(&self) {
        println!("{} of {} sentences are wrong:", self.sentences.1, self.sentences.0);
        for (name, count, of) in [
            ("digit", self.digits, 2 * self.sentences.0),
            ("colour", self.colours, 2 * self.sentences.0),
            ("size", self.sizes, 2 * self.sentences.0),
            ("relation", self.relations, self.sentences.0),
            ("no sentence", self.nonsense, self.sentences.0),
        ] {
            let share = 100.0 * count as f64 / of.max(1) as f64;
            println!("  {name:<12}{count:>5} of {of:>5}  {share:>5.2} %");
        }
        let mut confused: Vec<_> = self.confused.iter().collect();
        confused.sort_by_key(|&(digits, &count)| (std::cmp::Reverse(count), *digits));
        let name = |digit: u8| VOCABULARY[number("zero") + usize::from(digit)];
        let most = confused
            .iter()
            .take(4)
            .map(|((digit, said), count)| format!("{} for {} {count}", name(*said), name(*digit)));
        let most: Vec<_> = most.collect();
        if !most.is_empty() {
            println!("most often: {}", most.join(", "));
        }
    }
}

/// The words that should have been said instead: all in their order, but for those that are right where
/// they stand.
pub fn missed(said: &[usize], right: &[usize]) -> Vec<&'static str> {
    let Some((things, relation)) = understood(said) else {
        return right
            .iter()
            .map(|&word| VOCABULARY[word])
            .filter(|&word| word != "<end>")
            .collect();
    };
    // With one relation in both, words that belong together stand at one place.
    let is_related = understood(right).map(|(_, relation)| relation);
    let said = sentence(things, is_related.unwrap_or(relation));
    let is_wrong = |&(t, &word): &(usize, &usize)| {
        said[t] != word || (t == AT_RELATION && is_related != Some(relation))
    };
    right.iter().enumerate().filter(is_wrong).map(|(_, &word)| VOCABULARY[word]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sentence::{Relation, Thing};
    use super::*;

    #[test]
    fn each_mistake_is_counted_where_it_belongs() {
        let thing = |digit, large, colour| Thing { digit, large, colour };
        let truth = [thing(3, false, 0), thing(7, true, 3)];
        let right = sentence(truth, Relation::Above);
        let said = [
            right.clone(),
            sentence([thing(8, false, 0), thing(7, true, 3)], Relation::Above),
            sentence([thing(8, true, 1), thing(7, true, 3)], Relation::LeftOf),
            right[..5].to_vec(),
        ];
        let found = Mistakes::of(&said, &vec![right.clone(); 4]);
        let confused = BTreeMap::from([((3, 8), 2)]);
        let expected = Mistakes {
            sentences: (4, 3),
            digits: 2,
            colours: 1,
            sizes: 1,
            relations: 1,
            nonsense: 1,
            confused,
        };
        assert_eq!(found, expected);
        assert_eq!(missed(&said[0], &right), [""; 0]);
        assert_eq!(missed(&said[1], &right), ["three"]);
        assert_eq!(missed(&said[2], &right), ["small", "red", "three", "above"]);
        assert_eq!(missed(&said[3], &right).len(), 9);
    }
}
