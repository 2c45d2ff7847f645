//! What two apples cost with tax, and how much each number matters to the price.

use common::program::Figures;
use common::{Result, number::short};

use crate::graph_figure::{Edge, GraphFigure, Node};
use crate::simple_layers::Mul;

/// What one edge of the graph carries: a value forward, and ∂price/∂value back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow {
    /// The value.
    pub value: f64,
    /// ∂price/∂value.
    pub gradient: f64,
}

/// All edges of the graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AppleFlows {
    /// Price of one apple.
    pub apple: Flow,
    /// Number of apples.
    pub count: Flow,
    /// Price of the apples before tax.
    pub apples: Flow,
    /// Tax, as a factor.
    pub tax: Flow,
    /// What is paid.
    pub price: Flow,
}

/// Forward through two products, and back through them in the opposite order.
pub fn flows(apple: f64, count: f64, tax: f64) -> AppleFlows {
    // ANCHOR: flows
    let mut mul_count = Mul::default();
    let mut mul_tax = Mul::default();

    let apples = mul_count.forward(apple, count);
    let price = mul_tax.forward(apples, tax);

    let dprice = 1.0;
    let (dapples, dtax) = mul_tax.backward(dprice);
    let (dapple, dcount) = mul_count.backward(dapples);
    // ANCHOR_END: flows
    let flow = |value, gradient| Flow { value, gradient };
    AppleFlows {
        apple: flow(apple, dapple),
        count: flow(count, dcount),
        apples: flow(apples, dapples),
        tax: flow(tax, dtax),
        price: flow(price, dprice),
    }
}

/// Prints both flows and draws them.
///
/// # Errors
/// If the figure cannot be written.
pub fn run(figures: &Figures) -> Result<()> {
    let f = flows(100.0, 2.0, 1.1);
    println!("forward");
    println!(
        "  {} an apple × {} apples = {}",
        short(f.apple.value),
        short(f.count.value),
        short(f.apples.value)
    );
    println!("  {} × tax {} = {}", short(f.apples.value), short(f.tax.value), short(f.price.value));
    println!("backward: by how much the price moves when this moves by 1");
    for (name, flow) in [("apple", f.apple), ("number of apples", f.count), ("tax", f.tax)] {
        println!("  ∂price/∂({name}) = {}", short(flow.gradient));
    }
    println!("price: {}", short(f.price.value));
    figures.draw("apple.png", (760, 270), |area| graph(f).draw(area))
}

fn graph(f: AppleFlows) -> GraphFigure {
    let edge = |from, to, flow: Flow| Edge { from, to, value: flow.value, gradient: flow.gradient };
    GraphFigure {
        title: "Two apples with tax",
        nodes: vec![
            Node::input("apple", 160.0, 75.0),
            Node::input("number of apples", 160.0, 155.0),
            Node::input("tax", 160.0, 235.0),
            Node::operation("×", 350.0, 115.0),
            Node::operation("×", 530.0, 150.0),
            Node::output("price", 680.0, 150.0),
        ],
        edges: vec![
            edge(0, 3, f.apple),
            edge(1, 3, f.count),
            edge(3, 4, f.apples),
            edge(2, 4, f.tax),
            edge(4, 5, f.price),
        ],
    }
}
