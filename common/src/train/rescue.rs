//! What is saved of a training that went wrong.

use std::path::Path;

use crate::{Error, Result};

/// Adds to the story of a training that went wrong where the last good weights are: in `file`, if
/// `save` can write them.
pub fn rescue(e: Error, file: Option<&Path>, save: impl FnOnce(&Path) -> Result<()>) -> Error {
    let (Error::Diverged(problem), Some(file)) = (&e, file) else { return e };
    let (name, saved) = (file.display(), save(file));
    Error::Diverged(match saved {
        Ok(()) => format!("{problem}; {name} holds the weights from before that step"),
        Err(_) => format!("{problem}; {name} is as it was"),
    })
}
