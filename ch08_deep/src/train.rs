//! The main job: teaching the deep network.

use common::Result;
use common::cli::{DataFlags, TrainFlags};
use common::data;
use common::optimizer::Adam;
use common::random::generator;
use common::trainer::Trainer;

use crate::deep_conv_net::deep_conv_net;

/// Trains `DeepConvNet` with Adam.
///
/// # Errors
/// If data cannot be read, or training diverges.
pub fn run(data: &DataFlags, flags: &TrainFlags, seed: u64) -> Result<()> {
    let rng = &mut generator(seed);
    let mut network = deep_conv_net::<f32>(rng)?;
    let mut adam = Adam::new(flags.learning_rate as f32);
    let trainer = Trainer { epochs: flags.epochs, batch_size: flags.batch_size };
    let (train, test) = data::load(data)?;
    let history = trainer.fit(&mut network, &mut adam, (&train, &test), rng)?;
    println!("training took {:.1} s", history.time.as_secs_f64());
    if let Some(accuracy) = history.test_accuracies.last() {
        println!("test accuracy: {accuracy:.4}");
    }
    Ok(())
}
