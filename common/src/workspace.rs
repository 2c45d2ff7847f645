//! Where the workspace is.

use std::env;
use std::path::{Path, PathBuf};

/// What this workspace has and other Rust projects have not.
const OURS: &str = "common/nn/Cargo.toml";

/// `path`, meant from the root of this workspace.
///
/// That is the folder upwards from the current one that holds the workspace, or, where another Rust
/// project is upwards, the folder in which the program was built: figures and data do not belong into
/// somebody else's project. Where there is neither, it is the current folder.
pub fn in_workspace(path: impl AsRef<Path>) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root(&here, &built_in).join(path)
}

/// The workspace's root as seen from the folder `here`; empty for `here` itself.
fn root(here: &Path, built_in: &Path) -> PathBuf {
    let project = here.ancestors().position(|folder| folder.join("Cargo.lock").exists());
    let Some(depth) = project else { return PathBuf::new() };
    let up: PathBuf = std::iter::repeat_n(Path::new(".."), depth).collect();
    if here.join(&up).join(OURS).is_file() {
        return up;
    }
    match built_in.join(OURS).is_file() {
        true => built_in.canonicalize().unwrap_or_else(|_| built_in.to_owned()),
        false => PathBuf::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A project: a folder with a `Cargo.lock`, with this workspace's mark or without.
    fn project(ours: bool) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("Cargo.lock"), "").expect("it can be written");
        fs::create_dir_all(folder.path().join("common/nn")).expect("it can be made");
        fs::create_dir_all(folder.path().join("a/b")).expect("it can be made");
        if ours {
            fs::write(folder.path().join(OURS), "").expect("it can be written");
        }
        folder
    }

    #[test]
    fn in_this_workspace_it_is_the_way_up() {
        let (ours, nowhere) = (project(true), Path::new("nowhere"));
        assert_eq!(root(&ours.path().join("a/b"), nowhere), Path::new("../.."));
        assert_eq!(root(ours.path(), nowhere), Path::new(""));
    }

    #[test]
    fn in_another_project_it_is_where_the_program_was_built() {
        let (other, built_in) = (project(false), project(true));
        let expected = built_in.path().canonicalize().expect("it is there");
        assert_eq!(root(&other.path().join("a"), built_in.path()), expected);
        assert_eq!(root(&other.path().join("a"), Path::new("nowhere")), Path::new(""));
    }

    #[test]
    fn outside_of_all_projects_it_is_the_current_folder() {
        let (folder, built_in) = (tempfile::tempdir().expect("a folder"), project(true));
        assert_eq!(root(folder.path(), built_in.path()), Path::new(""));
    }
}
