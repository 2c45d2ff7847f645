//! The weaving as a step of mdBook, inside this program or as a program that `mdbook` starts.

use crate::{
    Fault,
    gallery::captions::{self, HERE},
    page,
};
use mdbook_preprocessor::{
    Preprocessor, PreprocessorContext,
    book::{Book, BookItem},
    errors::Result,
    parse_input,
};
use std::{io, path::Path};

/// The name of this step in `book.toml`: `[preprocessor.weave]`.
pub const NAME: &str = "weave";

/// The step that weaves every page.
pub struct Weave;

impl Preprocessor for Weave {
    fn name(&self) -> &str {
        NAME
    }

    fn run(&self, context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let source = context.root.join(&context.config.book.src);
        // A fault names `book/src/…`, which an editor opens from the workspace.
        let shown = context
            .root
            .file_name()
            .map(Path::new)
            .unwrap_or(Path::new(""))
            .join(&context.config.book.src);
        let mut first: Result<(), Fault> = Ok(());
        book.for_each_mut(|item| {
            let BookItem::Chapter(chapter) = item else { return };
            let Some(path) = &chapter.source_path else { return };
            if first.is_ok() {
                let file = source.join(path);
                let folder = file.parent().unwrap_or(&source);
                let name = shown.join(path);
                first = with_gallery(&chapter.content, &source, &name)
                    .and_then(|text| page::weave(&text, &name, folder))
                    .map(|woven| chapter.content = woven);
            }
        });
        first?;
        Ok(book)
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(renderer == "html")
    }
}

/// The page with all figures in the place of the line that asks for them.
fn with_gallery(text: &str, source: &Path, name: &Path) -> Result<String, Fault> {
    let Some(line) = text.lines().position(|line| line == HERE) else { return Ok(text.into()) };
    let figures = captions::gallery(source).map_err(|error| Fault {
        file: name.to_path_buf(),
        line: line + 1,
        what: error.to_string(),
    })?;
    Ok(text.replacen(HERE, &figures, 1))
}

/// mdBook's side of the agreement: the book as JSON on standard input, the woven book on standard
/// output.
pub fn speak() -> Result<()> {
    let (context, book) = parse_input(io::stdin().lock())?;
    let woven = Weave.run(&context, book)?;
    serde_json::to_writer(io::stdout().lock(), &woven)?;
    Ok(())
}
