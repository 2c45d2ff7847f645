//! Disks that are full, files that may not grow, folders that may not be written to: an error of one
//! line, the old file as it was, and no litter.
#![cfg(target_os = "linux")]

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use common::data::download::{self, Remote};
use common::init::Init;
use common::layers::Affine;
use common::network::Network;
use common::optimizer::Adam;
use common::random::generator;
use common::store::{checkpoint, weights};
use common::train::{Trainer, TrainingState};
use common::{Result, plot};
use plotters::prelude::*;

/// Name the folder and what to do in it, for the program that is started where there is no room.
const FOLDER: &str = "WRITE_IN";
const TASK: &str = "WRITE";

/// What is written: small at first, and then too large for the room there is.
fn write(task: &str, folder: &Path, large: bool) -> Result<()> {
    let file = folder.join("file");
    let side = if large { 300 } else { 3 };
    let mut network =
        Network::<f32>::new().with(Affine::new(side, side, Init::He, &mut generator(1)));
    match task {
        "weights" => weights::save(&mut network, &file),
        "half" => weights::save_half(&mut network, &file),
        "checkpoint" => {
            let (mut adam, trainer) = (Adam::new(0.1), Trainer::new(1, 1));
            let position = TrainingState::start(generator(1));
            checkpoint::save(&file, &mut network, &mut adam, trainer.batch_size, &position)
        }
        "figure" => plot::save(&file, (side as u32, side as u32), |area| {
            // Noise, which no compression makes small.
            let (width, height) = area.dim_in_pixel();
            for i in 0..width * height / 16 {
                let color = RGBColor(
                    0,
                    (i.wrapping_mul(2_654_435_761) >> 24) as u8,
                    i.wrapping_mul(i) as u8,
                );
                let at = ((4 * i % width) as i32, (4 * (4 * i / width)) as i32);
                area.draw(&Rectangle::new([at, (at.0 + 4, at.1 + 4)], color.filled()))?;
            }
            Ok(())
        }),
        "download" => {
            let bytes = if large { 1 << 20 } else { 1 << 10 };
            // The SHA-256 of that many zeros.
            let sha256 = match large {
                true => "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58",
                false => "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
            };
            let file = Remote { name: "file", bytes, sha256 };
            download::fetch(folder, &[file], &[&mirror(bytes as usize)])
        }
        _ => unreachable!("{task}"),
    }
}

/// A mirror on this machine that sends zeros.
fn mirror(bytes: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut lines = BufReader::new(stream.try_clone().expect("a connection")).lines();
            lines.find(|line| line.as_ref().is_ok_and(String::is_empty));
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n");
            // The other side may hang up.
            let _ = stream.write_all(head.as_bytes()).and(stream.write_all(&vec![0; bytes]));
        }
    });
    url
}

/// Not a test: the program that is started where there is no room, once to write a small file while
/// it can, and again to write a large one.
#[test]
#[ignore = "the other tests start it"]
fn writes() {
    let (Some(folder), Ok(task)) = (env::var_os(FOLDER), env::var(TASK)) else { return };
    let folder = Path::new(&folder);
    let file = folder.join("file");
    if !file.exists() {
        write(&task, folder, false).expect("there is room");
        return;
    }
    let old = fs::read(&file).expect("it can be read");
    let text = write(&task, folder, true).expect_err("there is no room").to_string();
    assert!(text.starts_with("cannot write") || text.starts_with("cannot create"), "{text}");
    assert!(!text.contains('\n'), "{text}");
    assert!(fs::read(&file).expect("it can be read") == old, "the old file has changed");
    let names: Vec<_> = fs::read_dir(folder)
        .expect("it can be listed")
        .map(|e| e.expect("a name").file_name())
        .collect();
    assert_eq!(names, ["file"], "litter");
    println!("\nrefused: {text}");
}

/// Runs a shell script in which WRITES starts the program.
fn script(task: &str, folder: &Path, script: &str) -> Output {
    let writes = "\"$0\" --exact writes --ignored --nocapture";
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(script.replace("WRITES", writes))
        .arg(env::current_exe().expect("this program"));
    for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    command.env(FOLDER, folder).env(TASK, task).output().expect("a shell")
}

const TASKS: [&str; 5] = ["weights", "half", "checkpoint", "figure", "download"];

#[track_caller]
fn refused(output: &Output, because: &str) {
    assert!(output.stderr.is_empty(), "{output:?}"); // one line is enough
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find(|line| line.starts_with("refused: "));
    assert!(
        output.status.success() && line.is_some_and(|line| line.contains(because)),
        "{output:?}"
    );
}

#[test]
fn a_file_that_may_not_grow() {
    for task in TASKS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let limited = "WRITES && trap '' XFSZ && ulimit -f 16 && WRITES";
        refused(&script(task, folder.path(), limited), "File too large");
        assert_eq!(fs::read_dir(folder.path()).expect("it can be listed").count(), 1, "{task}");
    }
}

/// Whether this user may mount a small disk of their own.
fn may_mount() -> bool {
    let tried =
        Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).output();
    let may = tried.is_ok_and(|output| output.status.success());
    if !may {
        // Not with eprintln!, which the harness keeps from those who watch.
        let why = "skipped: no disk of our own may be mounted here\n";
        let _ = std::io::stderr().write_all(why.as_bytes());
    }
    may
}

fn on_a_small_disk(task: &str, steps: &str) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mount = format!("mount -t tmpfs -o size=16k none \"${FOLDER}\"");
    let inside = format!("{mount} && {steps}");
    script(task, folder.path(), &format!("exec unshare -rm sh -c '{inside}' \"$0\""))
}

#[test]
fn a_disk_that_is_full() {
    if may_mount() {
        TASKS.iter().for_each(|task| {
            refused(&on_a_small_disk(task, "WRITES && WRITES"), "No space left on device");
        });
    }
}

#[test]
fn a_disk_that_is_read_only() {
    if may_mount() {
        let steps = format!("WRITES && mount -o remount,bind,ro \"${FOLDER}\" && WRITES");
        TASKS.iter().for_each(|task| {
            refused(&on_a_small_disk(task, &steps), "Read-only file system");
        });
    }
}

/// The superuser may write everywhere; for others a folder can be locked.
#[test]
fn a_folder_without_permission() {
    for task in TASKS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let output = script(
            task,
            folder.path(),
            &format!(
                "WRITES && chmod 555 \"${FOLDER}\" && (test -w \"${FOLDER}\" || WRITES); s=$?; chmod 755 \"${FOLDER}\"; exit $s"
            ),
        );
        let text = String::from_utf8_lossy(&output.stdout);
        if output.status.success() && !text.contains("refused: ") {
            let why = "skipped: this user may write in every folder\n";
            let _ = std::io::stderr().write_all(why.as_bytes());
            return;
        }
        refused(&output, "Permission denied");
    }
}
