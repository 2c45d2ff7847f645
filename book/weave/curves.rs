//! `curves` blocks: a few curves over the same axes, each with its name at its end.
//!
//! ```text
//! title: What is below 0
//! x: -2 -1 0 1 2 input
//! y: 0 1 2 output
//! ReLU: -2 0, 0 0, 2 2
//! measured •: -2 0.1, -1 0.3, 2 1.9
//! ```
//!
//! The numbers of an axis are its ticks, and the first and the last say how far it goes; words
//! after them are its name. A curve goes straight from point to point, `x y`, so a round one has
//! many; with `•` behind its name the points are drawn.

use crate::{
    Slip,
    svg::{Canvas, FONT, text_width},
};

/// The area between the axes.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 190.0;
/// The height of a line of text, and the space around what stands beside an axis.
const LINE: f64 = 1.3 * FONT;
const SPACE: f64 = 6.0;
const MARGIN: f64 = 4.0;
/// How curves are told apart, in their order.
const STYLES: [&str; 4] = ["plain", "first", "second", "fourth"];

type Point = (f64, f64);

/// What stands at an axis: its ticks as they are written, and its name.
#[derive(Debug, Default, PartialEq)]
struct Axis<'a> {
    ticks: Vec<&'a str>,
    name: &'a str,
}

#[derive(Debug, PartialEq)]
struct Curve<'a> {
    name: &'a str,
    dots: bool,
    points: Vec<Point>,
}

#[derive(Debug, Default, PartialEq)]
struct Curves<'a> {
    title: &'a str,
    x: Axis<'a>,
    y: Axis<'a>,
    curves: Vec<Curve<'a>>,
}

/// Turns the text of a `curves` block into a diagram on a single line.
pub fn render(text: &str) -> Result<String, Slip> {
    let Curves { title, x, y, curves } = parse(text)?;
    let mut canvas = Canvas::default();
    let left = MARGIN + SPACE + y.ticks.iter().map(|tick| text_width(tick)).fold(0.0, f64::max);
    let top = MARGIN + if y.name.is_empty() { 0.5 * LINE } else { 1.5 * LINE };
    let (right, bottom) = (left + WIDTH, top + HEIGHT);
    let place = |(px, py): Point| (left + x.part(px) * WIDTH, bottom - y.part(py) * HEIGHT);

    for (tick, number) in y.numbers() {
        let (_, at) = place((0.0, number));
        canvas.lines(&[[(left, at), (right, at)]], "rule");
        canvas.text(left - SPACE, at, "end", &proper(tick));
    }
    for (tick, number) in x.numbers() {
        let (at, _) = place((number, 0.0));
        canvas.lines(&[[(at, top), (at, bottom)]], "rule");
        canvas.text(at, bottom + 0.8 * LINE, "tick", &proper(tick));
    }
    canvas.text(MARGIN, MARGIN + 0.5 * LINE, "start", y.name);
    canvas.text(left + WIDTH / 2.0, bottom + 1.8 * LINE, "tick", x.name);

    let mut names = Vec::new();
    for (curve, style) in curves.iter().zip(STYLES.iter().cycle()) {
        let points: Vec<Point> = curve.points.iter().map(|&point| place(point)).collect();
        let class = format!("curve {style}");
        canvas.polyline(&points, &class);
        if curve.dots || points.len() == 1 {
            points.iter().for_each(|&(x, y)| canvas.circle(x, y, 3.5, &class));
        }
        names.extend(points.last().map(|end| (end.1, end.0, curve.name, style)));
    }
    // Names that would stand on each other move apart.
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = top - LINE;
    let mut width = right;
    for (y, x, name, style) in names {
        let y = y.max(free);
        canvas.text(x + SPACE, y, &format!("start curve {style}"), name);
        free = y + LINE;
        width = width.max(x + SPACE + text_width(name));
    }
    let below = if x.name.is_empty() { 1.4 } else { 2.4 };
    let words: Vec<String> = curves.iter().map(Curve::in_words).collect();
    let height = (bottom + below * LINE).max(free - 0.5 * LINE);
    Ok(canvas.finish(width + MARGIN, height + MARGIN, title, &words.join("; ")))
}

impl Axis<'_> {
    fn numbers(&self) -> impl Iterator<Item = (&str, f64)> {
        self.ticks.iter().filter_map(|tick| Some((*tick, tick.parse().ok()?)))
    }

    /// Where a number is between the first tick, 0, and the last, 1.
    fn part(&self, number: f64) -> f64 {
        let first = self.numbers().next().map_or(0.0, |(_, number)| number);
        let last = self.numbers().last().map_or(1.0, |(_, number)| number);
        (number - first) / (last - first)
    }

    fn holds(&self, number: f64) -> bool {
        (-1e-9..=1.0 + 1e-9).contains(&self.part(number))
    }
}

impl Curve<'_> {
    /// The curve for those who hear the page: its ends.
    fn in_words(&self) -> String {
        let ends = self.points.first().zip(self.points.last());
        let words = ends.map(|((x0, y0), (x1, y1))| format!("from {x0}, {y0} to {x1}, {y1}"));
        format!("{} {}", self.name, words.unwrap_or_default())
    }
}

/// A number with a minus sign instead of a hyphen.
fn proper(number: &str) -> String {
    number.replace('-', "−")
}

fn parse(text: &str) -> Result<Curves<'_>, Slip> {
    let mut found = Curves::default();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let slip = |what| Slip::new(number, what);
        let Some((name, rest)) = line.split_once(':') else {
            return Err(slip(format!(
                "`{line}` is none of `title: …`, `x: 0 1 2 name`, `y: …`, `curve: x y, x y, …`"
            )));
        };
        let rest = rest.trim();
        match name.trim() {
            "title" => found.title = rest,
            "x" => found.x = axis(rest).map_err(slip)?,
            "y" => found.y = axis(rest).map_err(slip)?,
            name => {
                let (name, dots) =
                    name.strip_suffix('•').map_or((name, false), |name| (name.trim(), true));
                let points = points(rest).map_err(slip)?;
                let outside =
                    points.iter().find(|(x, y)| !(found.x.holds(*x) && found.y.holds(*y)));
                if let Some((x, y)) = outside {
                    return Err(slip(format!(
                        "the point `{x} {y}` lies beyond the axes, which come before the curves"
                    )));
                }
                found.curves.push(Curve { name, dots, points });
            }
        }
    }
    if found.title.is_empty() {
        return Err(Slip::new(
            0,
            "the curves have no `title: …`, which is their caption and is read to those who cannot see them",
        ));
    }
    if found.curves.is_empty() {
        return Err(Slip::new(0, "there is no curve, `name: 0 0, 1 1`"));
    }
    Ok(found)
}

/// Reads the ticks of an axis, and its name behind them.
fn axis(text: &str) -> Result<Axis<'_>, String> {
    let is_number = |word: &&str| word.parse::<f64>().is_ok_and(f64::is_finite);
    let ticks: Vec<&str> = text.split_whitespace().take_while(is_number).collect();
    let name = text.split_whitespace().find(|word| !is_number(word));
    let name = name.and_then(|word| text.find(word)).map_or("", |at| &text[at..]);
    let axis = Axis { ticks, name };
    let numbers: Vec<f64> = axis.numbers().map(|(_, number)| number).collect();
    if numbers.len() < 2 || !numbers.is_sorted_by(|a, b| a < b) {
        return Err(format!("`{text}`: an axis needs two numbers or more, each above the last"));
    }
    Ok(axis)
}

fn points(text: &str) -> Result<Vec<Point>, String> {
    let point = |pair: &str| {
        let numbers: Result<Vec<f64>, _> = pair.split_whitespace().map(str::parse).collect();
        match *numbers.unwrap_or_default().as_slice() {
            [x, y] => Ok((x, y)),
            _ => Err(format!("`{}` is no point, `x y`", pair.trim())),
        }
    };
    text.split(',').map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELU: &str =
        "title: ReLU\nx: -2 0 2 the input\ny: 0 1 2\nReLU: -2 0, 0 0, 2 2\nseen •: -2 0, 2 1\n";

    #[test]
    fn axes_ticks_curves_and_names_are_drawn() {
        let svg = render(RELU).unwrap();
        for part in [">−2<", ">1<", ">the input<", ">ReLU<", ">seen<", "<figcaption>ReLU<"] {
            assert!(svg.contains(part), "no {part} in {svg}");
        }
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains("ReLU from -2, 0 to 2, 2; seen from -2, 0 to 2, 1\""), "{svg}");
    }

    #[test]
    fn the_first_tick_is_at_the_left_and_the_last_at_the_right() {
        let Curves { x, .. } = parse(RELU).unwrap();
        assert_eq!([-2.0, 0.0, 2.0].map(|number| x.part(number)), [0.0, 0.5, 1.0]);
        assert_eq!((x.ticks.len(), x.name), (3, "the input"));
        assert!(x.holds(2.0) && !x.holds(2.1) && !x.holds(-3.0));
    }

    #[test]
    fn names_do_not_stand_on_each_other() {
        let svg = render("title: T\nx: 0 1\ny: 0 1\na: 0 0, 1 1\nb: 0 0, 1 0.99\n").unwrap();
        let height = |name: &str| -> f64 {
            let (before, _) = svg.split_once(&format!(">{name}<")).unwrap();
            before.rsplit("y=\"").next().unwrap().trim_end_matches('"').parse().unwrap()
        };
        assert!(height("b") - height("a") >= LINE - 0.1, "{svg}");
    }

    #[test]
    fn what_cannot_be_read_is_a_slip_on_its_line() {
        let slip = |text| render(text).unwrap_err();
        assert_eq!(slip("title: T\nx: 0 1\ny: 0 1\na: 0 0, 1\n").line, 3);
        assert_eq!(slip("title: T\nx: 0\n").line, 1);
        assert!(slip("title: T\nx: 1 0\n").what.contains("above the last"));
        assert!(slip("title: T\nx: 0 1\ny: 0 1\na: 0 2\n").what.contains("beyond the axes"));
        assert!(slip("title: T\nReLU\n").what.contains("none of"));
        assert!(slip("x: 0 1\ny: 0 1\na: 0 1\n").what.contains("title"));
        assert!(slip("title: T\nx: 0 1\n").what.contains("no curve"));
    }
}
