//! A picture is an array of bytes, and so are digits.

use std::any::type_name_of_val;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use common::data::{self, Dataset};
use common::flags::{self, DataFlags, OutFlag};
use common::plot::{self, Align, Area, Drawn, ImageGrid, Tile, bold, label, points};
use common::program::Figures;
use common::store::files;
use common::{Error, Result};
use image::{ImageError, ImageFormat, ImageReader, RgbImage};
use ndarray::{Array2, Array3, ArrayView1, ArrayView2, ArrayView3, Axis, s};

use crate::show::topic;
use crate::{boat, show};

/// More pixels than this take longer to draw than a reader would wait.
const MOST_PIXELS: u64 = 12_000_000;
/// Width in points of the colour picture and of its views beside it.
const LEFT: u32 = 300;
const RIGHT: u32 = 460;

// ANCHOR: read
/// Reads a PNG file: H×W×3 bytes, red, green and blue, 0 dark, 255 bright.
///
/// # Errors
/// If the file cannot be read or is not a PNG picture.
pub fn read(path: &Path) -> Result<Array3<u8>> {
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    check(path, &bytes)?;
    let picture = image::load_from_memory_with_format(&bytes, ImageFormat::Png)
        .map_err(broken(path))?
        .to_rgb8();
    let shape = (picture.height() as usize, picture.width() as usize, 3);
    let bytes = picture.into_raw(); // the picture's own memory: no pixel is copied
    Ok(Array3::from_shape_vec(shape, bytes).expect("three bytes a pixel"))
}
// ANCHOR_END: read

fn broken(path: &Path) -> impl FnOnce(ImageError) -> Error {
    move |e| Error::format(path, format!("not a whole PNG picture ({e})"))
}

/// Whether it is a PNG picture, and of how many pixels: a file of a few kilobytes may hold billions,
/// so this is asked before room is made for them.
fn check(path: &Path, bytes: &[u8]) -> Result<()> {
    if image::guess_format(bytes).ok() != Some(ImageFormat::Png) {
        return Err(Error::format(path, "is not a PNG picture; save it as one first"));
    }
    let reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
    let (width, height) = reader.into_dimensions().map_err(broken(path))?;
    if u64::from(width) * u64::from(height) <= MOST_PIXELS {
        return Ok(());
    }
    let most = MOST_PIXELS / 1_000_000;
    Err(Error::format(
        path,
        format!("has {width}×{height} pixels; make it smaller than {most} million"),
    ))
}

/// Writes H×W×3 bytes as a PNG file.
///
/// # Errors
/// If the file cannot be written.
pub fn write(path: &Path, picture: &Array3<u8>) -> Result<()> {
    let mut png = Cursor::new(Vec::new());
    to_image(picture.view())
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|e| Error::format(path, format!("cannot be written as PNG: {e}")))?;
    files::replace(path, |file| file.write_all(png.get_ref()))
}

/// The bytes of an image as the `image` crate's own type; copies, as a view need not be in order.
fn to_image(picture: ArrayView3<u8>) -> RgbImage {
    let (height, width, _) = picture.dim();
    RgbImage::from_raw(width as u32, height as u32, picture.iter().copied().collect())
        .expect("three bytes a pixel")
}

// ANCHOR: grey
/// H×W: how bright each pixel looks, by the weights of ITU-R BT.601.
pub fn grey(picture: &Array3<u8>) -> Array2<u8> {
    let brightness = |pixel: ArrayView1<u8>| {
        let weighted = [0.299, 0.587, 0.114].iter().zip(pixel).map(|(w, &v)| w * f64::from(v));
        weighted.sum::<f64>()
    };
    picture.map_axis(Axis(2), |pixel| brightness(pixel).round() as u8)
}
// ANCHOR_END: grey

/// The flags of `images`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// A PNG picture of yours; without it, a small one of ours
    #[arg(value_parser = flags::path())]
    file: Option<PathBuf>,
    #[command(flatten)]
    main: Main,
}

/// The flags of the chapter's main job, which shows images too.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("train_size", |arg| {
    arg.default_value("40").value_parser(digits).help("Show the first N training images")
}))]
pub struct Main {
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    out: OutFlag,
}

/// More digits than this make a figure that nobody looks at.
const MOST_DIGITS: usize = 200;

fn digits(text: &str) -> Result<usize, String> {
    match flags::count(text)? {
        n if n <= MOST_DIGITS => Ok(n),
        _ => Err(format!("expected at most {MOST_DIGITS}: a figure holds no more")),
    }
}

impl From<Main> for Flags {
    /// The section as the main job has it: with our own picture.
    fn from(main: Main) -> Self {
        Self { file: None, main }
    }
}

/// Reads a picture (`file`, or one of our own) and shows it as an array; then shows digits.
///
/// # Errors
/// If the picture or the digits cannot be read, or a figure cannot be written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let path = match &flags.file {
        Some(path) => path.clone(),
        None => own_picture(figures)?,
    };
    let picture = read(&path)?;
    topic(&format!("a picture is an array: {}", path.display()), || describe(&picture));
    let grid = views(&picture);
    let size = (LEFT + grid.size(RIGHT).0, grid.size(RIGHT).1);
    figures.draw("picture.png", size, |area| draw(&picture, &grid, area))?;

    println!();

    let (digits, _) = data::load(&flags.main.data)?;
    topic("digits are arrays too, with a label each", || {
        show!("X.shape", digits.images.shape());
        show!("labels[:10]", digits.labels.iter().take(10).collect::<Vec<_>>());
    });
    let grid = labelled(&digits);
    figures.draw("digits.png", grid.size(760), |area| grid.draw(area))
}

/// Puts the boat in a file beside the figures, so that there is something to read.
fn own_picture(figures: &Figures) -> Result<PathBuf> {
    let path = figures.path("boat.png");
    write(&path, &boat::boat())?;
    Ok(path)
}

// ANCHOR: describe
fn describe(picture: &Array3<u8>) {
    let grey = grey(picture);
    show!("A.shape", picture.shape());
    show!("A.dtype", type_name_of_val(&picture[[0, 0, 0]]));
    show!("A[0, 0]", picture.slice(s![0, 0, ..]));
    show!("A[:, :, 0].max()", picture.index_axis(Axis(2), 0).iter().max());
    show!("G = A @ [0.299, 0.587, 0.114]", grey.shape());
    show!("G[0, :5]", grey.slice(s![0, ..5.min(grey.ncols())]));
    show!("(G > 127).sum()", grey.iter().filter(|&&v| v > 127).count());
}
// ANCHOR_END: describe

// ANCHOR: views
/// What slices make of a picture. A tile is drawn as ink on paper, so
/// brightness is turned round.
fn views(picture: &Array3<u8>) -> ImageGrid {
    let grey = grey(picture);
    let (rows, columns) = (grey.nrows().div_ceil(2), grey.ncols().div_ceil(2));
    let tile = |caption: &str, bright: ArrayView2<u8>| Tile {
        pixels: bright.mapv(|v| 255 - v),
        caption: caption.to_string(),
        highlight: false,
    };
    let tiles = vec![
        tile("red: A[:, :, 0]", picture.slice(s![.., .., 0])),
        tile("green: A[:, :, 1]", picture.slice(s![.., .., 1])),
        tile("blue: A[:, :, 2]", picture.slice(s![.., .., 2])),
        tile("grey: G", grey.view()),
        tile("mirrored: G[:, ::-1]", grey.slice(s![.., ..;-1])),
        tile("upper left quarter", grey.slice(s![..rows, ..columns])),
    ];
    let title = "and what slices make of it".to_string();
    ImageGrid { title, columns: 3, tiles }
}
// ANCHOR_END: views

/// The picture in colour on the left, the grid of its views on the right.
fn draw(picture: &Array3<u8>, grid: &ImageGrid, area: &Area<'_>) -> Drawn {
    let (left, right) = area.split_horizontally(points(f64::from(LEFT)) as i32);
    let middle = f64::from(LEFT) / 2.0 + 6.0;
    let (height, width, channels) = picture.dim();
    let title = format!("A: {height}×{width}×{channels}");
    label(&left, &title, (middle, 20.0), &bold(15.0), Align::Center)?;
    let side = f64::from(LEFT) - 24.0;
    let beside = f64::from(grid.size(RIGHT).1) - 62.0; // without the title and the lower margin
    let top = 44.0 + (beside - side) / 2.0;
    plot::picture(&left, &to_image(picture.view()), (18.0, top), side, false)?;
    grid.draw(&right)
}

// ANCHOR: labelled
/// The digits, each over its label.
fn labelled(digits: &Dataset) -> ImageGrid {
    let pairs = digits.images.outer_iter().zip(&digits.labels);
    let tiles = pairs.map(|(image, label)| Tile {
        pixels: image.index_axis(Axis(0), 0).to_owned(), // 1×28×28 to 28×28
        caption: label.to_string(),
        highlight: false,
    });
    let title = format!("{} digits and their labels", digits.len());
    ImageGrid { title, columns: 10, tiles: tiles.collect() }
}
// ANCHOR_END: labelled
