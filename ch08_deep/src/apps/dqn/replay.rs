//! The replay buffer: what was experienced lately, to be learned from in any order.

use common::Tensor;
use common::random::{Generator, Rng};
use ndarray::IxDyn;

/// One step of a game, as it is remembered.
#[derive(Clone, Debug, PartialEq)]
pub struct Experience {
    /// What was seen.
    pub state: Tensor<f32>,
    /// What was done.
    pub action: usize,
    /// The points for it.
    pub reward: f32,
    /// What was seen then.
    pub next: Tensor<f32>,
    /// Whether the game was over: after its end no points follow. False if only time was up.
    pub terminal: bool,
}

/// Several experiences, as a network takes them: N of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// N×(shape of what is seen).
    pub states: Tensor<f32>,
    /// Numbers of actions.
    pub actions: Vec<usize>,
    /// Points.
    pub rewards: Vec<f32>,
    /// N×(shape of what is seen).
    pub nexts: Tensor<f32>,
    /// Whether the game was over.
    pub terminals: Vec<bool>,
}

// ANCHOR: replay
/// The last `capacity` experiences: a ring, in which the newest takes the place of the oldest (Lin, 1992).
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    capacity: usize,
    experiences: Vec<Experience>,
    /// Where the next experience goes.
    slot: usize,
}

impl Replay {
    /// An empty one.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, experiences: Vec::new(), slot: 0 }
    }

    /// Remembers, and if there is no room left, forgets the oldest.
    pub fn push(&mut self, experience: Experience) {
        match self.experiences.get_mut(self.slot) {
            Some(oldest) => *oldest = experience,
            None => self.experiences.push(experience),
        }
        self.slot = (self.slot + 1) % self.capacity;
    }

    /// So many experiences, each drawn from all; one may come twice.
    ///
    /// # Panics
    /// If there are none.
    pub fn sample(&self, count: usize, rng: &mut Generator) -> Batch {
        let any = |_| &self.experiences[rng.random_range(0..self.experiences.len())];
        batch(&(0..count).map(any).collect::<Vec<_>>())
    }
    // ANCHOR_END: replay

    /// How many there are.
    pub fn len(&self) -> usize {
        self.experiences.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.experiences.is_empty()
    }

    /// All that is remembered, in the ring's order, and where the next goes.
    pub fn contents(&self) -> (&[Experience], usize) {
        (&self.experiences, self.slot)
    }

    /// A ring with such [`contents`](Self::contents); `None` if they could not be those of one.
    pub fn restore(capacity: usize, experiences: Vec<Experience>, slot: usize) -> Option<Self> {
        let full = experiences.len() == capacity && slot < capacity;
        let fits = full || experiences.len() < capacity && slot == experiences.len();
        fits.then_some(Self { capacity, experiences, slot })
    }
}

/// Experiences of one game side by side.
///
/// # Panics
/// If there are none.
pub fn batch(experiences: &[&Experience]) -> Batch {
    let together = |of: fn(&Experience) -> &Tensor<f32>| {
        let shape = [&[experiences.len()], of(experiences[0]).shape()].concat();
        let numbers = experiences.iter().flat_map(|experience| of(experience).iter().copied());
        Tensor::from_shape_vec(IxDyn(&shape), numbers.collect()).expect("one game, one shape")
    };
    Batch {
        states: together(|experience| &experience.state),
        actions: experiences.iter().map(|experience| experience.action).collect(),
        rewards: experiences.iter().map(|experience| experience.reward).collect(),
        nexts: together(|experience| &experience.next),
        terminals: experiences.iter().map(|experience| experience.terminal).collect(),
    }
}
