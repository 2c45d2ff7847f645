//! The wall between the core and the programs, and no circle behind it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a program needs and arithmetic does not.
const OUTSIDE: [&str; 11] = [
    "clap",
    "ureq",
    "plotters",
    "image",
    "zip",
    "indicatif",
    "ctrlc",
    "tempfile",
    "getrandom",
    "ndarray-npy",
    "common",
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn the_core_pulls_in_only_what_arithmetic_needs() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "-p", "nn", "-e", "normal", "--prefix", "none"])
        .current_dir(workspace())
        .output()
        .expect("cargo runs");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).expect("names");
    let names: BTreeSet<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains("ndarray"), "{tree}");
    for name in OUTSIDE {
        assert!(!names.contains(name), "nn pulls in {name}: see `cargo tree -p nn -i {name}`");
    }
}

#[test]
fn the_core_knows_no_files_no_output_and_no_clock() {
    for (file, code) in sources(&workspace().join("common/nn/src")) {
        for word in
            ["std::fs", "std::io", "std::env", "std::net", "std::process", "Instant", "println!"]
        {
            assert!(!code.contains(word), "{}: {word}", file.display());
        }
    }
}

#[test]
fn no_modules_stand_in_a_circle() {
    let cases = [
        (
            "common/nn/src",
            [("Error", "error"), ("Result", "error"), ("Float", "float"), ("Tensor", "float")]
                .as_slice(),
        ),
        ("common/src", &[("Error", "error"), ("Result", "error"), ("one_line", "error")]),
    ];
    for (root, reexported) in cases {
        let circle = circle(&uses(&workspace().join(root), reexported));
        assert!(circle.is_empty(), "{root}: {}", circle.join(" → "));
    }
}

#[test]
fn a_circle_is_found() {
    let uses = |pairs: &[(&str, &str)]| {
        let mut uses = BTreeMap::<String, BTreeSet<String>>::new();
        for (from, to) in pairs {
            uses.entry((*from).to_string()).or_default().insert((*to).to_string());
        }
        uses
    };
    assert!(circle(&uses(&[("a", "b"), ("b", "c"), ("a", "c")])).is_empty());
    assert_eq!(circle(&uses(&[("a", "b"), ("b", "c"), ("c", "b")])), ["b", "c", "b"]);
}

/// For each module at the root of a crate, the others that it uses; tests do not count.
fn uses(root: &Path, reexported: &[(&str, &str)]) -> BTreeMap<String, BTreeSet<String>> {
    let modules: BTreeSet<String> = fs::read_dir(root)
        .expect("sources")
        .map(|entry| name(&entry.expect("a file").path()))
        .collect();
    let mut uses = BTreeMap::<String, BTreeSet<String>>::new();
    for (file, code) in sources(root) {
        let module = name(
            &root.join(file.strip_prefix(root).expect("inside").iter().next().expect("a name")),
        );
        if module == "lib" {
            continue;
        }
        let used = uses.entry(module.clone()).or_default();
        for path in after_crate(&code) {
            let of_item = reexported.iter().find(|(item, _)| *item == path);
            let target = of_item.map_or(path.as_str(), |(_, module)| module);
            if target != module && modules.contains(target) {
                used.insert(target.to_string());
            }
        }
    }
    uses
}

/// The first names of all paths that begin with `crate::`, groups taken apart.
fn after_crate(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    let word = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    for (at, root) in code.match_indices("crate::") {
        let rest = &code[at + root.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            names.push(word(rest));
            continue;
        };
        let (mut depth, mut start) = (0, 0);
        for (i, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    names.push(word(&group[start..i]));
                    start = i + 1;
                    if c == '}' {
                        break;
                    }
                }
                _ => {}
            }
        }
    }
    names
}

/// All sources under a folder, without comments and tests.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") && name(&path) != "tests" {
            let text = fs::read_to_string(&path).expect("text");
            let text =
                text.split("#[cfg(test)]\nmod tests").next().expect("a beginning").to_string();
            let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.push((path, lines.collect::<Vec<_>>().join("\n")));
        }
    }
    found
}

/// What a module is called, by the name of its file or folder.
fn name(path: &Path) -> String {
    path.file_stem().expect("a name").to_string_lossy().into_owned()
}

/// The modules of a circle, the first once more at its end; none if there is none.
fn circle(uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    fn walk(
        at: &str,
        uses: &BTreeMap<String, BTreeSet<String>>,
        path: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> Option<Vec<String>> {
        if let Some(start) = path.iter().position(|name| name == at) {
            return Some([&path[start..], &[at.to_string()]].concat());
        }
        if !done.insert(at.to_string()) {
            return None;
        }
        path.push(at.to_string());
        let found = uses.get(at).into_iter().flatten().find_map(|to| walk(to, uses, path, done));
        path.pop();
        found
    }
    let mut done = BTreeSet::new();
    uses.keys().find_map(|from| walk(from, uses, &mut Vec::new(), &mut done)).unwrap_or_default()
}
