//! Reading the test images with weights from a file.

use std::path::Path;

use common::cli::DataFlags;
use common::metrics::accuracy;
use common::random::generator;
use common::store::weights;
use common::{Result, data};

use crate::deep_conv_net::deep_conv_net;

/// Prints the accuracy of `DeepConvNet` with the weights in `file`; learns nothing.
///
/// # Errors
/// If the weights are of another shape, or a file cannot be read.
pub fn run(data: &DataFlags, file: &Path) -> Result<()> {
    let mut network = deep_conv_net::<f32>(&mut generator(0))?;
    weights::load(&mut network, file)?;
    let (_, test) = data::load(data)?;
    println!("test accuracy: {:.4}", accuracy(&network, &test));
    Ok(())
}
