//! One seeded generator, handed down by the caller: no hidden global state.

pub use ndarray_rand::rand::{Rng, SeedableRng, seq};
pub use ndarray_rand::rand_distr as distributions;

/// The generator that the whole book uses: small, fast, and the same on every machine and in
/// every release (`rand`'s own `StdRng` does not promise that).
///
/// Xoshiro256++ by David Blackman and Sebastiano Vigna (2018).
pub type Generator = rand_xoshiro::Xoshiro256PlusPlus;

/// A generator that gives the same numbers for the same seed.
pub fn generator(seed: u64) -> Generator {
    Generator::seed_from_u64(seed)
}
