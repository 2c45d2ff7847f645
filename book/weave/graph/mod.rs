//! `graph` blocks: a computational graph, drawn from a few lines of text.
//!
//! ```text
//! title: Two apples, with tax
//! apple -> mul1 : 100 | 2.2
//! count -> mul1 : 2 | 110
//! mul1 -> mul2 : 200 | 1.1
//! tax -> mul2 : 1.1 | 200
//! mul2 -> price : 220 | 1
//! mul1 = ×
//! mul2 = ×
//! ```
//!
//! An arrow carries the forward value and, after `|`, the backward one; both may be left out. A
//! node with a label, `mul1 = ×`, is an operation: a circle, or a box where the label is long;
//! labelled `•` it is a plain dot where an arrow forks. Every other node is an end of the graph and
//! stands there by its name.

mod draw;
mod layout;
mod parse;

use crate::Slip;

/// A computational graph as its author wrote it.
#[derive(Debug, PartialEq)]
pub struct Graph {
    title: String,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

#[derive(Debug, PartialEq)]
struct Node {
    name: String,
    /// What an operation is labelled with; an end of the graph has none.
    label: Option<String>,
}

/// An arrow from one node to another, by their numbers.
#[derive(Debug, PartialEq)]
struct Edge {
    from: usize,
    to: usize,
    forward: String,
    backward: String,
}

/// Turns the text of a `graph` block into a diagram on a single line.
pub fn render(text: &str) -> Result<String, Slip> {
    let graph = parse::parse(text)?;
    Ok(draw::draw(&graph, &layout::layout(&graph)))
}

impl Node {
    /// What is written on the node.
    fn text(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }
}
