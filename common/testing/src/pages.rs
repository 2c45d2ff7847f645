//! The book's console blocks, run and compared with what the page shows.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// Runs every `console` block of the pages in `folder` (such as `book/src/ch05`) that begins with
/// `$ cargo run -p PACKAGE`, using the program already built at `program`, and compares. Commands
/// may name the files in the chapter's folders `pictures` and `texts`, from the root of the workspace.
///
/// Blocks whose output begins with `data: MNIST` need the real files: they are left out, with a
/// word about it, unless `MNIST_DIR` is set. With `TRYCMD=overwrite` the pages are rewritten with
/// what the programs print now.
///
/// Blocks that ask for a feature (`--features …`) are left to [`check_pages_of_feature`].
///
/// # Panics
/// If an output differs, or a page cannot be read.
pub fn check_pages(workspace: &Path, folder: &str, package: &str, program: &Path) {
    check(workspace, folder, package, program, None);
}

/// As [`check_pages`], but runs the blocks that begin with `$ cargo run -p PACKAGE --features FEATURE`, and
/// no others: `program` was built with it.
///
/// # Panics
/// If an output differs, or a page cannot be read.
pub fn check_pages_of_feature(
    workspace: &Path,
    folder: &str,
    package: &str,
    program: &Path,
    feature: &str,
) {
    check(workspace, folder, package, program, Some(feature));
}

fn check(workspace: &Path, folder: &str, package: &str, program: &Path, feature: Option<&str>) {
    let mnist =
        env::var_os("MNIST_DIR").filter(|dir| !dir.is_empty()).map(|dir| workspace.join(dir));
    // Far from the workspace, so that figures of a test never replace the reader's own.
    let scratch = tempfile::tempdir().expect("a temporary folder can be made");
    env::set_current_dir(&scratch).expect("a temporary folder can be entered");
    copy(workspace, &Path::new(package).join("pictures"));
    copy(workspace, &Path::new(package).join("texts"));

    let cases = trycmd::TestCases::new();
    cases.register_bin(package, program).env("MNIST_DIR", mnist_or_nowhere(mnist.as_deref()));
    let page = Page::new(package, feature);
    let mut pages: Vec<PathBuf> = fs::read_dir(workspace.join(folder))
        .expect("the chapter has pages")
        .map(|entry| entry.expect("pages can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.retain(|path| page.has_blocks_in(&fs::read_to_string(path).unwrap_or_default()));
    pages.sort();
    for path in &pages {
        let text = fs::read_to_string(path).expect("a page can be read");
        let (case, skipped) = page.to_case(&text, mnist.is_some());
        let name = path.file_name().expect("a page has a name");
        if skipped > 0 {
            let page = name.display();
            crate::skipped(&format!("{skipped} console blocks of {page} (MNIST_DIR is not set)"));
        }
        fs::write(name, case).expect("a temporary file can be written");
    }
    cases.case("*.md").run();
    if env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite") {
        for path in &pages {
            let name = path.file_name().expect("a page has a name");
            let case = fs::read_to_string(name).expect("the case is still there");
            fs::write(path, page.back_to_page(&case)).expect("a page can be written");
        }
    }
}

fn mnist_or_nowhere(mnist: Option<&Path>) -> String {
    mnist.map(|path| path.display().to_string()).unwrap_or_default()
}

/// Copies the files of a folder of the workspace, if it is there, to where the commands run.
fn copy(workspace: &Path, folder: &Path) {
    let Ok(files) = fs::read_dir(workspace.join(folder)) else { return };
    fs::create_dir_all(folder).expect("a temporary folder can be made");
    for file in files {
        let file = file.expect("files can be listed");
        fs::copy(file.path(), folder.join(file.file_name())).expect("they can be copied");
    }
}

/// How a page's commands and a test case's are spelled.
struct Page {
    with_cargo: String,
    direct: String,
    /// Whether the program was built with a feature.
    featured: bool,
}

/// Marks a block that the test leaves out.
const SKIPPED: &str = "```console-without-mnist";

impl Page {
    fn new(package: &str, feature: Option<&str>) -> Self {
        let asking = feature.map(|feature| format!(" --features {feature}")).unwrap_or_default();
        Self {
            with_cargo: format!("$ cargo run -p {package}{asking}"),
            direct: format!("$ {package}"),
            featured: feature.is_some(),
        }
    }

    /// Whether there may be anything to run on a page: with a feature, only a few have blocks for it.
    fn has_blocks_in(&self, text: &str) -> bool {
        !self.featured || text.contains(&self.with_cargo)
    }

    /// Whether a block is for a program that was built as this one.
    fn is_for_us(&self, block: &str) -> bool {
        match self.featured {
            true => block.contains(&self.with_cargo),
            false => !block.contains(&format!("{} --features ", self.with_cargo)),
        }
    }

    /// The page with `cargo run` replaced by the program itself, and how many blocks are left out.
    fn to_case(&self, page: &str, mnist: bool) -> (String, usize) {
        let mut skipped = 0;
        let mut case = String::new();
        for (i, block) in page.split("```console\n").enumerate() {
            let (block, rest) =
                block.split_at(if i == 0 { 0 } else { block.find("```").unwrap_or(block.len()) });
            let ours = self.is_for_us(block);
            let without_data = block.contains("\ndata: MNIST") && !mnist;
            let left_out = !ours || without_data;
            skipped += usize::from(i > 0 && ours && without_data);
            if i > 0 {
                case.push_str(if left_out { SKIPPED } else { "```console" });
                case.push('\n');
            }
            if i > 0 {
                // trycmd wants an empty line where an output ends in a newline.
                let text = if ours { self.shorten(block) } else { block.to_string() };
                case.push_str(text.trim_end());
                case.push_str("\n\n");
            }
            case.push_str(rest);
        }
        (case, skipped)
    }

    fn shorten(&self, block: &str) -> String {
        let with_section = format!("{} -- ", self.with_cargo);
        block
            .replace(&with_section, &format!("{} ", self.direct))
            .replace(&self.with_cargo, &self.direct)
    }

    fn back_to_page(&self, case: &str) -> String {
        case.replace(SKIPPED, "```console")
            .replace("\n\n```\n", "\n```\n")
            .replace(&format!("{} ", self.direct), &format!("{} -- ", self.with_cargo))
            .replace(&format!("{}\n", self.direct), &format!("{}\n", self.with_cargo))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "Text.\n```console\n$ cargo run -p ch -- one\n1\n```\nMore $ cargo run -p ch.\n```console\n$ cargo run -p ch\ndata: MNIST (1 train)\n```\n";

    #[test]
    fn a_page_becomes_a_case_and_again_a_page() {
        let page = Page::new("ch", None);
        let (case, skipped) = page.to_case(PAGE, false);
        assert!(case.contains("```console\n$ ch one\n1\n\n```") && case.contains(SKIPPED));
        assert_eq!(skipped, 1);
        assert!(page.back_to_page(&case).contains("```console\n$ cargo run -p ch -- one\n"));
        assert_eq!(page.to_case(PAGE, true).1, 0);
    }

    #[test]
    fn blocks_that_ask_for_a_feature_are_for_a_program_that_has_it() {
        let text = format!("{PAGE}```console\n$ cargo run -p ch --features gpu -- gpu\n2\n```\n");
        let (without, with) = (Page::new("ch", None), Page::new("ch", Some("gpu")));
        let (case, _) = without.to_case(&text, true);
        assert!(
            case.contains("$ ch one\n") && case.contains("$ cargo run -p ch --features gpu -- gpu")
        );
        assert_eq!(case.matches(SKIPPED).count(), 1);
        let (case, skipped) = with.to_case(&text, true);
        assert!(
            case.contains("```console\n$ ch gpu\n") && case.contains("$ cargo run -p ch -- one")
        );
        assert_eq!((case.matches(SKIPPED).count(), skipped), (2, 0));
        assert!(
            with.back_to_page(&case).contains("$ cargo run -p ch --features gpu -- gpu\n2\n```")
        );
    }
}
