//! A figure of pictures with what is said of them.

use common::plot::{Align, Area, Drawn, INK, PALETTE, RgbImage, bold, label, picture, text};

use super::mistakes::missed;
use super::sentence::{Relation, text as written, understood};

/// A picture and what is said of it.
#[derive(Clone, Debug)]
pub struct Said {
    /// The picture.
    pub image: RgbImage,
    /// The words that were said, with their end.
    pub said: Vec<usize>,
    /// The words that would have been right.
    pub right: Vec<usize>,
}

/// Pictures in rows, with sentences below. What is wrong has a cross, a frame, and the right words.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What the figure shows.
    pub title: String,
    /// The pictures, row by row.
    pub said: Vec<Said>,
}

/// Pictures in a row.
const COLUMNS: usize = 4;
/// Points around all, between columns, of a line of words, of a picture.
const MARGIN: f64 = 14.0;
const LINE: f64 = 17.0;
const SIDE: f64 = 128.0;
/// Lines below a picture: three of the sentence, one of what is right, and air.
const LINES: f64 = 4.6;

impl Sheet {
    /// The size in points of a figure that is `width` points wide.
    pub fn size(&self, width: u32) -> (u32, u32) {
        let rows = self.said.len().div_ceil(COLUMNS) as f64;
        (width, (2.0 * MARGIN + 1.5 * LINE + rows * (SIDE + LINES * LINE)).ceil() as u32)
    }

    /// Draws it all, as wide as `area` is.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn draw(&self, area: &Area<'_>) -> Drawn {
        let width = f64::from(area.dim_in_pixel().0) / common::plot::points(1.0);
        label(area, &self.title, (width / 2.0, MARGIN + 4.0), &bold(14.0), Align::Center)?;
        let column = (width - 2.0 * MARGIN) / COLUMNS as f64;
        for (i, said) in self.said.iter().enumerate() {
            let middle = MARGIN + ((i % COLUMNS) as f64 + 0.5) * column;
            let row = (i / COLUMNS) as f64;
            said.draw(area, middle, MARGIN + 1.5 * LINE + row * (SIDE + LINES * LINE))?;
        }
        Ok(())
    }
}

impl Said {
    fn draw(&self, area: &Area<'_>, middle: f64, top: f64) -> Drawn {
        let is_wrong = self.said != self.right;
        let wrong = &PALETTE[1];
        let bottom = picture(area, &self.image, (middle - SIDE / 2.0, top), SIDE, is_wrong)?;
        let (mark, color) = if is_wrong { ("✗", wrong) } else { ("✓", &PALETTE[2]) };
        let at = (middle - SIDE / 2.0 - 14.0, top + 10.0);
        label(area, mark, at, &bold(18.0).color(color), Align::Center)?;
        for (i, line) in lines(&self.said).iter().enumerate() {
            let at = (middle, bottom + (i as f64 + 0.8) * LINE);
            label(area, line, at, &text(12.0).color(&INK), Align::Center)?;
        }
        if is_wrong {
            let right = format!("right: {}", missed(&self.said, &self.right).join(" "));
            let at = (middle, bottom + 3.8 * LINE);
            label(area, &right, at, &bold(12.0).color(wrong), Align::Center)?;
        }
        Ok(())
    }
}

/// A sentence in three lines: a thing, the relation, a thing.
fn lines(words: &[usize]) -> Vec<String> {
    let relation = match understood(words) {
        Some((_, Relation::LeftOf | Relation::RightOf)) => 4..6,
        _ => 4..5,
    };
    let relation = relation.start.min(words.len())..relation.end.min(words.len());
    let parts = [&words[..relation.start], &words[relation.clone()], &words[relation.end..]];
    parts.map(written).to_vec()
}
