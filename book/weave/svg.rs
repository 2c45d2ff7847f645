//! What the diagrams share: a canvas, escaped text, and a guess at how wide text will be.

use std::fmt::Write;

/// The size of letters in a diagram, in its own units, which are pixels where the page is wide
/// enough.
pub const FONT: f64 = 15.0;

/// How far a diagram may shrink on a small screen before it scrolls instead: below this, letters
/// get too small to read.
const SMALLEST: f64 = 0.75;

/// Half the length and half the height of an arrowhead.
const HEAD: (f64, f64) = (8.0, 4.0);

/// Text as HTML wants it, in an element or in an attribute.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// About how wide a text will be, in units of a diagram. The font is the reader's, so this is a
/// generous guess.
pub fn text_width(text: &str) -> f64 {
    let ems = |c: char| match c {
        ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | 'i' | 'j' | 'l' | 'I' | '(' | ')' | '['
        | ']' => 0.36,
        'f' | 't' | 'r' | '/' | '-' => 0.46,
        'm' | 'w' | 'M' | 'W' => 0.95,
        c if c.is_uppercase() => 0.74,
        _ => 0.62,
    };
    FONT * text.chars().map(ems).sum::<f64>()
}

/// A drawing in the making: SVG elements, one after the other.
#[derive(Default)]
pub struct Canvas(String);

impl Canvas {
    /// A line of text, centred on `x`, with its middle at the height `y`.
    pub fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        let text = escape(text);
        self.push(format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>"));
    }

    /// A circle around a point.
    pub fn circle(&mut self, x: f64, y: f64, radius: f64, class: &str) {
        self.push(format!(
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"/>"
        ));
    }

    /// A box with round corners, centred on a point.
    pub fn rectangle(&mut self, x: f64, y: f64, width: f64, height: f64, class: &str) {
        let (x, y) = (x - width / 2.0, y - height / 2.0);
        self.push(format!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"6\"/>"
        ));
    }

    /// A smooth line through points that leaves and arrives level, and an arrowhead at its end.
    pub fn arrow(&mut self, points: &[(f64, f64)], class: &str) {
        let (Some(&start), Some(&end), Some(&before)) = (
            points.first(),
            points.last(),
            points.len().checked_sub(2).and_then(|i| points.get(i)),
        ) else {
            return;
        };
        let mut path = format!("M{:.1} {:.1}", start.0, start.1);
        for pair in points.windows(2) {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            if (y0 - y1).abs() < 0.05 {
                _ = write!(path, "H{x1:.1}");
            } else {
                let middle = (x0 + x1) / 2.0;
                _ = write!(path, "C{middle:.1} {y0:.1} {middle:.1} {y1:.1} {x1:.1} {y1:.1}");
            }
        }
        self.push(format!("<path class=\"{class}\" d=\"{path}\"/>"));
        let back = end.0 - HEAD.0 * (end.0 - before.0).signum();
        self.push(format!(
            "<path class=\"{class} head\" d=\"M{:.1} {:.1}L{back:.1} {:.1}V{:.1}Z\"/>",
            end.0,
            end.1,
            end.1 - HEAD.1,
            end.1 + HEAD.1,
        ));
    }

    /// A straight arrow that points down.
    pub fn arrow_down(&mut self, x: f64, from: f64, to: f64, class: &str) {
        self.push(format!("<path class=\"{class}\" d=\"M{x:.1} {from:.1}V{to:.1}\"/>"));
        let (left, right, back) = (x - HEAD.1, x + HEAD.1, to - HEAD.0);
        self.push(format!(
            "<path class=\"{class} head\" d=\"M{x:.1} {to:.1}L{left:.1} {back:.1}H{right:.1}Z\"/>"
        ));
    }

    /// A box with sharp corners; the point is its upper left one.
    pub fn cell(&mut self, x: f64, y: f64, width: f64, height: f64, class: &str) {
        self.push(format!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
        ));
    }

    /// An area with straight sides.
    pub fn area(&mut self, corners: &[(f64, f64)], class: &str) {
        let points = listed(corners);
        self.push(format!("<polygon class=\"{class}\" points=\"{points}\"/>"));
    }

    /// A line straight from point to point.
    pub fn polyline(&mut self, points: &[(f64, f64)], class: &str) {
        let points = listed(points);
        self.push(format!("<polyline class=\"{class}\" points=\"{points}\"/>"));
    }

    /// Straight lines, each from a point to a point.
    pub fn lines(&mut self, lines: &[[(f64, f64); 2]], class: &str) {
        if !lines.is_empty() {
            let path: String = lines
                .iter()
                .map(|[(x0, y0), (x1, y1)]| format!("M{x0:.1} {y0:.1}L{x1:.1} {y1:.1}"))
                .collect();
            self.push(format!("<path class=\"{class}\" d=\"{path}\"/>"));
        }
    }

    /// The finished diagram as a `<figure>` on a single line. The title is its caption; `described`
    /// says in words what is drawn.
    pub fn finish(self, width: f64, height: f64, title: &str, described: &str) -> String {
        let (title, described) = (escape(title), escape(described));
        format!(
            "<figure class=\"diagram\"><div class=\"scroll\"><svg role=\"img\" aria-label=\"{title}. {described}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" style=\"max-width:{width:.0}px;min-width:{:.0}px\">{}</svg></div>\
             <figcaption>{title}</figcaption></figure>\n",
            SMALLEST * width,
            self.0
        )
    }

    fn push(&mut self, element: String) {
        self.0.push_str(&element);
    }
}

/// Points as SVG lists them.
fn listed(points: &[(f64, f64)]) -> String {
    points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")
}
