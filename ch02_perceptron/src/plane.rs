//! The plane of two inputs, drawn: points with their answers, lines, and the side that fires.

use common::plot::{
    Align, Area, Drawn, GREY, INK, PALETTE, Stroke, bold, label, points, text, tick,
};
use plotters::prelude::*;

use crate::perceptron::Perceptron;

/// What part of the plane is shown, on both axes.
const FROM: f64 = -0.5;
const TO: f64 = 1.5;

/// One panel: what is drawn over the plane, the first things lowest.
#[derive(Clone, Debug, Default)]
pub struct Plane {
    /// What it shows.
    pub title: String,
    /// The names of the axes.
    pub axes: [&'static str; 2],
    /// The part where all of these answer 1 is shaded.
    pub shaded: Vec<Perceptron<2>>,
    /// The lines where these have a score of zero.
    pub lines: Vec<Line>,
    /// Pieces of lines between two points.
    pub segments: Vec<Segment>,
    /// The points.
    pub dots: Vec<Dot>,
    /// A point that is marked with a diamond.
    pub crossing: Option<[f64; 2]>,
    /// Words, each centred on its place.
    pub notes: Vec<Note>,
}

/// The line where a perceptron's score is zero.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Whose line.
    pub gate: Perceptron<2>,
    /// Its colour.
    pub color: RGBColor,
    /// Its stroke.
    pub stroke: Stroke,
}

/// A straight line that ends.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    /// From where to where.
    pub ends: [[f64; 2]; 2],
    /// Its colour.
    pub color: RGBColor,
    /// Its stroke.
    pub stroke: Stroke,
}

/// A point of the truth table: filled and marked 1, or empty and marked 0.
#[derive(Clone, Copy, Debug)]
pub struct Dot {
    /// Where.
    pub at: [f64; 2],
    /// Which answer is wanted there.
    pub answer: f64,
    /// Crossed out, because it lies on the wrong side.
    pub wrong: bool,
}

impl Dot {
    /// A point on its right side.
    pub fn new(at: [f64; 2], answer: f64) -> Self {
        Self { at, answer, wrong: false }
    }
}

/// A word in the plane.
#[derive(Clone, Debug)]
pub struct Note {
    /// What it says.
    pub words: String,
    /// Where its middle is.
    pub at: [f64; 2],
}

/// Draws panels side by side.
///
/// # Errors
/// If plotters cannot draw them.
pub fn row(area: &Area<'_>, planes: &[Plane]) -> Drawn {
    let panels = area.split_evenly((1, planes.len()));
    planes.iter().zip(&panels).try_for_each(|(plane, panel)| plane.draw(panel))
}

/// Draws panels in rows of two.
///
/// # Errors
/// If plotters cannot draw them.
pub fn grid(area: &Area<'_>, planes: &[Plane]) -> Drawn {
    let panels = area.split_evenly((planes.len().div_ceil(2), 2));
    planes.iter().zip(&panels).try_for_each(|(plane, panel)| plane.draw(panel))
}

impl Plane {
    /// Draws the panel over the whole of `area`.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn draw(&self, area: &Area<'_>) -> Drawn {
        let frame = Frame::new(area);
        let small = frame.side < 200.0;
        let title = bold(if small { 12.5 } else { 14.0 });
        let middle = frame.left + frame.side / 2.0;
        label(area, &self.title, (middle, 18.0), &title, Align::Center)?;
        frame.axes(area, self.axes)?;

        let square = vec![[FROM, FROM], [TO, FROM], [TO, TO], [FROM, TO]];
        let shaded = self.shaded.iter().fold(square.clone(), |part, gate| firing(&part, gate));
        if !self.shaded.is_empty() && shaded.len() > 2 {
            let corners: Vec<_> = shaded.iter().map(|&x| frame.pixel(x)).collect();
            area.draw(&Polygon::new(corners, PALETTE[4].mix(0.28)))?;
        }
        for line in &self.lines {
            if let [from, to] = crossings(&square, &line.gate)[..] {
                stroke(area, [from, to].map(|x| frame.at(x)), line.color, line.stroke)?;
            }
        }
        for segment in &self.segments {
            stroke(area, segment.ends.map(|x| frame.at(x)), segment.color, segment.stroke)?;
        }
        if let Some(x) = self.crossing {
            let (x, y) = frame.at(x);
            let corners = [(0.0, -9.0), (9.0, 0.0), (0.0, 9.0), (-9.0, 0.0)];
            let corners = corners.map(|(dx, dy)| pixel((x + dx, y + dy)));
            area.draw(&Polygon::new(corners.to_vec(), PALETTE[1].filled()))?;
        }
        self.dots.iter().try_for_each(|dot| dot.draw(area, frame.at(dot.at), small))?;
        self.notes.iter().try_for_each(|note| {
            label(area, &note.words, frame.at(note.at), &text(12.5), Align::Center)
        })
    }
}

impl Dot {
    fn draw(&self, area: &Area<'_>, (x, y): (f64, f64), small: bool) -> Drawn {
        let (radius, size) = if small { (8.0, 11.0) } else { (12.0, 15.0) };
        let (fill, ink) = if self.answer > 0.5 { (PALETTE[0], WHITE) } else { (WHITE, INK) };
        if self.wrong {
            let r = radius + 5.0;
            for ends in [[(x - r, y - r), (x + r, y + r)], [(x - r, y + r), (x + r, y - r)]] {
                let thick = PALETTE[1].stroke_width(points(3.0) as u32);
                area.draw(&PathElement::new(ends.map(pixel).to_vec(), thick))?;
            }
        }
        area.draw(&Circle::new(pixel((x, y)), points(radius), fill.filled()))?;
        let outline = INK.stroke_width(points(1.4) as u32);
        area.draw(&Circle::new(pixel((x, y)), points(radius), outline))?;
        let digit = tick(self.answer);
        label(area, &digit, (x, y), &bold(size).color(&ink), Align::Center)
    }
}

/// The square of the page that the plane is drawn on, in points.
struct Frame {
    left: f64,
    top: f64,
    side: f64,
}

impl Frame {
    fn new(area: &Area<'_>) -> Self {
        let (width, height) = area.dim_in_pixel();
        let (width, height) = (f64::from(width) / points(1.0), f64::from(height) / points(1.0));
        let (left, top) = (44.0, 36.0);
        Self { left, top, side: (width - left - 12.0).min(height - top - 44.0) }
    }

    /// Where a point of the plane is on the page.
    fn at(&self, [x1, x2]: [f64; 2]) -> (f64, f64) {
        let share = |x: f64| (x - FROM) / (TO - FROM) * self.side;
        (self.left + share(x1), self.top + self.side - share(x2))
    }

    fn pixel(&self, x: [f64; 2]) -> (i32, i32) {
        pixel(self.at(x))
    }

    /// The border, grey lines at 0 and 1, and the names of the axes.
    fn axes(&self, area: &Area<'_>, names: [&str; 2]) -> Drawn {
        let grey = GREY.stroke_width(points(0.8) as u32);
        let (bottom, middle) = (self.top + self.side, (FROM + TO) / 2.0);
        for x in [0.0, 1.0] {
            for ends in [[[x, FROM], [x, TO]], [[FROM, x], [TO, x]]] {
                area.draw(&PathElement::new(ends.map(|x| self.pixel(x)).to_vec(), grey))?;
            }
            let (across, up) = (self.at([x, x]).0, self.at([x, x]).1);
            label(area, &tick(x), (across, bottom + 12.0), &text(12.0), Align::Center)?;
            label(area, &tick(x), (self.left - 7.0, up), &text(12.0), Align::Right)?;
        }
        let border = INK.stroke_width(points(0.8) as u32);
        area.draw(&Rectangle::new([self.pixel([FROM, FROM]), self.pixel([TO, TO])], border))?;
        let along = (self.at([middle, FROM]).0, bottom + 30.0);
        label(area, names[0], along, &text(13.0), Align::Center)?;
        // Plain words stand beside the axis; longer ones are turned to run along it.
        let (x, y) = (self.left - 30.0, self.at([FROM, middle]).1);
        if names[1].chars().count() < 4 {
            return label(area, names[1], (x + 4.0, y), &text(13.0), Align::Center);
        }
        let turned = text(13.0).transform(FontTransform::Rotate270);
        label(area, names[1], (x, y), &turned, Align::Center)
    }
}

/// The part of a convex polygon where a perceptron's score is above zero (Sutherland and Hodgman,
/// 1974).
fn firing(polygon: &[[f64; 2]], gate: &Perceptron<2>) -> Vec<[f64; 2]> {
    let mut part = Vec::new();
    for (from, to) in sides(polygon) {
        if gate.score(from) > 0.0 {
            part.push(from);
        }
        part.extend(crossing(from, to, gate));
    }
    part
}

/// Where the line of a perceptron crosses a polygon's sides: two points, or none.
fn crossings(polygon: &[[f64; 2]], gate: &Perceptron<2>) -> Vec<[f64; 2]> {
    sides(polygon).filter_map(|(from, to)| crossing(from, to, gate)).collect()
}

fn sides(polygon: &[[f64; 2]]) -> impl Iterator<Item = ([f64; 2], [f64; 2])> {
    polygon.iter().copied().zip(polygon.iter().copied().cycle().skip(1))
}

/// Where between two points the score passes zero, if it does.
fn crossing(from: [f64; 2], to: [f64; 2], gate: &Perceptron<2>) -> Option<[f64; 2]> {
    let (a, b) = (gate.score(from), gate.score(to));
    let share = a / (a - b);
    ((a > 0.0) != (b > 0.0))
        .then(|| [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])])
}

fn stroke(area: &Area<'_>, ends: [(f64, f64); 2], color: RGBColor, stroke: Stroke) -> Drawn {
    let style = color.stroke_width(points(2.4) as u32);
    let [from, to] = ends;
    let length = (to.0 - from.0).hypot(to.1 - from.1);
    let (dash, gap) = match stroke {
        Stroke::Solid => (length, 1.0),
        Stroke::Dashed => (9.0, 5.0),
        Stroke::Dotted | Stroke::Dots => (2.5, 4.0),
    };
    let at = |along: f64| {
        let share = (along / length).min(1.0);
        pixel((from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)))
    };
    let mut start = 0.0;
    while start < length {
        area.draw(&PathElement::new(vec![at(start), at(start + dash)], style))?;
        start += dash + gap;
    }
    Ok(())
}

fn pixel((x, y): (f64, f64)) -> (i32, i32) {
    (points(x) as i32, points(y) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gates::{AND, NAND, OR};

    const SQUARE: [[f64; 2]; 4] = [[FROM, FROM], [TO, FROM], [TO, TO], [FROM, TO]];

    fn surface(polygon: &[[f64; 2]]) -> f64 {
        sides(polygon).map(|([x, y], [u, v])| x * v - u * y).sum::<f64>() / 2.0
    }

    #[test]
    fn and_with_nand_makes_the_whole_square() {
        assert!((surface(&SQUARE) - 4.0).abs() < 1e-12);
        let both = surface(&firing(&SQUARE, &AND)) + surface(&firing(&SQUARE, &NAND));
        assert!((both - 4.0).abs() < 1e-12, "{both}");
    }

    #[test]
    fn a_strip_lies_between_two_lines() {
        let strip = firing(&firing(&SQUARE, &NAND), &OR);
        // 0.4 < x1 + x2 < 1.4 in a square from −0.5 to 1.5: two triangles are cut off.
        let expected = 4.0 - 1.4 * 1.4 / 2.0 - 1.6 * 1.6 / 2.0;
        assert!((surface(&strip) - expected).abs() < 1e-12, "{}", surface(&strip));
    }

    #[test]
    fn a_line_outside_the_square_is_not_drawn() {
        let far = Perceptron { weights: [0.0, 1.0], bias: 2.0 };
        assert!(crossings(&SQUARE, &far).is_empty());
        assert_eq!(crossings(&SQUARE, &AND).len(), 2);
        assert_eq!(firing(&SQUARE, &far).len(), 4);
    }
}
