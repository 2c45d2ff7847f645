//! What may go wrong while ranks learn: all end, one line says why, and the last checkpoint is
//! whole.

use crate::launch::{PROGRAM, SMALL, complaint, ended, is_open_mpi, our_lines, place, signal};

#[test]
fn a_rank_is_killed() {
    let Some(place) = place() else { return };
    let mpirun = place.learning(4, &[]);
    signal("KILL", place.process(1));
    let output = ended(mpirun);
    place.nobody_is_left();
    assert!(!output.status.success());
    // It had no time for a word of its own; who started it has.
    let said = complaint(&output);
    let lines =
        said.lines().filter(|line| line.contains("signal 9") || line.contains("KILLED BY SIGNAL"));
    let lines: Vec<_> = lines.collect();
    assert!(!lines.is_empty() && (!is_open_mpi() || lines[0].contains("rank 1")), "{said}");
    place.checkpoint_is_whole();
}

#[test]
fn a_rank_hangs() {
    let Some(place) = place() else { return };
    for ranks in [2, 4] {
        // Long enough for a machine that has other things to do.
        let mpirun = place.learning(ranks, &["--timeout", "10"]);
        signal("STOP", place.process(1));
        let output = ended(mpirun);
        place.nobody_is_left();
        assert!(!output.status.success());
        let lines = our_lines(&output);
        let said = "error: rank 1 has not answered rank 0 for 10 s";
        // Of four, another may speak first that waits for one that waits itself.
        let right = |line: &String| {
            line.starts_with(said) || ranks > 2 && line.contains("or it waits itself")
        };
        assert!(lines.first().is_some_and(right), "{}", complaint(&output));
        place.checkpoint_is_whole();
        std::fs::remove_file(place.folder.path().join("weights.npz")).expect("a checkpoint");
    }
}

#[test]
fn the_user_ends_it() {
    let Some(place) = place() else { return };
    for name in ["INT", "TERM"] {
        let mpirun = place.learning(2, &[]);
        signal(name, mpirun.id());
        let output = ended(mpirun);
        place.nobody_is_left();
        assert_eq!(our_lines(&output), Vec::<String>::new(), "SIG{name}");
        place.checkpoint_is_whole();
        std::fs::remove_file(place.folder.path().join("weights.npz")).expect("a checkpoint");
    }
}

/// A scheduler may ask one rank alone; all stop at the same step, and rank 0 says so.
#[test]
fn one_rank_is_asked_to_end() {
    let Some(place) = place() else { return };
    let mpirun = place.learning(4, &[]);
    signal("TERM", place.process(3));
    let output = ended(mpirun);
    place.nobody_is_left();
    assert!(output.status.success(), "{}", complaint(&output));
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said.lines().filter(|line| line.starts_with("stopped after")).count(), 1, "{said}");
    place.checkpoint_is_whole();
}

#[test]
fn a_training_that_diverges_stops_all() {
    let Some(place) = place() else { return };
    let steep = ["--network", "two_layer", "--learning-rate", "1e38", "--save", "weights.npz"];
    let steep = [&SMALL[..], &steep].concat();
    place.refused(&mut place.ranks(4, &steep), "went wrong: b2 of layer 3 (Affine) is not finite");
}

/// The disk of rank 0 is full: it alone writes.
#[test]
fn the_disk_is_full() {
    let Some(place) = place() else { return };
    let arguments = [&SMALL[..], &["--network", "two_layer", "--save", "weights.npz"]].concat();
    let whole = place.printed(2, &arguments);
    assert!(whole.contains("weights: weights.npz"), "{whole}");
    // No file may grow beyond a few kilobytes.
    let script = "trap '' XFSZ && ulimit -f 8 && exec \"$0\" \"$@\"";
    let full = [&["-n", "1", "sh", "-c", script, PROGRAM.0][..], &arguments].concat();
    let other = [&[":", "-n", "1", PROGRAM.0][..], &arguments].concat();
    place.refused(&mut place.mpirun(&[full, other].concat()), "cannot write weights.npz");
    place.checkpoint_is_whole();
}
