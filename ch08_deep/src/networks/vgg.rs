//! VGG: nothing but 3×3, one upon another.

use common::Result;
use common::init::Init;
use common::layer::Layer;
use common::number::grouped;
use common::optimizer::Adam;
use common::random::{Generator, generator};
use common::{Float, Tensor};
use ndarray::Axis;

use crate::networks::family::{FamilyFlags, Maker, candidate, chapters_own, check, compete, start};
use crate::networks::stack::Stack;

/// For each group: its filters, how many convolutions of 3×3 it has, and the side of the one filter
/// that sees as much.
const GROUPS: [(usize, usize, usize); 3] = [(16, 2, 5), (32, 2, 5), (64, 3, 7)];
const HIDDEN: usize = 128;
const DROPOUT: f64 = 0.5;

// ANCHOR: group
/// `count` convolutions of side×side with ReLU, all with the same number of filters.
///
/// # Errors
/// If they do not fit.
pub fn group<F: Float>(
    mut stack: Stack<F>,
    (count, filters, side): (usize, usize, usize),
    rng: &mut Generator,
) -> Result<Stack<F>> {
    for _ in 0..count {
        stack = stack.conv(filters, side, rng)?.relu();
    }
    Ok(stack)
}
// ANCHOR_END: group

// ANCHOR: vgg
/// Three groups of 3×3 with 16, 32 and 64 filters, a pooling after each, and two affine layers; or,
/// not `stacked`, with one large filter in the place of each group.
///
/// # Errors
/// Never.
pub fn vgg<F: Float>(stacked: bool, rng: &mut Generator) -> Result<Stack<F>> {
    let mut stack = start();
    for (filters, count, side) in GROUPS {
        let convolutions = if stacked { (count, filters, 3) } else { (1, filters, side) };
        stack = group(stack, convolutions, rng)?.max_pool(2, 2)?;
    }
    let hidden = stack.affine(HIDDEN, Init::He, rng).relu().dropout(DROPOUT, rng);
    Ok(hidden.affine(10, Init::Xavier, rng))
}
// ANCHOR_END: vgg

/// A fast convolution sums in another order, and what should be 0 may be 1e-16.
const DUST: f64 = 1e-9;

// ANCHOR: receptive_field
/// The side of the square that one number in the middle of the maps depends on: we ask for its
/// gradient, and count the rows in which it is more than the dust of rounding.
pub fn receptive_field(stack: &mut Stack<f64>, image: Tensor<f64>) -> usize {
    let y = stack.forward(image);
    let mut dy = Tensor::zeros(y.raw_dim());
    let middle = [0, 0, y.shape()[2] / 2, y.shape()[3] / 2];
    dy[middle.as_slice()] = 1.0;
    let dx = stack.backward(dy);
    dx.axis_iter(Axis(2)).filter(|row| row.iter().any(|dx| dx.abs() > DUST)).count()
}
// ANCHOR_END: receptive_field

/// Two ways to see 5×5, and two to see 7×7, with 64 channels in and out on maps of 14×14.
const WAYS: [(&str, usize, usize); 4] =
    [("one 5×5", 1, 5), ("two 3×3", 2, 3), ("one 7×7", 1, 7), ("three 3×3", 3, 3)];

/// (name, side of what it sees, parameters, MACs) of each way.
///
/// # Errors
/// Never.
pub fn ways(seed: u64) -> Result<Vec<(&'static str, usize, usize, usize)>> {
    let rng = &mut generator(seed);
    let image = (64, 14, 14);
    let way = |(name, count, side)| {
        // Without ReLU, which would hide part of what is seen.
        let mut stack = Stack::new(image);
        for _ in 0..count {
            stack = stack.conv(64, side, rng)?;
        }
        let seen = receptive_field(&mut stack, Tensor::ones(vec![1, 64, 14, 14]));
        Ok((name, seen, stack.parameters(), stack.macs()))
    };
    WAYS.into_iter().map(way).collect()
}

/// Prints what stacking saves, then trains the network beside one of large filters.
///
/// # Errors
/// If data cannot be read or training diverges.
pub fn run(flags: &FamilyFlags) -> Result<()> {
    println!("64 channels in, 64 out, on maps of 14×14:");
    println!(
        "  {:<12}{:>6}{:>13}{:>16}{:>8}",
        "filters", "sees", "parameters", "products", "ReLUs"
    );
    for ((name, seen, parameters, macs), (_, count, _)) in ways(1)?.into_iter().zip(WAYS) {
        let (parameters, macs) = (grouped(parameters), grouped(macs));
        println!("  {name:<12}{:>6}{parameters:>13}{macs:>16}{count:>8}", format!("{seen}×{seen}"));
    }
    let small = (3, 6, 5);
    let mut block = group(Stack::new(small), (2, 4, 3), &mut generator(1))?;
    check("two 3×3 with ReLU", &mut block, small)?;

    let large = |rng: &mut Generator| Ok(candidate(vgg(false, rng)?));
    let stacked = |rng: &mut Generator| Ok(candidate(vgg(true, rng)?));
    let candidates: [(&str, Maker<'_>); 3] =
        [("DeepConvNet", &chapters_own), ("large filters", &large), ("VGG", &stacked)];
    compete(flags, &candidates, Adam::new).map(drop)
}
