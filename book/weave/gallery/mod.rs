//! `cargo run -p book -- figures`: draws the book's figures anew, and tells which have fallen behind
//! the code that draws them.

pub mod captions;
mod draw;
mod paths;
pub mod record;
pub mod sources;
pub mod table;

use captions::duration;
use clap::Args;
use mdbook_preprocessor::errors::{Error, Result};
use record::{Digits, Entry, Record};
use std::{
    fs,
    path::{Path, PathBuf},
};
use table::Drawing;

/// What is asked of the figures.
#[derive(Args, Debug, Default)]
pub struct Wishes {
    /// A chapter (ch05) or a figure (ch05/train.png); all of the book if none is named
    names: Vec<String>,
    /// Draw nothing: say which figures are older than the code that draws them
    #[arg(long, conflicts_with_all = ["quick", "stale", "built_in", "accept"])]
    check: bool,
    /// Leave out what takes more than about a minute
    #[arg(long)]
    quick: bool,
    /// Draw only what is missing or older than its code
    #[arg(long)]
    stale: bool,
    /// Without MNIST, draw from the built-in digits what the book shows with MNIST
    #[arg(long)]
    built_in: bool,
    /// Draw nothing: record the figures, as they are, as those of the present code
    #[arg(long, conflicts_with_all = ["quick", "stale", "built_in"])]
    accept: bool,
}

/// Where things lie.
struct Places {
    workspace: PathBuf,
    figures: PathBuf,
    /// Where the programs draw, and keep the weights that others read.
    scratch: PathBuf,
}

/// Does what is asked with the figures of the book in the folder `book`.
///
/// # Errors
/// If a name fits no figure, or one that was asked for could not be drawn.
pub fn run(book: &Path, wishes: &Wishes) -> Result<()> {
    let workspace = book.parent().unwrap_or(book).to_path_buf();
    let (figures, scratch) = (book.join("src/figures"), workspace.join("target/figures"));
    let places = Places { workspace, figures, scratch };
    let drawings = table::choose(&wishes.names).map_err(Error::msg)?;
    if wishes.check {
        check(&places, &drawings)
    } else if wishes.accept {
        for drawing in &drawings {
            record_all(&places, drawing, |drawing| {
                if drawing.digits { Digits::Mnist } else { Digits::None }
            })?;
        }
        Ok(())
    } else {
        draw_all(&places, &drawings, wishes)
    }
}

/// How a figure stands to its code.
#[derive(Debug, PartialEq)]
enum State {
    Current,
    Missing,
    Unrecorded,
    Replaced,
    Older,
    FromBuiltIn,
}

impl State {
    fn in_words(&self) -> &'static str {
        match self {
            Self::Current => "up to date",
            Self::Missing => "missing",
            Self::Unrecorded => "not recorded: nobody knows which code drew it",
            Self::Replaced => "replaced by hand since it was recorded",
            Self::Older => "older than the code that draws it",
            Self::FromBuiltIn => {
                "drawn from built-in digits, where the book's pages speak of MNIST"
            }
        }
    }
}

fn state(places: &Places, record: &Record, name: &str, code: u64) -> Result<State> {
    let file = places.figures.join(name);
    if !file.is_file() {
        return Ok(State::Missing);
    }
    let Some(entry) = record.0.get(name) else { return Ok(State::Unrecorded) };
    Ok(if record::bytes(&file)? != entry.bytes {
        State::Replaced
    } else if entry.code != code {
        State::Older
    } else if entry.digits == Digits::BuiltIn {
        State::FromBuiltIn
    } else {
        State::Current
    })
}

/// Prints every figure that is not up to date, and the command that would draw it.
fn check(places: &Places, drawings: &[&Drawing]) -> Result<()> {
    let record = Record::read(&places.figures)?;
    let (mut all, mut behind) = (0, 0);
    for drawing in drawings {
        let code = sources::fingerprint(&places.workspace, drawing)?;
        for (name, _) in drawing.files() {
            all += 1;
            let state = state(places, &record, &name, code)?;
            if state != State::Current {
                behind += 1;
                println!("{name}: {}\n  {}", state.in_words(), drawing.command());
            }
        }
    }
    println!("{all} figures, {} up to date", all - behind);
    if behind > 0 {
        println!("cargo run -p book -- figures --stale draws anew what is older");
    }
    Ok(())
}

fn draw_all(places: &Places, drawings: &[&Drawing], wishes: &Wishes) -> Result<()> {
    let mnist = draw::mnist(&places.workspace);
    let mut failed = Vec::new();
    for drawing in drawings {
        let name = draw::names(drawing);
        if let Some(why) = why_not(places, drawing, wishes, mnist.is_some())? {
            println!("{name}: {why}");
            continue;
        }
        println!("{name}: {}", drawing.command());
        let before = places.bytes(drawing);
        match draw::draw(places, drawing, mnist.as_deref()) {
            Ok(time) => {
                let digits = match (drawing.digits, &mnist) {
                    (false, _) => Digits::None,
                    (true, Some(_)) => Digits::Mnist,
                    (true, None) => Digits::BuiltIn,
                };
                record_all(places, drawing, |_| digits)?;
                record_time(places, drawing, time)?;
                let same =
                    if places.bytes(drawing) == before { ", the same as before" } else { "" };
                println!("  drawn in {}{same}", duration(time));
            }
            Err(why) => {
                println!("  failed: {why}");
                failed.push(name);
            }
        }
    }
    match failed[..] {
        [] => Ok(()),
        _ => Err(Error::msg(format!("could not draw {}; see above", failed.join(", ")))),
    }
}

/// Why a drawing is left out, in words; `None` if it is to be drawn.
fn why_not(
    places: &Places,
    drawing: &Drawing,
    wishes: &Wishes,
    mnist: bool,
) -> Result<Option<String>> {
    if wishes.stale {
        let record = Record::read(&places.figures)?;
        let code = sources::fingerprint(&places.workspace, drawing)?;
        let mut current = true;
        for (name, _) in drawing.files() {
            current &= state(places, &record, &name, code)? == State::Current;
        }
        if current {
            return Ok(Some("up to date".into()));
        }
    }
    if wishes.quick && drawing.long {
        return Ok(Some("left out, it takes minutes".into()));
    }
    if drawing.digits && !mnist && !wishes.built_in {
        return Ok(Some(
            "left as it is, the book shows it with MNIST, which is not here: set MNIST_DIR, or have \
             it downloaded by `cargo run -p ch03_forward`; or draw it from built-in digits with --built-in"
                .into(),
        ));
    }
    Ok(draw::missing_weights(places, drawing).map(|file| {
        let saves = |other: &&Drawing| other.args.contains(&format!("--save {file}"));
        let maker = table::DRAWINGS.iter().find(saves).map(draw::names).unwrap_or_default();
        format!("left as it is, it reads {file}: draw {maker} first, which saves that file")
    }))
}

impl Places {
    /// The sums of a drawing's figures as they are now.
    fn bytes(&self, drawing: &Drawing) -> Vec<Option<u64>> {
        drawing.files().map(|(name, _)| record::bytes(&self.figures.join(name)).ok()).collect()
    }
}

fn record_all(
    places: &Places,
    drawing: &Drawing,
    digits: impl Fn(&Drawing) -> Digits,
) -> Result<()> {
    let code = sources::fingerprint(&places.workspace, drawing)?;
    fs::create_dir_all(&places.figures)?;
    let mut record = Record::read(&places.figures)?;
    for (name, _) in drawing.files() {
        let bytes = record::bytes(&places.figures.join(&name))
            .map_err(|error| Error::msg(format!("cannot read the figure {name}: {error}")))?;
        let seconds = record.0.get(&name).and_then(|entry| entry.seconds);
        record.0.insert(name, Entry { code, bytes, digits: digits(drawing), seconds });
    }
    Ok(record.write(&places.figures)?)
}

fn record_time(places: &Places, drawing: &Drawing, seconds: f64) -> Result<()> {
    let mut record = Record::read(&places.figures)?;
    for (name, _) in drawing.files() {
        if let Some(entry) = record.0.get_mut(&name) {
            entry.seconds = Some(seconds);
        }
    }
    Ok(record.write(&places.figures)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_figure_is_judged_by_its_file_and_its_record() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places {
            workspace: folder.path().into(),
            figures: folder.path().into(),
            scratch: folder.path().into(),
        };
        let entry = |code, bytes, digits| {
            let entry = Entry { code, bytes, digits, seconds: None };
            Record(BTreeMap::from([("a.png".to_string(), entry)]))
        };
        let judge = |record: &Record| state(&places, record, "a.png", 1).unwrap();
        assert_eq!(judge(&Record::default()), State::Missing);
        fs::write(folder.path().join("a.png"), "picture").unwrap();
        let sum = record::bytes(&folder.path().join("a.png")).unwrap();
        assert_eq!(judge(&Record::default()), State::Unrecorded);
        assert_eq!(judge(&entry(1, sum, Digits::Mnist)), State::Current);
        assert_eq!(judge(&entry(2, sum, Digits::Mnist)), State::Older);
        assert_eq!(judge(&entry(1, sum ^ 1, Digits::Mnist)), State::Replaced);
        assert_eq!(judge(&entry(1, sum, Digits::BuiltIn)), State::FromBuiltIn);
    }

    #[test]
    fn what_the_book_shows_with_mnist_is_not_replaced_without_it() {
        let folder = tempfile::tempdir().unwrap();
        let scratch = folder.path().to_path_buf();
        let places = Places {
            workspace: scratch.clone(),
            figures: scratch.clone(),
            scratch: scratch.clone(),
        };
        let find = |figure: &str| table::choose(&[figure.to_string()]).unwrap()[0];
        let why = |figure, wishes: &Wishes, mnist| why_not(&places, find(figure), wishes, mnist);
        let plain = Wishes::default();
        assert!(why("ch05/train.png", &plain, false).unwrap().unwrap().contains("MNIST"));
        assert_eq!(why("ch05/train.png", &plain, true).unwrap(), None);
        assert_eq!(why("ch05/xor.png", &plain, false).unwrap(), None);
        let built_in = Wishes { built_in: true, ..Wishes::default() };
        assert_eq!(why("ch05/train.png", &built_in, false).unwrap(), None);
        let quick = Wishes { quick: true, ..Wishes::default() };
        assert!(why("ch08/resnet.png", &quick, true).unwrap().unwrap().contains("minutes"));

        let needs = why("ch07/filters.png", &plain, true).unwrap().unwrap();
        assert!(needs.contains("simple.npz: draw ch07/train.png first"), "{needs}");
        fs::write(scratch.join("simple.npz"), "").unwrap();
        assert_eq!(why("ch07/filters.png", &plain, true).unwrap(), None);
    }
}
