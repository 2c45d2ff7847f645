//! Where the workspace is.

use std::env;
use std::path::{Path, PathBuf};

/// `path`, meant from the root of the workspace: the nearest folder upwards with a `Cargo.lock`,
/// or the current one if there is none.
pub fn in_workspace(path: impl AsRef<Path>) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    let depth = here.ancestors().position(|folder| folder.join("Cargo.lock").exists());
    let up: PathBuf = std::iter::repeat_n(Path::new(".."), depth.unwrap_or(0)).collect();
    up.join(path)
}
