//! What drew each figure of the book: a line for each in `drawn.txt` beside the figures.

use super::sources::Sum;
use std::{
    collections::BTreeMap,
    fmt, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Said at the head of the file.
const HEAD: &str = "# figure | its code | its bytes | digits | seconds: written by `cargo run -p book -- figures`\n";

/// How a figure was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The fingerprint of the command and the code behind it.
    pub code: u64,
    /// A sum of the PNG file's bytes, by which we see that it was replaced by hand.
    pub bytes: u64,
    /// What digits it was drawn from.
    pub digits: Digits,
    /// How long the run took, if it was one of ours.
    pub seconds: Option<f64>,
}

/// What a figure was drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digits {
    /// From no digits at all.
    None,
    /// From MNIST.
    Mnist,
    /// From the digits that the programs draw themselves.
    BuiltIn,
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Mnist => "MNIST",
            Self::BuiltIn => "built-in",
        })
    }
}

/// The record of all figures, by names such as `ch05/train.png`.
#[derive(Debug, Default, PartialEq)]
pub struct Record(pub BTreeMap<String, Entry>);

/// Where the record lies.
pub fn path(figures: &Path) -> PathBuf {
    figures.join("drawn.txt")
}

impl Record {
    /// Reads the record in the folder `figures`; an empty one if there is none yet.
    ///
    /// # Errors
    /// If the file cannot be read, or a line of it cannot be understood.
    pub fn read(figures: &Path) -> io::Result<Self> {
        let path = path(figures);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            result => result?,
        };
        let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
        let entries = lines.map(|(number, line)| {
            parse(line).ok_or_else(|| {
                let place = format!("{}:{}", path.display(), number + 1);
                io::Error::other(format!("{place}: `{line}` is no line of the record; delete it"))
            })
        });
        Ok(Self(entries.collect::<Result<_, _>>()?))
    }

    /// Writes the record, whole or not at all.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, figures: &Path) -> io::Result<()> {
        let new = figures.join("drawn.txt.new");
        let mut file = fs::File::create(&new)?;
        file.write_all(HEAD.as_bytes())?;
        for (name, entry) in &self.0 {
            let Entry { code, bytes, digits, seconds } = entry;
            let seconds = seconds.map(|s| format!("{s:.1}")).unwrap_or("-".into());
            writeln!(file, "{name} {code:016x} {bytes:016x} {digits} {seconds}")?;
        }
        file.sync_all()?;
        fs::rename(new, path(figures))
    }
}

fn parse(line: &str) -> Option<(String, Entry)> {
    let words: Vec<_> = line.split_whitespace().collect();
    let [name, code, bytes, digits, seconds] = words[..] else { return None };
    let digits = [Digits::None, Digits::Mnist, Digits::BuiltIn]
        .into_iter()
        .find(|kind| kind.to_string() == digits)?;
    let seconds = if seconds == "-" { None } else { Some(seconds.parse().ok()?) };
    let number = |text| u64::from_str_radix(text, 16).ok();
    Some((name.to_string(), Entry { code: number(code)?, bytes: number(bytes)?, digits, seconds }))
}

/// The sum of a file's bytes.
///
/// # Errors
/// If it cannot be read.
pub fn bytes(file: &Path) -> io::Result<u64> {
    let mut sum = Sum::default();
    sum.add_bytes(&fs::read(file)?);
    Ok(sum.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Record::read(folder.path()).unwrap(), Record::default());
        let entry = |digits, seconds| Entry { code: 7, bytes: u64::MAX, digits, seconds };
        let record = Record(BTreeMap::from([
            ("ch01/sin.png".to_string(), entry(Digits::None, Some(0.5))),
            ("ch05/train.png".to_string(), entry(Digits::Mnist, None)),
        ]));
        record.write(folder.path()).unwrap();
        assert_eq!(Record::read(folder.path()).unwrap(), record);
    }

    #[test]
    fn a_line_that_is_none_is_an_error_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(path(folder.path()), "# head\nch01/sin.png zz\n").unwrap();
        let error = Record::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("drawn.txt:2: `ch01/sin.png zz`"), "{error}");
    }
}
