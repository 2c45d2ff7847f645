//! A computational graph as a figure: values flow to the right, gradients back to the left.

use common::number::short;
use common::plot::{Align, Area, Drawn, INK, PALETTE, bold, label, points, text};
use plotters::prelude::*;

/// A point of the graph; positions are in points from the figure's upper left corner.
pub struct Node {
    label: &'static str,
    at: (f64, f64),
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Input,
    Operation,
    Output,
}

/// Points from the centre of an operation to its circle.
const RADIUS: f64 = 22.0;

impl Node {
    /// A number that is given; its name stands left of the point.
    pub fn input(label: &'static str, x: f64, y: f64) -> Self {
        Self { label, at: (x, y), kind: Kind::Input }
    }

    /// Something that is computed: a sum or a product.
    pub fn operation(label: &'static str, x: f64, y: f64) -> Self {
        Self { label, at: (x, y), kind: Kind::Operation }
    }

    /// What all is done for; its name stands right of the point.
    pub fn output(label: &'static str, x: f64, y: f64) -> Self {
        Self { label, at: (x, y), kind: Kind::Output }
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        let (x, y) = self.at;
        match self.kind {
            Kind::Input => label(area, self.label, (x - 6.0, y), &text(14.0), Align::Right),
            Kind::Output => label(area, self.label, (x + 6.0, y), &text(14.0), Align::Left),
            Kind::Operation => {
                let outline = INK.stroke_width(points(1.5) as u32);
                area.draw(&Circle::new(pixel(self.at), points(RADIUS), outline))?;
                label(area, self.label, self.at, &text(24.0), Align::Center)
            }
        }
    }
}

/// An arrow between two nodes, by their positions in the list.
pub struct Edge {
    /// Where the value comes from.
    pub from: usize,
    /// Where it goes.
    pub to: usize,
    /// What flows forward.
    pub value: f64,
    /// ∂output/∂value, which flows back.
    pub gradient: f64,
}

/// The whole graph.
pub struct GraphFigure {
    /// What it computes.
    pub title: &'static str,
    /// Its nodes.
    pub nodes: Vec<Node>,
    /// Its arrows.
    pub edges: Vec<Edge>,
}

const FORWARD: RGBColor = PALETTE[0];
const BACKWARD: RGBColor = PALETTE[1];

impl GraphFigure {
    /// Draws the graph over the whole of `area`.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn draw(&self, area: &Area<'_>) -> Drawn {
        let width = f64::from(area.dim_in_pixel().0) / points(1.0);
        label(area, self.title, (24.0, 22.0), &bold(15.0), Align::Left)?;
        let legend = |words, x, color| {
            label(area, words, (width - x, 22.0), &text(13.0).color(&color), Align::Right)
        };
        legend("→ values", 170.0, FORWARD)?;
        legend("← gradients", 24.0, BACKWARD)?;
        self.edges.iter().try_for_each(|edge| self.draw_edge(area, edge))?;
        self.nodes.iter().try_for_each(|node| node.draw(area))
    }

    /// Two arrows side by side: there and back.
    fn draw_edge(&self, area: &Area<'_>, edge: &Edge) -> Drawn {
        let (from, to) = (&self.nodes[edge.from], &self.nodes[edge.to]);
        let (dx, dy) = (to.at.0 - from.at.0, to.at.1 - from.at.1);
        let length = dx.hypot(dy);
        let (ux, uy) = (dx / length, dy / length);
        let away = |node: &Node| if node.kind == Kind::Operation { RADIUS + 3.0 } else { 0.0 };
        let start = (from.at.0 + away(from) * ux, from.at.1 + away(from) * uy);
        let end = (to.at.0 - away(to) * ux, to.at.1 - away(to) * uy);
        let beside = |(x, y): (f64, f64), by: f64| (x - by * uy, y + by * ux);
        arrow(area, beside(start, -4.0), beside(end, -4.0), FORWARD)?;
        arrow(area, beside(end, 4.0), beside(start, 4.0), BACKWARD)?;
        // Nearer to where it comes from: arrows that meet would let their numbers meet too.
        let at = (start.0 + 0.42 * (end.0 - start.0), start.1 + 0.42 * (end.1 - start.1));
        let number = |x: f64, by: f64, color| {
            label(area, &short(x), beside(at, by), &text(14.0).color(&color), Align::Center)
        };
        number(edge.value, -16.0, FORWARD)?;
        number(edge.gradient, 16.0, BACKWARD)
    }
}

fn arrow(area: &Area<'_>, from: (f64, f64), to: (f64, f64), color: RGBColor) -> Drawn {
    const HEAD: f64 = 9.0;
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    let (ux, uy) = (dx / length, dy / length);
    let neck = (to.0 - HEAD * ux, to.1 - HEAD * uy);
    let side = |by: f64| pixel((neck.0 - by * uy, neck.1 + by * ux));
    area.draw(&PathElement::new(
        vec![pixel(from), pixel(neck)],
        color.stroke_width(points(1.6) as u32),
    ))?;
    area.draw(&Polygon::new(vec![pixel(to), side(4.0), side(-4.0)], color.filled()))?;
    Ok(())
}

fn pixel((x, y): (f64, f64)) -> (i32, i32) {
    (points(x) as i32, points(y) as i32)
}
