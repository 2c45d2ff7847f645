//! What is paper and what is ink, where the borders of the picture do not tell.

mod drawing;

use ch03_forward::sample_net::SampleNet;
use ch03_forward::{classify, infer, ink};
use common::Result;
use common::data::{Dataset, digits, mnist};
use common::random::{Rng, distributions::StandardNormal, generator};
use drawing::Drawing;
use image::{DynamicImage, Rgb, RgbImage, imageops};
use ndarray::{ArrayView2, s};

const BLACK: [u8; 4] = [0, 0, 0, 255];
const WHITE: [u8; 4] = [255; 4];

/// The digit that the network sees.
fn read(net: &SampleNet, picture: &RgbImage) -> Result<usize> {
    let probabilities = classify::probabilities(net, &ink::see(picture)?);
    let by_value = |&a: &usize, &b: &usize| probabilities[a].total_cmp(&probabilities[b]);
    Ok((0..10).max_by(by_value).expect("ten numbers"))
}

/// Draws all ten digits, changes the pictures, and counts how many are read right.
fn right(drawing: &Drawing, change: impl Fn(u32, u32, &mut Rgb<u8>)) -> usize {
    let net = SampleNet::load(None).expect("sound weights");
    let correct = |&digit: &usize| {
        let mut picture = DynamicImage::from(drawing.draw(digit)).to_rgb8();
        picture.enumerate_pixels_mut().for_each(|(x, y, pixel)| change(x, y, pixel));
        read(&net, &picture).expect("a digit") == digit
    };
    (0..10).filter(correct).count()
}

fn refused(picture: &RgbImage) -> String {
    ink::see(picture).map(|seen| seen.extent).expect_err("no digit").to_string()
}

#[test]
fn what_lies_beside_the_page_is_no_ink() {
    /// Whether a pixel of 200×200 is no part of the page.
    type Beside = fn(u32, u32) -> bool;
    let beside: [(&str, Beside); 8] = [
        ("above", |_, y| y < 9),
        ("to the left", |x, _| x < 14),
        ("below and to the right", |x, y| y >= 194 || x >= 188),
        ("half of a side", |x, y| x < 8 && y > 90),
        ("a slanted page", |x, y| x + y / 10 < 20),
        ("a frame", |x, y| !(5..195).contains(&x) || !(5..195).contains(&y)),
        ("a cell", |x, y| {
            let [x, y] = [x, y].map(|v| v.abs_diff(100));
            x < 90 && y < 92 && (x >= 87 || y >= 89)
        }),
        ("round corners", |x, y| {
            let [x, y] = [x, y].map(|v| f64::from(v.abs_diff(100)));
            x > 60.0 && y > 60.0 && (x - 60.0).hypot(y - 60.0) > 40.0
        }),
    ];
    for (tone, ink, paper) in [("dark", BLACK, WHITE), ("light", WHITE, [15, 15, 15, 255])] {
        let drawing = Drawing { ink, paper, ..Drawing::plain() };
        let [r, g, b, _] = ink;
        for (name, is_beside) in beside {
            let right = right(&drawing, |x, y, pixel| {
                if is_beside(x, y) {
                    *pixel = Rgb([r, g, b]);
                }
            });
            assert!(right >= 9, "{tone}, {name}: {right} of 10");
        }
    }
}

#[test]
fn pale_ink_is_ink() {
    let pairs = [(255, 247), (255, 240), (240, 228), (128, 118), (0, 10), (20, 34)];
    for (paper, ink) in pairs {
        let [ink, paper] = [ink, paper].map(|v| [v, v, v, 255]);
        let drawing = Drawing { ink, paper, ..Drawing::plain() };
        let right = right(&drawing, |_, _, _| {});
        assert!(right >= 9, "{ink:?} on {paper:?}: {right} of 10");
    }
}

#[test]
fn blank_is_blank() {
    for (seed, noise, shade) in
        [(0, 0.0, 0.0), (1, 3.0, 0.0), (2, 5.0, 0.0), (3, 0.0, 0.3), (4, 3.0, 0.3)]
    {
        let rng = &mut generator(seed);
        let picture = RgbImage::from_fn(200, 150, |x, _| {
            let noise = noise * rng.sample::<f32, _>(StandardNormal);
            Rgb([(230.0 * (1.0 - shade * x as f32 / 200.0) + noise) as u8; 3])
        });
        let error = refused(&picture);
        assert!(error.contains("nothing is drawn"), "noise {noise}, shade {shade}: {error}");
    }
}

#[test]
fn digits_without_a_margin_are_read() {
    for brush in [8.0, 14.0, 24.0, 34.0] {
        let net = SampleNet::load(None).expect("sound weights");
        let correct = |&digit: &usize| {
            let picture = DynamicImage::from(Drawing { brush, ..Drawing::plain() }.draw(digit));
            let picture = picture.to_rgb8();
            let black = |at: &dyn Fn(u32, u32) -> u32| {
                let inked = picture.enumerate_pixels().filter(|(.., pixel)| pixel[0] < 128);
                let places = inked.map(|(x, y, _)| at(x, y));
                (places.clone().min().expect("ink"), places.max().expect("ink"))
            };
            let ((left, right), (top, bottom)) = (black(&|x, _| x), black(&|_, y| y));
            let size = (right - left + 1, bottom - top + 1);
            let cut = imageops::crop_imm(&picture, left, top, size.0, size.1).to_image();
            read(&net, &cut).is_ok_and(|answer| answer == digit)
        };
        let right = (0..10).filter(correct).count();
        assert!(right >= 9, "brush {brush}: {right} of 10");
    }
}

/// The image without the rows and columns around it in which no pixel is above `least`, `scale` times
/// as large, black on white.
fn cut_out(image: ArrayView2<'_, u8>, least: u8, scale: u32) -> RgbImage {
    let inked = || image.indexed_iter().filter(|(_, v)| **v > least).map(|(at, _)| at);
    let rows = inked().map(|(y, _)| y);
    let columns = inked().map(|(_, x)| x);
    let (top, bottom) = (rows.clone().min().expect("ink"), rows.max().expect("ink"));
    let (left, right) = (columns.clone().min().expect("ink"), columns.max().expect("ink"));
    let cut = image.slice(s![top..=bottom, left..=right]);
    RgbImage::from_fn(scale * cut.ncols() as u32, scale * cut.nrows() as u32, |x, y| {
        Rgb([255 - cut[[(y / scale) as usize, (x / scale) as usize]]; 3])
    })
}

/// How many of the first images are read right as they are, and how many when cut out.
fn compare(set: &Dataset, count: usize, scale: u32) -> (usize, usize) {
    let net = SampleNet::load(None).expect("sound weights");
    let mut set = set.clone();
    set.truncate(count);
    let x = infer::pixels(&set).expect("28×28 pixels");
    let whole = infer::in_batches(&net, x.view(), 100);
    let right = |&i: &usize| {
        let picture = cut_out(set.images.slice(s![i, 0, .., ..]), 0, scale);
        read(&net, &picture).is_ok_and(|digit| digit == usize::from(set.labels[i]))
    };
    let whole = whole.iter().zip(&set.labels).filter(|(answer, label)| answer == label).count();
    (whole, (0..count).filter(right).count())
}

#[test]
fn images_are_read_without_a_margin_as_well_as_with_one() {
    for scale in [1, 5] {
        let (whole, cut) = compare(&digits::draw(2, 300), 300, scale);
        assert!(cut + 8 > whole, "{whole} whole, {cut} cut out, {scale} times as large");
    }
}

#[test]
fn mnist_is_read_without_a_margin_as_well_as_with_one() {
    let Some(folder) = testing::mnist_folder() else { return };
    let mnist = mnist::load(&folder).expect("sound files").expect("all four files");
    for scale in [1, 5] {
        let (whole, cut) = compare(&mnist.test, 1000, scale);
        assert!(cut + 10 > whole, "{whole} whole, {cut} cut out, {scale} times as large");
    }
}

/// Digits beside each other.
fn row_of(digits: &[usize], apart: u32) -> RgbImage {
    let place = [20.0, 20.0, 60.0, 100.0];
    let drawing = Drawing { place, brush: 10.0, width: 100, height: 140, ..Drawing::plain() };
    let width = 40 + digits.len() as u32 * (70 + apart);
    let mut row = RgbImage::from_pixel(width, 140, Rgb([255; 3]));
    for (i, &digit) in (0..).zip(digits) {
        let mut picture = DynamicImage::from(drawing.draw(digit)).to_rgb8();
        let picture = imageops::crop(&mut picture, 15, 0, 70, 140).to_image();
        imageops::replace(&mut row, &picture, 20 + i * i64::from(70 + apart), 0);
    }
    row
}

#[test]
fn several_digits_are_too_many() {
    for (digits, apart) in [(&[4, 2][..], 8), (&[3, 8], 30), (&[1, 1], 10), (&[7, 0, 5], 20)] {
        let error = refused(&row_of(digits, apart));
        let pieces = format!("{} pieces of ink: the program reads one digit", digits.len());
        assert!(error.starts_with(&pieces), "{digits:?}: {error}");
    }
}

#[test]
fn strokes_of_one_digit_and_noise_are_not_several() {
    let net = SampleNet::load(None).expect("sound weights");
    let mut five = DynamicImage::from(Drawing::plain().draw(5)).to_rgb8();
    // White between the bar and the rest.
    for y in 49..58 {
        (0..200).for_each(|x| five.put_pixel(x, y, Rgb([255; 3])));
    }
    assert_eq!(read(&net, &five).expect("a digit"), 5);
    let mut four = DynamicImage::from(Drawing::plain().draw(4)).to_rgb8();
    for x in 103..109 {
        (0..200).for_each(|y| four.put_pixel(x, y, Rgb([255; 3])));
    }
    assert_eq!(read(&net, &four).expect("a digit"), 4);
    let right = right(&Drawing::plain(), |x, y, pixel| {
        if (x * 31 + y * 57) % 211 == 0 {
            *pixel = Rgb([0; 3]);
        }
    });
    assert!(right >= 9, "{right} of 10");
}
