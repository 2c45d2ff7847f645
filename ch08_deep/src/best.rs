//! Everything at once: the most accurate network that we can make of a million parameters at most.

use clap::Args;
use common::flags;
use common::init::Init;
use common::layers::{Affine, BatchNorm, Conv2d, Dropout, MaxPool2d, Relu, Window};
use common::model::parameter_count;
use common::network::Network;
use common::program::Figures;
use common::program::job::Job;
use common::random::Generator;
use common::train::interrupt;
use common::{Float, Result};

use crate::augment::distorting::{Augment, Kind};
use crate::augment::looks::accuracy;
use crate::networks::deep_conv_net::IMAGE;

const CLASSES: usize = 10;
/// The share of numbers that dropout silences, in front of the last layer.
const DROPOUT: f64 = 0.3;

/// The flags of `best`: how the network is made and taught.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.002")))]
#[command(mut_arg("epochs", |arg| arg.default_value("20")))]
#[command(mut_arg("examine", |arg| arg.default_value("10000")))]
#[command(mut_arg("schedule", |arg| arg.default_value("cosine")))]
#[command(mut_arg("weight_decay", |arg| arg.default_value("0.02")))]
pub struct Flags {
    #[command(flatten)]
    job: Job,
    /// How images are distorted while it learns
    #[arg(long, value_enum, value_name = "KIND", default_value = "all")]
    distort: Kind,
    /// Filters of the first convolutions; the next have twice, the last four times as many
    #[arg(long, value_name = "N", default_value = "32", value_parser = flags::count)]
    width: usize,
    /// Looks at each image when all is learned: as it is, and moved by up to a pixel
    #[arg(long, value_name = "N", default_value = "17", value_parser = flags::count)]
    looks: usize,
}

// ANCHOR: best_net
/// (conv 3×3 - batch normalisation - ReLU) twice - pool, with `width`, 2·`width` and 4·`width`
/// filters, then affine(4·`width`) - batch normalisation - ReLU - dropout - affine(10), for images
/// 1×28×28.
///
/// # Errors
/// If `width` is 0.
pub fn best_net<F: Float>(width: usize, rng: &mut Generator) -> Result<Network<F>> {
    let features = best_features(width, rng)?;
    Ok(features.with(Dropout::new(DROPOUT, rng)).with(scores(width, rng)))
}

/// [`best_net`] up to its last ReLU: what it sees in an image, 4·`width` numbers.
///
/// # Errors
/// If `width` is 0.
pub fn best_features<F: Float>(width: usize, rng: &mut Generator) -> Result<Network<F>> {
    let (init, mut image, mut network) = (Init::He, IMAGE, Network::new());
    for (filters, pads) in [(width, [1, 1]), (2 * width, [1, 2]), (4 * width, [1, 1])] {
        for pad in pads {
            let conv = Conv2d::new((image.0, filters), Window::new((3, 3), 1, pad)?, init, rng)?;
            image = conv.output(image)?;
            network = network.with(conv).with(BatchNorm::new(filters)).with(Relu::default());
        }
        let pool = MaxPool2d::new(Window::new((2, 2), 2, 0)?)?;
        image = pool.output(image)?;
        network = network.with(pool);
    }
    let hidden = 4 * width;
    Ok(network
        .with(Affine::new(image.0 * image.1 * image.2, hidden, init, rng))
        .with(BatchNorm::new(hidden))
        .with(Relu::default()))
}

/// The last layer of [`best_net`]: from what is seen to a score for each digit.
pub fn scores<F: Float>(width: usize, rng: &mut Generator) -> Affine<F> {
    Affine::new(4 * width, CLASSES, Init::He, rng)
}
// ANCHOR_END: best_net

/// Trains the network on distorted images and prints how well it reads those of the test.
///
/// # Errors
/// If data, checkpoint, weights or figure cannot be read or written, or training diverges.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let (network, judged) = flags.job.run((figures, "best.png"), |rng| {
        let mut network = best_net(flags.width, rng)?;
        let parameters = parameter_count(&mut network);
        println!("parameters: {parameters}");
        Ok(Network::new().with(Augment::new(flags.distort.amounts(), rng)).with(network))
    })?;
    if flags.looks > 1 && !interrupt::requested() {
        println!("with {} looks: {:.4}", flags.looks, accuracy(&network, &judged, flags.looks));
    }
    Ok(())
}
