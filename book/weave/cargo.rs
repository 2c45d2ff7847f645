//! Cargo, called as a reader would call it.

use std::{env, path::Path, process::Command};

/// A command of cargo's in `workspace`.
///
/// Cargo tells its children about the package that it runs (`CARGO_PKG_NAME` and more). If another
/// cargo were told, build scripts that look at these would run again, and all that depends on them
/// would be compiled anew, each time that a reader calls one or the other.
pub(crate) fn cargo(workspace: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}
