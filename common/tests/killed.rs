//! A program that is killed while it saves: afterwards every file is whole, the old one or the new.
//!
//! `KILLS=200 cargo test -p common --test killed` kills it more often.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::init::Init;
use common::layer::Layer;
use common::layers::Affine;
use common::model;
use common::network::Network;
use common::optimizer::{Adam, Optimizer};
use common::random::{Generator, Rng, generator};
use common::store::{checkpoint, weights};
use common::train::{Trainer, TrainingState};

/// Names the folder to save in, for the program that is killed.
const FOLDER: &str = "SAVE_UNTIL_KILLED_IN";
const TRAINER: Trainer = Trainer::new(1, 5);

fn network() -> Network<f32> {
    Network::new().with(Affine::new(200, 100, Init::He, &mut generator(1)))
}

/// What the weights of step `n` are: the bias says which step it was, and no two steps have a weight
/// in common.
fn fill(network: &mut Network<f32>, n: usize) {
    for p in network.params() {
        let bias = p.name == "b";
        let weight = |i: usize| (i.wrapping_mul(2_654_435_761) % 1000 * 1000 + n % 1000) as f32;
        (0..).zip(p.value).for_each(|(i, x)| *x = if bias { n as f32 } else { weight(i) });
    }
}

/// The step that all weights of the network are of.
#[track_caller]
fn step(network: &mut Network<f32>) -> usize {
    let arrays = model::snapshot(network);
    let n = arrays[1][[0]] as usize;
    fill(network, n);
    assert!(model::snapshot(network) == arrays, "weights of several steps in one file");
    n
}

/// Not a test: the program that is killed. It saves weights and checkpoint after each step, in which
/// all weights change.
#[test]
#[ignore = "has no end; the other test starts it"]
fn saves_until_it_is_killed() {
    let Some(folder) = env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let (mut network, mut adam) = (network(), Adam::new(0.1));
    adam.update(network.params()); // now it has moments
    let mut position = TrainingState::start(generator(1));
    for n in 1.. {
        fill(&mut network, n);
        (position.step, position.history.losses) = (n, vec![n as f64; n]);
        weights::save(&mut network, &folder.join("weights.npz")).expect("it works");
        let file = folder.join("checkpoint.npz");
        checkpoint::save(&file, &mut network, &mut adam, TRAINER.batch_size, &position)
            .expect("it can be saved");
        if n == 1 {
            println!("\nboth are there");
        }
    }
}

/// Starts it, kills it a while after the first files are there, and returns how many files it left
/// half-written.
fn kill_and_look(folder: &Path, rng: &mut Generator) -> usize {
    let mut child = Command::new(env::current_exe().expect("this program"))
        .args(["--exact", "saves_until_it_is_killed", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    assert!(lines.any(|line| line.expect("text") == "both are there"));
    std::thread::sleep(Duration::from_micros(rng.random_range(0..50_000)));
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");

    let (mut network, mut adam) = (network(), Adam::new(0.1));
    weights::load(&mut network, &folder.join("weights.npz")).expect("it works");
    let saved = step(&mut network);
    let file = folder.join("checkpoint.npz");
    let position = checkpoint::load(&file, &mut network, &mut adam, TRAINER.batch_size)
        .expect("it can be loaded");
    let kept = step(&mut network);
    // The weights are saved first.
    assert!(saved == kept || saved == kept + 1, "weights of step {saved}, checkpoint of {kept}");
    assert_eq!((position.step, position.history.losses), (kept, vec![kept as f64; kept]));

    let names = fs::read_dir(folder)
        .expect("it can be listed")
        .map(|entry| entry.expect("a name").file_name());
    let (whole, half): (Vec<_>, Vec<_>) =
        names.partition(|name| ["weights.npz", "checkpoint.npz"].iter().any(|known| name == known));
    assert_eq!(whole.len(), 2);
    assert!(half.iter().all(|name| name.to_string_lossy().starts_with(".unfinished-")), "{half:?}");
    half.len()
}

#[test]
fn every_file_is_whole_whenever_its_writer_is_killed() {
    let kills = env::var("KILLS").map_or(20, |kills| kills.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rng = &mut generator(1);
    let mut left = 0;
    for _ in 0..kills {
        let half = kill_and_look(folder.path(), rng);
        assert!(half <= 1, "{half} files are left: those of earlier kills should be gone");
        left += half;
    }
    println!("{kills} kills, {left} of them in the middle of a file");
    weights::save(&mut network(), &folder.path().join("weights.npz")).expect("it works");
    assert_eq!(
        fs::read_dir(folder.path()).expect("it can be listed").count(),
        2,
        "the next save cleans up"
    );
}
