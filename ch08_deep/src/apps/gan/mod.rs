//! A generative adversarial network: digits that nobody wrote.

pub mod discriminator;
pub mod figures;
pub mod frechet;
pub mod generator;
pub mod judge;
pub mod learning;
pub mod losses;
pub mod pair;
pub mod report;
pub mod section;
pub mod spread;
pub mod symmetric;
pub mod to_maps;
