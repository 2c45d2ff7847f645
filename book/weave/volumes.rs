//! `volumes` blocks: the maps of a network as boxes, drawn to one scale.
//!
//! ```text
//! title: The maps of LeNet-5
//! image 1×28×28 -5×5-> C1 6×28×28 -mean 2×2-> S2 6×14×14
//! -5×5-> C3 16×10×10 -> F6 84
//! ```
//!
//! A volume is a name and its shape, channels×height×width, or a single number for numbers in a
//! row. An arrow may say what leads to the next volume. A line that begins with an arrow goes on
//! with the network in a new row.

use crate::{
    Slip,
    svg::{Canvas, FONT, text_width},
};

/// The height of the highest map, and how far the most channels reach back.
const HIGH: f64 = 84.0;
const DEEP: f64 = 40.0;
/// The least side of a box, so that it is seen, and the width of numbers in a row.
const LEAST: f64 = 4.0;
const ROW: f64 = 9.0;
/// How far back a box goes to the right, and up, for its depth.
const SLANT: (f64, f64) = (0.8, 0.5);
/// The least length of an arrow, with the space around it.
const ARROW: f64 = 30.0;
/// The height of a line of text below a volume, and the space between rows and around everything.
const LINE: f64 = 1.3 * FONT;
const SPACE: f64 = 14.0;
const MARGIN: f64 = 4.0;

/// What is drawn: maps, or numbers in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Maps { channels: f64, height: f64, width: f64 },
    Numbers(f64),
}

#[derive(Debug, PartialEq)]
struct Volume<'a> {
    name: &'a str,
    shape: &'a str,
    size: Shape,
    /// The word on the arrow that leads here, if there is an arrow.
    arrow: Option<&'a str>,
}

/// How many pixels there are to a pixel of a map, to a channel, and to the most numbers in a row.
struct Scale {
    pixel: f64,
    channel: f64,
    numbers: f64,
}

/// Turns the text of a `volumes` block into a diagram on a single line.
pub fn render(text: &str) -> Result<String, Slip> {
    let (title, rows) = parse(text)?;
    let scale = Scale::of(rows.iter().flatten().map(|volume| volume.size));
    let mut canvas = Canvas::default();
    let (mut width, mut y) = (0.0_f64, MARGIN);
    for row in &rows {
        let height = row.iter().map(|volume| scale.outer(volume.size).1).fold(0.0, f64::max);
        let mut x = MARGIN;
        for volume in row {
            if let Some(word) = volume.arrow {
                let length = ARROW.max(text_width(word) + FONT);
                canvas.arrow(
                    &[(x + 4.0, y + height / 2.0), (x + length - 4.0, y + height / 2.0)],
                    "forward",
                );
                canvas.text(x + length / 2.0, y + height / 2.0 - 0.75 * FONT, "detail", word);
                x += length;
            }
            let (outer, room) = (scale.outer(volume.size), volume.width(&scale));
            let middle = x + room / 2.0;
            let corner = (middle - outer.0 / 2.0, y + (height - outer.1) / 2.0);
            scale.draw(&mut canvas, corner, volume.size);
            canvas.text(middle, y + height + 0.7 * LINE, "label", volume.name);
            canvas.text(middle, y + height + 1.7 * LINE, "detail", volume.shape);
            x += room;
        }
        width = width.max(x + MARGIN);
        y += height + 2.2 * LINE + SPACE;
    }
    let words: Vec<String> = rows.iter().flatten().map(Volume::in_words).collect();
    Ok(canvas.finish(width, y - SPACE + MARGIN, title, &words.join(", ")))
}

impl Volume<'_> {
    /// The width of the box or of the text below it.
    fn width(&self, scale: &Scale) -> f64 {
        scale.outer(self.size).0.max(text_width(self.name)).max(text_width(self.shape))
    }

    /// The volume for those who hear the page.
    fn in_words(&self) -> String {
        let what = format!("{} {}", self.name, self.shape);
        match self.arrow {
            None => what,
            Some("") => format!("then {what}"),
            Some(word) => format!("then {word} to {what}"),
        }
    }
}

impl Scale {
    /// The scale at which the largest of all is as large as it may be.
    fn of(sizes: impl Iterator<Item = Shape>) -> Self {
        let (mut side, mut channels, mut numbers) = (1.0_f64, 1.0_f64, 1.0_f64);
        for size in sizes {
            match size {
                Shape::Maps { channels: c, height, width } => {
                    (side, channels) = (side.max(height).max(width), channels.max(c));
                }
                Shape::Numbers(n) => numbers = numbers.max(n),
            }
        }
        Self { pixel: HIGH / side, channel: DEEP / channels, numbers }
    }

    /// Width, height and depth of the front.
    fn front(&self, size: Shape) -> (f64, f64, f64) {
        match size {
            Shape::Maps { channels, height, width } => (
                LEAST.max(self.pixel * width),
                LEAST.max(self.pixel * height),
                LEAST.max(self.channel * channels),
            ),
            // By their root, or ten classes would be a dot beside some thousand numbers.
            Shape::Numbers(n) => (ROW, ROW.max(HIGH * (n / self.numbers).sqrt()), 0.0),
        }
    }

    /// Width and height with what lies behind.
    fn outer(&self, size: Shape) -> (f64, f64) {
        let (width, height, depth) = self.front(size);
        (width + SLANT.0 * depth, height + SLANT.1 * depth)
    }

    /// Draws a box whose surroundings have their upper left corner at a point.
    fn draw(&self, canvas: &mut Canvas, (x, y): (f64, f64), size: Shape) {
        let (width, height, depth) = self.front(size);
        let (right, up) = (SLANT.0 * depth, SLANT.1 * depth);
        let (left, top, end, bottom) = (x, y + up, x + width, y + up + height);
        if depth > 0.0 {
            let above = [(left, top), (left + right, y), (end + right, y), (end, top)];
            let beside = [(end, top), (end + right, y), (end + right, bottom - up), (end, bottom)];
            canvas.area(&above, "volume side");
            canvas.area(&beside, "volume side");
        }
        canvas.area(&[(left, top), (end, top), (end, bottom), (left, bottom)], "volume");
    }
}

fn parse(text: &str) -> Result<(&str, Vec<Vec<Volume<'_>>>), Slip> {
    let mut title = "";
    let mut rows = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(text) = line.strip_prefix("title:") {
            title = text.trim();
        } else if !line.is_empty() && !line.starts_with('#') {
            rows.push(row(line).map_err(|what| Slip::new(number, what))?);
        }
    }
    if title.is_empty() {
        return Err(Slip::new(
            0,
            "the diagram has no `title: …`, which is its caption and is read to those who cannot see it",
        ));
    }
    if rows.is_empty() {
        return Err(Slip::new(
            0,
            "the diagram has no volumes, `image 1×28×28 -5×5-> maps 6×24×24`",
        ));
    }
    Ok((title, rows))
}

/// Reads a line: volumes, and arrows with or without a word between them.
fn row(line: &str) -> Result<Vec<Volume<'_>>, String> {
    let mut volumes = Vec::new();
    let (mut rest, mut arrow) = (line, None);
    if !line.starts_with('-') {
        let (volume, after, next) = first(rest)?;
        volumes.push(Volume { arrow, ..volume });
        (rest, arrow) = (after, next);
    } else if let Some((word, after)) = line.split_once("->") {
        (rest, arrow) = (after, Some(word.trim_start_matches('-').trim()));
    }
    while arrow.is_some() {
        let (volume, after, next) = first(rest)?;
        volumes.push(Volume { arrow, ..volume });
        (rest, arrow) = (after, next);
    }
    if volumes.is_empty() {
        return Err(format!("`{line}`: an arrow leads to a volume, `-5×5-> maps 6×24×24`"));
    }
    Ok(volumes)
}

/// The first volume of a line, what stands behind the next arrow, and that arrow's word.
fn first(text: &str) -> Result<(Volume<'_>, &str, Option<&str>), String> {
    let (volume, word, rest) = match text.split_once("->") {
        None => (text, None, ""),
        Some((before, rest)) => {
            let (volume, word) = before.split_once(" -").unwrap_or((before, ""));
            (volume, Some(word.trim()), rest)
        }
    };
    let volume = volume.trim();
    let wrong = || {
        format!("`{volume}` is not a name and a shape: channels×height×width, or how many numbers")
    };
    let (name, shape) = volume.rsplit_once(' ').ok_or_else(wrong)?;
    let sides: Result<Vec<f64>, _> = shape.split('×').map(str::parse).collect();
    let size = match *sides.unwrap_or_default().as_slice() {
        [channels, height, width] => Shape::Maps { channels, height, width },
        [numbers] => Shape::Numbers(numbers),
        _ => return Err(wrong()),
    };
    Ok((Volume { name: name.trim(), shape, size, arrow: None }, rest, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_boxes_and_numbers_are_bars() {
        let svg = render("title: Net\nthe image 1×28×28 -5×5-> C1 6×24×24\n-> y 10\n").unwrap();
        for part in [">the image<", ">1×28×28<", ">5×5<", ">C1<", ">y<", ">10<", "<figcaption>Net<"]
        {
            assert!(svg.contains(part), "no {part} in {svg}");
        }
        assert_eq!(svg.matches("\"volume\"").count(), 3);
        assert_eq!(svg.matches("\"volume side\"").count(), 4);
        assert_eq!(svg.matches("forward head").count(), 2);
        assert!(svg.contains("the image 1×28×28, then 5×5 to C1 6×24×24, then y 10"), "{svg}");
    }

    #[test]
    fn half_the_side_is_half_the_box() {
        let maps = |channels, side| Shape::Maps { channels, height: side, width: side };
        let sizes = [maps(1.0, 28.0), maps(30.0, 14.0), Shape::Numbers(100.0)];
        let scale = Scale::of(sizes.into_iter());
        assert_eq!(scale.front(sizes[0]), (HIGH, HIGH, LEAST));
        assert_eq!(scale.front(sizes[1]), (HIGH / 2.0, HIGH / 2.0, DEEP));
        assert_eq!(scale.front(sizes[2]), (ROW, HIGH, 0.0));
    }

    #[test]
    fn what_cannot_be_read_is_a_slip_on_its_line() {
        let slip = |text| render(text).unwrap_err();
        assert_eq!(slip("title: T\nx 1×2×3\n-> y 1×2\n").line, 2);
        assert!(slip("title: T\nx\n").what.contains("a name and a shape"));
        assert!(slip("title: T\nx 1×2×3 ->\n").what.contains("a name and a shape"));
        assert!(slip("title: T\n-5×5\n").what.contains("leads to a volume"));
        assert!(slip("x 1×2×3\n").what.contains("title"));
        assert!(slip("title: T\n").what.contains("no volumes"));
    }
}
