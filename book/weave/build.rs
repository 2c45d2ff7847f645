//! The whole book: find it, weave it, have mdBook render it, and follow every link of the result.

use crate::{links, preprocess, warnings};
use mdbook_driver::{MDBook, config::Config};
use mdbook_preprocessor::errors::{Error, Result};
use std::path::{Path, PathBuf};

/// The folder of the book: `book/` in the nearest folder above `start`, or `start` itself, that has
/// one with a `book.toml`.
pub fn find(start: &Path) -> Result<PathBuf> {
    let mut folders = start.ancestors().map(|folder| folder.join("book"));
    folders.find(|book| book.join("book.toml").is_file()).ok_or_else(|| {
        Error::msg(format!(
            "no book/book.toml in {} or a folder above it; run this inside the workspace",
            start.display()
        ))
    })
}

/// Builds the book into `target`, or where `book.toml` says, and returns the first page.
pub fn build(book: &Path, target: Option<&Path>) -> Result<PathBuf> {
    let (result, warning) = warnings::watch(|| render(book, target));
    match (result, warning) {
        (Ok(_), Some(warning)) => Err(Error::msg(warning)),
        (result, _) => result,
    }
}

fn render(root: &Path, target: Option<&Path>) -> Result<PathBuf> {
    let mut config = Config::from_disk(root.join("book.toml"))?;
    // `book.toml` tells mdBook to start this program; already running, it does the work itself.
    config.set("preprocessor", std::collections::BTreeMap::<String, String>::new())?;
    if let Some(target) = target {
        config.build.build_dir = target.to_path_buf();
    }
    let mut book = MDBook::load_with_config(root, config)?;
    book.with_preprocessor(preprocess::Weave);
    book.build()?;

    let html = book.build_dir_for("html");
    let shown =
        root.file_name().map(Path::new).unwrap_or(Path::new("")).join(&book.config.book.src);
    links::check(&html, &book.source_dir(), &shown)?;
    Ok(html.join("index.html"))
}
