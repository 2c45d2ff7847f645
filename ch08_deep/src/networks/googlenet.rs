//! GoogLeNet: inception blocks upon one another, and a mean in the place of large affine layers.

use common::init::Init;
use common::number::grouped;
use common::optimizer::Adam;
use common::random::{Generator, generator};
use common::{Float, Result};

use crate::networks::family::{FamilyFlags, Maker, candidate, chapters_own, check, compete, start};
use crate::networks::inception::{Inception, Widths};
use crate::networks::stack::{Shape, Stack};

const DROPOUT: f64 = 0.4;

// ANCHOR: googlenet
/// Our three blocks; a pooling stands before the last.
const BLOCKS: [Widths; 3] = [
    Widths { one: 16, three: (16, 24), five: (4, 8), pool: 8 }, //     56×14×14
    Widths { one: 24, three: (24, 32), five: (6, 12), pool: 12 }, //   80×14×14
    Widths { one: 32, three: (32, 48), five: (8, 16), pool: 16 }, //  112×7×7
];

/// A convolution, three inception blocks, the mean of each map, one affine layer; or, without
/// `inception`, one convolution of 5×5 in the place of each block.
///
/// # Errors
/// Never.
pub fn googlenet<F: Float>(inception: bool, rng: &mut Generator) -> Result<Stack<F>> {
    let mut stack = start().conv(16, 3, rng)?.relu().max_pool(2, 2)?;
    for (i, widths) in BLOCKS.into_iter().enumerate() {
        if i == 2 {
            stack = stack.max_pool(2, 2)?;
        }
        stack = match inception {
            true => stack.inception(widths, rng)?,
            false => stack.conv(widths.sum(), 5, rng)?.relu(),
        };
    }
    Ok(stack.global_average().dropout(DROPOUT, rng).affine(10, Init::Xavier, rng))
}
// ANCHOR_END: googlenet

/// The maps that GoogLeNet's first block gets (it is called 3a), and its widths.
pub const FIRST: (Shape, Widths) =
    ((192, 28, 28), Widths { one: 64, three: (96, 128), five: (16, 32), pool: 32 });

// ANCHOR: ways
/// (name, channels out, parameters, MACs) for the paper's first block, for the same without
/// the 1×1 that go before, and for a plain 5×5 of the block's shape.
///
/// # Errors
/// Never.
pub fn ways() -> Result<Vec<(&'static str, usize, usize, usize)>> {
    let (rng, (image, widths)) = (&mut generator(1), FIRST);
    let count =
        |name, mut stack: Stack<f32>| (name, stack.output().0, stack.parameters(), stack.macs());
    let conv = |filters, side, rng: &mut Generator| Stack::new(image).conv(filters, side, rng);
    let naive = [
        count("1×1", conv(widths.one, 1, rng)?),
        count("3×3", conv(widths.three.1, 3, rng)?),
        count("5×5", conv(widths.five.1, 5, rng)?),
        ("pooling", image.0, 0, 0), // hands all its channels on
    ];
    let sum = |part: fn(&(&str, usize, usize, usize)) -> usize| naive.iter().map(part).sum();
    Ok(vec![
        count("inception", Stack::new(image).inception(widths, rng)?),
        ("without 1×1", sum(|way| way.1), sum(|way| way.2), sum(|way| way.3)),
        count("plain 5×5", conv(widths.sum(), 5, rng)?),
    ])
}
// ANCHOR_END: ways

/// Prints what the block saves, then trains the network beside one of plain 5×5.
///
/// # Errors
/// If data cannot be read or training diverges.
pub fn run(flags: &FamilyFlags) -> Result<()> {
    println!("GoogLeNet's first block: 192 channels in, on maps of 28×28:");
    println!("  {:<14}{:>13}{:>13}{:>16}", "block", "channels out", "parameters", "products");
    for (name, channels, parameters, macs) in ways()? {
        let (parameters, macs) = (grouped(parameters), grouped(macs));
        println!("  {name:<14}{channels:>13}{parameters:>13}{macs:>16}");
    }
    let (small, widths) = ((3, 5, 4), Widths { one: 2, three: (2, 3), five: (1, 2), pool: 2 });
    check("inception", &mut Inception::new(small, widths, &mut generator(1))?, small)?;

    let plain = |rng: &mut Generator| Ok(candidate(googlenet(false, rng)?));
    let inception = |rng: &mut Generator| Ok(candidate(googlenet(true, rng)?));
    let candidates: [(&str, Maker<'_>); 3] =
        [("DeepConvNet", &chapters_own), ("plain 5×5", &plain), ("GoogLeNet", &inception)];
    compete(flags, &candidates, Adam::new).map(drop)
}
