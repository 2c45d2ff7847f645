//! What the pages say about their figures, and the page that shows all of them.

use super::{
    record::Record,
    table::{DRAWINGS, Drawing},
};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::{collections::BTreeMap, fs, io, path::Path};

/// What stands alone on the line of a page where the gallery is to come.
pub const HERE: &str = "{{#gallery}}";

/// A figure as a page shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The page, relative to the book's source: `ch05/training.md`.
    pub page: String,
    /// The page's first heading.
    pub heading: String,
    /// The text for those who cannot see the figure.
    pub alt: String,
    /// The caption.
    pub caption: String,
}

/// The figures that the chapters' pages in `source` show, by names such as `ch05/train.png`.
///
/// # Errors
/// If a page cannot be read.
pub fn read(source: &Path) -> io::Result<BTreeMap<String, Shown>> {
    let mut all = BTreeMap::new();
    let mut chapters: Vec<_> = DRAWINGS.iter().map(Drawing::chapter).collect();
    chapters.dedup();
    for chapter in chapters {
        let Ok(folder) = fs::read_dir(source.join(chapter)) else { continue };
        for entry in folder {
            let file = entry?.file_name();
            let Some(file) = file.to_str().filter(|name| name.ends_with(".md")) else { continue };
            let page = format!("{chapter}/{file}");
            let text = fs::read_to_string(source.join(&page))?;
            all.extend(on_page(&text, &page));
        }
    }
    Ok(all)
}

/// The first heading of a page, and the anchor, if it ends in one: `# Title {#anchor}`.
fn title(text: &str) -> Option<(&str, Option<&str>)> {
    let line = text.lines().find_map(|line| line.strip_prefix("# "))?;
    let parts = line.strip_suffix('}').and_then(|line| line.split_once(" {#"));
    Some(parts.map_or((line, None), |(title, anchor)| (title, Some(anchor))))
}

fn on_page(text: &str, page: &str) -> Vec<(String, Shown)> {
    let heading = title(text).map_or(page, |(title, _)| title).to_string();
    let mut figures = Vec::new();
    let mut events = Parser::new(text);
    while let Some(event) = events.next() {
        let Event::Start(Tag::Image { dest_url, title, .. }) = event else { continue };
        let Some(name) = dest_url.strip_prefix("../figures/") else { continue };
        let inside = events.by_ref().take_while(|event| *event != Event::End(TagEnd::Image));
        let words = inside.filter_map(|event| match event {
            Event::Text(words) | Event::Code(words) => Some(words.to_string()),
            Event::SoftBreak | Event::HardBreak => Some(" ".to_string()),
            _ => None,
        });
        let alt = words.collect();
        let (page, heading, caption) = (page.to_string(), heading.clone(), title.to_string());
        figures.push((name.to_string(), Shown { page, heading, alt, caption }));
    }
    figures
}

/// The gallery as Markdown: every figure of the table with the caption that its page gives it, and
/// the command that draws it.
///
/// # Errors
/// If a page or the record cannot be read, or no page shows a figure.
pub fn gallery(source: &Path) -> io::Result<String> {
    let shown = read(source)?;
    let record = Record::read(&source.join("figures"))?;
    let mut markdown = String::new();
    let mut chapter = "";
    for drawing in DRAWINGS {
        if drawing.chapter() != chapter {
            chapter = drawing.chapter();
            let index = fs::read_to_string(source.join(chapter).join("index.md"))?;
            let number = chapter.trim_start_matches("ch0");
            markdown += &chapter_heading(number, title(&index).unwrap_or((chapter, None)));
        }
        markdown += &entry(drawing, &shown, &record)?;
    }
    Ok(markdown)
}

/// The heading above a chapter's figures. Where the chapter's own has an anchor, so has this one,
/// so that links to it outlive a new title.
fn chapter_heading(number: &str, (title, anchor): (&str, Option<&str>)) -> String {
    let anchor = anchor.map(|anchor| format!(" {{#{number}-{anchor}}}")).unwrap_or_default();
    format!("## {number}. {title}{anchor}\n\n")
}

fn entry(
    drawing: &Drawing,
    shown: &BTreeMap<String, Shown>,
    record: &Record,
) -> io::Result<String> {
    let mut markdown = String::new();
    let mut pages: Vec<String> = Vec::new();
    let mut seconds = None;
    for (name, _) in drawing.files() {
        let Some(Shown { page, heading, alt, caption }) = shown.get(&name) else {
            return Err(io::Error::other(format!("no page shows the figure {name}")));
        };
        let (alt, caption) = (escape(alt), escape(caption));
        markdown += &format!("![{alt}](figures/{name} \"{caption}\")\n\n");
        let page = format!("[{heading}]({page})");
        if !pages.contains(&page) {
            pages.push(page);
        }
        seconds = record.0.get(&name).and_then(|entry| entry.seconds);
    }
    let time = seconds.map(|s| format!("  # {}", duration(s))).unwrap_or_default();
    let pages = pages.join(" and ");
    markdown += &format!("From {pages}\n\n```sh\n{}{time}\n```\n\n", drawing.command());
    Ok(markdown)
}

/// A time for people: `0.4 s`, `17 s`, `3 min`.
pub fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 9.95 => format!("{s:.1} s"),
        s if s < 99.5 => format!("{s:.0} s"),
        s => format!("{:.0} min", s / 60.0),
    }
}

/// Makes Markdown of plain text.
fn escape(text: &str) -> String {
    let special = |c: char| matches!(c, '\\' | '"' | '[' | ']' | '*' | '_' | '`' | '$' | '<');
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_what_its_figures_show() {
        let text = "# A page\n\n![A *b*\nc](../figures/ch01/sin.png \"See \\\"this\\\" $x$.\")\n\n\
                    ![no](elsewhere.png \"no\")\n";
        let figures = on_page(text, "ch01/plots.md");
        assert_eq!(figures.len(), 1);
        let (name, shown) = &figures[0];
        assert_eq!(name, "ch01/sin.png");
        assert_eq!((shown.alt.as_str(), shown.heading.as_str()), ("A b c", "A page"));
        assert_eq!(shown.caption, "See \"this\" $x$.");
    }

    #[test]
    fn a_title_is_told_from_its_anchor() {
        let half = title("text\n# Half precision {#half-a-number}\n");
        assert_eq!(half, Some(("Half precision", Some("half-a-number"))));
        assert_eq!(title("# Adam\n"), Some(("Adam", None)));
        assert_eq!(title("## Adam\n"), None);
        assert_eq!(chapter_heading("3", ("Adam", None)), "## 3. Adam\n\n");
        assert_eq!(chapter_heading("4", ("Adam", Some("eve"))), "## 4. Adam {#4-eve}\n\n");
        let figures = on_page("# A {#b}\n\n![c](../figures/ch01/sin.png \"d\")\n", "ch01/plots.md");
        assert_eq!(figures[0].1.heading, "A");
    }

    #[test]
    fn an_entry_has_figures_page_command_and_time() {
        let shown = |name: &str| {
            let (page, heading) = ("ch01/plots.md".to_string(), "Plots".to_string());
            let (alt, caption) = ("a [b]".to_string(), "say \"c\"".to_string());
            (name.to_string(), Shown { page, heading, alt, caption })
        };
        let shown = BTreeMap::from([shown("ch01/sin.png"), shown("ch01/sin-cos.png")]);
        let markdown = entry(&DRAWINGS[0], &shown, &Record::default()).unwrap();
        assert!(markdown.contains(r#"![a \[b\]](figures/ch01/sin.png "say \"c\"")"#), "{markdown}");
        assert!(markdown.contains("From [Plots](ch01/plots.md)"));
        assert!(markdown.ends_with("cargo run -p ch01_numpy_basics -- plots\n```\n\n"));
        let error = entry(&DRAWINGS[2], &shown, &Record::default()).unwrap_err().to_string();
        assert_eq!(error, "no page shows the figure ch02/boundary.png");
    }

    #[test]
    fn times_are_for_people() {
        assert_eq!([0.44, 17.2, 200.0].map(duration), ["0.4 s", "17 s", "3 min"]);
    }
}
