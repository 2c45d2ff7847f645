//! Where a program's figures go.

use std::path::{Path, PathBuf};

use crate::Result;
use crate::plot::{self, Area, Drawn};
use crate::store::files;
use crate::workspace::in_workspace;

/// A folder for figures.
#[derive(Clone, Debug)]
pub struct Figures {
    folder: PathBuf,
}

impl Figures {
    /// The folder that `--out` names, or that of `chapter`, such as "ch05".
    pub(super) fn new(out: Option<&Path>, chapter: &str) -> Self {
        let own = || in_workspace(format!("figures/{chapter}"));
        Self { folder: out.map_or_else(own, Path::to_owned) }
    }

    /// Makes the folder and tries it out: now, not after the work is done.
    ///
    /// # Errors
    /// If the folder cannot be made or written to.
    pub(super) fn check(&self) -> Result<()> {
        files::check_folder_writable(&self.folder)
    }

    /// Where a file called `name` goes, for pictures that are not drawn with [`plot`].
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Draws a figure of `size` points into the file `name` and prints where it is.
    ///
    /// # Errors
    /// As [`plot::save`].
    pub fn draw(
        &self,
        name: &str,
        size: (u32, u32),
        draw: impl FnOnce(&Area<'_>) -> Drawn,
    ) -> Result<()> {
        let path = self.path(name);
        plot::save(&path, size, draw)?;
        println!("figure: {}", path.display());
        Ok(())
    }
}
