//! Playing and learning, step by step.

use std::path::{Path, PathBuf};
use std::time::Instant;

use common::random::{Generator, generator};
use common::train::{History, check_weights, interrupt, rescue};
use common::{Result, progress};
use indicatif::ProgressBar;

use super::agent::{Agent, Settings};
use super::environment::Environment;
use super::episode::{Episode, mean};
use super::exploration::{epsilon, epsilon_greedy};
use super::kept;
use super::replay::{Experience, Replay};

/// Lines that tell how it goes; after each, a checkpoint is written.
const REPORTS: usize = 10;
/// Episodes whose mean such a line tells.
const RECENT: usize = 20;

/// A training: all that it takes to go on.
pub struct Training {
    /// What learns.
    pub agent: Agent,
    /// What was experienced lately.
    pub replay: Replay,
    /// What is being played.
    pub episode: Episode,
    /// From here comes all that is random.
    pub rng: Generator,
    /// Steps of the game that are over.
    pub step: usize,
    /// For each episode that is over, the step at which it ended, and its points.
    pub returns: Vec<(usize, f64)>,
    /// The losses of all steps of learning, and how long they took.
    pub history: History,
}

impl Training {
    /// Before the first step.
    ///
    /// # Errors
    /// If there is no network for such a game.
    pub fn start(game: Box<dyn Environment>, settings: &Settings, seed: u64) -> Result<Self> {
        let mut rng = generator(seed);
        let episode = Episode::begin(game, &mut rng);
        let shape = episode.game.observe().shape().to_vec();
        Ok(Self {
            agent: Agent::new(&shape, episode.game.actions().len(), &mut rng)?,
            replay: Replay::new(settings.replay),
            episode,
            rng,
            step: 0,
            returns: Vec::new(),
            history: History::default(),
        })
    }

    // ANCHOR: step
    /// One step of the game, and, when it is time, one of learning.
    ///
    /// # Errors
    /// If learning goes wrong.
    pub fn step(&mut self, settings: &Settings) -> Result<()> {
        let Self { agent, replay, episode, rng, .. } = self;
        let state = episode.game.observe();
        let epsilon = epsilon(self.step, settings.epsilon_steps, settings.epsilon);
        let values = || Agent::values(&agent.network, state.clone());
        let action = epsilon_greedy(episode.game.actions().len(), values, epsilon, rng);
        let (outcome, ended) = episode.step(action);
        let reward = settings.reward_scale as f32 * outcome.reward;
        let next = episode.game.observe();
        // `terminal`, not `ended`: where only time is up, the next state is worth something.
        replay.push(Experience { state, action, reward, next, terminal: outcome.terminal });
        self.step += 1;
        if ended {
            self.returns.push((self.step, episode.points));
            episode.again(rng);
        }
        if self.step > settings.warm_up && self.step.is_multiple_of(settings.learn_every) {
            self.learn(settings)?;
        }
        Ok(())
    }
    // ANCHOR_END: step

    fn learn(&mut self, settings: &Settings) -> Result<()> {
        let batch = self.replay.sample(settings.batch_size, &mut self.rng);
        let rate = settings.schedule.rate(settings.learning_rate, self.step, settings.steps);
        self.agent.adam.learning_rate = rate as f32;
        let loss = self.agent.learn(batch, settings, self.history.losses.len() + 1)?;
        self.history.losses.push(f64::from(loss));
        Ok(())
    }

    /// The mean points of the last episodes.
    pub fn recent(&self) -> f64 {
        let last = &self.returns[self.returns.len().saturating_sub(RECENT)..];
        mean(&last.iter().map(|&(_, points)| points).collect::<Vec<_>>())
    }
}

/// How a training is watched over.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The file for checkpoints.
    pub save: Option<PathBuf>,
    /// Whether lines tell how it goes.
    pub report: bool,
    /// A bar that moves with every step.
    pub progress: ProgressBar,
}

impl Watch {
    /// Plays and learns until all steps are done, or somebody asks to stop.
    ///
    /// # Errors
    /// If learning goes wrong, or a checkpoint cannot be written.
    pub fn train(&self, training: &mut Training, settings: &Settings) -> Result<()> {
        interrupt::listen();
        let outcome = self.run(training, settings);
        let save = self.save.as_deref();
        outcome.map_err(|e| rescue(e, save, |file| kept::save(file, training, settings)))
    }

    fn run(&self, training: &mut Training, settings: &Settings) -> Result<()> {
        let (start, before) = (Instant::now(), training.history.time);
        let every = settings.steps.div_ceil(REPORTS);
        while training.step < settings.steps {
            training.step(settings)?;
            self.progress.inc(1);
            let stops = interrupt::requested();
            if training.step.is_multiple_of(every) || training.step == settings.steps || stops {
                training.history.time = before + start.elapsed();
                check_weights(training.history.losses.len(), &mut training.agent.network)?;
                let heard = self.tell(training, settings);
                self.save(training, settings)?;
                if stops && self.report {
                    let line = format!("stopped after {} steps", training.step);
                    self.progress.suspend(|| progress::tell(&line));
                }
                if stops || !heard {
                    break;
                }
            }
        }
        Ok(())
    }

    fn save(&self, training: &mut Training, settings: &Settings) -> Result<()> {
        self.save.as_deref().map_or(Ok(()), |file: &Path| kept::save(file, training, settings))
    }

    /// Prints how it goes; false if nobody takes it.
    fn tell(&self, training: &Training, settings: &Settings) -> bool {
        let line = format!(
            "step {:>6}/{}: {} episodes, ε {:.2}, mean return of the last {RECENT}: {:.2}",
            training.step,
            settings.steps,
            training.returns.len(),
            epsilon(training.step, settings.epsilon_steps, settings.epsilon),
            training.recent()
        );
        !self.report || self.progress.suspend(|| progress::tell(&line))
    }
}
