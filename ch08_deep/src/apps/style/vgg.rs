//! VGG-16 and VGG-19 with weights that were learned on ImageNet.

use common::layers::Relu;
use common::network::Network;
use common::{Error, Float, Result};
use ndarray::{Ix1, Ix4};

use super::features::Features;
use super::filters::halve;
use super::frozen::Frozen;
use super::named::Named;
use super::normalise::Normalise;

/// Filters of the convolutions in each of five blocks, behind which the size is halved.
pub const WIDTHS: [usize; 5] = [64, 128, 256, 512, 512];
/// What Gatys and colleagues look at: block and convolution within it.
const STYLE: [(usize, usize); 5] = [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)];
const CONTENT: (usize, usize) = (4, 2);

// ANCHOR: depth
/// How many convolutions each block of the network in a file has.
///
/// torchvision numbers convolutions, ReLUs and poolings in one row. Where VGG-16 has its third
/// pooling, VGG-19 has one more convolution: number 16 has weights in one, number 17 in the other.
fn depth(file: &Named<'_>) -> Result<[usize; 5]> {
    let has = |number: usize| file.has(&format!("features.{number}.weight"));
    match (has(0) && has(2), has(16), has(17)) {
        (true, true, false) => Ok([2, 2, 4, 4, 4]),
        (true, false, true) => Ok([2, 2, 3, 3, 3]),
        _ => Err(Error::format(
            file.path(),
            "is neither VGG-16 nor VGG-19 (without batch normalisation) with torchvision's names, features.0.weight and so on",
        )),
    }
}
// ANCHOR_END: depth

// ANCHOR: features
/// The network in `file` up to the last convolution that is looked at, with filters of these widths;
/// what lies behind it, such as the classifier, is not read.
///
/// # Errors
/// If the file holds another network.
pub fn features<F: Float>(file: &Named<'_>, widths: [usize; 5]) -> Result<Features<F>> {
    let depth = depth(file)?;
    let last = STYLE[STYLE.len() - 1].max(CONTENT);
    let mut stage = Network::new().with(Normalise::IMAGENET);
    let (mut stages, mut style, mut content) = (Vec::new(), Vec::new(), 0);
    let (mut channels, mut number) = (3, 0);
    for (block, (&convolutions, &filters)) in (1..).zip(depth.iter().zip(&widths)) {
        for place in (1..=convolutions).map(|convolution| (block, convolution)) {
            let named = |what: &str| format!("features.{number}.{what}");
            let w = file.array(&named("weight"), &[filters, channels, 3, 3])?;
            let b = file.array(&named("bias"), &[filters])?;
            let (w, b) = (w.into_dimensionality::<Ix4>(), b.into_dimensionality::<Ix1>());
            let conv = Frozen::new(&w.expect("four axes"), &b.expect("one axis"), 1)?;
            stage = stage.with(conv).with(Relu::default());
            (channels, number) = (filters, number + 2);
            if STYLE.contains(&place) || place == CONTENT {
                if place == CONTENT {
                    content = stages.len();
                }
                stages.push(std::mem::take(&mut stage));
                style.push(if STYLE.contains(&place) { 1.0 } else { 0.0 });
            }
            if place == last {
                return Ok(Features::new(stages, style, content));
            }
        }
        stage = stage.with(halve()?);
        number += 1;
    }
    unreachable!("the last convolution is in one of the blocks")
}
// ANCHOR_END: features
