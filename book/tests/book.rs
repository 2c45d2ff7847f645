//! The real book builds, is whole, and asks the network for nothing.

// A test may panic: that is how it says no.
#![allow(clippy::unwrap_used)]

use mdbook_driver::MDBook;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext, book::Book};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The program itself.
fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_book"))
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { pages(&path) } else { vec![path] }).collect()
}

/// The number behind each `before` in a text, with where it stands.
fn numbers<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
    text.match_indices(before).filter_map(move |(at, _)| {
        let rest = &text[at + before.len()..];
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        Some((at, rest[..digits].parse().ok()?))
    })
}

#[test]
fn every_exercise_names_its_own_judge() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut seen = 0;
    for page in pages(&workspace.join("book/src")) {
        if page.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = fs::read_to_string(&page).unwrap();
        let exercises: Vec<_> = numbers(&text, "**Exercise ").collect();
        for (at, judged) in numbers(&text, "--ignored ex") {
            if let Some((_, exercise)) = exercises.iter().rev().find(|(above, _)| *above < at) {
                assert_eq!(judged, *exercise, "{}", page.display());
                seen += 1;
            }
        }
    }
    let chapters = fs::read_dir(&workspace).unwrap().map(|entry| entry.unwrap().path());
    let folders =
        chapters.map(|chapter| chapter.join("exercises")).filter(|folder| folder.is_dir());
    for stub in folders.flat_map(|folder| pages(&folder)) {
        let name = stub.file_name().unwrap().to_str().unwrap();
        let solution = stub.parent().unwrap().ends_with("solutions");
        let Some((_, number)) = numbers(name, "ex").next().filter(|_| !solution) else { continue };
        let text = fs::read_to_string(&stub).unwrap();
        for before in ["Exercise ", "--ignored ex"] {
            let found = numbers(&text, before).next().map(|(_, found)| found);
            assert_eq!(found, Some(number), "{}", stub.display());
            seen += 1;
        }
    }
    assert!(seen > 130, "{seen} are too few: the pages are written in another way");
}

#[test]
fn the_book_builds_and_loads_nothing_from_the_network() {
    let book = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = tempfile::tempdir().unwrap();
    let index = weave::build::build(book, Some(target.path())).unwrap();
    assert!(index.is_file());

    // `build` has followed every link; here is a second, simpler look at what browsers load without
    // being asked. mdBook's script asks the Rust playground for its crates, but only for code that
    // is marked as running there.
    for path in pages(target.path()) {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let forbidden: &[&str] = match extension {
            Some("html") => &[
                "src=\"http",
                "src=\"//",
                "<link rel=\"stylesheet\" href=\"http",
                "MathJax",
                "$$",
                "class=\"playground",
            ],
            Some("css") => &["url(http", "url(\"http", "url('http", "@import"],
            _ => continue,
        };
        let text = fs::read_to_string(&path).unwrap();
        for part in forbidden {
            assert!(!text.contains(part), "{} contains {part}", path.display());
        }
    }
}

/// A book of one page, built in a folder of its own.
fn build_page(page: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("book");
    fs::create_dir_all(book.join("src")).unwrap();
    fs::write(
        book.join("book.toml"),
        "[build]\nuse-default-preprocessors = false\n[output.html]\ninput-404 = \"\"\n",
    )
    .unwrap();
    fs::write(book.join("src/SUMMARY.md"), "- [One](one.md)\n").unwrap();
    fs::write(book.join("src/one.md"), page).unwrap();
    let found = weave::build::find(&book.join("src")).unwrap();
    weave::build::build(&found, Some(&folder.path().join("html")))
        .map_err(|error| format!("{error:#}"))?;
    Ok(fs::read_to_string(folder.path().join("html/one.html")).unwrap())
}

#[test]
fn formulas_and_diagrams_reach_the_html_unharmed() {
    let html = build_page(
        "# One\n\nHere $a * b * c$ and $W_1$ it's.\n\n```graph\ntitle: T\nx -> y : 1 | 2\n```\n",
    )
    .unwrap();
    assert!(html.contains("<mi>a</mi><mo"), "{html}");
    assert!(html.contains("<msub><mi>W</mi><mn>1</mn></msub></math>"), "{html}");
    assert!(html.contains("<text class=\"backward\"") && !html.contains("<em>"), "{html}");
}

#[test]
fn mistakes_stop_the_build_with_page_and_line() {
    let check = |page: &str, start: &str| {
        let fault = build_page(page).unwrap_err();
        assert!(fault.starts_with(start), "{fault}");
    };
    check("# One\n\n$\\foo$\n", "book/src/one.md:3: formula `\\foo`: ");
    check("# One\n\n{{#include gone.rs}}\n", "book/src/one.md:3: cannot include `gone.rs`: ");
    check("# One\n\n```graph\ntitle: T\nx y\n```\n", "book/src/one.md:5: `x y` is none of ");
    check("# One\n\n![a](gone.png \"b\")\n", "book/src/one.md:3: figure `gone.png`: ");
    check("# One\n\n[two](two.md)\n", "book/src/one.md:3: link to `two.");
    check("# One\n\n[two](#two)\n", "book/src/one.md:3: link to `#two`");
    check("# One\n\n<details>\n\nnever closed\n", "unclosed HTML tag `<details>`");
}

#[test]
fn mdbook_is_handed_the_same_pages_by_the_program() {
    let book = MDBook::load(env!("CARGO_MANIFEST_DIR")).unwrap();
    let context =
        PreprocessorContext::new(book.root.clone(), book.config.clone(), "html".to_string());
    let input = serde_json::to_vec(&(&context, &book.book)).unwrap();

    let mut child =
        program().arg("weave").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let woven: Book = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(woven, weave::preprocess::Weave.run(&context, book.book).unwrap());

    let supports = |renderer: &str| {
        program().args(["weave", "supports", renderer]).status().unwrap().success()
    };
    assert!(supports("html") && !supports("epub"));
}

#[test]
fn outside_of_the_workspace_the_program_says_so_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let output = program().current_dir(folder.path()).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        message.starts_with("error: no book/book.toml in ") && message.lines().count() == 1,
        "{message}"
    );
}

#[test]
fn every_figure_of_the_book_has_a_command_and_a_page() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let figures = source.join("figures");
    let mut lie_there: Vec<_> = pages(&figures)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|kind| kind == "png" || kind == "gif"))
        .map(|path| path.strip_prefix(&figures).unwrap().to_str().unwrap().replace('\\', "/"))
        .collect();
    lie_there.sort();
    let drawings = weave::gallery::table::DRAWINGS;
    let mut in_table: Vec<_> =
        drawings.iter().flat_map(|drawing| drawing.files()).map(|(name, _)| name).collect();
    in_table.sort();
    assert_eq!(lie_there, in_table);

    let gallery = weave::gallery::captions::gallery(&source).unwrap();
    assert_eq!(gallery.matches("](figures/").count(), in_table.len());
}

#[test]
fn the_code_behind_every_figure_is_found() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for drawing in weave::gallery::table::DRAWINGS {
        let sources = weave::gallery::sources::sources(workspace, drawing).unwrap();
        let draws = sources.iter().any(|path| path.starts_with("common/src/plot"));
        assert!(draws, "{} leads to no code that draws: {sources:?}", drawing.command());
    }
}

#[test]
fn figures_can_be_asked_about_and_a_wrong_name_is_one_line() {
    let output = program().args(["figures", "--check", "ch05"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.contains("6 figures, "), "{text}");
    let output = program().args(["figures", "ch05/gone.png"]).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), message.lines().count()), (Some(1), 1));
    assert!(message.starts_with("error: the book has no figure `ch05/gone.png`"), "{message}");
}

#[test]
fn exercises_are_listed_each_with_a_page() {
    let output = program().args(["exercises", "--quick"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut stubs = 0;
    for chapter in fs::read_dir(workspace).unwrap().map(|entry| entry.unwrap().path()) {
        let name = chapter.file_name().unwrap().to_str().unwrap();
        if !name.starts_with("ch0") {
            continue;
        }
        let told: String =
            pages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(&name[..4]))
                .iter()
                .map(|page| fs::read_to_string(page).unwrap())
                .collect();
        for stub in fs::read_dir(chapter.join("exercises")).unwrap() {
            let stub = stub.unwrap().file_name().into_string().unwrap();
            if stub.starts_with("ex") {
                stubs += 1;
                assert!(told.contains(&stub), "no page tells about {name}/exercises/{stub}");
            }
        }
    }
    assert!(text.contains(&format!(" of {stubs} solved")), "{text}");
    let output = program().args(["exercises", "ch9"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
