//! The same with oranges, where two flows meet in a sum.

use common::program::Figures;
use common::{Result, number::short};

use crate::apple::Flow;
use crate::graph_figure::{Edge, GraphFigure, Node};
use crate::simple_layers::{Add, Mul};

/// The edges of the graph, in the order of [`NAMES`].
pub type Flows = [Flow; 9];

/// What flows along the edges: the five inputs first, then what is made of them.
pub const NAMES: [&str; 9] = [
    "number of apples",
    "apple",
    "orange",
    "number of oranges",
    "tax",
    "apples",
    "oranges",
    "fruit",
    "price",
];

/// Two apples at 100 and three oranges at 150, with a tax of 10 %.
pub fn flows() -> Flows {
    // ANCHOR: flows
    let (apple_count, apple, orange, orange_count, tax) = (2.0, 100.0, 150.0, 3.0, 1.1);
    let (mut mul_apple, mut mul_orange, add, mut mul_tax) =
        (Mul::default(), Mul::default(), Add, Mul::default());

    let apples = mul_apple.forward(apple, apple_count);
    let oranges = mul_orange.forward(orange, orange_count);
    let fruit = add.forward(apples, oranges);
    let price = mul_tax.forward(fruit, tax);

    let dprice = 1.0;
    let (dfruit, dtax) = mul_tax.backward(dprice);
    let (dapples, doranges) = add.backward(dfruit);
    let (dorange, dorange_count) = mul_orange.backward(doranges);
    let (dapple, dapple_count) = mul_apple.backward(dapples);
    // ANCHOR_END: flows
    [
        (apple_count, dapple_count),
        (apple, dapple),
        (orange, dorange),
        (orange_count, dorange_count),
        (tax, dtax),
        (apples, dapples),
        (oranges, doranges),
        (fruit, dfruit),
        (price, dprice),
    ]
    .map(|(value, gradient)| Flow { value, gradient })
}

/// Prints both flows and draws them.
///
/// # Errors
/// If the figure cannot be written.
pub fn run(figures: &Figures) -> Result<()> {
    let flows = flows();
    println!("{:<20}{:>8}{:>12}", "", "forward", "backward");
    for (name, flow) in NAMES.iter().zip(&flows) {
        println!("{name:<20}{:>8}{:>12}", short(flow.value), short(flow.gradient));
    }
    println!("price: {}", short(flows[8].value));
    figures.draw("apple-orange.png", (760, 425), |area| graph(&flows).draw(area))
}

fn graph(flows: &Flows) -> GraphFigure {
    let input = |i: usize| Node::input(NAMES[i], 160.0, 75.0 + 78.0 * i as f64);
    let edge = |flow: usize, from, to| {
        let Flow { value, gradient } = flows[flow];
        Edge { from, to, value, gradient }
    };
    let mut nodes: Vec<_> = (0..5).map(input).collect();
    nodes.extend([
        Node::operation("×", 310.0, 114.0),
        Node::operation("×", 310.0, 270.0),
        Node::operation("+", 440.0, 192.0),
        Node::operation("×", 570.0, 245.0),
        Node::output("price", 690.0, 245.0),
    ]);
    let edges = vec![
        edge(0, 0, 5),
        edge(1, 1, 5),
        edge(2, 2, 6),
        edge(3, 3, 6),
        edge(4, 4, 8),
        edge(5, 5, 7),
        edge(6, 6, 7),
        edge(7, 7, 8),
        edge(8, 8, 9),
    ];
    GraphFigure { title: "Two apples and three oranges with tax", nodes, edges }
}
