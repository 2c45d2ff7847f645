//! Both players of the game.

use common::layer::Layer;
use common::model::Model;
use common::network::Network;
use common::random::Generator;
use common::{Float, Result};

use super::discriminator::discriminator;
use super::generator::generator;

// ANCHOR: pair
/// A generator and a discriminator: one model, one optimizer, one file.
pub struct Pair<F> {
    /// Makes images.
    pub generator: Network<F>,
    /// Tells them from real ones.
    pub discriminator: Network<F>,
}
// ANCHOR_END: pair

impl<F: Float> Pair<F> {
    /// Both with random weights, of so many maps where they have fewest.
    ///
    /// # Errors
    /// If `width` is 0.
    pub fn new(width: usize, rng: &mut Generator) -> Result<Self> {
        Ok(Self { generator: generator(width, rng)?, discriminator: discriminator(width, rng)? })
    }

    fn layers(&mut self) -> Vec<&mut dyn Layer<F>> {
        vec![&mut self.generator, &mut self.discriminator]
    }
}

// Each on its own: every layer is a model, and for any `F` the compiler cannot know that this is none.
impl Model<f32> for Pair<f32> {
    fn parts(&mut self) -> Vec<&mut dyn Layer<f32>> {
        self.layers()
    }
}

impl Model<f64> for Pair<f64> {
    fn parts(&mut self) -> Vec<&mut dyn Layer<f64>> {
        self.layers()
    }
}
