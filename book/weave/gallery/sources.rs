//! Which code draws a figure, as one number that changes when the code does.
//!
//! Times of files do not survive a checkout, and a figure's code lies in many files. So we begin
//! with the section's module, follow every path in it that begins with `crate`, `super`, `self`,
//! `common` or `nn` from file to file, and sum up what is found. Comments, layout and tests at the end
//! of a file do not count.

use super::paths::paths;
use super::table::Drawing;
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

/// Where the shared crates have their sources; what is not in the first is re-exported from the second.
const COMMON: &str = "common/src";
const NN: &str = "common/nn/src";

/// Files of the shared crates that read flags, show progress and write files, and draw nothing.
const PLUMBING: [&str; 12] = [
    "common/src/error.rs",
    "common/src/flags.rs",
    "common/src/program/figures.rs",
    "common/src/program/mod.rs",
    "common/src/program/threads.rs",
    "common/src/progress.rs",
    "common/src/store/files.rs",
    "common/src/store/mod.rs",
    "common/src/train/interrupt.rs",
    "common/src/train/rescue.rs",
    "common/src/workspace.rs",
    "common/nn/src/error.rs",
];

/// A number for the command and all the code behind it.
///
/// # Errors
/// If the section's module is not there, a path names a module that is nowhere, or a file cannot be
/// read.
pub fn fingerprint(workspace: &Path, drawing: &Drawing) -> io::Result<u64> {
    let mut sum = Sum::default();
    sum.add(drawing.args);
    for file in sources(workspace, drawing)? {
        sum.add(&code(&read(&workspace.join(file))?));
    }
    Ok(sum.0)
}

/// The files behind a drawing, relative to the workspace, in the order of their names.
///
/// # Errors
/// As for [`fingerprint`].
pub fn sources(workspace: &Path, drawing: &Drawing) -> io::Result<BTreeSet<PathBuf>> {
    let root = Path::new(drawing.package).join("src");
    let module: Vec<_> = drawing.module.split('/').collect();
    let mut waiting = files_of(workspace, &root, &module)?;
    if waiting.is_empty() {
        let path = root.join(drawing.module);
        return Err(missing(format!(
            "{}.rs is not there, which `{}` is to begin with",
            path.display(),
            drawing.args
        )));
    }
    let mut found = BTreeSet::new();
    while let Some(file) = waiting.pop() {
        if PLUMBING.iter().any(|plumbing| file == Path::new(plumbing)) {
            continue;
        }
        if !found.insert(file.clone()) {
            continue;
        }
        let text = code(&read(&workspace.join(&file))?);
        for path in paths(&text) {
            waiting.extend(follow(workspace, &file, &path)?);
        }
    }
    Ok(found)
}

/// The files of the module that a path names, as it stands in `file`.
fn follow(workspace: &Path, file: &Path, path: &[String]) -> io::Result<Vec<PathBuf>> {
    let (own, mut module) = module_of(file);
    let root = match path[0].as_str() {
        "common" => PathBuf::from(COMMON),
        "nn" => PathBuf::from(NN),
        _ => own,
    };
    let passed_on = (root == Path::new(COMMON)).then(|| PathBuf::from(NN));
    if !["self", "super"].contains(&path[0].as_str()) {
        module.clear();
    }
    for _ in path.iter().filter(|name| *name == "super") {
        module.pop();
    }
    let inside = module.len();
    module.extend(path[1..].iter().filter(|n| !["self", "super"].contains(&n.as_str())).cloned());
    for root in [Some(&root), passed_on.as_ref()].into_iter().flatten() {
        // The longest beginning of the path that is a module; what follows are names in it. The
        // module that the path stands in is there already.
        for length in (inside + 1..=module.len()).rev() {
            let names: Vec<_> = module[..length].iter().map(String::as_str).collect();
            let files = files_of(workspace, root, &names)?;
            if !files.is_empty() {
                let next = module.get(length).filter(|name| is_module(name, &module[length + 1..]));
                return match next {
                    Some(name) if !is_passed_on(workspace, &files, name)? => {
                        Err(unknown(file, path, name))
                    }
                    _ => Ok(files),
                };
            }
        }
    }
    match module.get(inside) {
        Some(name) if is_module(name, &module[inside + 1..]) => Err(unknown(file, path, name)),
        _ => Ok(Vec::new()), // a name in the module itself, or at the root of the crate
    }
}

/// Whether a name must be that of a module: something follows it, and it is not a type's.
fn is_module(name: &str, after: &[String]) -> bool {
    !after.is_empty() && name.starts_with(|c: char| c.is_lowercase())
}

/// Whether one of a module's files passes on `name` from elsewhere with a `pub use`.
fn is_passed_on(workspace: &Path, files: &[PathBuf], name: &str) -> io::Result<bool> {
    let is_name = |word: &str| word == name;
    for file in files {
        let text = code(&read(&workspace.join(file))?);
        let passed_on = text.split("pub use ").skip(1).filter_map(|after| after.split(';').next());
        let mut words =
            passed_on.flat_map(|path| path.split(|c: char| !c.is_alphanumeric() && c != '_'));
        if words.any(is_name) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn unknown(file: &Path, path: &[String], name: &str) -> io::Error {
    missing(format!("{}: no module `{name}` for {}", file.display(), path.join("::")))
}

fn missing(problem: String) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, problem)
}

/// The folder of a crate's sources that a file lies in, and the path of its module from there.
fn module_of(file: &Path) -> (PathBuf, Vec<String>) {
    let names: Vec<_> = file.iter().filter_map(|name| name.to_str()).collect();
    let src = names.iter().position(|name| *name == "src").map_or(0, |at| at + 1);
    let mut module: Vec<String> = names[src..].iter().map(|name| (*name).to_string()).collect();
    if let Some(last) = module.pop() {
        let stem = last.trim_end_matches(".rs");
        if !["mod", "lib", "main"].contains(&stem) {
            module.push(stem.to_string());
        }
    }
    (names[..src].iter().collect(), module)
}

/// The files of a module: `src/name.rs`, or all that lies in `src/name`; none if there is no such
/// module (it was the name of a function).
fn files_of(workspace: &Path, root: &Path, module: &[&str]) -> io::Result<Vec<PathBuf>> {
    let stem = module.iter().fold(root.to_owned(), |stem, name| stem.join(name));
    let mut files = Vec::new();
    if workspace.join(&stem).with_extension("rs").is_file() {
        files.push(stem.with_extension("rs"));
    }
    if workspace.join(&stem).is_dir() {
        let of_module = [stem.with_extension("rs"), stem.join("mod.rs")];
        let text = of_module.iter().find_map(|file| read(&workspace.join(file)).ok());
        let text = text.unwrap_or_default();
        for entry in fs::read_dir(workspace.join(&stem))? {
            let name = entry?.file_name();
            let Some(name) = name.to_str() else { continue };
            match name.strip_suffix(".rs") {
                Some(name) if is_for_tests(&text, name) => {}
                Some(_) => files.push(stem.join(name)),
                None => files.extend(files_of(workspace, root, &[module, &[name]].concat())?),
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

/// A text with the line ends of Unix, whichever a checkout gave it.
fn read(path: &Path) -> io::Result<String> {
    Ok(fs::read_to_string(path)?.replace("\r\n", "\n"))
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
            ("ch01_numpy_basics/src/helper.rs", "use common::plot::Chart;\nuse common::flags;\n"),
            ("ch01_numpy_basics/src/other.rs", "pub struct Thing;\n"),
            ("ch01_numpy_basics/src/far.rs", "fn far() {}\n"),
            ("common/src/plot/mod.rs", "use common::random;\n#[cfg(test)]\nmod tests;\n"),
            ("common/src/plot/tests.rs", "fn test() {}\n"),
            ("common/nn/src/random.rs", "use super::kernels::conv::Shape;\n"),
            ("common/nn/src/kernels/conv/mod.rs", "use super::simd;\n"),
            ("common/nn/src/kernels/simd.rs", "fn simd() {}\n"),
            ("common/nn/src/kernels/other.rs", "fn other() {}\n"),
            ("common/src/flags.rs", "fn flags() {}\n"),
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
                "common/nn/src/kernels/conv/mod.rs",
                "common/nn/src/kernels/simd.rs",
                "common/nn/src/random.rs",
                "common/src/plot/mod.rs",
            ]
        );
    }

    #[test]
    fn code_changes_the_number_and_comments_layout_and_tests_do_not() {
        let folder = workspace();
        let number = || fingerprint(folder.path(), &DRAWINGS[0]).unwrap();
        let before = number();
        let simd = folder.path().join("common/nn/src/kernels/simd.rs");
        let layout = "// A word.\nfn simd()\n{}\n#[cfg(test)]\nmod tests {\n    fn t() {}\n}\n";
        fs::write(&simd, layout.replace("()\n{}", "() {}")).unwrap();
        assert_eq!(number(), before);
        fs::write(&simd, "fn simd() { 1 }\n").unwrap();
        assert_ne!(number(), before);
    }

    #[test]
    fn line_ends_do_not_count() {
        let folder = workspace();
        let files = sources(folder.path(), &DRAWINGS[0]).unwrap();
        let plot = folder.path().join("common/src/plot/mod.rs");
        let tests = "mod data;\n#[cfg(test)]\nmod tests {\n    fn t() {}\n}\n";
        fs::write(&plot, fs::read_to_string(&plot).unwrap() + tests).unwrap();
        let before = fingerprint(folder.path(), &DRAWINGS[0]).unwrap();
        for file in &files {
            let path = folder.path().join(file);
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text.replace('\n', "\r\n")).unwrap();
        }
        assert_eq!(fingerprint(folder.path(), &DRAWINGS[0]).unwrap(), before);
    }

    #[test]
    fn a_module_for_tests_is_told_by_its_declaration() {
        let text = "mod plain;\n#[cfg(test)]\npub(super) mod helpers;\n#[cfg(test)]\nmod tests;\n";
        let found = ["plain", "helpers", "tests"].map(|name| is_for_tests(text, name));
        assert_eq!(found, [false, true, true]);
    }

    #[test]
    fn a_module_that_is_nowhere_is_an_error_that_names_it() {
        let folder = workspace();
        let other = folder.path().join("ch01_numpy_basics/src/other.rs");
        for (text, name) in [
            ("use common::lost::Thing;\n", "`lost` for common::lost::Thing"),
            ("use nn::random::lost::thing;\n", "`lost` for nn::random::lost::thing"),
            ("fn a() { crate::helper::lost::f() }\n", "`lost` for crate::helper::lost::f"),
            ("use super::{helper, lost::Thing};\n", "`lost` for super::lost::Thing"),
        ] {
            fs::write(&other, text).unwrap();
            let error = fingerprint(folder.path(), &DRAWINGS[0]).unwrap_err().to_string();
            assert_eq!(error, format!("ch01_numpy_basics/src/other.rs: no module {name}"));
        }
        fs::write(&other, "use common::{Error, random::normal};\nfn b() { Vec::<u8>::new() }\n")
            .unwrap();
        fingerprint(folder.path(), &DRAWINGS[0]).unwrap();
    }

    #[test]
    fn a_section_without_its_module_is_an_error_that_names_it() {
        let folder = workspace();
        let error = fingerprint(folder.path(), &DRAWINGS[2]).unwrap_err().to_string();
        assert!(error.contains("ch02_perceptron/src/boundary.rs"), "{error}");
    }
}
