//! What can go wrong, said in one line that tells the reader what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Everything that library code reports instead of panicking.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused: `action` is what was tried ("read", "write", "create").
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file or folder it was tried on.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// A file is there, but its contents are not what they should be.
    #[error("{}: {problem}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What was expected and what came.
        problem: String,
    },
    /// A file could not be fetched from any of its mirrors.
    #[error("cannot download {file}: {problem}")]
    Download {
        /// The file's name on the mirror.
        file: String,
        /// What each mirror answered.
        problem: String,
    },
    /// A training went wrong; the text says where, why and what to do.
    #[error("{0}")]
    Diverged(String),
    /// Values that do not go together; the text says what would.
    #[error("{0}")]
    Invalid(String),
}

/// A result whose error is [`enum@Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<nn::Error> for Error {
    fn from(e: nn::Error) -> Self {
        match e {
            nn::Error::Diverged(problem) => Self::Diverged(problem),
            nn::Error::Invalid(problem) => Self::Invalid(problem),
        }
    }
}

impl Error {
    /// For `map_err`: remembers what was tried on which path.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    /// A file whose contents are wrong.
    pub fn format(path: &Path, problem: impl AsRef<str>) -> Self {
        Self::Format { path: path.to_owned(), problem: brief(problem.as_ref()) }
    }
}

/// Fit for one line: what was found in a file, or what others say of it, can be anything.
fn brief(text: &str) -> String {
    const MOST: usize = 400;
    let mut line: String = text.split(char::is_control).collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = line.char_indices().nth(MOST) {
        line.truncate(cut);
        line.push('…');
    }
    line
}

/// What clap says over several lines, without its reminder of `--help`, in one. Names of files may
/// hold any character: those that steer the terminal are shown, not obeyed.
pub fn one_line(message: &str) -> String {
    let lines = message.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("For more information"));
    let line = lines.collect::<Vec<_>>().join("; ");
    line.split(char::is_control).collect::<Vec<_>>().join("\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clap_is_brought_to_one_line() {
        let message = "error: unexpected argument '--epoch' found\n\n  tip: a similar argument exists: '--epochs'\n\nUsage: x --epochs <N>\n\nFor more information, try '--help'.\n";
        let line = "error: unexpected argument '--epoch' found; tip: a similar argument exists: '--epochs'; Usage: x --epochs <N>";
        assert_eq!(one_line(message), line);
        assert_eq!(one_line("cannot read a\nb\u{1b}[31mc"), "cannot read a; b\u{fffd}[31mc");
    }

    #[test]
    fn a_problem_is_one_line_of_bearable_length() {
        let error = Error::format(Path::new("file"), "two\nlines, \u{1b}[31mred");
        assert_eq!(error.to_string(), "file: two lines,  [31mred");
        let error = Error::format(Path::new("file"), "é".repeat(1000));
        assert_eq!(error.to_string(), format!("file: {}…", "é".repeat(400)));
    }
}
