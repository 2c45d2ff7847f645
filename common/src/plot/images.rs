//! Small grey images side by side, each with a line of words under it.

use image::{Rgb, RgbImage, imageops};
use ndarray::Array2;
use plotters::prelude::*;

use super::style::{Align, INK, PALETTE, bold, label, text};
use super::{Area, Drawn, points};

/// One image of a grid.
#[derive(Clone, Debug)]
pub struct Tile {
    /// H×W bytes: 0 is paper, drawn white; 255 is ink, drawn black.
    pub pixels: Array2<u8>,
    /// A few words under the image; may be empty.
    pub caption: String,
    /// Whether a thick coloured frame shall make it stand out.
    pub highlight: bool,
}

/// Images in rows of `columns`, a title above all of them.
///
/// ```
/// # use common::plot::{ImageGrid, Tile};
/// # use ndarray::Array2;
/// let tile = Tile { pixels: Array2::zeros((28, 28)), caption: "blank".into(), highlight: false };
/// let grid = ImageGrid { title: "Two of ten".into(), columns: 10, tiles: vec![tile; 2] };
/// let (width, height) = grid.size(760);
/// assert!(width == 760 && height < 200);
/// ```
#[derive(Clone, Debug)]
pub struct ImageGrid {
    /// What the images are; may be empty.
    pub title: String,
    /// Images in a row.
    pub columns: usize,
    /// The images, row by row.
    pub tiles: Vec<Tile>,
}

/// Between the images and the figure's edge, in points.
const MARGIN: f64 = 18.0;
/// Between two images of a row, in points.
const GAP: f64 = 12.0;
/// What the title takes, in points.
const TITLE: f64 = 26.0;
/// What a caption takes, in points.
const CAPTION: f64 = 22.0;
/// Letters of a caption that fits, in points.
const LETTERS: f64 = 12.0;
const FRAME: RGBColor = RGBColor(170, 170, 170);

impl ImageGrid {
    /// The size in points of a figure that is `width` points wide, for `Figures::draw`.
    pub fn size(&self, width: u32) -> (u32, u32) {
        let row = self.tallest() * self.side(f64::from(width)) + self.below();
        let height = self.top() + self.rows() as f64 * row;
        (width, (height + MARGIN - GAP).ceil() as u32)
    }

    /// Draws the grid from the top of `area`, as wide as `area` is.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn draw(&self, area: &Area<'_>) -> Drawn {
        let width = f64::from(area.dim_in_pixel().0) / points(1.0);
        let side = self.side(width);
        if !self.title.is_empty() {
            label(area, &self.title, (width / 2.0, 20.0), &bold(15.0), Align::Center)?;
        }
        for (i, tile) in self.tiles.iter().enumerate() {
            let (row, column) = (i / self.columns.max(1), i % self.columns.max(1));
            let x = MARGIN + column as f64 * (side + GAP);
            let y = self.top() + row as f64 * (self.tallest() * side + self.below());
            // In the middle of a square, of which only the part that images fill has room here.
            let unused = (1.0 - self.tallest()) * side;
            tile.draw(area, (x, y - unused / 2.0), side)?;
        }
        Ok(())
    }

    fn rows(&self) -> usize {
        self.tiles.len().div_ceil(self.columns.max(1))
    }

    /// The place of one image, in points.
    fn side(&self, width: f64) -> f64 {
        let columns = self.columns.max(1) as f64;
        ((width - 2.0 * MARGIN - (columns - 1.0) * GAP) / columns).max(1.0)
    }

    /// The height of the tallest image, as a share of its place: 1 unless all are wider than tall.
    fn tallest(&self) -> f64 {
        let share = |tile: &Tile| {
            let (height, width) = tile.pixels.dim();
            height as f64 / height.max(width).max(1) as f64
        };
        self.tiles.iter().map(share).fold(0.0, f64::max)
    }

    fn top(&self) -> f64 {
        if self.title.is_empty() { MARGIN } else { MARGIN + TITLE }
    }

    /// From the lower edge of one row to the upper edge of the next.
    fn below(&self) -> f64 {
        if self.tiles.iter().all(|tile| tile.caption.is_empty()) { GAP } else { GAP + CAPTION }
    }
}

impl Tile {
    /// Draws the image in the middle of a square of `side` points whose upper left corner is at
    /// `(x, y)`, and the caption under it.
    fn draw(&self, area: &Area<'_>, (x, y): (f64, f64), side: f64) -> Drawn {
        let size = (self.pixels.ncols() as u32, self.pixels.nrows() as u32);
        let image = RgbImage::from_fn(size.0, size.1, |x, y| {
            Rgb([255 - self.pixels[[y as usize, x as usize]]; 3])
        });
        let bottom = picture(area, &image, (x, y), side, self.highlight)?;

        let mut style = text(LETTERS);
        let wide = f64::from(area.estimate_text_size(&self.caption, &style)?.0) / points(1.0);
        if wide > side + GAP - 4.0 {
            style = text(LETTERS * (side + GAP - 4.0) / wide);
        }
        let below = (x + side / 2.0, bottom + 3.0 + CAPTION / 2.0);
        let color = if self.highlight { &PALETTE[1] } else { &INK };
        label(area, &self.caption, below, &style.color(color), Align::Center)
    }
}

/// Draws a colour image with crisp pixels, as large as it fits in the square of `side` points whose
/// upper left corner is at `(x, y)`, in a thin grey frame or a thick coloured one; returns where
/// its lower edge is, in points.
///
/// # Errors
/// If plotters cannot draw it.
pub fn picture(
    area: &Area<'_>,
    image: &RgbImage,
    (x, y): (f64, f64),
    side: f64,
    highlight: bool,
) -> Drawn<f64> {
    let image = scaled(image, points(side) as u32);
    let (width, height) = image.dimensions();
    let left = even(points(x) + (points(side) - f64::from(width)) / 2.0);
    let top = even(points(y) + (points(side) - f64::from(height)) / 2.0);
    let (right, bottom) = (left + width as i32, top + height as i32);

    let (rim, color) = if highlight { (points(2.5), PALETTE[1]) } else { (points(0.5), FRAME) };
    let rim = rim as i32;
    let outer = [(left - rim, top - rim), (right + rim - 1, bottom + rim - 1)];
    area.draw(&Rectangle::new(outer, color.filled()))?;
    let bitmap = BitMapElement::with_owned_buffer((left, top), (width, height), image.into_raw());
    if let Some(bitmap) = bitmap {
        area.draw(&bitmap)?;
    }
    Ok(f64::from(bottom) / points(1.0))
}

/// The image as large as a square of `side` pixels holds it: enlarged by a whole number, so that
/// every pixel stays a crisp square, or reduced by averaging.
fn scaled(image: &RgbImage, side: u32) -> RgbImage {
    let (width, height) = image.dimensions();
    let longest = width.max(height).max(1);
    // A figure is stored at half the size it is drawn at: pixels of even width stay crisp.
    match side / longest {
        0 | 1 => {
            let fit = |n: u32| (u64::from(n) * u64::from(side) / u64::from(longest)).max(1) as u32;
            imageops::thumbnail(image, fit(width), fit(height))
        }
        times => {
            let times = times / 2 * 2;
            let nearest = imageops::FilterType::Nearest;
            imageops::resize(image, width * times, height * times, nearest)
        }
    }
}

fn even(x: f64) -> i32 {
    (x / 2.0) as i32 * 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn pixels_become_squares() {
        let image = RgbImage::from_fn(2, 2, |x, y| Rgb([10 * x as u8 + y as u8; 3]));
        let large = scaled(&image, 9);
        assert_eq!(large.dimensions(), (8, 8));
        assert_eq!([(3, 3), (4, 3), (3, 4)].map(|at| large[at].0[0]), [0, 10, 1]);
    }

    #[test]
    fn large_images_are_reduced_and_keep_their_shape() {
        assert_eq!(scaled(&RgbImage::new(400, 200), 100).dimensions(), (100, 50));
        assert_eq!(scaled(&RgbImage::new(900, 1), 100).dimensions(), (100, 1));
        assert_eq!(scaled(&RgbImage::new(30, 60), 100).dimensions(), (50, 100));
        assert_eq!(scaled(&RgbImage::new(0, 0), 100).dimensions(), (0, 0));
    }

    #[test]
    fn ink_is_black_and_a_highlight_is_framed() {
        let tile = |highlight| Tile {
            pixels: array![[255, 0], [0, 255]],
            caption: "a caption longer than its tile".into(),
            highlight,
        };
        let grid =
            ImageGrid { title: "T".into(), columns: 2, tiles: vec![tile(false), tile(true)] };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("grid.png");
        super::super::save(&path, grid.size(200), |area| grid.draw(area)).expect("drawn");
        let drawn = image::open(&path).expect("a picture").to_rgb8();
        let side = (200.0 - 2.0 * MARGIN - GAP) / 2.0;
        let at = |x: f64, y: f64| drawn[((x * 2.0) as u32, ((MARGIN + TITLE + y) * 2.0) as u32)].0;
        assert_eq!(at(MARGIN + 0.25 * side, 0.25 * side), [0; 3]);
        assert_eq!(at(MARGIN + 0.75 * side, 0.25 * side), [255; 3]);
        let color = PALETTE[1];
        assert_eq!(at(MARGIN + side + GAP - 1.0, 0.5 * side), [color.0, color.1, color.2]);
    }

    #[test]
    fn rows_are_counted() {
        let tile = Tile { pixels: Array2::zeros((2, 2)), caption: String::new(), highlight: false };
        let height = |count| {
            let tiles = vec![tile.clone(); count];
            ImageGrid { title: String::new(), columns: 5, tiles }.size(760).1
        };
        assert_eq!(height(1), height(5));
        assert!(height(6) > height(5) + 100);
        assert!(height(0) > 0);
    }

    #[test]
    fn wide_images_leave_no_empty_rows() {
        let height = |rows, columns| {
            let pixels = Array2::zeros((rows, columns));
            let tile = Tile { pixels, caption: String::new(), highlight: false };
            ImageGrid { title: String::new(), columns: 1, tiles: vec![tile; 3] }.size(236).1
        };
        assert_eq!(height(4, 4) - height(2, 4), 3 * 100, "200 points wide, 200 or 100 high");
        assert_eq!(height(4, 4), height(4, 2));
    }
}
