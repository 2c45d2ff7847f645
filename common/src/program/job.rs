//! The training job of the chapters on convolutional networks: from the command line to a trained
//! network, stopped and resumed at will.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Figures;
use crate::data::{self, Dataset};
use crate::flags::{self, DataFlags, OutFlag, SeedFlag, ThreadsFlag, TrainFlags};
use crate::metrics::accuracy;
use crate::model::Model;
use crate::network::Network;
use crate::optimizer::AdamW;
use crate::plot::draw_history;
use crate::random::{Generator, generator};
use crate::store::{checkpoint, files, weights};
use crate::train::{Classification, History, Schedule, TrainStep, Trainer, TrainingState};
use crate::{Error, Result};

/// The flags of the job. Each chapter gives them its own defaults with clap's `mut_arg`.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("save", |arg| arg.help("Write weights and all that --resume needs to this file (.npz), after every epoch and at Ctrl-C")))]
pub struct Job {
    /// Which digits.
    #[command(flatten)]
    pub data: DataFlags,
    /// How to train.
    #[command(flatten)]
    pub train: TrainFlags,
    /// Go on from this checkpoint, or without FILE from that of --save, and save there again
    #[arg(long, value_name = "FILE", num_args = 0..=1, conflicts_with = "weights", value_parser = flags::path())]
    resume: Option<Option<PathBuf>>,
    /// How the learning rate changes over the whole run; to go on exactly, --resume with the same --epochs
    #[arg(long, value_name = "RULE", default_value = "constant", value_parser = flags::schedule())]
    schedule: Schedule,
    /// Weight decay: this share of the learning rate is taken from each weight in each step
    #[arg(long, value_name = "X", default_value = "0", value_parser = flags::share)]
    weight_decay: f64,
    /// Measure the accuracy on training images with the first N of them only [default: all]
    #[arg(long, value_name = "N", value_parser = flags::count)]
    examine: Option<usize>,
    /// Judge by a random sixth of the training images, which are not learned, instead of the test's:
    /// for trying out
    #[arg(long)]
    validate: bool,
    /// Learn nothing: judge the weights that --weights names
    #[arg(long, requires = "weights", conflicts_with_all = ["save", "resume"])]
    no_training: bool,
    /// Where random numbers begin.
    #[command(flatten)]
    pub seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

impl Job {
    /// Trains the network that `build` makes with Adam, draws how it went into the file `name` (or, if
    /// nothing is to be learned, only judges it), and hands over the network and the images that it was judged by.
    ///
    /// # Errors
    /// If data, checkpoint, weights or figure cannot be read or written, or training diverges.
    pub fn run(
        &self,
        (figures, name): (&Figures, &str),
        build: impl FnOnce(&mut Generator) -> Result<Network<f32>>,
    ) -> Result<(Network<f32>, Dataset)> {
        let mut training = self.begin(build)?;
        let (train, test) = self.digits()?;
        let by = self.judged_by();
        if !self.learns() {
            println!("{by} accuracy: {:.4}", accuracy(&training.model, &test));
            return Ok((training.model, test));
        }
        training.of(&train)?;
        let part = self.examined(&train);
        let mut step = Classification::new(&train, &test);
        step.evaluated = part.as_ref().unwrap_or(&train);
        let history = training.fit(&mut step)?;
        if let Some(accuracy) = history.test_accuracies.last() {
            println!("{by} accuracy: {accuracy:.4}");
        }
        figures.draw(name, (760, 360), |area| draw_history(&history, area))?;
        Ok((training.model, test))
    }

    /// What the images are called that the network is judged by.
    pub fn judged_by(&self) -> &'static str {
        if self.validate { "validation" } else { "test" }
    }

    /// Those training images that the training accuracy is measured on, if they are not all.
    pub fn examined(&self, train: &Dataset) -> Option<Dataset> {
        let part = self.examine.filter(|&n| n < train.len());
        part.map(|n| train.select(&(0..n).collect::<Vec<_>>()))
    }

    /// The same job for a program that learns together with another: that one reads and writes the
    /// files, and hands over what it begins with (see [`Training::to_bytes`]).
    pub fn without_files(&self) -> Self {
        let mut job = self.clone();
        (job.train.weights, job.train.save, job.resume) = (None, None, None);
        job
    }

    /// Whether there is anything to learn, or weights are only judged.
    pub fn learns(&self) -> bool {
        !self.no_training
    }

    /// For sections that learn from something else than given images, such as pictures that are drawn
    /// anew or a text: of these there is no part to choose.
    ///
    /// # Errors
    /// If one of these flags, such as `--examine`, was given all the same.
    pub fn refuse(&self, flags: &[&str]) -> Result<()> {
        let given = |flag: &&&str| match **flag {
            "--examine" => self.examine.is_some(),
            "--train-size" => self.data.train_size.is_some(),
            "--validate" => self.validate,
            _ => false,
        };
        flags.iter().find(given).map_or(Ok(()), |flag| {
            Err(Error::Invalid(format!(
                "{flag} chooses among given images; here there are none, so leave it out"
            )))
        })
    }

    /// The digits to learn from and those to be judged by, as the flags ask.
    ///
    /// # Errors
    /// As [`data::load`].
    pub fn digits(&self) -> Result<(Dataset, Dataset)> {
        let (train, test) = data::load(&self.data)?;
        Ok(match self.validate {
            true => {
                let (kept_back, rest) = data::keep_back(&train);
                (rest, kept_back)
            }
            false => (train, test),
        })
    }

    /// Makes a model and all that its training needs, or takes them from the files that the flags
    /// name; nothing is learned yet.
    ///
    /// # Errors
    /// If a file cannot be read, or the one to save to cannot be written.
    pub fn begin<M: Model<f32>>(
        &self,
        build: impl FnOnce(&mut Generator) -> Result<M>,
    ) -> Result<Training<M>> {
        let (from, save) = self.files()?;
        if let Some(file) = &save {
            files::check_writable(file)?;
        }
        let rng = &mut generator(self.seed.seed);
        let mut model = build(rng)?;
        let rate = self.train.learning_rate;
        let schedule = Some((rate, self.schedule));
        let trainer =
            Trainer { schedule, save, ..Trainer::new(self.train.epochs, self.train.batch_size) };
        let mut adam = AdamW::new(rate as f32, self.weight_decay as f32);
        let mut state = TrainingState::start(rng.clone());
        if let Some(file) = &self.train.weights {
            weights::load(&mut model, file)?;
        }
        if let Some(file) = &from {
            state = checkpoint::load(file, &mut model, &mut adam, trainer.batch_size)?;
            self.check_epochs(file, state.epoch)?;
            println!("resumed after {} steps", state.history.losses.len());
        }
        Ok(Training { model, trainer, adam, state })
    }

    /// There must be something left to learn.
    fn check_epochs(&self, file: &Path, done: usize) -> Result<()> {
        match self.train.epochs > done {
            true => Ok(()),
            false => Err(Error::format(
                file,
                format!(
                    "has learned for {done} epochs already, and --epochs {} asks for no more; choose a larger number to go on",
                    self.train.epochs
                ),
            )),
        }
    }

    /// The checkpoint to go on from and the file to save to.
    fn files(&self) -> Result<(Option<PathBuf>, Option<PathBuf>)> {
        let from = match &self.resume {
            None => None,
            Some(Some(file)) => Some(file.clone()),
            Some(None) => Some(self.train.save.clone().ok_or_else(|| {
                Error::Invalid(
                    "--resume without a file goes on from the one of --save FILE; name it"
                        .to_string(),
                )
            })?),
        };
        let save = self.train.save.clone().or_else(|| from.clone());
        Ok((from, save))
    }
}

/// A training that is ready to begin, or to go on.
pub struct Training<M> {
    /// What learns.
    pub model: M,
    /// How long and in what portions it learns, and where it is saved.
    pub trainer: Trainer,
    /// The rule that changes its weights.
    pub adam: AdamW<f32>,
    /// Where the training stands.
    pub state: TrainingState,
}

impl<M: Model<f32>> Training<M> {
    /// Takes note of the images that are learned from, if there is a file to remember them in.
    ///
    /// # Errors
    /// If the file that the training goes on from was made with others.
    pub fn of(&mut self, train: &Dataset) -> Result<()> {
        if self.trainer.save.is_none() {
            return Ok(());
        }
        self.learns_from(
            data::fingerprint(train),
            "was made with other training images; go on with the same --data, --data-dir and --train-size",
        )
    }

    /// Takes note of whatever is learned from, by a number that tells it from others, if there is a file
    /// to remember it in.
    ///
    /// # Errors
    /// With this problem, if the file that the training goes on from was made with another.
    pub fn learns_from(&mut self, fingerprint: u64, problem: &str) -> Result<()> {
        let Some(file) = self.trainer.save.as_deref() else { return Ok(()) };
        if self.state.fingerprint.is_some_and(|other| other != fingerprint) {
            return Err(Error::format(file, problem));
        }
        self.state.fingerprint = Some(fingerprint);
        Ok(())
    }

    /// From now on the mean gradient, which Adam follows, keeps the share β₁ of what it was, and not 0.9.
    pub fn with_beta1(mut self, beta1: f32) -> Self {
        self.adam = self.adam.with_beta1(beta1);
        self
    }

    /// All that another program needs to go on from here: weights, the optimizer's memory, how far the
    /// training is, and all generators.
    ///
    /// # Errors
    /// If it cannot be packed.
    pub fn to_bytes(&mut self) -> Result<Vec<u8>> {
        let Self { model, trainer, adam, state } = self;
        checkpoint::to_bytes(model, adam, trainer.batch_size, state)
    }

    /// Goes on from where another program is, which has sent its [`to_bytes`](Self::to_bytes).
    ///
    /// # Errors
    /// If that program trains another network, or in other batches.
    pub fn take_over(&mut self, bytes: &[u8]) -> Result<()> {
        let Self { model, trainer, adam, state } = self;
        let from = Path::new("another program's training");
        *state = checkpoint::load_from(Cursor::new(bytes), from, model, adam, trainer.batch_size)?;
        Ok(())
    }

    /// Steps that are done.
    pub fn steps(&self) -> usize {
        self.state.history.losses.len()
    }

    /// Teaches the model by `step`, and prints how long it took and where the weights are.
    ///
    /// # Errors
    /// As [`Trainer::fit`].
    pub fn fit(&mut self, step: &mut impl TrainStep<f32, M>) -> Result<History> {
        let Self { model, trainer, adam, state } = self;
        let history = trainer.fit(step, model, adam, state)?;
        println!("training took {:.1} s", history.time.as_secs_f64());
        if let Some(file) = &trainer.save {
            println!("weights: {}", file.display());
        }
        Ok(history)
    }
}
