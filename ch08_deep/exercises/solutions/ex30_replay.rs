//! A solution of exercise 30: a ring that forgets the oldest.

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
        if self.numbers.len() < self.capacity {
            self.numbers.push(number);
        } else {
            self.numbers[self.slot] = number;
        }
        self.slot = (self.slot + 1) % self.capacity;
    }

    /// What is remembered, the oldest first.
    pub fn held(&self) -> Vec<u32> {
        let oldest = if self.numbers.len() < self.capacity { 0 } else { self.slot };
        self.numbers[oldest..].iter().chain(&self.numbers[..oldest]).copied().collect()
    }
}
