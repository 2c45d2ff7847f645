//! Where everything stands: ranks from left to right, few crossings, nothing on top of anything
//! else.
//!
//! This is the classical way to draw a graph in layers. Every node gets a column, every arrow a
//! *lane* in each column that it passes, the first of which is as wide as the values that it
//! carries. Nodes and lanes alike are items that push each other apart, so no value ever lands on
//! an arrow or on another value.

use super::{Edge, Graph, Node};
use crate::svg::{FONT, text_width};

/// The height of a value above or below an arrow, with the space that it needs.
const VALUE: f64 = 1.45 * FONT;
/// The space between neighbours in a column.
const SPACE: f64 = 8.0;
/// The least space between columns, in which the arrows bend, and how much of it a steep arrow gets
/// for every unit it climbs.
const BEND: f64 = 16.0;
const CLIMB: f64 = 0.35;
/// The distance between two arrows that end at the same side of a node.
pub const PORTS: f64 = 15.0;
/// The room around the whole drawing.
const MARGIN: f64 = 6.0;

/// A graph with places for its nodes and arrows.
pub struct Layout {
    /// A place for each node.
    pub nodes: Vec<Place>,
    /// For each arrow, its lanes from left to right.
    pub lanes: Vec<Vec<Place>>,
    pub width: f64,
    pub height: f64,
}

/// A rectangle around a point.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// How a node is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// An end of the graph: its name, and nothing around it.
    Name,
    /// An operation with a short label.
    Circle,
    /// An operation with a long label.
    Box,
    /// A fork, labelled `•`.
    Dot,
}

impl Node {
    /// How the node is drawn.
    pub fn shape(&self) -> Shape {
        match self.label.as_deref() {
            None => Shape::Name,
            Some("•") => Shape::Dot,
            Some(label) if text_width(label) < 2.2 * FONT => Shape::Circle,
            Some(_) => Shape::Box,
        }
    }

    /// The size of a node with so many arrows at its busier side.
    fn size(&self, arrows: usize) -> (f64, f64) {
        match self.shape() {
            Shape::Name => (text_width(self.text()), 1.3 * FONT),
            Shape::Circle => (2.8 * FONT, 2.8 * FONT),
            Shape::Box => (
                text_width(self.text()) + 1.4 * FONT,
                (2.4 * FONT).max(PORTS * arrows as f64 + 0.6 * FONT),
            ),
            Shape::Dot => (8.0, 8.0),
        }
    }
}

impl Edge {
    /// The room that the values of an arrow need, above and below it.
    fn size(&self) -> (f64, f64) {
        let width = text_width(&self.forward).max(text_width(&self.backward)) + 6.0;
        let values =
            [&self.forward, &self.backward].into_iter().filter(|value| !value.is_empty()).count();
        (width.max(18.0), 6.0 + VALUE * values as f64)
    }
}

/// A node or a lane, in its column.
struct Item {
    column: usize,
    place: Place,
    left: Vec<usize>,
    right: Vec<usize>,
}

/// Finds a place for everything.
pub fn layout(graph: &Graph) -> Layout {
    let (mut items, lanes) = items(graph);
    let mut columns = order(&items);
    uncross(&mut columns, &items);
    settle(&columns, &mut items);
    place_columns(&columns, &mut items);

    let edge = |side: fn(&Place) -> f64, pick: fn(f64, f64) -> f64| {
        items.iter().map(|item| side(&item.place)).reduce(pick)
    };
    let top = edge(|place| place.y - place.height / 2.0, f64::min).unwrap_or(0.0);
    let bottom = edge(|place| place.y + place.height / 2.0, f64::max).unwrap_or(0.0);
    let right = edge(|place| place.x + place.width / 2.0, f64::max).unwrap_or(0.0);
    for item in &mut items {
        item.place.y += MARGIN - top;
    }
    let place = |&index: &usize| items[index].place;
    Layout {
        nodes: (0..graph.nodes.len()).map(|node| place(&node)).collect(),
        lanes: lanes.iter().map(|lanes| lanes.iter().map(place).collect()).collect(),
        width: right + MARGIN,
        height: bottom - top + 2.0 * MARGIN,
    }
}

/// The rank of every node: one more than the highest to its left, but an input stands right before
/// its first use.
fn ranks(graph: &Graph) -> Vec<usize> {
    let mut ranks = vec![0; graph.nodes.len()];
    // There are no circles, so after as many rounds as there are nodes nothing moves any more.
    for _ in 0..graph.nodes.len() {
        for edge in &graph.edges {
            ranks[edge.to] = ranks[edge.to].max(ranks[edge.from] + 1);
        }
    }
    for node in 0..graph.nodes.len() {
        if graph.edges.iter().all(|edge| edge.to != node) {
            let uses =
                graph.edges.iter().filter(|edge| edge.from == node).map(|edge| ranks[edge.to]);
            ranks[node] = uses.min().map_or(0, |first| first - 1);
        }
    }
    ranks
}

/// Every node and every lane as an item: the nodes first, in their order. Also the lanes of each
/// arrow.
fn items(graph: &Graph) -> (Vec<Item>, Vec<Vec<usize>>) {
    let item = |column, (width, height)| Item {
        column,
        place: Place { x: 0.0, y: 0.0, width, height },
        left: Vec::new(),
        right: Vec::new(),
    };
    // Nodes stand in even columns, so that between any two there is one for the values.
    let ranks = ranks(graph);
    let arrows = |node: usize| {
        let into = graph.edges.iter().filter(|edge| edge.to == node).count();
        into.max(graph.edges.iter().filter(|edge| edge.from == node).count())
    };
    let nodes = graph.nodes.iter().enumerate();
    let mut items: Vec<Item> =
        nodes.map(|(i, node)| item(2 * ranks[i], node.size(arrows(i)))).collect();
    let mut lanes = Vec::new();
    for edge in &graph.edges {
        let (first, end) = (2 * ranks[edge.from] + 1, 2 * ranks[edge.to]);
        let mut before = edge.from;
        let mut own = Vec::new();
        for column in first..end {
            let (width, height) = edge.size();
            items.push(item(column, if column == first { (width, height) } else { (0.0, SPACE) }));
            let lane = items.len() - 1;
            join(&mut items, before, lane);
            own.push(lane);
            before = lane;
        }
        join(&mut items, before, edge.to);
        lanes.push(own);
    }
    (items, lanes)
}

fn join(items: &mut [Item], left: usize, right: usize) {
    items[left].right.push(right);
    items[right].left.push(left);
}

/// The items of each column, from top to bottom, as one meets them going back from the results: a
/// tree has no crossings then.
fn order(items: &[Item]) -> Vec<Vec<usize>> {
    fn visit(index: usize, items: &[Item], seen: &mut [bool], columns: &mut [Vec<usize>]) {
        if !std::mem::replace(&mut seen[index], true) {
            for &left in &items[index].left {
                visit(left, items, seen, columns);
            }
            columns[items[index].column].push(index);
        }
    }
    let mut columns = vec![Vec::new(); items.iter().map(|item| item.column + 1).max().unwrap_or(0)];
    let mut seen = vec![false; items.len()];
    for index in 0..items.len() {
        if items[index].right.is_empty() {
            visit(index, items, &mut seen, &mut columns);
        }
    }
    columns
}

/// Sweeps over the columns, to the right and back, and puts each item at the mean height of its
/// neighbours in the column before. The best order met on the way is kept.
fn uncross(columns: &mut Vec<Vec<usize>>, items: &[Item]) {
    let mut fewest = crossings(columns, items);
    let mut trial = columns.clone();
    for sweep in 0..8 {
        let to_the_right = sweep % 2 == 0;
        let count = trial.len();
        for step in 1..count {
            let (column, before) =
                if to_the_right { (step, step - 1) } else { (count - 1 - step, count - step) };
            // Equals keep their order, so in every other pair of sweeps the others of them come
            // first.
            if sweep / 2 % 2 == 1 {
                trial[column].reverse();
            }
            let ranks = positions(&trial[before], items.len());
            let own = positions(&trial[column], items.len());
            let height = |index: usize| {
                let near = if to_the_right { &items[index].left } else { &items[index].right };
                mean(near.iter().map(|&other| ranks[other])).unwrap_or(own[index])
            };
            trial[column].sort_by(|&a, &b| height(a).total_cmp(&height(b)));
        }
        let now = crossings(&trial, items);
        if now < fewest {
            fewest = now;
            columns.clone_from(&trial);
        }
    }
}

/// How often two arrows cross.
fn crossings(columns: &[Vec<usize>], items: &[Item]) -> usize {
    let mut count = 0;
    for pair in columns.windows(2) {
        let (left, right) = (positions(&pair[0], items.len()), positions(&pair[1], items.len()));
        let links: Vec<(f64, f64)> = pair[0]
            .iter()
            .flat_map(|&a| items[a].right.iter().map(|&b| (left[a], right[b])).collect::<Vec<_>>())
            .collect();
        for (i, a) in links.iter().enumerate() {
            count += links[i + 1..].iter().filter(|b| (a.0 - b.0) * (a.1 - b.1) < 0.0).count();
        }
    }
    count
}

/// The place in its column of every item that is in it.
fn positions(column: &[usize], items: usize) -> Vec<f64> {
    let mut positions = vec![0.0; items];
    for (position, &index) in column.iter().enumerate() {
        positions[index] = position as f64;
    }
    positions
}

/// Sets the columns side by side, each as wide as its widest item, with room for the steepest arrow
/// between them.
fn place_columns(columns: &[Vec<usize>], items: &mut [Item]) {
    let mut left = MARGIN;
    for column in columns {
        let width = column.iter().map(|&index| items[index].place.width).fold(0.0, f64::max);
        let mut climb = 0.0_f64;
        for &index in column {
            items[index].place.x = left + width / 2.0;
            let y = items[index].place.y;
            climb = items[index]
                .right
                .iter()
                .map(|&other| (items[other].place.y - y).abs())
                .fold(climb, f64::max);
        }
        left += width + BEND.max(CLIMB * climb);
    }
}

/// Moves the items up and down until each stands level with its neighbours, as far as those in its
/// own column let it.
fn settle(columns: &[Vec<usize>], items: &mut [Item]) {
    let rounds = 12;
    for round in 0..=2 * rounds {
        // The last sweep goes to the right: a result stands level with what it was made of.
        let to_the_right = round % 2 == 0;
        let count = columns.len();
        for step in 0..count {
            let column = &columns[if to_the_right { step } else { count - 1 - step }];
            let wanted: Vec<f64> = column
                .iter()
                .map(|&index| {
                    let item = &items[index];
                    let level =
                        |near: &[usize]| mean(near.iter().map(|&other| items[other].place.y));
                    let (first, second) = if to_the_right {
                        (&item.left, &item.right)
                    } else {
                        (&item.right, &item.left)
                    };
                    level(first).or_else(|| level(second)).unwrap_or(0.0)
                })
                .collect();
            let heights: Vec<f64> = column.iter().map(|&index| items[index].place.height).collect();
            for (&index, y) in column.iter().zip(stack(&wanted, &heights)) {
                items[index].place.y = y;
            }
        }
    }
}

/// Heights as near to the wanted ones as can be (least squares) for things of these sizes in this
/// order.
///
/// Taking from each height the room that the things above need leaves numbers that only must not
/// fall. Where wanted numbers do fall, neighbours are pooled at their mean, which is the nearest
/// they can come.
fn stack(wanted: &[f64], heights: &[f64]) -> Vec<f64> {
    let mut room = Vec::with_capacity(heights.len());
    for (i, height) in heights.iter().enumerate() {
        room.push(if i == 0 { 0.0 } else { room[i - 1] + (heights[i - 1] + height) / 2.0 + SPACE });
    }
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (wanted, room) in wanted.iter().zip(&room) {
        let mut pool = (wanted - room, 1);
        while let Some(&(sum, size)) = pools.last()
            && sum / size as f64 > pool.0 / pool.1 as f64
        {
            pools.pop();
            pool = (pool.0 + sum, pool.1 + size);
        }
        pools.push(pool);
    }
    let levels = pools.iter().flat_map(|&(sum, size)| std::iter::repeat_n(sum / size as f64, size));
    levels.zip(room).map(|(level, room)| level + room).collect()
}

fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = numbers.fold((0.0, 0), |(sum, count), number| (sum + number, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::parse::parse;

    #[test]
    fn an_input_stands_right_before_its_use() {
        let graph = parse("title: T\na -> f\nf -> g\nb -> g\ng -> y\n").unwrap();
        assert_eq!(ranks(&graph), [0, 1, 2, 1, 3]);
    }

    #[test]
    fn stacked_things_keep_their_distance_and_stay_near_what_they_want() {
        assert_eq!(stack(&[0.0, 100.0], &[20.0, 20.0]), [0.0, 100.0]);
        assert_eq!(stack(&[50.0, 50.0], &[20.0, 20.0]), [36.0, 64.0]);
        assert_eq!(stack(&[50.0, 0.0], &[20.0, 20.0]), [11.0, 39.0]);
    }

    #[test]
    fn nothing_overlaps() {
        let text = "title: T\nx -> s : 1 | 2\ns -> a : 1\ns -> b : 1 | 2\na -> c\nb -> c : 3\ns -> c\nz -> c\nc -> y : 1 | 1\n\
                    s = •\na = exp\nb = Softmax\nc = +\n";
        let layout = layout(&parse(text).unwrap());
        let places: Vec<Place> =
            layout.nodes.iter().chain(layout.lanes.iter().flatten()).copied().collect();
        for (i, a) in places.iter().enumerate() {
            assert!(a.y - a.height / 2.0 > 0.0 && a.y + a.height / 2.0 < layout.height);
            for b in &places[i + 1..] {
                let beside = (a.x - b.x).abs() >= (a.width + b.width) / 2.0;
                let above = (a.y - b.y).abs() >= (a.height + b.height) / 2.0;
                assert!(beside || above, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn crossings_are_undone_where_they_can_be() {
        let text = "title: T\na -> p\nb -> p\na -> q\n";
        let graph = parse(text).unwrap();
        let (items, _) = items(&graph);
        let mut columns = order(&items);
        uncross(&mut columns, &items);
        assert_eq!(crossings(&columns, &items), 0);
    }
}
