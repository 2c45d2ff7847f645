//! Which code draws a figure, as one number that changes when the code does.
//!
//! Times of files do not survive a checkout, and a figure's code lies in many files. So we begin
//! with the section's module, follow every `crate::…` and `common::…` in it from file to file, and
//! sum up what is found. Comments, layout and tests at the end of a file do not count.

use super::table::Drawing;
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

/// Modules of `common` that read flags, show progress and write files, and draw nothing.
const PLUMBING: [&str; 5] = ["cli", "error", "files", "interrupt", "progress"];

/// A number for the command and all the code behind it.
///
/// # Errors
/// If the section's module is not there, or a file cannot be read.
pub fn fingerprint(workspace: &Path, drawing: &Drawing) -> io::Result<u64> {
    let mut sum = Sum::default();
    sum.add(drawing.args);
    for file in sources(workspace, drawing)? {
        sum.add(&code(&fs::read_to_string(workspace.join(file))?));
    }
    Ok(sum.0)
}

/// The files behind a drawing, relative to the workspace, in the order of their names.
///
/// # Errors
/// As for [`fingerprint`].
pub fn sources(workspace: &Path, drawing: &Drawing) -> io::Result<BTreeSet<PathBuf>> {
    let first = files_of(workspace, drawing.package, drawing.module)?;
    if first.is_empty() {
        let path = Path::new(drawing.package).join("src").join(drawing.module);
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!(
                "{}.rs is not there, which `{}` is to begin with",
                path.display(),
                drawing.args
            ),
        ));
    }
    let mut found = BTreeSet::new();
    let mut waiting = first;
    while let Some(file) = waiting.pop() {
        if !found.insert(file.clone()) {
            continue;
        }
        let text = code(&fs::read_to_string(workspace.join(&file))?);
        // The first folder of a source's path is its package.
        let own = file.iter().next().and_then(|name| name.to_str()).unwrap_or_default();
        for (package, root) in [(own, "crate::"), ("common", "common::")] {
            for module in modules(&text, root) {
                if package != "common" || !PLUMBING.contains(&module) {
                    waiting.extend(files_of(workspace, package, module)?);
                }
            }
        }
    }
    Ok(found)
}

/// The files of a module of a package: `src/name.rs` and all that lies in `src/name`; none if there
/// is no such module (it was the name of a function).
fn files_of(workspace: &Path, package: &str, module: &str) -> io::Result<Vec<PathBuf>> {
    let stem = Path::new(package).join("src").join(module);
    let mut files = Vec::new();
    if workspace.join(&stem).with_extension("rs").is_file() {
        files.push(stem.with_extension("rs"));
    }
    if workspace.join(&stem).is_dir() {
        let of_module = [stem.with_extension("rs"), stem.join("mod.rs")];
        let text = of_module.iter().find_map(|file| fs::read_to_string(workspace.join(file)).ok());
        let text = text.unwrap_or_default();
        for entry in fs::read_dir(workspace.join(&stem))? {
            let name = entry?.file_name();
            let Some(name) = name.to_str() else { continue };
            match name.strip_suffix(".rs") {
                Some(name) if is_for_tests(&text, name) => {}
                Some(_) => files.push(stem.join(name)),
                None => files.extend(files_of(workspace, package, &format!("{module}/{name}"))?),
            }
        }
    }
    Ok(files)
}

/// Whether a source declares module `name` for its tests alone.
fn is_for_tests(text: &str, name: &str) -> bool {
    let declared = text.split("#[cfg(test)]\n").skip(1).filter_map(|after| after.lines().next());
    declared.into_iter().any(|line| line.ends_with(&format!("mod {name};")))
}

/// The names that follow `root` in a text, `a` and `b` of `crate::a` and of `crate::{a::c, b}`.
fn modules<'a>(text: &'a str, root: &str) -> Vec<&'a str> {
    let word = |text: &'a str| {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        &text[..end]
    };
    let mut names = Vec::new();
    for (at, _) in text.match_indices(root) {
        let rest = &text[at + root.len()..];
        match rest.strip_prefix('{') {
            None => names.push(word(rest)),
            Some(group) => {
                let end = group.find(';').unwrap_or(group.len());
                names.extend(group[..end].split([',', '{']).map(|part| word(part.trim_start())));
            }
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// A source without comments, without layout, and without the tests at its end.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text);
    let lines = body.lines().map(|line| line.trim_start()).filter(|line| !line.starts_with("//"));
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// FNV-1a, a sum that every build of this program computes alike (the standard library's hash may
/// change between its versions).
pub struct Sum(pub u64);

impl Default for Sum {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Sum {
    /// Adds a text, and where it ends.
    pub fn add(&mut self, text: &str) {
        self.add_bytes(text.as_bytes());
        self.add_bytes(&[0xff]);
    }

    /// Adds bytes.
    pub fn add_bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gallery::table::DRAWINGS;

    /// A workspace with a chapter whose section uses a helper, which uses `common`.
    fn workspace() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            ("ch01_numpy_basics/src/plots.rs", "use crate::{helper, other::Thing};\nfn a() {}\n"),
            ("ch01_numpy_basics/src/helper.rs", "use common::plot::Chart;\nuse common::cli;\n"),
            ("ch01_numpy_basics/src/other.rs", "pub struct Thing;\n"),
            ("ch01_numpy_basics/src/far.rs", "fn far() {}\n"),
            ("common/src/plot/mod.rs", "use crate::random;\n#[cfg(test)]\nmod tests;\n"),
            ("common/src/plot/tests.rs", "fn test() {}\n"),
            ("common/src/random.rs", "fn random() {}\n"),
            ("common/src/cli.rs", "fn flags() {}\n"),
        ];
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn what_a_section_uses_is_followed_and_nothing_else() {
        let folder = workspace();
        let found = sources(folder.path(), &DRAWINGS[0]).unwrap();
        let names: Vec<_> = found.iter().map(|path| path.to_str().unwrap()).collect();
        assert_eq!(
            names,
            [
                "ch01_numpy_basics/src/helper.rs",
                "ch01_numpy_basics/src/other.rs",
                "ch01_numpy_basics/src/plots.rs",
                "common/src/plot/mod.rs",
                "common/src/random.rs",
            ]
        );
    }

    #[test]
    fn code_changes_the_number_and_comments_layout_and_tests_do_not() {
        let folder = workspace();
        let number = || fingerprint(folder.path(), &DRAWINGS[0]).unwrap();
        let before = number();
        let random = folder.path().join("common/src/random.rs");
        let layout = "// A word.\nfn random()\n{}\n#[cfg(test)]\nmod tests {\n    fn t() {}\n}\n";
        fs::write(&random, layout.replace("()\n{}", "() {}")).unwrap();
        assert_eq!(number(), before);
        fs::write(&random, "fn random() { 1 }\n").unwrap();
        assert_ne!(number(), before);
    }

    #[test]
    fn a_module_for_tests_is_told_by_its_declaration() {
        let text = "mod plain;\n#[cfg(test)]\npub(super) mod helpers;\n#[cfg(test)]\nmod tests;\n";
        let found = ["plain", "helpers", "tests"].map(|name| is_for_tests(text, name));
        assert_eq!(found, [false, true, true]);
    }

    #[test]
    fn a_section_without_its_module_is_an_error_that_names_it() {
        let folder = workspace();
        let error = fingerprint(folder.path(), &DRAWINGS[2]).unwrap_err().to_string();
        assert!(error.contains("ch02_perceptron/src/boundary.rs"), "{error}");
    }
}
