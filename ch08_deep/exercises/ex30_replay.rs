//! Exercise 30: a ring that forgets the oldest.
//!
//! A replay buffer of `capacity` places. `push` remembers a number (a real one would remember a step of a game); when
//! all places are taken, the newest number takes the place of the oldest. `held` lists what is remembered, the oldest
//! first.
//!
//! Judge: cargo test -p ch08_deep -- --ignored ex30

/// The last `capacity` numbers that were pushed.
pub struct Ring {
    capacity: usize,
    numbers: Vec<u32>,
    /// Where the next number goes.
    slot: usize,
}

impl Ring {
    /// An empty ring.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, numbers: Vec::new(), slot: 0 }
    }

    /// Remembers a number.
    pub fn push(&mut self, number: u32) {
        todo!(
            "is there a number at `slot` yet? And where does the next one go, after the last place?"
        )
    }

    /// What is remembered, the oldest first.
    pub fn held(&self) -> Vec<u32> {
        todo!(
            "until the ring is full, the oldest is at 0; from then on it is the one that goes next"
        )
    }
}
