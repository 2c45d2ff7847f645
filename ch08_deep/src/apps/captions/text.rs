//! A text to learn from: this book's own pages, or the reader's file; what is held out; its characters.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use common::data::fingerprint_of_bytes;
use common::workspace::in_workspace;
use common::{Error, Result};

/// Every so many pieces of a text, one is held out: the fifth of each ten.
const HELD_OUT: (usize, usize) = (10, 4);
/// Into how many pieces a single file is cut.
const PIECES: usize = 100;
/// The largest file that is read, in bytes.
const MOST_BYTES: u64 = 100_000_000;
/// A character that is rarer than this in what is learned from is one of the unknown.
const RARE: usize = 10;

/// A text in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Where it is from.
    pub name: String,
    /// The pages of the book, or parts of a file, in order.
    pub pieces: Vec<String>,
}

impl Text {
    /// The pages of this book, in the order of their file names.
    ///
    /// # Errors
    /// If they are not there, as where the program runs without the workspace, or cannot be read.
    pub fn of_the_book() -> Result<Self> {
        let folder = in_workspace("book/src");
        let mut files = Vec::new();
        collect_pages(&folder, &mut files).map_err(|_| {
            Error::Invalid(format!(
                "this book's pages are not in {}; name another text with --text FILE",
                folder.display()
            ))
        })?;
        files.sort();
        let pieces = files.iter().map(|file| read(file)).collect::<Result<Vec<_>>>()?;
        Ok(Self { name: format!("{} pages of this book", pieces.len()), pieces })
    }

    /// The text of a file, in a hundred pieces of one length.
    ///
    /// # Errors
    /// If it cannot be read, is larger than 100 MB, or is not UTF-8.
    pub fn of_file(file: &Path) -> Result<Self> {
        let characters: Vec<char> = read(file)?.chars().collect();
        let length = characters.len().div_ceil(PIECES).max(1);
        let pieces = characters.chunks(length).map(|piece| piece.iter().collect()).collect();
        Ok(Self { name: file.display().to_string(), pieces })
    }

    /// How many characters it has.
    pub fn characters(&self) -> usize {
        self.pieces.iter().map(|piece| piece.chars().count()).sum()
    }

    /// A number that tells it from other texts.
    pub fn fingerprint(&self) -> u64 {
        fingerprint_of_bytes(self.pieces.join("\0").as_bytes())
    }

    // ANCHOR: split
    /// What is learned from, and what is held out: every tenth piece.
    pub fn split(&self) -> (String, String) {
        let (every, at) = HELD_OUT;
        let pieces = || self.pieces.iter().enumerate();
        let learned = pieces().filter(|(i, _)| i % every != at);
        let held_out = pieces().filter(|(i, _)| i % every == at);
        (
            learned.map(|(_, piece)| piece.as_str()).collect(),
            held_out.map(|(_, piece)| piece.as_str()).collect(),
        )
    }
    // ANCHOR_END: split
}

fn collect_pages(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect_pages(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    Ok(())
}

/// The text of a file; lines that end as on Windows end as elsewhere.
fn read(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(Error::io("read", path))?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(Error::io("read", path))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Error::format(path, "is larger than 100 MB; take a part of it"));
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        let valid = e.utf8_error().valid_up_to();
        Error::format(path, format!("is not text in UTF-8: its byte {} is none of it", valid + 1))
    })?;
    match text.is_empty() {
        true => Err(Error::format(path, "is empty; there is nothing to read in it")),
        false => Ok(text.replace("\r\n", "\n")),
    }
}

// ANCHOR: vocabulary
/// The characters that are told apart. Their numbers begin at 1; all that are rare share the number 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    characters: Vec<char>,
}

/// The number that all rare characters share.
pub const UNKNOWN: usize = 0;

impl Vocabulary {
    /// The characters that a text has at least ten times, in the order of their code points.
    pub fn of(text: &str) -> Self {
        let mut counts = BTreeMap::new();
        text.chars().for_each(|c| *counts.entry(c).or_insert(0) += 1);
        let often = counts.into_iter().filter(|&(_, count)| count >= RARE);
        Self { characters: often.map(|(c, _)| c).collect() }
    }

    /// How many symbols there are, the unknown included.
    pub fn size(&self) -> usize {
        self.characters.len() + 1
    }

    /// The number of a character.
    pub fn number(&self, c: char) -> usize {
        self.characters.binary_search(&c).map_or(UNKNOWN, |i| i + 1)
    }

    /// The numbers of all characters of a text.
    pub fn numbers(&self, text: &str) -> Vec<usize> {
        text.chars().map(|c| self.number(c)).collect()
    }

    /// The character of a number.
    pub fn character(&self, number: usize) -> char {
        number.checked_sub(1).map_or(char::REPLACEMENT_CHARACTER, |i| self.characters[i])
    }
}
// ANCHOR_END: vocabulary

impl Vocabulary {
    /// The code points of all characters, for a weights file.
    pub fn code_points(&self) -> Vec<f32> {
        self.characters.iter().map(|&c| u32::from(c) as f32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_characters_are_unknown() {
        let vocabulary = Vocabulary::of(&("ab".repeat(10) + "ccé"));
        assert_eq!(vocabulary.size(), 3);
        assert_eq!(vocabulary.numbers("abcé"), [1, 2, UNKNOWN, UNKNOWN]);
        assert_eq!((vocabulary.character(2), vocabulary.character(0)), ('b', '\u{fffd}'));
        assert_eq!(vocabulary.code_points(), [97.0, 98.0]);
    }

    #[test]
    fn a_tenth_is_held_out() {
        let pieces = (0..20).map(|i| format!("{i},")).collect();
        let (learned, held_out) = Text { name: String::new(), pieces }.split();
        assert_eq!(held_out, "4,14,");
        assert_eq!(learned, "0,1,2,3,5,6,7,8,9,10,11,12,13,15,16,17,18,19,");
    }

    #[test]
    fn a_file_is_read_whole_and_what_is_no_text_is_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("text");
        let write = |bytes: &[u8]| fs::write(&file, bytes).expect("it can be written");
        write("äb\r\nc".repeat(300).as_bytes());
        let text = Text::of_file(&file).expect("it is text");
        assert_eq!((text.characters(), text.pieces.len()), (1200, 100));
        assert_eq!(text.pieces.concat(), "äb\nc".repeat(300));
        for (bytes, because) in [(&b""[..], "is empty"), (b"ab\xffc", "its byte 3 is none of it")] {
            write(bytes);
            let error = Text::of_file(&file).expect_err("no text").to_string();
            assert!(error.contains(because), "{error}");
        }
    }

    #[test]
    fn the_books_pages_are_found() {
        let book = Text::of_the_book().expect("they are there");
        assert!(book.pieces.len() > 100 && book.characters() > 500_000);
        let other = Text { pieces: book.pieces[1..].to_vec(), ..book.clone() };
        assert_ne!(book.fingerprint(), other.fingerprint());
    }
}
