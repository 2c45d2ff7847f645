//! One picture in the manner of another.

use std::path::{Path, PathBuf};

use clap::Args;
use common::data::picture;
use common::flags::{self, OutFlag, SeedFlag, ThreadsFlag};
use common::network::Network;
use common::program::Figures;
use common::random::generator;
use common::store::{files, weights};
use common::{Error, Result};
use image::RgbImage;
use ndarray::ArrayD;
use sha2::{Digest, Sha256};

use super::drawn::{Manner, landscape};
use super::features::Features;
use super::figures::Wall;
use super::filters;
use super::named::Named;
use super::objective::Weights;
use super::painting::{Begin, Painted, Plan};
use super::pictures;
use super::statistics::Statistic;
use super::vgg;

/// Width of the drawn pictures.
pub const DRAWN: usize = 512;

/// The flags of `style` and of `style gallery`: how an image is painted.
#[derive(Clone, Debug, Args)]
pub struct How {
    /// The longer side of the result, in pixels
    #[arg(long, value_name = "N", default_value = "256", value_parser = size)]
    size: usize,
    /// From coarse to fine: at so many sizes, each twice the one before
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u8).range(1..=6))]
    sizes: u8,
    /// Steps at each size
    #[arg(long, value_name = "N", default_value = "100", value_parser = flags::count)]
    steps: usize,
    /// What the content counts
    #[arg(long, value_name = "X", default_value = "0.06", value_parser = weight)]
    content_weight: f64,
    /// What the style counts
    #[arg(long, value_name = "X", default_value = "1", value_parser = weight)]
    style_weight: f64,
    /// What differences between neighbouring pixels count (total variation)
    #[arg(long, value_name = "X", default_value = "0.3", value_parser = weight)]
    tv_weight: f64,
    /// How far a pixel goes in the first steps at each size, of the way from black to white
    #[arg(long, value_name = "X", default_value = "0.03", value_parser = rate)]
    learning_rate: f64,
    /// What a style is
    #[arg(long, value_enum, value_name = "WHAT", default_value = "moments")]
    statistic: Statistic,
    /// Where the image begins
    #[arg(long, value_enum, value_name = "WHERE", default_value = "content")]
    begin: Begin,
    /// Where random numbers begin.
    #[command(flatten)]
    pub seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// The flags of `style`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// What is to be painted, PNG or JPEG [default: a drawn landscape]
    #[arg(value_name = "CONTENT", value_parser = flags::path())]
    content: Option<PathBuf>,
    /// In whose manner, PNG or JPEG [default: what --manner draws]
    #[arg(value_name = "STYLE", value_parser = flags::path(), conflicts_with = "manner")]
    style: Option<PathBuf>,
    /// A drawn picture as the style
    #[arg(long, value_enum, value_name = "NAME", default_value = "brush")]
    manner: Manner,
    /// Look through filters that `style textures --save FILE` has learned [default: random ones]
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    features: Option<PathBuf>,
    /// Look through VGG-16 or VGG-19, with weights of torchvision's names, .npz or .safetensors
    #[arg(long, value_name = "FILE", value_parser = flags::path(), conflicts_with = "features")]
    vgg: Option<PathBuf>,
    #[command(flatten)]
    how: How,
    /// Write the image and all that --resume needs to this file (.npz), after every size and at Ctrl-C
    #[arg(long, value_name = "FILE", value_parser = flags::path())]
    save: Option<PathBuf>,
    /// Go on from this file, or without FILE from that of --save, and save there again
    #[arg(long, value_name = "FILE", num_args = 0..=1, value_parser = flags::path())]
    resume: Option<Option<PathBuf>>,
    /// Stop after so many steps of all sizes together; with --save, --resume goes on another time
    #[arg(long, value_name = "N", value_parser = flags::count)]
    max_steps: Option<usize>,
}

fn size(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(size @ pictures::SHORTEST..=2000) => Ok(size),
        _ => Err(format!("expected a whole number from {} to 2000", pictures::SHORTEST)),
    }
}

fn weight(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(weight) if (0.0..=1e6).contains(&weight) => Ok(weight),
        _ => Err("expected a number from 0 to 1000000, such as 0.1".to_string()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match flags::positive(text)? {
        rate if rate <= 1.0 => Ok(rate),
        _ => Err("expected a number of at most 1: the whole way from black to white".to_string()),
    }
}

impl How {
    /// The plan of these flags, without files.
    pub fn plan(&self) -> Plan {
        Plan {
            size: self.size,
            sizes: self.sizes.into(),
            steps: self.steps,
            learning_rate: self.learning_rate,
            weights: Weights {
                content: self.content_weight,
                style: self.style_weight,
                total_variation: self.tv_weight,
            },
            statistic: self.statistic,
            begin: self.begin,
            seed: self.seed.seed,
            stop: None,
            save: None,
            resume: None,
            fingerprint: 0,
        }
    }
}

/// The small network, with random filters or those in a file.
///
/// # Errors
/// If the file cannot be read or holds another network.
pub fn small_features(seed: u64, file: Option<&Path>) -> Result<Features<f32>> {
    let mut network: Network<f32> = filters::classifier(&mut generator(seed))?;
    if let Some(file) = file {
        weights::load(&mut network, file)?;
    }
    filters::features(&mut network)
}

/// Paints one picture in the manner of another, and draws how.
///
/// # Errors
/// If a file cannot be read or written, or the loss is no number any more.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let mut features = match &flags.vgg {
        Some(file) => vgg::features(&Named::open(file)?, vgg::WIDTHS)?,
        None => small_features(flags.how.seed.seed, flags.features.as_deref())?,
    };
    let content = match &flags.content {
        Some(file) => picture::read(file)?,
        None => landscape(DRAWN, flags.how.seed.seed),
    };
    let style = match &flags.style {
        Some(file) => picture::read(file)?,
        None => flags.manner.draw(DRAWN, flags.how.seed.seed),
    };
    if let Some(file) = flags.style.as_deref().filter(|_| pictures::is_flat(&style)) {
        return Err(Error::format(file, "has one colour everywhere: there is no style in it"));
    }
    let plan = plan(flags, &features, [&content, &style])?;
    let painted = plan.paint(&mut features, &content, &style)?;
    println!("painting took {:.1} s", painted.time.as_secs_f64());
    if let Some(file) = &plan.save {
        println!("saved: {}", file.display());
    }
    draw(figures, [content, style], &painted)
}

/// The plan that the flags ask for, and the files to save to and to go on from.
fn plan(flags: &Flags, features: &Features<f32>, pictures: [&RgbImage; 2]) -> Result<Plan> {
    let resume = match &flags.resume {
        Some(None) if flags.save.is_none() => {
            return Err(Error::Invalid(
                "--resume without a file goes on from the one of --save FILE; name it".to_string(),
            ));
        }
        Some(None) => flags.save.clone(),
        Some(file) => file.clone(),
        None => None,
    };
    let save = flags.save.clone().or_else(|| resume.clone());
    if let Some(file) = &save {
        files::check_writable(file)?;
    }
    let plan = flags.how.plan();
    let fingerprint = fingerprint(&plan, features, pictures);
    Ok(Plan { stop: flags.max_steps, save, resume, fingerprint, ..plan })
}

/// A number that is another with other pictures, another network or another plan. Of the network it is
/// what it makes of a small picture.
fn fingerprint(plan: &Plan, features: &Features<f32>, pictures: [&RgbImage; 2]) -> u64 {
    let mut hash = Sha256::new();
    for picture in pictures {
        hash.update(picture.width().to_le_bytes());
        hash.update(picture.as_raw());
    }
    hash.update(format!("{plan:?}"));
    let probe = pictures::tensor(pictures[1], (pictures::SHORTEST, pictures::SHORTEST));
    let maps = features.infer(probe).pop().expect("a stage at least");
    maps.iter().for_each(|x| hash.update(x.to_le_bytes()));
    let bytes = hash.finalize();
    u64::from_le_bytes(std::array::from_fn(|i| bytes[i]))
}

/// Writes the result, and draws it beside what it was made of, and how it became what it is.
fn draw(figures: &Figures, [content, style]: [RgbImage; 2], painted: &Painted) -> Result<()> {
    let of = |image: &ArrayD<f32>| {
        let image = image.view().into_dimensionality().expect("3×H×W");
        pictures::picture(image)
    };
    let result = of(&painted.image.index_axis(ndarray::Axis(0), 0).to_owned());
    pictures::write(&result, &figures.path("style-result.png"))?;
    let wall = Wall {
        title: "One picture in the manner of another".to_string(),
        rows: vec![vec![
            (content, "content".to_string()),
            (style, "style".to_string()),
            (result, "result".to_string()),
        ]],
    };
    figures.draw("style.png", wall.size(760), |area| wall.draw(area))?;
    let moments = painted.moments.iter().enumerate();
    let reached = moments.filter(|(_, image)| image.iter().any(|&x| x > 0.0)).map(|(i, image)| {
        let (width, height) = (image.shape()[2], image.shape()[1]);
        let when = if i % 2 == 0 { "begun" } else { "done" };
        (of(image), format!("{width}×{height}, {when}"))
    });
    let strip = Wall { title: "From coarse to fine".to_string(), rows: vec![reached.collect()] };
    figures.draw("style-steps.png", strip.size(760), |area| strip.draw(area))
}
