//! `cargo run -p book -- exercises`: which exercises are solved, and which comes next.
//!
//! A stub says `todo!` until somebody works on it, so reading it is enough to see that an exercise
//! is open. Only where a chapter has a stub without `todo!` are its tests compiled and asked; a
//! reader who has just begun compiles nothing.

use crate::verdict::{Verdict, Verdicts, judge};
use clap::Args;
use mdbook_preprocessor::errors::{Error, Result};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// What is asked of the exercises.
#[derive(Args, Debug, Default)]
pub struct Wishes {
    /// A chapter (ch05); all of them if none is named
    chapters: Vec<String>,
    /// Compile nothing: a stub that no longer says `todo!` is reported as not judged
    #[arg(long)]
    quick: bool,
}

/// One exercise, as its stub describes it.
#[derive(Debug, PartialEq)]
struct Exercise {
    /// The package it belongs to.
    package: String,
    /// The name of the stub and of the test that judges it, such as `ex1_subtract`.
    name: String,
    /// The first line of the stub: `a node that subtracts`.
    title: String,
    /// Whether the stub still says `todo!`.
    open: bool,
}

/// What is known about an exercise.
#[derive(Debug, Clone, PartialEq)]
enum State {
    Solved,
    Open,
    NotYet,
    NotJudged,
    DoesNotCompile,
    Unknown(String),
}

/// Prints the exercises of the workspace around the folder `book`.
///
/// # Errors
/// If a chapter that was named does not exist, or cargo cannot be started.
pub fn run(book: &Path, wishes: &Wishes) -> Result<()> {
    let workspace = book.parent().unwrap_or(book);
    let all = list(workspace)?;
    let chapters: Vec<_> = wishes.chapters.iter().map(|name| &name[..name.len().min(4)]).collect();
    for name in &chapters {
        if !all.iter().any(|exercise| exercise.package.starts_with(name)) {
            return Err(Error::msg(format!("there is no chapter `{name}`; try ch01 to ch08")));
        }
    }
    let wanted = |exercise: &Exercise| {
        chapters.is_empty() || chapters.iter().any(|name| exercise.package.starts_with(name))
    };
    let chosen: Vec<_> = all.into_iter().filter(wanted).collect();
    let ask = |package: &str, begun: &[&str]| match wishes.quick {
        true => Ok(None),
        false => judge(workspace, package, begun).map(Some),
    };
    let states = states(&chosen, ask)?;
    print!("{}", report(&chosen, &states, |exercise| page_of(book, exercise)));
    Ok(())
}

/// All exercises, by chapter and number.
fn list(workspace: &Path) -> io::Result<Vec<Exercise>> {
    let mut found = Vec::new();
    for chapter in names(workspace)?.into_iter().filter(|name| name.starts_with("ch0")) {
        let folder = workspace.join(&chapter).join("exercises");
        if !folder.is_dir() {
            continue;
        }
        let mut stubs: Vec<_> = names(&folder)?
            .iter()
            .filter_map(|name| Some(name.strip_suffix(".rs")?.to_string()))
            .filter(|name| number(name).is_some())
            .collect();
        stubs.sort_by_key(|name| number(name));
        for name in stubs {
            let text = fs::read_to_string(folder.join(format!("{name}.rs")))?;
            let (title, open) = (title(&text), is_open(&text));
            found.push(Exercise { package: chapter.clone(), name, title, open });
        }
    }
    Ok(found)
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(folder)?;
    let mut names: Vec<_> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}

/// 12 of `ex12_loss_scale`.
fn number(name: &str) -> Option<u32> {
    name.strip_prefix("ex")?.split('_').next()?.parse().ok()
}

fn title(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim_start_matches("//!").trim();
    let title = line.split_once(": ").map_or(line, |(_, title)| title);
    title.trim_end_matches('.').to_string()
}

fn is_open(text: &str) -> bool {
    text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains("todo!"))
}

/// The state of each exercise. `ask` is called for those chapters alone that have been begun, with
/// the names of the exercises in question; it answers `None` if it does not judge.
fn states(
    exercises: &[Exercise],
    mut ask: impl FnMut(&str, &[&str]) -> Result<Option<Verdicts>>,
) -> Result<Vec<State>> {
    let mut asked: BTreeMap<&str, Option<Verdicts>> = BTreeMap::new();
    let mut states = Vec::new();
    for Exercise { package, name, open, .. } in exercises {
        if *open {
            states.push(State::Open);
            continue;
        }
        if !asked.contains_key(package.as_str()) {
            let begun = exercises.iter().filter(|other| other.package == *package && !other.open);
            let begun: Vec<_> = begun.map(|other| other.name.as_str()).collect();
            asked.insert(package, ask(package, &begun)?);
        }
        states.push(match &asked[package.as_str()] {
            None => State::NotJudged,
            Some(None) => State::DoesNotCompile,
            Some(Some(verdicts)) => match verdicts.get(name) {
                Some(Verdict::Passed) => State::Solved,
                Some(Verdict::Failed) => State::NotYet,
                Some(Verdict::Unknown(why)) => State::Unknown(why.clone()),
                None => State::Unknown("its test was not asked".to_string()),
            },
        });
    }
    Ok(states)
}

/// The page that tells about an exercise, from the workspace: that which names its file.
fn page_of(book: &Path, exercise: &Exercise) -> Option<PathBuf> {
    let folder = book.join("src").join(&exercise.package[..4]);
    let file = format!("{}.rs", exercise.name);
    let page = names(&folder).ok()?.into_iter().find(|page| {
        fs::read_to_string(folder.join(page)).is_ok_and(|text| text.contains(&file))
    })?;
    Some(Path::new("book/src").join(&exercise.package[..4]).join(page))
}

fn report(
    exercises: &[Exercise],
    states: &[State],
    page_of: impl Fn(&Exercise) -> Option<PathBuf>,
) -> String {
    let mut text = String::new();
    let mut chapter = "";
    for (exercise, state) in exercises.iter().zip(states) {
        let Exercise { package, name, title, .. } = exercise;
        if package != chapter {
            chapter = package;
            text += &format!("{chapter}\n");
        }
        let (mark, word) = match state {
            State::Solved => ('✓', String::new()),
            State::Open => ('·', String::new()),
            State::NotYet => ('✗', " (its test fails)".to_string()),
            State::NotJudged => ('?', " (no todo! left, not judged)".to_string()),
            State::DoesNotCompile => ('✗', " (the chapter's exercises do not compile)".to_string()),
            State::Unknown(why) => ('?', format!(" (unknown: {why})")),
        };
        let number = number(name).unwrap_or_default();
        text += &format!("  {mark} {number:>2} {title}{word}\n");
    }
    let solved = states.iter().filter(|state| **state == State::Solved).count();
    text += &format!("{solved} of {} solved\n", states.len());
    let next =
        exercises.iter().zip(states).find(|(_, s)| !matches!(s, State::Solved | State::NotJudged));
    let Some((next, _)) = next else { return text };
    let Exercise { package, name, title, .. } = next;
    text += &format!("\nnext: {title}\n  open   {package}/exercises/{name}.rs\n");
    text += &format!("  judge  cargo test -p {package} -- --ignored {name}\n");
    if let Some(page) = page_of(next) {
        text += &format!("  read   {}, which has a hint\n", page.display());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workspace with two chapters of stubs.
    fn workspace(stubs: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in stubs {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    const OPEN: &str = "//! Exercise 2: wait.\nfn a() { todo!(\"this\") }\n";
    const DONE: &str = "//! Exercise 1: go.\n// It said todo! before.\nfn a() {}\n";

    #[test]
    fn exercises_are_listed_by_number_and_open_while_they_say_todo() {
        let folder = workspace(&[
            ("ch02_b/exercises/ex10_last.rs", OPEN),
            ("ch02_b/exercises/ex9_last_but_one.rs", DONE),
            ("ch02_b/exercises/mod.rs", ""),
            ("ch01_a/exercises/ex1_go.rs", DONE),
            ("ch01_a/exercises/solutions/ex1_go.rs", DONE),
            ("other/exercises/ex1_no.rs", OPEN),
        ]);
        let found = list(folder.path()).unwrap();
        let seen: Vec<_> = found.iter().map(|e| (e.name.as_str(), e.open)).collect();
        assert_eq!(seen, [("ex1_go", false), ("ex9_last_but_one", false), ("ex10_last", true)]);
        assert_eq!((found[0].title.as_str(), found[2].title.as_str()), ("go", "wait"));
    }

    #[test]
    fn only_chapters_that_were_begun_are_judged_and_each_once() {
        let folder = workspace(&[
            ("ch01_a/exercises/ex1_go.rs", DONE),
            ("ch01_a/exercises/ex2_go.rs", DONE),
            ("ch02_b/exercises/ex1_wait.rs", OPEN),
        ]);
        let found = list(folder.path()).unwrap();
        let mut asked = Vec::new();
        let states = states(&found, |package, begun| {
            asked.push(format!("{package}: {}", begun.join(" ")));
            let verdicts = [("ex1_go", Verdict::Passed), ("ex2_go", Verdict::Failed)];
            Ok(Some(Some(verdicts.map(|(name, verdict)| (name.to_string(), verdict)).into())))
        })
        .unwrap();
        assert_eq!(asked, ["ch01_a: ex1_go ex2_go"]);
        assert_eq!(states, [State::Solved, State::NotYet, State::Open]);

        let text = report(&found, &states, |_| Some("book/src/ch01/page.md".into()));
        assert!(text.contains("1 of 3 solved"), "{text}");
        assert!(text.contains("open   ch01_a/exercises/ex2_go.rs"), "{text}");
        assert!(text.contains("cargo test -p ch01_a -- --ignored ex2_go"), "{text}");
    }

    #[test]
    fn a_chapter_that_does_not_compile_or_is_not_judged_says_so() {
        let folder = workspace(&[("ch01_a/exercises/ex1_go.rs", DONE)]);
        let found = list(folder.path()).unwrap();
        let broken = states(&found, |_, _| Ok(Some(None))).unwrap();
        assert!(report(&found, &broken, |_| None).contains("do not compile"));
        let why = Verdict::Unknown("its test ended with signal: 9".to_string());
        let unknown =
            |_: &str, _: &[&str]| Ok(Some(Some([("ex1_go".to_string(), why.clone())].into())));
        let unknown = report(&found, &states(&found, unknown).unwrap(), |_| None);
        assert!(unknown.contains("?  1 go (unknown: its test ended with signal: 9)"), "{unknown}");
        let unjudged = states(&found, |_, _| Ok(None)).unwrap();
        let text = report(&found, &unjudged, |_| None);
        assert!(text.contains("not judged") && !text.contains("next:"), "{text}");
    }
}
