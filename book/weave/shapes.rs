//! `shapes` blocks: the arrays and layers of a network in a row, with their shapes.
//!
//! ```text
//! title: The shapes in a two-layer network
//! x 100×784 -> Affine W 784×50 -> ReLU -> Affine W 50×10 -> Softmax -> y 100×10
//! ```
//!
//! The first word of an item is its name, and what follows stands below it. A name that begins with
//! a small letter, or is a single letter, is an array; any other is a layer. A line that begins
//! with `->` goes on with the network in a new row.

use crate::{
    Slip,
    svg::{Canvas, FONT, text_width},
};

/// The height of a box.
const HEIGHT: f64 = 3.4 * FONT;
/// The length of an arrow, with the space around it.
const ARROW: f64 = 30.0;
/// The space between rows, and around everything.
const SPACE: f64 = 14.0;

/// An array or a layer: its name, and its shape or parameters.
#[derive(Debug, PartialEq)]
struct Item<'a> {
    name: &'a str,
    detail: &'a str,
}

/// A row of items, and whether an arrow leads into it from the row above.
#[derive(Debug, PartialEq)]
struct Row<'a> {
    items: Vec<Item<'a>>,
    goes_on: bool,
}

/// Turns the text of a `shapes` block into a diagram on a single line.
pub fn render(text: &str) -> Result<String, Slip> {
    let (title, rows) = parse(text)?;
    let mut canvas = Canvas::default();
    let mut width = 0.0_f64;
    let mut y = 4.0 + HEIGHT / 2.0;
    for row in &rows {
        let mut x = 4.0;
        for (i, item) in row.items.iter().enumerate() {
            if i > 0 || row.goes_on {
                canvas.arrow(&[(x + 4.0, y), (x + ARROW - 4.0, y)], "forward");
                x += ARROW;
            }
            let middle = x + item.width() / 2.0;
            canvas.rectangle(
                middle,
                y,
                item.width(),
                HEIGHT,
                if item.is_array() { "array" } else { "node" },
            );
            if item.detail.is_empty() {
                canvas.text(middle, y, "label", item.name);
            } else {
                canvas.text(middle, y - 0.7 * FONT, "label", item.name);
                canvas.text(middle, y + 0.7 * FONT, "detail", item.detail);
            }
            x += item.width();
        }
        width = width.max(x + 4.0);
        y += HEIGHT + SPACE;
    }
    let words: Vec<String> = rows
        .iter()
        .flat_map(|row| &row.items)
        .map(|item| format!("{} {}", item.name, item.detail).trim().into())
        .collect();
    Ok(canvas.finish(width, y - HEIGHT / 2.0 - SPACE + 4.0, title, &words.join(", then ")))
}

impl Item<'_> {
    fn is_array(&self) -> bool {
        self.name.chars().count() == 1 || self.name.starts_with(char::is_lowercase)
    }

    fn width(&self) -> f64 {
        text_width(self.name).max(text_width(self.detail)) + FONT
    }
}

fn parse(text: &str) -> Result<(&str, Vec<Row<'_>>), Slip> {
    let mut title = "";
    let mut rows = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(text) = line.strip_prefix("title:") {
            title = text.trim();
            continue;
        }
        let goes_on = line.starts_with("->");
        let mut items = Vec::new();
        for item in line.strip_prefix("->").unwrap_or(line).split("->").map(str::trim) {
            if item.is_empty() {
                return Err(Slip::new(
                    number,
                    format!("`{line}`: an arrow leads from an item to an item"),
                ));
            }
            let (name, detail) = item.split_once(' ').unwrap_or((item, ""));
            items.push(Item { name, detail: detail.trim() });
        }
        rows.push(Row { items, goes_on });
    }
    if title.is_empty() {
        return Err(Slip::new(
            0,
            "the diagram has no `title: …`, which is its caption and is read to those who cannot see it",
        ));
    }
    if rows.is_empty() {
        return Err(Slip::new(0, "the diagram has no items, `x 100×784 -> Affine W 784×50 -> …`"));
    }
    Ok((title, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_and_layers_stand_in_a_row() {
        let svg =
            render("title: A net\nx 100×784 -> Affine W 784×50 -> ReLU\n-> y 100×50\n").unwrap();
        for part in [">x<", ">100×784<", ">Affine<", ">W 784×50<", ">ReLU<", "<figcaption>A net<"]
        {
            assert!(svg.contains(part), "no {part} in {svg}");
        }
        assert_eq!((svg.matches("\"array\"").count(), svg.matches("\"node\"").count()), (2, 2));
        assert_eq!(svg.matches("forward head").count(), 3);
        assert!(svg.contains("x 100×784, then Affine W 784×50, then ReLU, then y 100×50"), "{svg}");
    }

    #[test]
    fn what_cannot_be_read_is_a_slip_on_its_line() {
        assert_eq!(render("title: T\nx -> -> y\n").unwrap_err().line, 1);
        assert!(render("x -> y\n").unwrap_err().what.contains("title"));
        assert!(render("title: T\n").unwrap_err().what.contains("no items"));
    }
}
