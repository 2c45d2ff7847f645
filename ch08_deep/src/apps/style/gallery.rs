//! The drawn landscape in every drawn manner.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use common::program::Figures;
use common::{Result, flags};
use ndarray::Axis;

use super::drawn::{Manner, landscape};
use super::figures::Wall;
use super::pictures;
use super::section::{DRAWN, How, small_features};

/// The flags of `style gallery`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// Beside random filters, look through those that `style textures --save FILE` has learned
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    features: Option<PathBuf>,
    #[command(flatten)]
    how: How,
}

/// Paints the landscape in every manner and draws the results under each other's styles.
///
/// # Errors
/// If the weights cannot be read, or a figure cannot be written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let (plan, seed) = (flags.how.plan(), flags.how.seed.seed);
    let mut looks = vec![("random filters", small_features(seed, None)?)];
    if let Some(file) = &flags.features {
        looks.push(("learned filters", small_features(seed, Some(file))?));
    }
    let content = landscape(DRAWN, seed);
    let mut rows = vec![Vec::new(); 1 + looks.len()];
    for manner in Manner::value_variants() {
        let style = manner.draw(DRAWN, seed);
        let name = manner.to_possible_value().expect("no manner is hidden");
        for (row, (look, features)) in looks.iter_mut().enumerate() {
            println!("{}, {look}:", name.get_name());
            let painted = plan.paint(features, &content, &style)?;
            let image = painted.image.index_axis(Axis(0), 0);
            let image = pictures::picture(image.into_dimensionality().expect("3×H×W"));
            rows[1 + row].push((image, (*look).to_string()));
        }
        rows[0].push((style, name.get_name().to_string()));
    }
    let wall = Wall { title: "One landscape in four manners".to_string(), rows };
    figures.draw("style-gallery.png", wall.size(760), |area| wall.draw(area))
}
