//! Do single units keep track of something that a person would name?

use common::layer::Layer;
use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::symbol_model::SymbolModel;

/// Characters that the units of a model are watched over at most.
pub const WATCHED: usize = 20_000;
/// How often a feature is moved against the text, to see how large a correlation is by chance.
const MOVED: usize = 20;

/// Something that is so or not so at each character of a text, or a number there.
pub struct Feature {
    /// What it is, in a few words.
    pub name: &'static str,
    /// Its value at each character.
    pub values: Vec<f32>,
}

/// What might be kept track of in a text written in Markdown.
pub fn features(text: &[char]) -> Vec<Feature> {
    vec![
        Feature { name: "within a code block", values: within_fences(text) },
        Feature { name: "within `inline code`", values: between(text, '`', '`', true) },
        Feature { name: "within \"quotes\"", values: between(text, '"', '"', true) },
        Feature { name: "within $a formula$", values: between(text, '$', '$', false) },
        Feature { name: "within (brackets)", values: between(text, '(', ')', true) },
        Feature { name: "within [a link's words]", values: between(text, '[', ']', true) },
        Feature { name: "within *stars*", values: between(text, '*', '*', true) },
        Feature { name: "place in the line", values: place_in_line(text) },
        Feature { name: "place in the word", values: place_in_word(text) },
    ]
}

/// 1 from an opening sign to the character before the closing one; a line's end closes, where it must.
fn between(text: &[char], open: char, close: char, ends_with_line: bool) -> Vec<f32> {
    let mut inside = false;
    let mut values = Vec::with_capacity(text.len());
    for &c in text {
        inside = match c {
            c if inside && c == close => false,
            c if !inside && c == open => true,
            '\n' if ends_with_line => false,
            _ => inside,
        };
        values.push(f32::from(u8::from(inside)));
    }
    values
}

/// 1 in blocks between lines that begin with three backticks.
fn within_fences(text: &[char]) -> Vec<f32> {
    let mut inside = false;
    let mut values = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|&c| c == '\n') {
        let fence = line.starts_with(&['`'; 3]);
        values.extend(line.iter().map(|_| f32::from(u8::from(inside || fence))));
        inside ^= fence;
    }
    values
}

/// How many characters of the line are read, in hundreds, and no more than three hundred.
fn place_in_line(text: &[char]) -> Vec<f32> {
    let mut place = 0;
    let next = |&c: &char| {
        place = if c == '\n' { 0 } else { place + 1 };
        place.min(300) as f32 / 100.0
    };
    text.iter().map(next).collect()
}

/// How many letters of the word are read, and no more than twelve.
fn place_in_word(text: &[char]) -> Vec<f32> {
    let mut place = 0;
    let next = |&c: &char| {
        place = if c.is_alphabetic() { place + 1 } else { 0 };
        place.min(12) as f32
    };
    text.iter().map(next).collect()
}

// ANCHOR: watch
/// What each unit holds after each symbol of a text, T×H: the memory cells through tanh where there
/// are any, else the outputs.
pub fn watch(model: &SymbolModel, text: &[usize]) -> Array2<f32> {
    let mut state = model.recurrent.zero_state(1);
    let mut held = Array2::zeros((text.len(), state.h.ncols()));
    for (mut row, &symbol) in held.rows_mut().into_iter().zip(text) {
        let x = Array2::from_elem((1, 1), symbol as f32).into_dyn();
        state = model.recurrent.infer_from(model.embedding.infer(x), &state).1;
        match state.c.is_empty() {
            true => row.assign(&state.h.row(0)),
            false => row.assign(&state.c.row(0).mapv(f32::tanh)),
        }
    }
    held
}
// ANCHOR_END: watch

/// The unit that follows a feature best.
#[derive(Clone, Debug, PartialEq)]
pub struct Follower {
    /// The feature's name.
    pub feature: &'static str,
    /// The unit's number, from 0.
    pub unit: usize,
    /// Its correlation with the feature, in the half of the text that it was not chosen by.
    pub correlation: f64,
    /// How large the correlation of a unit that was chosen in the same way is on average where the
    /// feature is moved against the text, so that it tells nothing.
    pub by_chance: f64,
}

/// What units hold over a text, in two halves, ready to be compared with features.
pub struct Held {
    first: Array2<f32>,
    second: Array2<f32>,
}

impl Held {
    /// What units hold, T×H.
    pub fn new(held: &Array2<f32>) -> Self {
        let (first, second) = held.view().split_at(Axis(0), held.nrows() / 2);
        Self { first: unit_length(&first), second: unit_length(&second) }
    }
}

/// Each column less its mean, and of length 1: the product of two such columns is their correlation. A
/// column that never changes becomes zeros.
fn unit_length(columns: &ArrayView2<'_, f32>) -> Array2<f32> {
    let mut columns = columns.to_owned();
    for mut column in columns.columns_mut() {
        let mean = column.mean().unwrap_or(0.0);
        column.mapv_inplace(|x| x - mean);
        let length = column.dot(&column).sqrt();
        column.mapv_inplace(|x| if length > 1e-6 { x / length } else { 0.0 });
    }
    columns
}

// ANCHOR: follower
/// Chooses the unit that follows a feature best in the first half of a text, and measures it in the
/// second; `None` if the feature never changes in one of the halves.
pub fn follower(held: &Held, feature: &Feature) -> Option<Follower> {
    let (unit, correlation) = chosen(held, &feature.values)?;
    let moved = (1..=MOVED).filter_map(|i| {
        let mut values = feature.values.clone();
        values.rotate_left(i * feature.values.len() / (MOVED + 1));
        chosen(held, &values).map(|(_, correlation)| correlation.abs())
    });
    let moved: Vec<f64> = moved.collect();
    let by_chance = moved.iter().sum::<f64>() / moved.len().max(1) as f64;
    Some(Follower { feature: feature.name, unit, correlation, by_chance })
}

/// The unit with the largest correlation in the first half, and its correlation in the second.
fn chosen(held: &Held, feature: &[f32]) -> Option<(usize, f64)> {
    let (first, second) = feature.split_at(held.first.nrows());
    let in_first = held.first.t().dot(&ready(first)?);
    let best = in_first.iter().enumerate().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
    let unit = best.map_or(0, |(unit, _)| unit);
    Some((unit, f64::from(held.second.column(unit).dot(&ready(second)?))))
}
// ANCHOR_END: follower

/// A feature less its mean, and of length 1; `None` if it never changes.
fn ready(values: &[f32]) -> Option<Array1<f32>> {
    let column = ArrayView2::from_shape((values.len(), 1), values).expect("one column");
    let column = unit_length(&column).remove_axis(Axis(1));
    column.iter().any(|&x| x != 0.0).then_some(column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::random::{generator, normal};

    fn of(values: &[f32]) -> String {
        values.iter().map(|&value| if value > 0.0 { '#' } else { '.' }).collect()
    }

    #[test]
    fn features_are_where_they_should_be() {
        let text: Vec<char> = "a `b` \"c d\" (\ne)\n```rust\nf\n```\ng".chars().collect();
        let features = features(&text);
        let shown = |name: &str| {
            of(&features.iter().find(|f| f.name.contains(name)).expect("a feature").values)
        };
        assert_eq!(shown("block"), [".".repeat(17), "#".repeat(14), ".".to_string()].concat());
        assert_eq!(&shown("inline")[..6], "..##..");
        assert_eq!(&shown("quotes")[..12], "......####..");
        assert_eq!(&shown("brackets")[..16], "............#...");
        assert_eq!(&shown("place in the line")[..15], "#############.#");
    }

    #[test]
    fn a_unit_that_follows_is_found_and_chance_is_small() {
        let rng = &mut generator(1);
        let mut held: Array2<f32> = normal((4000, 30), rng);
        let values: Vec<f32> = (0..4000).map(|t| f32::from(u8::from(t % 700 < 100))).collect();
        held.column_mut(17)
            .iter_mut()
            .zip(&values)
            .for_each(|(unit, v)| *unit = 1.0 - v + *unit * 0.1);
        let feature = Feature { name: "it", values };
        let found = follower(&Held::new(&held), &feature).expect("it changes");
        assert_eq!(found.unit, 17);
        assert!(found.correlation < -0.9, "{found:?}");
        held.column_mut(17).fill(0.0);
        let noise = follower(&Held::new(&held), &feature).expect("it changes");
        assert!(noise.correlation.abs() < 0.1 && noise.by_chance < 0.1, "{noise:?}");
        assert!(
            follower(&Held::new(&held), &Feature { name: "never", values: vec![0.0; 4000] })
                .is_none()
        );
    }
}
