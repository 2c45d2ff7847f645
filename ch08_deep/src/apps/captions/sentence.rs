//! The language of captions: 24 words, and the one right sentence for two things.

// ANCHOR: vocabulary
/// All words. The first stands before a sentence, the second ends it.
pub const VOCABULARY: [&str; 24] = [
    "<start>", "<end>", "a", "small", "large", "red", "yellow", "green", "blue", "zero", "one",
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "left", "right", "of",
    "above", "below",
];
/// What stands before a sentence.
pub const START: usize = 0;
/// What ends it.
pub const END: usize = 1;
/// Words of the longest sentence, with the end: a small red one left of a large blue two.
pub const LONGEST: usize = 11;
// ANCHOR_END: vocabulary

/// How many colours there are: red, yellow, green, blue, as in the rainbow.
pub const COLOURS: usize = 4;

/// What is in a picture, twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thing {
    /// Which digit.
    pub digit: u8,
    /// Whether it is large, or else small.
    pub large: bool,
    /// Its colour, below [`COLOURS`].
    pub colour: usize,
}

/// Where the first thing stands, seen from the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// To the left of it.
    LeftOf,
    /// To the right of it.
    RightOf,
    /// Above it.
    Above,
    /// Below it.
    Below,
}

impl Relation {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::LeftOf, Self::RightOf, Self::Above, Self::Below];

    fn words(self) -> &'static [&'static str] {
        match self {
            Self::LeftOf => &["left", "of"],
            Self::RightOf => &["right", "of"],
            Self::Above => &["above"],
            Self::Below => &["below"],
        }
    }
}

/// The number of a word of the vocabulary.
///
/// # Panics
/// If there is no such word.
pub fn number(word: &str) -> usize {
    let found = VOCABULARY.iter().position(|known| *known == word);
    found.unwrap_or_else(|| panic!("{word} is not in the vocabulary"))
}

// ANCHOR: sentence
/// The sentence for two things: the numbers of its words, and the end.
pub fn sentence([first, second]: [Thing; 2], relation: Relation) -> Vec<usize> {
    let one = |thing: Thing| {
        let size = if thing.large { "large" } else { "small" };
        let colour = VOCABULARY[number("red") + thing.colour];
        ["a", size, colour, VOCABULARY[number("zero") + usize::from(thing.digit)]]
    };
    let (first, second) = (one(first), one(second));
    let words = first.iter().chain(relation.words()).chain(&second).chain(&["<end>"]);
    words.map(|word| number(word)).collect()
}
// ANCHOR_END: sentence

/// What a sentence says, whether or not it is right: the two things and the relation; `None` if it is no
/// sentence about two things.
pub fn understood(words: &[usize]) -> Option<([Thing; 2], Relation)> {
    let (first, rest) = thing(words)?;
    let found = Relation::ALL.into_iter().find_map(|relation| {
        let words: Vec<usize> = relation.words().iter().map(|word| number(word)).collect();
        rest.strip_prefix(&words[..]).map(|rest| (relation, rest))
    });
    let (relation, rest) = found?;
    let (second, rest) = thing(rest)?;
    (rest == [END]).then_some(([first, second], relation))
}

/// The thing that these words begin with, and the words behind it.
fn thing(words: &[usize]) -> Option<(Thing, &[usize])> {
    let ([a, size, colour, digit], rest) = words.split_first_chunk()?;
    let below = |word: usize, first: &str, count: usize| {
        word.checked_sub(number(first)).filter(|&offset| offset < count)
    };
    let size = below(*size, "small", 2)?;
    let (colour, digit) = (below(*colour, "red", COLOURS)?, below(*digit, "zero", 10)?);
    let thing = Thing { digit: digit as u8, large: size == 1, colour };
    (*a == number("a")).then_some((thing, rest))
}

/// The words before the end.
pub fn without_end(words: &[usize]) -> &[usize] {
    let end = words.iter().position(|&word| word == END);
    &words[..end.unwrap_or(words.len())]
}

/// A sentence as a text, without its end.
pub fn text(words: &[usize]) -> String {
    without_end(words).iter().map(|&word| VOCABULARY[word]).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_says_what_is_there() {
        let three = Thing { digit: 3, large: false, colour: 0 };
        let seven = Thing { digit: 7, large: true, colour: 3 };
        let said = |relation| text(&sentence([three, seven], relation));
        assert_eq!(said(Relation::LeftOf), "a small red three left of a large blue seven");
        assert_eq!(said(Relation::RightOf), "a small red three right of a large blue seven");
        assert_eq!(said(Relation::Above), "a small red three above a large blue seven");
        assert_eq!(said(Relation::Below), "a small red three below a large blue seven");
    }

    #[test]
    fn what_was_said_is_understood() {
        let things = [(0, true, 3), (9, false, 0)];
        let things = things.map(|(digit, large, colour)| Thing { digit, large, colour });
        for relation in Relation::ALL {
            let words = sentence(things, relation);
            assert_eq!(understood(&words), Some((things, relation)));
            for i in 0..words.len() {
                assert_eq!(understood(&words[..i]), None, "cut off");
                let mut other = words.clone();
                other[i] = START;
                assert_eq!(understood(&other), None, "no sentence");
            }
        }
    }

    #[test]
    fn sentences_end_and_none_is_longer_than_the_longest() {
        let thing = Thing { digit: 0, large: true, colour: 2 };
        let lengths = Relation::ALL.map(|relation| {
            let words = sentence([thing; 2], relation);
            assert_eq!(words.iter().position(|&word| word == END), Some(words.len() - 1));
            words.len()
        });
        assert_eq!(lengths, [LONGEST, LONGEST, LONGEST - 1, LONGEST - 1]);
    }

    #[test]
    fn every_word_of_the_vocabulary_occurs_once() {
        for (i, word) in VOCABULARY.iter().enumerate() {
            assert_eq!(number(word), i);
        }
    }
}
