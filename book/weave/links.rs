//! Follows every link of the finished site: to a page, to a heading, to a picture. And none may
//! load a thing from the web.

use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, states::RawKind,
};
use mdbook_preprocessor::errors::{Error, Result};
use std::{
    cell::RefCell,
    collections::{BTreeMap, HashSet},
    fs,
    path::{Component, Path, PathBuf},
};

/// Checks the site in `html`, made from the Markdown in `source`, which a fault calls `shown`.
pub fn check(html: &Path, source: &Path, shown: &Path) -> Result<()> {
    let mut pages = BTreeMap::new();
    for file in
        files(html)?.into_iter().filter(|file| file.extension().is_some_and(|e| e == "html"))
    {
        let text = fs::read_to_string(&file)?;
        pages.insert(file, Page::read(&text));
    }
    // mdBook also makes pages out of others, such as the whole book on one for printing. A dead
    // link is named where it was written, so the pages that somebody wrote come first.
    let written = |file: &Path| file.strip_prefix(html).unwrap_or(file).with_extension("md");
    let (first, then): (Vec<_>, Vec<_>) =
        pages.iter().partition(|(file, _)| source.join(written(file)).is_file());
    for (file, page) in first.into_iter().chain(then) {
        for link in &page.links {
            if let Err(what) = follow(link, file, &pages) {
                let name = written(file);
                let line = line_of(&link.to, &source.join(&name))
                    .map(|line| format!("{line}:"))
                    .unwrap_or_default();
                return Err(Error::msg(format!("{}:{line} {what}", shown.join(name).display())));
            }
        }
    }
    Ok(())
}

/// What a page has to link to, and what it links to.
#[derive(Default, Debug)]
struct Page {
    ids: HashSet<String>,
    links: Vec<Link>,
}

/// One address on a page.
#[derive(Debug)]
struct Link {
    to: String,
    /// Whether the browser follows it by itself, as it does for a picture, a script or a style
    /// sheet.
    loads: bool,
}

impl Page {
    fn read(html: &str) -> Self {
        let input = BufferQueue::default();
        input.push_back(html.into());
        let tokenizer = Tokenizer::new(Reader::default(), Default::default());
        // There is no script to run, so the tokenizer never stops before the end.
        _ = tokenizer.feed(&input);
        tokenizer.end();
        tokenizer.sink.0.into_inner()
    }
}

/// Collects the page while its tags go by.
#[derive(Default)]
struct Reader(RefCell<Page>);

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else { return TokenSinkResult::Continue };
        let mut page = self.0.borrow_mut();
        for attribute in &tag.attrs {
            let value = attribute.value.to_string();
            match &*attribute.name.local {
                "id" => _ = page.ids.insert(value),
                "href" | "src" | "poster" | "data" => {
                    page.links.push(Link { to: value, loads: &*tag.name != "a" })
                }
                _ => {}
            }
        }
        // What stands in a script or a style sheet only looks like tags.
        match (&*tag.name, tag.kind) {
            ("script", TagKind::StartTag) => TokenSinkResult::RawData(RawKind::ScriptData),
            ("style", TagKind::StartTag) => TokenSinkResult::RawData(RawKind::Rawtext),
            _ => TokenSinkResult::Continue,
        }
    }
}

/// Checks that a link leads somewhere.
fn follow(link: &Link, from: &Path, pages: &BTreeMap<PathBuf, Page>) -> Result<(), String> {
    let to = &link.to;
    if to.starts_with("https:") || to.starts_with("http:") || to.starts_with("//") {
        return if link.loads {
            Err(format!("the page would load `{to}` from the network"))
        } else {
            Ok(())
        };
    }
    if to.starts_with("mailto:") || to.starts_with("data:") {
        return Ok(());
    }
    let (address, anchor) = to.split_once('#').unwrap_or((to, ""));
    let path = address.split('?').next().unwrap_or("");
    let target = match path {
        "" => from.to_path_buf(),
        _ => normal(&from.parent().unwrap_or(from).join(path)),
    };
    if !target.is_file() {
        return Err(format!("link to `{to}`: there is no such page or file in the book"));
    }
    match pages.get(&target) {
        Some(page) if !anchor.is_empty() && !page.ids.contains(anchor) => Err(format!(
            "link to `{to}`: the page has no heading or other place called `#{anchor}`"
        )),
        _ => Ok(()),
    }
}

/// A path without `.` and `..`, so that it can be compared.
fn normal(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut path, part| {
        match part {
            Component::ParentDir => _ = path.pop(),
            Component::CurDir => {}
            part => path.push(part),
        }
        path
    })
}

/// The line of a Markdown file, counted from 1, on which a link was written: mdBook has turned its
/// `.md` into `.html`.
fn line_of(link: &str, source: &Path) -> Option<usize> {
    let text = fs::read_to_string(source).ok()?;
    let written = link.replace(".html", ".md");
    text.lines().position(|line| line.contains(&written)).map(|index| index + 1)
}

/// All files in a folder and the folders in it.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_pages(one: &str, two: &str) -> Result<(), String> {
        let html = tempfile::tempdir().unwrap();
        fs::create_dir(html.path().join("sub")).unwrap();
        fs::write(html.path().join("one.html"), one).unwrap();
        fs::write(html.path().join("sub/two.html"), two).unwrap();
        let source = tempfile::tempdir().unwrap();
        fs::write(source.path().join("one.md"), "# One\n\n[a](sub/two.md#b)\n").unwrap();
        check(html.path(), source.path(), Path::new("book/src")).map_err(|error| error.to_string())
    }

    #[test]
    fn links_to_pages_headings_and_the_web_are_followed() {
        let one = "<a href=\"sub/two.html#b\">a</a><a href=\"#c\" id=\"c\">c</a><a href=\"https://www.rust-lang.org\">r</a>";
        let two = "<h1 id=\"b\">b</h1><a href=\"../one.html\">a</a><script>if (a < b) { '<a href=\"gone.html\">' }</script>";
        assert_eq!(check_pages(one, two), Ok(()));
    }

    #[test]
    fn a_dead_link_names_page_line_and_target() {
        let fault = check_pages("<a href=\"sub/two.html#b\">a</a>", "").unwrap_err();
        assert!(fault.starts_with("book/src/one.md:3: link to `sub/two.html#b`"), "{fault}");
        let fault = check_pages("<a href=\"three.html\">a</a>", "").unwrap_err();
        assert!(fault.starts_with("book/src/one.md: link to `three.html`"), "{fault}");
    }

    #[test]
    fn nothing_is_loaded_from_the_network() {
        let fault = check_pages("<img src=\"https://example.org/a.png\">", "").unwrap_err();
        assert!(fault.contains("from the network"), "{fault}");
        assert!(check_pages("<link href=\"//example.org/a.css\">", "").is_err());
    }
}
