//! Pictures of two coloured digits, drawn by number, and the sentence that belongs to each.

use common::bounding_box::BoundingBox;
use common::data::Dataset;
use common::data::scenes::{resized, trimmed};
use common::random::{Generator, Rng, distributions::StandardNormal, generator};
use common::{Error, Result, Tensor};
use ndarray::{Array2, Array3, Axis, s, stack};
use rayon::prelude::*;

use super::sentence::{COLOURS, Relation, Thing, sentence};

/// Height and width of a picture, in pixels.
pub const SIDE: usize = 32;
/// Heights of small digits and of large ones, in pixels.
const SMALL: std::ops::RangeInclusive<usize> = 10..=11;
const LARGE: std::ops::RangeInclusive<usize> = 15..=16;
/// A digit is at most so wide.
const WIDEST: usize = 15;
/// Light of red, yellow, green and blue.
const LIGHT: [[f32; 3]; COLOURS] =
    [[1.0, 0.25, 0.2], [1.0, 0.9, 0.2], [0.25, 0.9, 0.3], [0.35, 0.5, 1.0]];
/// Standard deviation of the noise.
const NOISE: f32 = 0.05;
/// Things stand beside each other if they are so much further apart across than up and down, and the
/// other way round above each other: nobody has to guess at a diagonal.
const CLEARLY: f32 = 1.4;
/// How often places for two digits are looked for before others are taken.
const TRIES: usize = 100;

// ANCHOR: held_out
/// Whether pictures of these two digits are kept from the training. A fifth of all pairs is, and as many
/// with each digit: for every digit there are two such partners among the ten.
pub const fn is_held_out(a: u8, b: u8) -> bool {
    (a + b).is_multiple_of(5)
}
// ANCHOR_END: held_out

/// Which pairs of digits are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combinations {
    /// Those that the training sees.
    Seen,
    /// Those that it never sees.
    Unseen,
}

/// A picture of two digits.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// 3×32×32, red, green and blue from 0 to 1.
    pub image: Array3<f32>,
    /// The two, in the order in which the sentence names them.
    pub things: [Thing; 2],
    /// Where they are.
    pub places: [BoundingBox; 2],
    /// Where the first stands, seen from the second.
    pub relation: Relation,
}

impl Pair {
    /// The right sentence: the numbers of its words, and the end.
    pub fn sentence(&self) -> Vec<usize> {
        sentence(self.things, self.relation)
    }
}

/// Where pictures come from: number `i` is always the same one.
#[derive(Clone, Debug)]
pub struct Pairs<'a> {
    digits: &'a Dataset,
    /// The images of each digit.
    of_each: [Vec<usize>; 10],
    /// All pairs that may be drawn.
    pairs: Vec<(u8, u8)>,
    base: u64,
}

impl<'a> Pairs<'a> {
    /// Pictures with these digits.
    ///
    /// # Errors
    /// If there is a digit of which there is no image.
    pub fn new(digits: &'a Dataset, combinations: Combinations, seed: u64) -> Result<Self> {
        let mut of_each: [Vec<usize>; 10] = Default::default();
        for (i, &label) in digits.labels.iter().enumerate() {
            if trimmed(digits.images.slice(s![i, 0, .., ..])).is_some() {
                of_each[usize::from(label)].push(i);
            }
        }
        if let Some(missing) = of_each.iter().position(Vec::is_empty) {
            return Err(Error::Invalid(format!(
                "among {} images there is no {missing}, and every digit must be drawn; take more of them",
                digits.len()
            )));
        }
        let all = (0..10).flat_map(|a| (0..10).map(move |b| (a, b)));
        let wanted = combinations == Combinations::Unseen;
        let pairs = all.filter(|&(a, b)| is_held_out(a, b) == wanted).collect();
        // Seeds that follow each other must not share pictures.
        Ok(Self { digits, of_each, pairs, base: generator(seed).random() })
    }

    // ANCHOR: pair
    /// The picture of this number. Digits, sizes, colours and the relation are drawn by lot first, each
    /// as likely as any other; then places are looked for until they suit.
    pub fn pair(&self, number: u64) -> Pair {
        let rng = &mut generator(self.base ^ number);
        let (a, b) = self.pairs[rng.random_range(0..self.pairs.len())];
        let one = rng.random_range(0..COLOURS);
        let other = (one + rng.random_range(1..COLOURS)) % COLOURS;
        // The one whose colour stands first in the rainbow is named first.
        let things = [(a, one.min(other)), (b, one.max(other))];
        let things =
            things.map(|(digit, colour)| Thing { digit, large: rng.random_bool(0.5), colour });
        let relation = Relation::ALL[rng.random_range(0..Relation::ALL.len())];
        let (ink, places) = loop {
            let ink = things.map(|thing| self.ink(thing, rng));
            let found = (0..TRIES).find_map(|_| fitting(&ink, relation, rng));
            if let Some(places) = found {
                break (ink, places);
            }
        };
        Pair {
            image: paint(things, &ink, places, rng),
            things,
            places: boxes(&ink, places),
            relation,
        }
    }
    // ANCHOR_END: pair

    /// The pictures of these numbers, drawn side by side.
    pub fn draw(&self, numbers: impl IntoIterator<Item = u64>) -> Vec<Pair> {
        let numbers: Vec<u64> = numbers.into_iter().collect();
        numbers.par_iter().map(|&number| self.pair(number)).collect()
    }

    /// The ink of one of the thing's digits, at its size.
    fn ink(&self, thing: Thing, rng: &mut Generator) -> Array2<f32> {
        let images = &self.of_each[usize::from(thing.digit)];
        let image = images[rng.random_range(0..images.len())];
        let ink = trimmed(self.digits.images.slice(s![image, 0, .., ..])).expect("has ink");
        let height = rng.random_range(if thing.large { LARGE } else { SMALL });
        let width = (ink.ncols() * height).div_ceil(ink.nrows()).clamp(3, WIDEST);
        resized(ink, (height, width))
    }
}

/// Random places for both, their upper left corners, if the first stands clearly in this relation to the
/// second, and a pixel is between them.
fn fitting(
    ink: &[Array2<f32>; 2],
    relation: Relation,
    rng: &mut Generator,
) -> Option<[(usize, usize); 2]> {
    let places = ink.each_ref().map(|ink| {
        let (height, width) = ink.dim();
        (rng.random_range(0..=SIDE - height), rng.random_range(0..=SIDE - width))
    });
    let [a, b] = boxes(ink, places);
    let apart = a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;
    (apart && related(&a, &b) == Some(relation)).then_some(places)
}

// ANCHOR: related
/// Where `a` stands, seen from `b`, if that is clear.
fn related(a: &BoundingBox, b: &BoundingBox) -> Option<Relation> {
    let across = (a.left + a.right - b.left - b.right) / 2.0;
    let down = (a.top + a.bottom - b.top - b.bottom) / 2.0;
    if across.abs() > CLEARLY * down.abs() {
        Some(if across < 0.0 { Relation::LeftOf } else { Relation::RightOf })
    } else if down.abs() > CLEARLY * across.abs() {
        Some(if down < 0.0 { Relation::Above } else { Relation::Below })
    } else {
        None
    }
}
// ANCHOR_END: related

fn boxes(ink: &[Array2<f32>; 2], places: [(usize, usize); 2]) -> [BoundingBox; 2] {
    [0, 1].map(|i| {
        let ((top, left), (height, width)) = (places[i], ink[i].dim());
        BoundingBox::new(left as f32, top as f32, (left + width) as f32, (top + height) as f32)
    })
}

/// Coloured ink on dark paper, and noise.
fn paint(
    things: [Thing; 2],
    ink: &[Array2<f32>; 2],
    places: [(usize, usize); 2],
    rng: &mut Generator,
) -> Array3<f32> {
    let mut image = Array3::zeros((3, SIDE, SIDE));
    for ((thing, ink), (top, left)) in things.iter().zip(ink).zip(places) {
        let light = rng.random_range(0.8..1.0_f32);
        for ((row, column), &ink) in ink.indexed_iter() {
            for (channel, share) in LIGHT[thing.colour].iter().enumerate() {
                image[[channel, top + row, left + column]] = ink * light * share;
            }
        }
    }
    for pixel in &mut image {
        let noise: f32 = rng.sample(StandardNormal);
        *pixel = (*pixel + NOISE * noise).clamp(0.0, 1.0);
    }
    image
}

/// The images of some pictures, N×3×32×32.
pub fn images(pairs: &[Pair]) -> Tensor<f32> {
    let images: Vec<_> = pairs.iter().map(|pair| pair.image.view()).collect();
    match images.is_empty() {
        true => Tensor::zeros(vec![0, 3, SIDE, SIDE]),
        false => stack(Axis(0), &images).expect("pictures of one size").into_dyn(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::data::digits;

    #[test]
    fn a_picture_is_what_its_sentence_says() {
        let digits = digits::draw(1, 200);
        let pairs = Pairs::new(&digits, Combinations::Seen, 7).expect("all digits");
        for number in 0..200 {
            let pair = pairs.pair(number);
            assert_eq!(pair, pairs.pair(number), "the same for the same number");
            let [a, b] = pair.places;
            assert_eq!(related(&a, &b), Some(pair.relation));
            assert!(pair.things[0].colour < pair.things[1].colour, "in the rainbow's order");
            for (thing, place) in pair.things.iter().zip(&pair.places) {
                let heights = if thing.large { LARGE } else { SMALL };
                assert!(heights.contains(&(place.height() as usize)), "{thing:?} in {place:?}");
                // What is brightest in its place has its colour.
                let part = pair.image.slice(s![
                    ..,
                    place.top as usize..place.bottom as usize,
                    place.left as usize..place.right as usize
                ]);
                let sums = part.sum_axis(Axis(2)).sum_axis(Axis(1));
                let light = LIGHT[thing.colour];
                for (i, j) in [(0, 1), (0, 2), (1, 2)] {
                    let wanted = light[i] - light[j];
                    assert!(wanted.abs() < 0.2 || wanted * (sums[i] - sums[j]) > 0.0, "{sums}");
                }
            }
        }
        let others = Pairs::new(&digits, Combinations::Seen, 8).expect("all digits");
        assert_ne!(pairs.pair(0), others.pair(0), "others for another seed");
    }

    #[test]
    fn a_fifth_of_the_pairs_is_held_out_and_every_digit_as_often() {
        let all: Vec<(u8, u8)> = (0..10).flat_map(|a| (0..=a).map(move |b| (a, b))).collect();
        let held = all.iter().filter(|(a, b)| is_held_out(*a, *b)).count();
        assert_eq!((held, all.len()), (11, 55));
        for a in 0..10 {
            assert_eq!((0..10).filter(|&b| is_held_out(a, b)).count(), 2, "{a}");
            assert!((0..10).all(|b| is_held_out(a, b) == is_held_out(b, a)));
        }
    }

    #[test]
    fn both_kinds_share_every_word_and_no_pair_of_digits() {
        use super::super::sentence::VOCABULARY;
        let digits = digits::draw(1, 200);
        let counts = [Combinations::Seen, Combinations::Unseen].map(|combinations| {
            let pairs = Pairs::new(&digits, combinations, 3).expect("all digits");
            let mut counts = [0_usize; VOCABULARY.len()];
            for pair in pairs.draw(0..2000) {
                let [a, b] = pair.things;
                assert_eq!(is_held_out(a.digit, b.digit), combinations == Combinations::Unseen);
                pair.sentence().iter().for_each(|&word| counts[word] += 1);
            }
            counts
        });
        for (word, (seen, unseen)) in VOCABULARY.iter().zip(counts[0].iter().zip(counts[1])).skip(1)
        {
            let (seen, unseen) = (*seen as f64, unseen as f64);
            assert!(
                (seen - unseen).abs() < 5.0 * (seen + unseen).sqrt(),
                "{word}: {seen}, {unseen}"
            );
            assert!(unseen > 300.0, "{word}: {unseen}");
        }
    }

    #[test]
    fn a_digit_that_is_missing_is_named() {
        let digits = digits::draw(1, 200);
        let some: Vec<usize> = (0..200).filter(|&i| digits.labels[i] != 4).collect();
        let refused = Pairs::new(&digits.select(&some), Combinations::Seen, 1).map(|_| ());
        let because = refused.expect_err("no four").to_string();
        assert!(because.contains("there is no 4"), "{because}");
    }
}
