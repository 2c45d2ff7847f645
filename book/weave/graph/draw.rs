//! The graph as SVG: forward arrows solid with their value above, backward arrows dashed with
//! theirs below.

use super::{
    Graph,
    layout::{Layout, PORTS, Place, Shape},
};
use crate::svg::{Canvas, FONT};

/// How far a forward arrow stands above the middle of its lane, and a backward arrow below it.
const APART: f64 = 3.5;
/// The middle of a value, from its arrow.
const VALUE: f64 = 0.75 * FONT;

/// Draws a graph where its layout says.
pub fn draw(graph: &Graph, layout: &Layout) -> String {
    let mut canvas = Canvas::default();
    for (node, place) in graph.nodes.iter().zip(&layout.nodes) {
        match node.shape() {
            Shape::Name => canvas.text(place.x, place.y, "name", node.text()),
            Shape::Dot => canvas.circle(place.x, place.y, place.width / 2.0, "dot"),
            Shape::Circle => {
                // A single sign is written larger: `+` and `×` are small in most fonts.
                let class = if node.text().chars().count() == 1 { "sign" } else { "label" };
                canvas.circle(place.x, place.y, place.width / 2.0, "node");
                canvas.text(place.x, place.y, class, node.text());
            }
            Shape::Box => {
                canvas.rectangle(place.x, place.y, place.width, place.height, "node");
                canvas.text(place.x, place.y, "label", node.text());
            }
        }
    }
    for (index, edge) in graph.edges.iter().enumerate() {
        let lanes = &layout.lanes[index];
        let Some(values) = lanes.first() else { continue };
        // Arrows that end at the same side of a node are spread, in the order in which they come.
        let from = port(
            layout,
            edge.from,
            index,
            |other| graph.edges[other].from == edge.from,
            <[Place]>::first,
        );
        let to =
            port(layout, edge.to, index, |other| graph.edges[other].to == edge.to, <[Place]>::last);
        let route = |shift: f64| {
            let side = |node: usize, port: f64| {
                let place = layout.nodes[node];
                (
                    place.x,
                    place.y + port + shift,
                    reach(graph.nodes[node].shape(), place, port + shift),
                )
            };
            let ((x0, y0, reach0), (x1, y1, reach1)) = (side(edge.from, from), side(edge.to, to));
            let mut points = vec![(x0 + reach0, y0)];
            for lane in lanes {
                points.push((lane.x - lane.width / 2.0, lane.y + shift));
                points.push((lane.x + lane.width / 2.0, lane.y + shift));
            }
            points.push((x1 - reach1, y1));
            points.dedup();
            points
        };
        if edge.backward.is_empty() {
            canvas.arrow(&route(0.0), "forward");
            canvas.text(values.x, values.y - VALUE, "forward", &edge.forward);
        } else {
            canvas.arrow(&route(-APART), "forward");
            canvas.text(values.x, values.y - APART - VALUE, "forward", &edge.forward);
            let mut back = route(APART);
            back.reverse();
            canvas.arrow(&back, "backward");
            canvas.text(values.x, values.y + APART + VALUE, "backward", &edge.backward);
        }
    }
    canvas.finish(layout.width, layout.height, &graph.title, &in_words(graph))
}

/// How far from the middle of its node an arrow begins or ends, among all arrows on that side of
/// it.
fn port(
    layout: &Layout,
    node: usize,
    edge: usize,
    same_side: impl Fn(usize) -> bool,
    near: fn(&[Place]) -> Option<&Place>,
) -> f64 {
    let level = |edge: usize| near(&layout.lanes[edge]).map_or(0.0, |lane| lane.y);
    let mut arrows: Vec<usize> =
        (0..layout.lanes.len()).filter(|&other| same_side(other)).collect();
    arrows.sort_by(|&a, &b| level(a).total_cmp(&level(b)));
    let position = arrows.iter().position(|&other| other == edge).unwrap_or(0) as f64;
    let last = arrows.len().saturating_sub(1) as f64;
    // Many arrows share the height that there is.
    let step = if last > 0.0 {
        PORTS.min((layout.nodes[node].height - 4.0 * APART).max(0.0) / last)
    } else {
        0.0
    };
    step * (position - last / 2.0)
}

/// How far from the middle of a node its outline is, at some height above or below the middle.
fn reach(shape: Shape, place: Place, height: f64) -> f64 {
    let radius = place.width / 2.0;
    match shape {
        Shape::Name => radius + 3.0,
        Shape::Circle | Shape::Dot => (radius * radius - height * height).max(0.0).sqrt(),
        Shape::Box => radius,
    }
}

/// The graph for those who hear the page.
fn in_words(graph: &Graph) -> String {
    let sentence = |edge: &super::Edge| {
        let mut words =
            format!("{} to {}", graph.nodes[edge.from].text(), graph.nodes[edge.to].text());
        if !edge.forward.is_empty() {
            words += &format!(": {}", edge.forward);
        }
        if !edge.backward.is_empty() {
            words += &format!(", gradient {}", edge.backward);
        }
        words
    };
    graph.edges.iter().map(sentence).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn nodes_and_values_and_words_are_all_there() {
        let text = "title: Two apples\napple -> mul : 100 | 2.2\ncount -> mul : 2\nmul -> price : 200 | 1\nmul = ×\n";
        let svg = crate::graph::render(text).unwrap();
        for part in
            [">apple<", ">count<", ">×<", ">price<", ">100<", ">2.2<", "<figcaption>Two apples<"]
        {
            assert!(svg.contains(part), "no {part} in {svg}");
        }
        assert!(
            svg.contains("aria-label=\"Two apples. apple to ×: 100, gradient 2.2; count to ×: 2; "),
            "{svg}"
        );
        assert_eq!(
            (svg.matches("\"forward head\"").count(), svg.matches("\"backward head\"").count()),
            (3, 2)
        );
        assert_eq!(svg.trim_end().matches('\n').count(), 0);
    }
}
