//! Files that are replaced whole or not at all.
//!
//! Until it is whole, a file is called `.unfinished-` and a few letters, beside where it will be. A
//! program that is killed meanwhile leaves it there; the next one that writes to the folder takes it
//! away.

use std::fs::{self, File, Metadata};
use std::io::{self, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf, is_separator};

use tempfile::NamedTempFile;

use crate::{Error, Result};

const UNFINISHED: &str = ".unfinished-";

/// Writes `path` by way of a temporary file beside it: whoever looks sees the old file or the new
/// one, never half of it. Folders that are missing are made.
///
/// A link stays a link, and what it points to is replaced. A file that was there before hands on its
/// permissions and, where the system allows it, its owner and group. Of a file with several names (hard
/// links) only this name gets the new contents.
///
/// # Errors
/// If the folder cannot be made or written to, the old file may not be written, or `write` fails; the
/// old file is then untouched.
pub fn replace(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<()> {
    let target = target_of(path).map_err(Error::io("write", path))?;
    let folder = folder_of(&target);
    fs::create_dir_all(&folder).map_err(Error::io("create the folder", &folder))?;
    let old = may_be_replaced(&target).map_err(Error::io("write", path))?;
    let mut file = unfinished_in(&folder).map_err(Error::io("write in", &folder))?;
    if let Some(old) = old {
        take_over(file.as_file(), file.path(), &old).map_err(Error::io("write", path))?;
    }
    write(file.as_file_mut())
        .and_then(|()| file.as_file_mut().flush())
        .and_then(|()| keep_as(file, &target))
        .map_err(Error::io("write", path))
}

/// The file that `path` stands for: itself, or what a chain of links ends in, whether it is there or
/// not.
fn target_of(path: &Path) -> io::Result<PathBuf> {
    const LONGEST_CHAIN: usize = 40; // as Linux has it
    let mut target = path.to_owned();
    for _ in 0..LONGEST_CHAIN {
        match fs::symlink_metadata(&target) {
            Ok(found) if found.is_symlink() => {
                target = folder_of(&target).join(fs::read_link(&target)?);
            }
            _ => return Ok(target),
        }
    }
    Err(io::Error::other("its links lead in a circle"))
}

/// What the file is now, if it is there: an error if its contents may not be changed. (To rename another
/// file over it would be allowed all the same, and is not meant by who protects a file.)
fn may_be_replaced(target: &Path) -> io::Result<Option<Metadata>> {
    match fs::metadata(target) {
        Ok(found) if found.is_file() => {
            File::options().write(true).open(target)?;
            Ok(Some(found))
        }
        _ => Ok(None), // renaming will say what is wrong
    }
}

/// Gives a new file the owner, group and permissions of the one that it will replace, before anything
/// is in it that not everybody may read.
fn take_over(file: &File, path: &Path, old: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, chown};
        let new = file.metadata()?;
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            // For another's file only root may do this; a group of one's own is allowed to all.
            let both = chown(path, Some(old.uid()), Some(old.gid()));
            let _ = both.or_else(|_| chown(path, None, Some(old.gid())));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    file.set_permissions(old.permissions())
}

/// A new file in `folder`, which is removed again unless it is [kept](keep_as).
///
/// Its maker holds a lock on it, and what nobody holds a lock on was left by a program that was
/// killed: that is taken away first.
pub(crate) fn unfinished_in(folder: &Path) -> io::Result<NamedTempFile> {
    remove_leftovers(folder);
    loop {
        // Not `tempfile_in`: its files are for their owner only, and what is kept may be shared.
        let file = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .make_in(folder, |path| File::create_new(path))?;
        // Some network disks know no locks. There leftovers stay, which is better than to fail.
        let _ = file.as_file().lock();
        if file.path().exists() {
            return Ok(file);
        } // else somebody took it for a leftover before it was locked
    }
}

/// Gives a file that is written its name, in the place of what has that name.
pub(crate) fn keep_as(file: NamedTempFile, path: &Path) -> io::Result<()> {
    // Before the rename, lest a power cut leaves an empty file under the real name.
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|e| e.error)
}

fn remove_leftovers(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        // Asked before opening, because opening a named pipe would wait for its writer.
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            // What cannot be removed is in nobody's way.
            let _ = remove_if_left(&entry.path());
        }
    }
}

fn remove_if_left(path: &Path) -> io::Result<()> {
    let file = File::options().write(true).open(path)?;
    file.try_lock()?;
    fs::remove_file(path)
}

/// Finds out before hours of work, not after them, that `path` could not be written.
///
/// # Errors
/// If `path` is a folder or a device, a file that may not be written, or its folder cannot be made or
/// written to.
pub fn check_writable(path: &Path) -> Result<()> {
    let refuse = |why| Err(Error::Invalid(format!("{} is {why}", path.display())));
    let slash = path.as_os_str().as_encoded_bytes().last().is_some_and(|&c| is_separator(c.into()));
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => return refuse("a folder; name a file"),
        Ok(found) if !found.is_file() => return refuse("no ordinary file; name another"),
        // Such as a name that is too long.
        Err(e) if !matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Err(Error::io("write", path)(e));
        }
        _ if slash => return refuse("the name of a folder; name a file"),
        _ => {}
    }
    let target = target_of(path).map_err(Error::io("write", path))?;
    may_be_replaced(&target).map_err(Error::io("write", path))?;
    check_folder_writable(&folder_of(&target))
}

/// Finds out before hours of work that files could not be put into `folder`.
///
/// # Errors
/// If the folder cannot be made or written to.
pub fn check_folder_writable(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
    unfinished_in(folder).map(drop).map_err(Error::io("write in", folder))
}

/// Opens a file to be read. `wanted` is what an error asks for if it is a folder or the like, such
/// as "a picture".
///
/// # Errors
/// If it is no ordinary file, or cannot be opened.
pub fn open(path: &Path, wanted: &str) -> Result<BufReader<File>> {
    // Asked before opening, because opening a named pipe would wait for its writer.
    if path.exists() && !path.is_file() {
        let what = if path.is_dir() { "a folder" } else { "no ordinary file" };
        return Err(Error::format(path, format!("is {what}; name {wanted}")));
    }
    File::open(path).map(BufReader::new).map_err(Error::io("read", path))
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_a_killed_program_left_goes_and_what_a_living_one_writes_stays() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".unfinished-killed"), "half of it").unwrap();
        fs::create_dir(folder.path().join(".unfinished-folder")).unwrap();
        fs::write(folder.path().join("unfinished"), "another's").unwrap();
        let path = folder.path().join("file");
        let mut outer = String::new();
        replace(&path, |file| {
            outer = names(folder.path()).remove(0);
            // Meanwhile somebody else writes to the same folder.
            replace(&folder.path().join("other"), |other| other.write_all(b"other")).unwrap();
            file.write_all(b"whole")
        })
        .unwrap();
        assert!(outer.starts_with(".unfinished-") && outer != ".unfinished-killed", "{outer}");
        assert_eq!(names(folder.path()), [".unfinished-folder", "file", "other", "unfinished"]);
        assert_eq!(fs::read(&path).unwrap(), b"whole");
    }

    #[test]
    fn what_cannot_be_written_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "old").unwrap();
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let outcome = replace(&path, |file| file.write_all(b"ne").and(Err(full)));
        let text = outcome.unwrap_err().to_string();
        assert!(text.starts_with(&format!("cannot write {}: ", path.display())), "{text}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn names_that_no_file_can_have_are_refused_before_the_work() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        check_writable(&file).unwrap();
        check_writable(&folder.path().join("new/file")).unwrap();
        let refused = |name: &str, because: &str| {
            let text = check_writable(&folder.path().join(name)).unwrap_err().to_string();
            assert!(text.contains(because), "{text}");
        };
        refused("new", "is a folder; name a file");
        refused("nowhere/", "is the name of a folder; name a file");
        refused("file/", "is the name of a folder; name a file");
        refused("file/below", "cannot create the folder");
        refused(&"n".repeat(300), "cannot write ");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_kept_may_be_read_like_any_other_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (path, mine) = (folder.path().join("file"), folder.path().join("mine"));
        replace(&path, |file| file.write_all(b"x")).unwrap();
        fs::write(&mine, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&mine));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_its_file_is_replaced() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("disk")).unwrap();
        fs::write(at("disk/old"), "old").unwrap();
        symlink("disk/old", at("near")).unwrap();
        symlink(at("near"), at("far")).unwrap();
        symlink("disk/new", at("dangling")).unwrap();
        for (link, file) in [("near", "disk/old"), ("far", "disk/old"), ("dangling", "disk/new")] {
            check_writable(&at(link)).unwrap();
            replace(&at(link), |file| file.write_all(link.as_bytes())).unwrap();
            assert!(fs::symlink_metadata(at(link)).unwrap().is_symlink(), "{link}");
            assert_eq!(fs::read_to_string(at(file)).unwrap(), link);
        }
        symlink("circle", at("circle")).unwrap();
        for outcome in [check_writable(&at("circle")), replace(&at("circle"), |_| Ok(()))] {
            let text = outcome.unwrap_err().to_string();
            assert!(text.starts_with("cannot write ") && !text.contains('\n'), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_are_there_before_the_contents() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for mode in [0o600, 0o640, 0o664, 0o755] {
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let mut while_writing = 0;
            replace(&path, |file| {
                while_writing = file.metadata()?.permissions().mode() & 0o777;
                file.write_all(b"new")
            })
            .unwrap();
            let now = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!((while_writing, now), (mode, mode));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_may_not_be_written_is_refused_before_the_work() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        if File::options().write(true).open(&path).is_ok() {
            println!("skipped: root may write everything");
            return;
        }
        for outcome in [check_writable(&path), replace(&path, |file| file.write_all(b"new"))] {
            assert!(outcome.unwrap_err().to_string().starts_with("cannot write "));
        }
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }
}
