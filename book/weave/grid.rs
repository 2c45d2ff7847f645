//! `grid` blocks: small grids of numbers side by side, written as they look.
//!
//! ```text
//! title: The filter on the upper left corner
//!
//! [1 2 3] 0 | ⊛ |   2 0 1    | = | [15] 16
//! [0 1 2] 3 |   |   0 1 2    |   |   6  15
//! [3 0 1] 2 |   |   1 0 2    |   |
//!  2 3 0  1 |   |            |   |
//! "image x" |   | "filter w" |   | "map y"
//! ```
//!
//! Bars stand between what is side by side, and an empty line begins a new row below. Between the
//! bars there is a grid, or a single sign, `=`, or an arrow, `->`, with a word if need be,
//! `-max->`. An arrow alone in its row points down; an empty column is space. Text in quotes stands
//! below its grid, or alone. Rows with as many columns as each other have them below each other.
//!
//! Brackets mark cells: `[1 2]` lie in a window, `{1 2}` in another, and `(0 0)` are pale, not
//! really there: padding, or a copy. They may overlap. `5!` is bold, `.` is a cell without a
//! number, and `_` no cell at all.

use crate::{
    Slip,
    svg::{Canvas, FONT, text_width},
};
use std::iter;

/// The height of a cell.
const CELL: f64 = 1.75 * FONT;
/// The side of a cell in a grid without any numbers.
const BLANK: f64 = 1.25 * FONT;
/// The length of an arrow, at least.
const ARROW: f64 = 22.0;
/// How far from an arrow that points down its word is.
const BESIDE: f64 = 9.0;
/// The space left and right of what stands between bars.
const SIDE: f64 = 5.0;
/// The height of a line of text below a grid.
const LINE: f64 = 1.35 * FONT;
/// The space between rows, and around everything.
const SPACE: f64 = 16.0;
const MARGIN: f64 = 4.0;

/// The kinds of brackets.
const BRACKETS: [(char, char); 3] = [('[', ']'), ('{', '}'), ('(', ')')];
/// Their places in [`Cell::marks`].
const FIRST: usize = 0;
const SECOND: usize = 1;
const PALE: usize = 2;

#[derive(Clone, Debug, PartialEq)]
struct Cell<'a> {
    text: &'a str,
    marks: [bool; BRACKETS.len()],
}

/// What stands between two bars, and the text below it.
#[derive(Debug, PartialEq)]
struct Panel<'a> {
    what: What<'a>,
    labels: Vec<&'a str>,
}

#[derive(Debug, PartialEq)]
enum What<'a> {
    Grid(Vec<Vec<Cell<'a>>>),
    Arrow(&'a str),
    Sign(&'a str),
    Space,
}

/// Panels side by side.
type Row<'a> = Vec<Panel<'a>>;

/// Turns the text of a `grid` block into a diagram on a single line.
pub fn render(text: &str) -> Result<String, Slip> {
    let (title, rows) = parse(text)?;
    let mut canvas = Canvas::default();
    let columns: Vec<Vec<f64>> = rows.iter().map(|row| column_widths(row, &rows)).collect();
    let width = columns.iter().map(|widths| widths.iter().sum()).fold(0.0, f64::max);
    let mut y = MARGIN;
    for (i, (row, columns)) in rows.iter().zip(&columns).enumerate() {
        y += if i > 0 { SPACE } else { 0.0 };
        let middle = MARGIN + width / 2.0;
        if let [Panel { what: What::Arrow(word), .. }] = row.as_slice() {
            canvas.arrow_down(middle, y, y + ARROW, "forward");
            canvas.text(middle + BESIDE, y + ARROW / 2.0, "start", word);
            y += ARROW;
            continue;
        }
        // Grids stand beside each other's middle, and each has its text right below it.
        let half = row.iter().map(Panel::height).fold(0.0, f64::max) / 2.0;
        let mut x = middle - columns.iter().sum::<f64>() / 2.0;
        let mut bottom = half;
        for (panel, width) in row.iter().zip(columns) {
            panel.draw(&mut canvas, x + width / 2.0, y + half);
            x += width;
            bottom = bottom.max(panel.bottom());
        }
        y += half + bottom;
    }
    let words: Vec<String> =
        rows.iter().flatten().map(Panel::in_words).filter(|words| !words.is_empty()).collect();
    Ok(canvas.finish(width + 2.0 * MARGIN, y + MARGIN, title, &words.join("; ")))
}

/// How wide the columns of a row are: as wide as in every other row that has as many.
fn column_widths(row: &Row, rows: &[Row]) -> Vec<f64> {
    if let [Panel { what: What::Arrow(word), .. }] = row.as_slice() {
        // It points down, with its word on the right.
        return vec![2.0 * (BESIDE + text_width(word))];
    }
    let alike: Vec<&Row> = rows.iter().filter(|other| other.len() == row.len()).collect();
    let widest = |i: usize| alike.iter().map(|row| row[i].width()).fold(0.0, f64::max);
    (0..row.len()).map(widest).collect()
}

impl Cell<'_> {
    /// What is written in the cell, and whether in bold.
    fn written(&self) -> (&str, bool) {
        match self.text {
            "." | "_" => ("", false),
            text => match text.strip_suffix('!') {
                Some(bold) if !bold.is_empty() => (bold, true),
                _ => (text, false),
            },
        }
    }

    fn is_gap(&self) -> bool {
        self.text == "_"
    }

    fn class(&self) -> String {
        let names = ["first", "second", "pale"];
        let set = names.iter().zip(self.marks).filter(|(_, set)| *set).map(|(name, _)| *name);
        iter::once("cell").chain(set).collect::<Vec<_>>().join(" ")
    }
}

impl Panel<'_> {
    /// Width and height of one cell.
    fn cell(cells: &[Vec<Cell>]) -> (f64, f64) {
        let widest = cells.iter().flatten().map(|cell| text_width(cell.written().0));
        match widest.fold(0.0, f64::max) {
            0.0 => (BLANK, BLANK),
            widest => (CELL.max(widest + 0.7 * FONT), CELL),
        }
    }

    fn width(&self) -> f64 {
        let inner = match &self.what {
            What::Grid(cells) => cells.first().map_or(0, Vec::len) as f64 * Self::cell(cells).0,
            What::Arrow(word) => ARROW.max(text_width(word) + 4.0),
            What::Sign(sign) => 1.4 * text_width(sign),
            What::Space if self.labels.is_empty() => 0.5 * FONT,
            What::Space => 0.0,
        };
        let widest = self.labels.iter().map(|label| text_width(label)).fold(inner, f64::max);
        widest + 2.0 * SIDE
    }

    /// The height without the text below, or of text that stands alone.
    fn height(&self) -> f64 {
        match &self.what {
            What::Grid(cells) => cells.len() as f64 * Self::cell(cells).1,
            What::Arrow(word) if !word.is_empty() => 2.4 * FONT,
            What::Arrow(_) | What::Sign(_) => 1.6 * FONT,
            What::Space => self.labels.len() as f64 * LINE,
        }
    }

    /// How far down from its middle the panel reaches, text included.
    fn bottom(&self) -> f64 {
        match self.what {
            What::Space => self.height() / 2.0,
            _ => self.height() / 2.0 + self.labels.len() as f64 * LINE,
        }
    }

    /// Draws the panel around a point.
    fn draw(&self, canvas: &mut Canvas, x: f64, y: f64) {
        match &self.what {
            What::Grid(cells) => draw_cells(canvas, x, y, cells, Self::cell(cells)),
            What::Arrow(word) => {
                let half = ARROW.max(text_width(word) + 4.0) / 2.0;
                canvas.arrow(&[(x - half, y), (x + half, y)], "forward");
                canvas.text(x, y - 0.75 * FONT, "detail", word);
            }
            What::Sign(sign) => canvas.text(x, y, "sign", sign),
            What::Space => {}
        }
        let top = y + self.bottom() - self.labels.len() as f64 * LINE;
        for (i, label) in self.labels.iter().enumerate() {
            let gap = if self.what == What::Space { 0.5 } else { 0.6 };
            canvas.text(x, top + (i as f64 + gap) * LINE, "detail", label);
        }
    }

    /// The panel for those who hear the page.
    fn in_words(&self) -> String {
        let label = self.labels.join(" ");
        let words = match &self.what {
            What::Grid(cells) => grid_in_words(cells),
            What::Arrow("") => "gives".into(),
            What::Arrow(word) | What::Sign(word) => word.to_string(),
            What::Space => String::new(),
        };
        match (label.as_str(), words.as_str()) {
            ("", _) => words,
            (_, "") => label,
            _ => format!("{label}: {words}"),
        }
    }
}

/// Draws cells around a point, and a line around those in a window.
fn draw_cells<'a>(
    canvas: &mut Canvas,
    x: f64,
    y: f64,
    cells: &'a [Vec<Cell<'a>>],
    (w, h): (f64, f64),
) {
    let columns = cells.first().map_or(0, Vec::len);
    let (left, top) = (x - columns as f64 * w / 2.0, y - cells.len() as f64 * h / 2.0);
    let corner = |row: usize, column: usize| (left + column as f64 * w, top + row as f64 * h);
    let row = |(r, row): (usize, &'a Vec<Cell<'a>>)| {
        row.iter().enumerate().map(move |(c, cell)| (r, c, cell))
    };
    let all: Vec<_> = cells.iter().enumerate().flat_map(row).collect();
    for &(row, column, cell) in all.iter().filter(|(.., cell)| !cell.is_gap()) {
        let (x, y) = corner(row, column);
        canvas.cell(x, y, w, h, &cell.class());
        let class = match cell.written() {
            ("", _) => continue,
            (_, true) => "label",
            _ if cell.marks[PALE] => "pale",
            _ => "number",
        };
        canvas.text(x + w / 2.0, y + h / 2.0, class, cell.written().0);
    }
    for (mark, class) in [(FIRST, "first"), (SECOND, "second")] {
        let marked = |row: Option<usize>, column: Option<usize>| {
            let cell = row.and_then(|row| cells.get(row)).zip(column);
            cell.and_then(|(row, column)| row.get(column)).is_some_and(|cell| cell.marks[mark])
        };
        let mut edges = Vec::new();
        for &(row, column, _) in all.iter().filter(|(.., cell)| cell.marks[mark]) {
            let ((x0, y0), (x1, y1)) = (corner(row, column), corner(row + 1, column + 1));
            let sides = [
                (row.checked_sub(1), Some(column), [(x0, y0), (x1, y0)]),
                (Some(row), Some(column + 1), [(x1, y0), (x1, y1)]),
                (Some(row + 1), Some(column), [(x1, y1), (x0, y1)]),
                (Some(row), column.checked_sub(1), [(x0, y1), (x0, y0)]),
            ];
            let open = sides.into_iter().filter(|(row, column, _)| !marked(*row, *column));
            edges.extend(open.map(|(.., edge)| edge));
        }
        canvas.lines(&edges, class);
    }
}

fn grid_in_words(cells: &[Vec<Cell>]) -> String {
    let texts = |cells: &[&Cell]| {
        let texts = cells.iter().map(|cell| cell.written().0).filter(|text| !text.is_empty());
        texts.collect::<Vec<_>>().join(" ")
    };
    let rows = cells.iter().map(|row| texts(&row.iter().collect::<Vec<_>>()));
    let mut words = rows.filter(|row| !row.is_empty()).collect::<Vec<_>>().join(", ");
    if words.is_empty() {
        words = format!("{} by {} cells", cells.len(), cells.first().map_or(0, Vec::len));
    }
    let all: Vec<&Cell> = cells.iter().flatten().collect();
    for (mark, name) in [(FIRST, "marked"), (SECOND, "marked otherwise")] {
        let marked: Vec<&Cell> = all.iter().copied().filter(|cell| cell.marks[mark]).collect();
        let text = texts(&marked);
        if marked.len() < all.len() && !text.is_empty() {
            words += &format!(", {name} {text}");
        }
    }
    words
}

fn parse(text: &str) -> Result<(&str, Vec<Row<'_>>), Slip> {
    let mut title = "";
    let mut rows: Vec<Row> = Vec::new();
    let mut begins = true;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(text) = line.strip_prefix("title:") {
            title = text.trim();
        } else if line.is_empty() {
            begins = true;
        } else if !line.starts_with('#') {
            if begins {
                rows.push(Vec::new());
                begins = false;
            }
            if let Some(row) = rows.last_mut() {
                add(row, line).map_err(|what| Slip::new(number, what))?;
            }
        }
    }
    for row in &mut rows {
        row.iter_mut().for_each(Panel::turn_into_sign);
    }
    if title.is_empty() {
        return Err(Slip::new(
            0,
            "the grids have no `title: …`, which is their caption and is read to those who cannot see them",
        ));
    }
    let is_grid = |panel: &Panel| matches!(panel.what, What::Grid(_));
    if !rows.iter().flatten().any(is_grid) {
        return Err(Slip::new(0, "there is no grid, `[1 2] 3 | -> | [4] 5`"));
    }
    Ok((title, rows))
}

/// Adds a line to the panels that it continues.
fn add<'a>(row: &mut Row<'a>, line: &'a str) -> Result<(), String> {
    for (i, piece) in line.split('|').map(str::trim).enumerate() {
        if row.len() <= i {
            row.push(Panel { what: What::Space, labels: Vec::new() });
        }
        let panel = &mut row[i];
        if let Some(label) = piece.strip_prefix('"') {
            let label = label
                .strip_suffix('"')
                .ok_or_else(|| format!("`{piece}`: the text below a grid ends with a quote"))?;
            panel.labels.push(label);
        } else if let Some(word) = arrow(piece) {
            if panel.what != What::Space {
                return Err(format!("`{piece}`: an arrow stands between bars, not below a grid"));
            }
            panel.what = What::Arrow(word);
        } else if !piece.is_empty() {
            let cells = cells(piece)?;
            match &mut panel.what {
                What::Grid(rows) => {
                    let columns = rows.first().map_or(0, Vec::len);
                    if columns != cells.len() {
                        return Err(format!(
                            "`{piece}` has {} cells, and the row above it {columns}",
                            cells.len()
                        ));
                    }
                    rows.push(cells);
                }
                What::Space => panel.what = What::Grid(vec![cells]),
                _ => return Err(format!("`{piece}` stands below an arrow")),
            }
        }
    }
    Ok(())
}

/// The word on an arrow, `-max->`, which may be empty, `->`.
fn arrow(piece: &str) -> Option<&str> {
    let shaft = piece.strip_suffix("->")?;
    if shaft.is_empty() { Some(shaft) } else { shaft.strip_prefix('-').map(str::trim) }
}

impl<'a> Panel<'a> {
    /// What looked like a grid of one cell is a sign if there is no number in it.
    fn turn_into_sign(&mut self) {
        let What::Grid(rows) = &self.what else { return };
        let [row] = rows.as_slice() else { return };
        let [Cell { text, marks: [false, false, false] }] = row.as_slice() else { return };
        let text: &'a str = text;
        if !text.contains(|c: char| c.is_alphanumeric() || "._…?".contains(c)) {
            self.what = What::Sign(text);
        }
    }
}

/// Reads a row of cells: words with space between them, and brackets around some.
fn cells(piece: &str) -> Result<Vec<Cell<'_>>, String> {
    let mut cells = Vec::new();
    let mut marks = [false; BRACKETS.len()];
    let mut start = 0;
    let ends = piece.char_indices().chain(iter::once((piece.len(), ' ')));
    for (at, c) in ends {
        let bracket = BRACKETS.iter().position(|&(open, close)| c == open || c == close);
        if !c.is_whitespace() && bracket.is_none() {
            continue;
        }
        if start < at {
            cells.push(Cell { text: &piece[start..at], marks });
        }
        start = at + c.len_utf8();
        if let Some(kind) = bracket {
            let opens = c == BRACKETS[kind].0;
            if opens == marks[kind] {
                let what = if opens { "is open already" } else { "closes nothing" };
                return Err(format!("`{piece}`: a `{c}` that {what}"));
            }
            marks[kind] = opens;
        }
    }
    match marks.iter().position(|&open| open) {
        Some(kind) => Err(format!("`{piece}`: a `{}` is never closed", BRACKETS[kind].0)),
        None => Ok(cells),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONVOLUTION: &str =
        "title: A window\n\n[1 2] 3 | ⊛ | 1 1 | -sum-> | [3] 5!\n\"x\" | | \"w\" | | \"y\"\n";

    #[test]
    fn grids_signs_arrows_and_labels_stand_side_by_side() {
        let svg = render(CONVOLUTION).unwrap();
        for part in [">⊛<", ">sum<", ">x<", ">w<", ">y<", "\"label\" ", ">5<", "<figcaption>A wi"]
        {
            assert!(svg.contains(part), "no {part} in {svg}");
        }
        assert_eq!(svg.matches("<rect").count(), 7);
        assert_eq!(svg.matches("\"cell first\"").count(), 3);
        assert_eq!(svg.matches("\"forward head\"").count(), 1);
        assert!(
            svg.contains("A window. x: 1 2 3, marked 1 2; ⊛; w: 1 1; sum; y: 3 5, marked 3\""),
            "{svg}"
        );
        assert_eq!(svg.trim_end().matches('\n').count(), 0);
    }

    #[test]
    fn a_window_has_one_line_around_it() {
        let svg = render("title: T\n[1 2] 3\n[4 5] 6\n7 8 9\n").unwrap();
        let (_, line) = svg.split_once("<path class=\"first\" d=\"").unwrap();
        // Eight sides of cells, not sixteen: where two marked cells meet there is none.
        assert_eq!(line.split('"').next().unwrap().matches('M').count(), 8);
    }

    #[test]
    fn brackets_may_overlap_and_leave_cells_out() {
        let row = cells("[(0) {1] .} _").unwrap();
        let marks: Vec<_> = row.iter().map(Cell::class).collect();
        assert_eq!(marks, ["cell first pale", "cell first second", "cell second", "cell"]);
        assert!(row[3].is_gap() && row[2].written() == ("", false));
        let svg = render("title: T\n. _ [.]\n").unwrap();
        assert_eq!(svg.matches("<rect").count(), 2);
        assert!(svg.contains("1 by 3 cells"), "{svg}");
    }

    #[test]
    fn an_empty_line_begins_a_row_and_an_arrow_alone_points_down() {
        let text = "title: T\n1 2\n\n-im 2 col->\n\n3 | | -\n4 | | \"b\"\n";
        let (_, rows) = parse(text).unwrap();
        assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 3]);
        assert_eq!(rows[1][0].what, What::Arrow("im 2 col"));
        assert_eq!((&rows[2][1].what, &rows[2][2].what), (&What::Space, &What::Sign("-")));
        assert!(render(text).unwrap().contains(">im 2 col<"));
    }

    #[test]
    fn rows_of_as_many_columns_are_aligned() {
        let (_, rows) = parse("title: T\n1 | = | 1\n\"long text\"\n\n2 | = | 2\n").unwrap();
        assert_eq!(column_widths(&rows[0], &rows), column_widths(&rows[1], &rows));
        let (_, rows) = parse("title: T\n1 | \"alone\"\n").unwrap();
        assert_eq!((&rows[0][1].what, &rows[0][1].labels[..]), (&What::Space, &["alone"][..]));
    }

    #[test]
    fn what_cannot_be_read_is_a_slip_on_its_line() {
        let slip = |text| render(text).unwrap_err();
        assert_eq!(slip("title: T\n\n1 2\n1 2 3\n").line, 3);
        assert!(slip("title: T\n1 2\n1 2 3\n").what.contains("3 cells, and the row above it 2"));
        assert!(slip("title: T\n[1 2\n").what.contains("never closed"));
        assert!(slip("title: T\n1 2]\n").what.contains("closes nothing"));
        assert!(slip("title: T\n[1 [2\n").what.contains("open already"));
        assert!(slip("title: T\n1\n\"x\n").what.contains("quote"));
        assert!(slip("title: T\n1\n->\n").what.contains("not below a grid"));
        assert!(slip("title: T\n->\n1\n").what.contains("below an arrow"));
        assert!(slip("1 2\n").what.contains("title"));
        assert!(slip("title: T\n=\n").what.contains("no grid"));
    }
}
