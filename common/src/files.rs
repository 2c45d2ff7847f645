//! Files that are replaced whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{Error, Result};

/// Writes `path` by way of a temporary file beside it: whoever looks sees the old file or the new
/// one, never half of it. Folders that are missing are made.
///
/// # Errors
/// If the folder cannot be made or written to, or `write` fails; the old file is then untouched.
pub fn replace(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<()> {
    let folder = folder_of(path);
    fs::create_dir_all(&folder).map_err(Error::io("create the folder", &folder))?;
    let mut file = NamedTempFile::new_in(&folder).map_err(Error::io("write in", &folder))?;
    write(file.as_file_mut())
        .and_then(|()| file.as_file_mut().flush())
        .and_then(|()| file.as_file().sync_all())
        .and_then(|()| share(file.as_file()))
        .and_then(|()| file.persist(path).map(drop).map_err(|e| e.error))
        .map_err(Error::io("write", path))
}

/// Finds out before hours of work, not after them, that `path` could not be written.
///
/// # Errors
/// If `path` is a folder or a device, or its folder cannot be made or written to.
pub fn check_writable(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Err(Error::Invalid(format!("{} is a folder; name a file", path.display())));
    }
    if path.exists() && !path.is_file() {
        return Err(Error::Invalid(format!(
            "{} is no ordinary file; name another",
            path.display()
        )));
    }
    check_folder_writable(&folder_of(path))
}

/// The same for a folder that files will be put in.
///
/// # Errors
/// If the folder cannot be made or written to.
pub fn check_folder_writable(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
    NamedTempFile::new_in(folder).map(drop).map_err(Error::io("write in", folder))
}

/// Temporary files are private to their maker; what is kept may be read as any new file is.
#[cfg(unix)]
fn share(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share(_: &File) -> io::Result<()> {
    Ok(())
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
