//! Figures of a model that reads: how well it expects what comes, and a unit over the text.

use common::Result;
use common::plot::{Align, Area, Drawn, INK, LineChart, Series, Stroke, bold, label, points, text};
use common::program::Figures;
use common::train::History;
use ndarray::Array2;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::units::{Feature, Follower};

/// Bits per held-out character after each epoch, beside those of counting.
///
/// # Errors
/// If plotters cannot draw it.
pub fn draw_bits(
    area: &Area<'_>,
    (history, name): (&History, &str),
    counted: &[(String, f64)],
) -> Drawn {
    let epochs = |bits: &[f64]| (1..).map(f64::from).zip(bits.to_vec()).collect::<Vec<_>>();
    let last = history.test_accuracies.len().max(2) as f64;
    // All alike would take half of the figure for itself.
    let counts = counted.iter().skip(1).enumerate().map(|(i, (_, bits))| {
        let name = if i == 0 { "counted, held out" } else { "" };
        Series::line(name, 6, [(1.0, *bits), (last, *bits)]).width(0.8).stroke(Stroke::Dashed)
    });
    let learned = [
        Series::line(&format!("{name}, what it learns from"), 1, epochs(&history.train_accuracies))
            .width(1.4),
        Series::line(&format!("{name}, held out"), 0, epochs(&history.test_accuracies)),
    ];
    let chart = LineChart {
        title: "Bits per character".to_string(),
        x_label: "epoch".to_string(),
        y_label: "bits per character".to_string(),
        x_range: Some(1.0..last),
        series: counts.chain(learned).collect(),
        ..LineChart::default()
    };
    chart.draw_over(area, |chart| {
        let mut written = f64::INFINITY;
        for (before, (_, bits)) in counted.iter().skip(1).enumerate() {
            let words = match before {
                0 => "from none before it".to_string(),
                n => format!("from {n} before it"),
            };
            // Where two lines are close, their words would be one heap.
            if (written - bits).abs() > APART {
                let place = Pos::new(HPos::Right, VPos::Bottom);
                let words = Text::new(words, (last, *bits), text(11.5).pos(place));
                chart.draw_series(std::iter::once(words))?;
                written = *bits;
            }
        }
        Ok(())
    })
}

/// Bits that two lines of counts must be apart for both to have their words.
const APART: f64 = 0.2;
/// Letters in a row, rows, and the size of a letter's place, in points.
const COLUMNS: usize = 99;
const ROWS: usize = 16;
const PLACE: (f64, f64) = (7.4, 21.0);
/// Room beside and above the letters, in points.
const MARGIN: f64 = 12.0;
const TITLE: f64 = 34.0;
/// The colour of a unit that holds its most.
const MOST: RGBColor = RGBColor(86, 180, 233);

/// Draws a passage of a text, each letter on the colour of what a unit holds after it, and a line under
/// the letters where the feature is true.
///
/// # Errors
/// If the figure cannot be written.
pub fn draw_unit(
    figures: &Figures,
    name: &str,
    text: &[char],
    (held, feature, found): (&Array2<f32>, &Feature, &Follower),
) -> Result<()> {
    let unit = held.column(found.unit);
    let mut sorted = unit.to_vec();
    sorted.sort_by(f32::total_cmp);
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share) as usize];
    let (least, most) = (at(0.02), at(0.98));
    let share = |t: usize| f64::from((unit[t] - least) / (most - least).max(1e-6)).clamp(0.0, 1.0);

    let passage = passage(text, &feature.values);
    let rows = 1 + passage.iter().map(|place| place.row).max().unwrap_or(0);
    let size = (
        (2.0 * MARGIN + COLUMNS as f64 * PLACE.0).ceil() as u32,
        (2.0 * MARGIN + TITLE + rows as f64 * PLACE.1).ceil() as u32,
    );
    figures.draw(name, size, |area| {
        let title = format!("Unit {} follows: {}", found.unit + 1, found.feature);
        label(area, &title, (f64::from(size.0) / 2.0, 20.0), &bold(15.0), Align::Center)?;
        for place in &passage {
            let corner = (
                MARGIN + place.column as f64 * PLACE.0,
                MARGIN + TITLE + place.row as f64 * PLACE.1,
            );
            let is_so = feature.values[place.t] > 0.0;
            draw_letter(area, text[place.t], corner, (share(place.t), is_so))?;
        }
        Ok(())
    })
}

fn draw_letter(
    area: &Area<'_>,
    letter: char,
    (x, y): (f64, f64),
    (share, is_so): (f64, bool),
) -> Drawn {
    let pixel = |x: f64, y: f64| (points(x) as i32, points(y) as i32);
    let mix = |full: u8| (255.0 - share * (255.0 - f64::from(full))) as u8;
    let color = RGBColor(mix(MOST.0), mix(MOST.1), mix(MOST.2));
    let place = [pixel(x, y), pixel(x + PLACE.0, y + PLACE.1 - 3.0)];
    area.draw(&Rectangle::new(place, color.filled()))?;
    if is_so {
        let under = y + PLACE.1 - 2.0;
        let line = vec![pixel(x, under), pixel(x + PLACE.0, under)];
        area.draw(&PathElement::new(line, INK.stroke_width(points(1.5) as u32)))?;
    }
    let shown = if letter == '\n' { '¶' } else { letter };
    let middle = (x + PLACE.0 / 2.0, y + (PLACE.1 - 3.0) / 2.0);
    label(area, &shown.to_string(), middle, &text(12.0), Align::Center)
}

/// Where a character of the text stands in the figure.
struct Place {
    t: usize,
    row: usize,
    column: usize,
}

/// The passage of the text's second half, from the beginning of a line, in which the feature changes
/// most often.
fn passage(text: &[char], feature: &[f32]) -> Vec<Place> {
    let half = text.len() / 2;
    let begins = (half.max(1)..text.len()).filter(|&t| text[t - 1] == '\n');
    let changes = |passage: &[Place]| {
        passage.windows(2).filter(|pair| feature[pair[0].t] != feature[pair[1].t]).count()
    };
    let passages = begins.chain([half]).map(|first| placed(text, first));
    passages.max_by_key(|passage| changes(passage)).unwrap_or_default()
}

/// The text from `first` on, in as many rows as there is room for.
fn placed(text: &[char], first: usize) -> Vec<Place> {
    let (mut row, mut column) = (0, 0);
    let mut places = Vec::new();
    for (t, &c) in text.iter().enumerate().skip(first) {
        if row == ROWS {
            break;
        }
        places.push(Place { t, row, column });
        column += 1;
        if c == '\n' || column == COLUMNS {
            (row, column) = (row + 1, 0);
        }
    }
    places
}
