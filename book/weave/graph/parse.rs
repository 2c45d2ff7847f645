//! The few lines of text that describe a graph.

use super::{Edge, Graph, Node};
use crate::Slip;

/// Reads a graph. Every line is `title: …`, `from -> to : forward | backward`, `name = label`,
/// empty, or a `#` comment.
pub fn parse(text: &str) -> Result<Graph, Slip> {
    let mut graph = Graph { title: String::new(), nodes: Vec::new(), edges: Vec::new() };
    let mut labels = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        } else if let Some(title) = line.strip_prefix("title:") {
            graph.title = title.trim().to_string();
        } else if let Some((from, rest)) = line.split_once("->") {
            let (to, values) = rest.split_once(':').unwrap_or((rest, ""));
            let (forward, backward) = values.split_once('|').unwrap_or((values, ""));
            if from.trim().is_empty() || to.trim().is_empty() {
                return Err(Slip::new(
                    number,
                    format!("`{line}`: an arrow leads from a node to a node"),
                ));
            }
            let (from, to) = (graph.node(from.trim()), graph.node(to.trim()));
            let (forward, backward) = (forward.trim().to_string(), backward.trim().to_string());
            graph.edges.push(Edge { from, to, forward, backward });
            if graph.has_cycle() {
                return Err(Slip::new(number, format!("`{line}`: this arrow closes a circle")));
            }
        } else if let Some((name, label)) =
            line.split_once('=').filter(|(_, label)| !label.trim().is_empty())
        {
            labels.push((number, name.trim(), label.trim()));
        } else {
            let what = format!(
                "`{line}` is none of `title: …`, `from -> to : forward | backward`, `name = label`"
            );
            return Err(Slip::new(number, what));
        }
    }
    // Labels may come before or after the arrows, so they are looked up last.
    for (number, name, label) in labels {
        match graph.nodes.iter_mut().find(|node| node.name == name) {
            Some(node) => node.label = Some(label.to_string()),
            None => {
                return Err(Slip::new(
                    number,
                    format!("`{name}` has a label, but no arrow leads to it or from it"),
                ));
            }
        }
    }
    if graph.title.is_empty() {
        return Err(Slip::new(
            0,
            "the graph has no `title: …`, which is its caption and is read to those who cannot see it",
        ));
    }
    if graph.edges.is_empty() {
        return Err(Slip::new(0, "the graph has no arrow, `from -> to`"));
    }
    Ok(graph)
}

impl Graph {
    /// The number of the node with this name, which is added if it is new.
    fn node(&mut self, name: &str) -> usize {
        self.nodes.iter().position(|node| node.name == name).unwrap_or_else(|| {
            self.nodes.push(Node { name: name.to_string(), label: None });
            self.nodes.len() - 1
        })
    }

    /// Whether the newest arrow can be reached from its own end.
    fn has_cycle(&self) -> bool {
        let Some(newest) = self.edges.last() else { return false };
        let (mut seen, mut open) = (vec![false; self.nodes.len()], vec![newest.to]);
        while let Some(node) = open.pop() {
            if !std::mem::replace(&mut seen[node], true) {
                open.extend(self.edges.iter().filter(|edge| edge.from == node).map(|edge| edge.to));
            }
        }
        seen[newest.from]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_values_and_labels_are_read() {
        let graph =
            parse("title: T\n# a comment\nx -> f : 2 | ∂L/∂x\nf -> y : | 1\nf = exp\n").unwrap();
        assert_eq!(graph.title, "T");
        let text: Vec<_> = graph.nodes.iter().map(Node::text).collect();
        assert_eq!(text, ["x", "exp", "y"]);
        assert_eq!(
            (graph.edges[0].forward.as_str(), graph.edges[0].backward.as_str()),
            ("2", "∂L/∂x")
        );
        assert_eq!((graph.edges[1].forward.as_str(), graph.edges[1].backward.as_str()), ("", "1"));
    }

    #[test]
    fn what_cannot_be_read_is_a_slip_on_its_line() {
        let slip = |text| parse(text).unwrap_err();
        assert_eq!(slip("title: T\nx => y").line, 1);
        assert_eq!(slip("title: T\nx -> ").line, 1);
        assert_eq!(slip("title: T\nx -> y\nz = ×").line, 2);
        assert!(slip("title: T\nx -> y\ny -> x").what.contains("circle"));
        assert!(slip("title: T\nx -> x").what.contains("circle"));
        assert!(slip("x -> y").what.contains("title"));
        assert!(slip("title: T").what.contains("no arrow"));
    }
}
