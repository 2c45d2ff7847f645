//! The agent: two networks, and how one of them learns.

use clap::Args;
use common::flags;
use common::layer::Layer;
use common::layers::SmoothL1;
use common::model;
use common::network::Network;
use common::optimizer::{Adam, Optimizer, clip_by_norm};
use common::random::Generator;
use common::train::{Guard, Schedule, forward_fault};
use common::{Result, Tensor};
use ndarray::{Array1, Axis};

use super::q_network::q_network;
use super::replay::Batch;
use super::targets::{best_values, double_values, follow, targets};

/// How an agent plays and learns: the flags of a training. The defaults are those of CartPole.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct Settings {
    /// Steps of the game
    #[arg(long, value_name = "N", default_value = "50000", value_parser = flags::count)]
    pub steps: usize,
    /// γ: what points are worth that come a step later
    #[arg(long, value_name = "X", default_value = "0.99", value_parser = flags::share)]
    pub gamma: f64,
    /// What a point is worth to the network: so that its answers, and its errors, are of about size 1
    #[arg(long, value_name = "X", default_value = "0.01", value_parser = flags::positive)]
    pub reward_scale: f64,
    /// ε at the end: the share of actions that are tried at random
    #[arg(long, value_name = "X", default_value = "0.05", value_parser = flags::share)]
    pub epsilon: f64,
    /// After so many steps ε has fallen from 1 to that
    #[arg(long, value_name = "N", default_value = "10000", value_parser = flags::count)]
    pub epsilon_steps: usize,
    /// Experiences that are remembered
    #[arg(long, value_name = "N", default_value = "50000", value_parser = flags::count)]
    pub replay: usize,
    /// Steps before the first is learned from
    #[arg(long, value_name = "N", default_value = "1000", value_parser = flags::count)]
    pub warm_up: usize,
    /// Learn once in so many steps
    #[arg(long, value_name = "N", default_value = "1", value_parser = flags::count)]
    pub learn_every: usize,
    /// Experiences that are learned from together
    #[arg(long, value_name = "N", default_value = "64", value_parser = flags::count)]
    pub batch_size: usize,
    /// The learning rate of the first step
    #[arg(long, value_name = "X", default_value = "0.001", value_parser = flags::positive)]
    pub learning_rate: f64,
    /// How the learning rate changes over all steps; to go on exactly, --resume with the same --steps
    #[arg(long, value_name = "RULE", default_value = "cosine", value_parser = flags::schedule())]
    pub schedule: Schedule,
    /// The target network follows once in so many steps of learning …
    #[arg(long, value_name = "N", default_value = "1", value_parser = flags::count)]
    pub target_every: usize,
    /// … by this share of the way; 1 makes it a copy
    #[arg(long, value_name = "X", default_value = "0.01", value_parser = flags::share)]
    pub tau: f64,
    /// Plain DQN: the target network chooses the action that it judges
    #[arg(long)]
    pub no_double: bool,
    /// Gradients longer than this together are shortened
    #[arg(long, value_name = "X", default_value = "10", value_parser = flags::positive)]
    pub clip: f64,
}

/// A network that learns, another that says what to learn, and the optimizer.
pub struct Agent {
    /// Plays and learns.
    pub network: Network<f32>,
    /// Follows slowly, and judges.
    pub target: Network<f32>,
    /// Changes the first by its gradients.
    pub adam: Adam<f32>,
    criterion: SmoothL1<f32>,
}

impl Agent {
    /// An agent that knows nothing yet, for a game with observations of this shape and so many actions.
    ///
    /// # Errors
    /// As [`q_network`].
    pub fn new(shape: &[usize], actions: usize, rng: &mut Generator) -> Result<Self> {
        let mut network = q_network(shape, actions, rng)?;
        let mut target = q_network(shape, actions, rng)?;
        follow(&mut target, &mut network, 1.0);
        let adam = Adam::new(0.0); // the schedule sets it before every step
        Ok(Self { network, target, adam, criterion: SmoothL1::default() })
    }

    /// What each action is worth where this is seen.
    pub fn values(network: &Network<f32>, seen: Tensor<f32>) -> Vec<f32> {
        network.infer(seen.insert_axis(Axis(0))).into_iter().collect()
    }

    // ANCHOR: learn
    /// One step of learning, number `step` of all; returns the loss.
    ///
    /// # Errors
    /// If the loss or a gradient is no finite number; the weights are then as before.
    pub fn learn(&mut self, batch: Batch, settings: &Settings, step: usize) -> Result<f32> {
        let next = self.target.infer(batch.nexts.clone());
        let next_values = match settings.no_double {
            true => best_values(&next),
            false => double_values(&self.network.infer(batch.nexts), &next),
        };
        let gamma = settings.gamma as f32;
        let wanted = targets(&batch.rewards, &batch.terminals, &next_values, gamma);

        let guard = Guard::before(&mut self.network);
        let q = self.network.forward(batch.states.clone());
        // Nobody knows what the other actions would have led to: only the one that was taken is learned.
        let taken = batch.actions.iter().enumerate();
        let said: Array1<f32> = taken.clone().map(|(n, &action)| q[[n, action]]).collect();
        let loss = self.criterion.forward(said.into_dyn(), &Array1::from(wanted).into_dyn());
        let slope = self.criterion.backward();
        let mut dq = Tensor::zeros(q.raw_dim());
        taken.for_each(|(n, &action)| dq[[n, action]] = slope[n]);
        self.network.backward_params(dq);
        guard.check(step, loss, &mut self.network, |n| forward_fault(n, batch.states))?;

        let mut params = model::params(&mut self.network);
        clip_by_norm(&mut params, settings.clip as f32);
        self.adam.update(params);
        if step.is_multiple_of(settings.target_every) {
            follow(&mut self.target, &mut self.network, settings.tau as f32);
        }
        Ok(loss)
    }
    // ANCHOR_END: learn
}
