//! One seeded generator, handed down by the caller: no hidden global state.

use ndarray::{Array, ShapeBuilder};
use rand::RngCore;
pub use rand::{Rng, SeedableRng, seq};
pub use rand_distr as distributions;
use rand_distr::StandardNormal;

use crate::Float;

/// The generator that the whole book uses: small, fast, the same on every machine and in every
/// release (`rand`'s own `StdRng` does not promise that), and its state can be kept in a file.
///
/// Xoshiro256++ by David Blackman and Sebastiano Vigna (2018).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generator {
    state: [u64; 4],
}

impl Generator {
    /// All that its future numbers depend on.
    pub fn state(&self) -> [u64; 4] {
        self.state
    }

    /// A generator that goes on from a [`state`](Self::state).
    pub fn from_state(state: [u64; 4]) -> Self {
        Self { state }
    }
}

impl RngCore for Generator {
    fn next_u64(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.state;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for bytes in bytes.chunks_mut(8) {
            bytes.copy_from_slice(&self.next_u64().to_le_bytes()[..bytes.len()]);
        }
    }
}

impl SeedableRng for Generator {
    type Seed = [u8; 32];

    fn from_seed(seed: Self::Seed) -> Self {
        let word = |i: usize| std::array::from_fn(|byte| seed[8 * i + byte]);
        match std::array::from_fn(|i| u64::from_le_bytes(word(i))) {
            [0, 0, 0, 0] => Self::seed_from_u64(0), // the one state that it would never leave
            state => Self { state },
        }
    }

    /// The state is filled by SplitMix64, as its authors advise.
    fn seed_from_u64(mut seed: u64) -> Self {
        let state = std::array::from_fn(|_| {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        });
        Self { state }
    }
}

/// A generator that gives the same numbers for the same seed.
pub fn generator(seed: u64) -> Generator {
    Generator::seed_from_u64(seed)
}

/// An array of normally distributed numbers: mean 0, standard deviation 1.
pub fn normal<F: Float, S: ShapeBuilder>(shape: S, rng: &mut Generator) -> Array<F, S::Dim> {
    Array::from_shape_simple_fn(shape, || F::of(rng.sample(StandardNormal)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_xoshiro::Xoshiro256PlusPlus;

    #[test]
    fn it_is_the_published_generator() {
        for seed in [0, 1, 42, u64::MAX] {
            let (mut ours, mut theirs) = (generator(seed), Xoshiro256PlusPlus::seed_from_u64(seed));
            for _ in 0..100 {
                assert_eq!(ours.random::<u64>(), theirs.random::<u64>());
                assert_eq!(ours.random::<f32>(), theirs.random::<f32>());
                assert_eq!(ours.random::<[u8; 16]>(), theirs.random::<[u8; 16]>());
            }
            let (mut ours, mut theirs) =
                (Generator::from_rng(&mut ours), Xoshiro256PlusPlus::from_rng(&mut theirs));
            assert_eq!(ours.random::<u64>(), theirs.random::<u64>());
        }
        let mut zeros = Xoshiro256PlusPlus::from_seed([0; 32]);
        assert_eq!(Generator::from_seed([0; 32]).random::<u64>(), zeros.random::<u64>());
    }

    #[test]
    fn it_goes_on_from_its_state() {
        let mut rng = generator(7);
        let _: [u64; 5] = rng.random();
        let mut again = Generator::from_state(rng.state());
        assert_eq!(rng.random::<u64>(), again.random::<u64>());
    }
}
