//! The same seed, the same bits: whatever the number of threads, and whenever it is stopped.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use zip::ZipArchive;

use crate::Program;

/// The flag that names the file with the learned weights.
const SAVE: [&str; 2] = ["--save", "w.npz"];

impl Program {
    /// Runs it with these numbers of threads, each time in a folder of its own; checks that it prints the same
    /// and, if it `saves` weights, that every bit of them is the same.
    ///
    /// # Panics
    /// If a run fails or differs from the first.
    #[track_caller]
    pub fn is_the_same_on(self, threads: &[&str], arguments: &[&str], saves: bool) {
        let outcome = |threads: &str| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let save: &[&str] = if saves { &SAVE } else { &[] };
            let text =
                self.done(folder.path(), &[arguments, &["--threads", threads], save].concat());
            (text, saves.then(|| arrays(&folder.path().join(SAVE[1]))))
        };
        let once = outcome(threads[0]);
        for threads in &threads[1..] {
            let again = outcome(threads);
            assert_eq!(again.0, once.0, "{threads} threads print something else");
            assert!(again.1 == once.1, "{threads} threads learn something else");
        }
    }

    /// Trains for one epoch, and on to a second from the file with `--resume`; checks that all numbers are
    /// those of two epochs at once.
    ///
    /// # Panics
    /// If a run fails or they differ.
    #[track_caller]
    pub fn is_the_same_when_stopped_and_resumed(self, arguments: &[&str]) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let train = |epochs: &str, file: &str, more: &[&str]| {
            let flags = ["--epochs", epochs, "--save", file];
            self.done(folder.path(), &[arguments, &flags, more].concat());
            arrays(&folder.path().join(file))
        };
        train("1", "part.npz", &[]);
        let resumed = train("2", "part.npz", &["--resume"]);
        assert!(resumed == train("2", "whole.npz", &[]), "resumed, it learns something else");
    }

    /// What it prints, without the lines that name times.
    #[track_caller]
    fn done(self, folder: &Path, arguments: &[&str]) -> String {
        let output = self.run(folder, arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        let text = String::from_utf8_lossy(&output.stdout);
        let times = ["took", "takes", "measured:", "predicted:"];
        let lines = text.lines().filter(|line| !times.iter().any(|word| line.contains(word)));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The bytes of every array in an `.npz` file, save the one that says how long the training took.
fn arrays(file: &Path) -> BTreeMap<String, Vec<u8>> {
    let file = File::open(file).expect("it was saved");
    let mut archive = ZipArchive::new(file).expect("an .npz file");
    let count = archive.len();
    let read = |i| {
        let mut entry = archive.by_index(i).expect("an array");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("it can be unpacked");
        (entry.name().to_string(), bytes)
    };
    let arrays: BTreeMap<_, _> = (0..count).map(read).collect();
    assert!(arrays.len() >= 4, "weights and biases");
    arrays.into_iter().filter(|(name, _)| name != "training/position.npy").collect()
}
