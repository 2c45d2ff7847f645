//! Starting ranks, and finding them again.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use testing::Program;

pub const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch08_deep"));

/// A small training; files go into the folder where it runs.
pub const SMALL: [&str; 11] = [
    "distributed",
    "--data",
    "digits",
    "--train-size",
    "200",
    "--batch-size",
    "40",
    "--epochs",
    "2",
    "--out",
    ".",
];

/// A training that does not end by itself, with a checkpoint after every epoch of a few
/// milliseconds.
pub const LONG: [&str; 15] = [
    "distributed",
    "--data",
    "digits",
    "--train-size",
    "200",
    "--batch-size",
    "40",
    "--epochs",
    "100000",
    "--network",
    "two_layer",
    "--save",
    "weights.npz",
    "--out",
    ".",
];

/// More ranks than cores wait for each other; several tests at once would wait long.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Where one test runs.
pub struct Place {
    pub folder: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// A folder for a test whose turn it is, or `None` and a word about it if there is no `mpirun`.
pub fn place() -> Option<Place> {
    let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    if Command::new("mpirun").arg("--version").output().is_err() {
        assert!(std::env::var_os("MPI_REQUIRED").is_none(), "there is no mpirun");
        testing::skipped("there is no mpirun");
        return None;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    Some(Place { folder, _turn: turn })
}

impl Place {
    /// `mpirun` with these words after its own options; ranks may outnumber cores.
    pub fn mpirun(&self, words: &[&str]) -> Command {
        let mut command = Command::new("mpirun");
        if is_open_mpi() {
            command.arg("--oversubscribe");
        }
        command.args(words).current_dir(self.folder.path()).env_remove("MNIST_DIR");
        // As root it refuses otherwise.
        command.env("OMPI_ALLOW_RUN_AS_ROOT", "1").env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
        command.stdin(Stdio::null());
        command
    }

    /// So many ranks of the program with these arguments.
    pub fn ranks(&self, ranks: usize, arguments: &[&str]) -> Command {
        self.mpirun(&[&["-n", &ranks.to_string(), PROGRAM.0][..], arguments].concat())
    }

    /// What so many ranks print; they must end well.
    #[track_caller]
    pub fn printed(&self, ranks: usize, arguments: &[&str]) -> String {
        let output = self.ranks(ranks, arguments).output().expect("mpirun starts");
        assert!(output.status.success(), "{}", complaint(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What one program prints that was started on its own.
    #[track_caller]
    pub fn printed_alone(&self, arguments: &[&str]) -> String {
        let output = PROGRAM.run(self.folder.path(), arguments);
        assert!(output.status.success(), "{}", complaint(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Checks that `command` ends by itself with a status other than 0 and one line of ours, which
    /// says `because`.
    #[track_caller]
    pub fn refused(&self, command: &mut Command, because: &str) {
        let output = command.output().expect("mpirun starts");
        assert!(!output.status.success(), "it was accepted");
        assert_eq!(our_lines(&output).len(), 1, "not one line: {}", complaint(&output));
        assert!(our_lines(&output)[0].contains(because), "{because:?}: {}", complaint(&output));
        self.nobody_is_left();
    }

    /// Starts ranks that learn without end, and waits until their first epochs are over.
    #[track_caller]
    pub fn learning(&self, ranks: usize, more: &[&str]) -> Child {
        let arguments = [&LONG[..], more].concat();
        let mut command = self.ranks(ranks, &arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let child = child.expect("mpirun starts");
        let file = self.folder.path().join("weights.npz");
        within("the first checkpoint", || file.exists().then_some(()));
        thread::sleep(Duration::from_millis(200));
        child
    }

    /// The process with this rank.
    #[track_caller]
    pub fn process(&self, rank: usize) -> u32 {
        let rank = rank.to_string();
        let is = |name: &str, process: u32| variable(process, name).as_deref() == Some(&*rank);
        let found = self
            .processes()
            .into_iter()
            .find(|&process| is("OMPI_COMM_WORLD_RANK", process) || is("PMI_RANK", process));
        found.expect("the rank is running")
    }

    /// Processes of our program that run in this folder.
    fn processes(&self) -> Vec<u32> {
        let here = self.folder.path().canonicalize().expect("the folder is there");
        let entries = fs::read_dir("/proc").expect("Linux").flatten();
        let processes = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let ours = |process: &u32| {
            let file = |name: &str| fs::read_link(format!("/proc/{process}/{name}")).ok();
            file("cwd").as_deref() == Some(&here)
                && file("exe").as_deref() == Some(Path::new(PROGRAM.0))
        };
        processes.filter(ours).collect()
    }

    /// Checks that no rank goes on for more than a few seconds.
    #[track_caller]
    pub fn nobody_is_left(&self) {
        within("the end of all ranks", || self.processes().is_empty().then_some(()));
    }

    /// Checks that the last checkpoint is whole: its weights can be used.
    #[track_caller]
    pub fn checkpoint_is_whole(&self) {
        let weights = ["distributed", "--data", "digits", "--train-size", "200", "--out", "."];
        let judged = ["--network", "two_layer", "--weights", "weights.npz", "--no-training"];
        let printed = self.printed_alone(&[&weights[..], &judged].concat());
        assert!(printed.contains("test accuracy: 0."), "{printed}");
    }
}

/// Sends a signal, such as "KILL".
#[track_caller]
pub fn signal(name: &str, process: u32) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {process}")]).status();
    assert!(sent.expect("a shell").success(), "no process {process}");
}

/// What a child has said by its end, which must come within a minute.
#[track_caller]
pub fn ended(mut child: Child) -> Output {
    within("the end of mpirun", || child.try_wait().expect("a child"));
    child.wait_with_output().expect("it has ended")
}

/// The lines of ours on standard error: `mpirun` has its own to say.
pub fn our_lines(output: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().filter(|line| line.starts_with("error: ")).map(str::to_string).collect()
}

pub fn complaint(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{}\n{out}\n{err}", output.status)
}

/// The value behind a name such as "all weights" at the beginning of a line.
#[track_caller]
pub fn value<'a>(printed: &'a str, name: &str) -> &'a str {
    let start = format!("{name}: ");
    let found = printed.lines().find_map(|line| line.strip_prefix(&start));
    found.unwrap_or_else(|| panic!("no {name} in {printed}"))
}

/// Whether `mpirun` is that of Open MPI.
pub fn is_open_mpi() -> bool {
    let output = Command::new("mpirun").arg("--version").output().expect("mpirun starts");
    String::from_utf8_lossy(&output.stdout).contains("Open MPI")
}

/// Waits for up to a minute: a machine may have other things to do.
#[track_caller]
fn within<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "still waiting for {what}");
        thread::sleep(Duration::from_millis(50));
    }
}

fn variable(process: u32, name: &str) -> Option<String> {
    let all = fs::read(format!("/proc/{process}/environ")).ok()?;
    let all = String::from_utf8_lossy(&all).into_owned();
    let start = format!("{name}=");
    all.split('\0').find_map(|entry| entry.strip_prefix(&start)).map(str::to_string)
}
