//! The paths of Rust's modules that stand in a source.

/// What a path to code of our own begins with.
const BEGINNINGS: [&str; 5] = ["crate", "super", "self", "common", "nn"];

/// Every path in a text that begins with one of them, groups taken apart: `crate::a::b` and
/// `crate::a::c` of `crate::a::{b, c}`.
pub fn paths(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for beginning in BEGINNINGS {
        let root = format!("{beginning}::");
        for (at, _) in text.match_indices(&root) {
            let inside_a_word = text[..at].ends_with(|c: char| is_part(c) || c == ':');
            if !inside_a_word {
                let mut path = vec![beginning.to_string()];
                collect(&text[at + root.len()..], &mut path, &mut found);
            }
        }
    }
    found
}

/// Reads on after `path` and `::`; returns what is left of the text.
fn collect<'a>(text: &'a str, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = collect(rest, path, found).trim_start();
            match rest.strip_prefix(',') {
                Some(next) => rest = next,
                None => return rest.strip_prefix('}').unwrap_or(rest),
            }
        }
    }
    let end = text.find(|c: char| !is_part(c)).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    if word.is_empty() {
        return rest; // a group that ends in a comma, or a star
    }
    path.push(word.to_string());
    let rest = match rest.strip_prefix("::") {
        Some(after) if !after.trim_start().starts_with(['<', '*']) => collect(after, path, found),
        _ => {
            found.push(path.clone());
            rest.strip_prefix("::*").unwrap_or(rest)
        }
    };
    path.pop();
    rest
}

/// Whether a character is part of a name.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_taken_apart() {
        let text = "use crate::{a, b::{self, C}}; use nn::d::*; x(common::e::f::<u8>(1), self.g)";
        let found: Vec<_> = paths(text).iter().map(|path| path.join("::")).collect();
        assert_eq!(found, ["crate::a", "crate::b::self", "crate::b::C", "common::e::f", "nn::d"]);
    }

    #[test]
    fn a_word_that_ends_like_a_beginning_is_none() {
        assert!(paths("my_crate::a ::nn::b uncommon::c").is_empty());
    }
}
