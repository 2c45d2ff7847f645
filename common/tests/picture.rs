//! The reader's own picture: whole or refused, upright, on paper, and in little room.

#![allow(clippy::unwrap_used)]

use std::io::Cursor;
use std::path::Path;

use common::Result;
use common::data::picture;
use image::codecs::jpeg::JpegEncoder;
use image::{
    DynamicImage, GrayImage, ImageBuffer, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage,
};

/// A progressive JPEG of 64×48 pixels: a grey slope with a dark square.
const PROGRESSIVE: &[u8] = include_bytes!("fixtures/progressive.jpg");

fn read(file: &[u8]) -> Result<RgbImage> {
    picture::read_from(Cursor::new(file), Path::new("file"))
}

fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.into().write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, 90).encode_image(picture).unwrap();
    file
}

/// A slope of colour with a dark square in it.
fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let is_square =
            (width / 4..width / 2).contains(&x) && (height / 4..height / 2).contains(&y);
        match is_square {
            true => Rgb([20, 30, 60]),
            false => Rgb([150 + (100 * x / width) as u8, 220, 160 + (90 * y / height) as u8]),
        }
    })
}

/// How many of the values of two pictures of one size are farther apart than that.
fn different(a: &RgbImage, b: &RgbImage, than: u8) -> usize {
    assert_eq!(a.dimensions(), b.dimensions());
    a.iter().zip(b.iter()).filter(|(a, b)| a.abs_diff(**b) > than).count()
}

#[test]
fn a_file_that_is_cut_anywhere_is_refused() {
    for whole in [jpeg(&picture(64, 48)), PROGRESSIVE.to_vec()] {
        read(&whole).unwrap();
        for length in 4..whole.len() {
            let error = read(&whole[..length]).unwrap_err().to_string();
            assert!(error.contains("is cut short"), "{length} of {}: {error}", whole.len());
        }
    }
    let whole = png(picture(64, 48));
    let picture = read(&whole).unwrap();
    for length in 8..whole.len() {
        match read(&whole[..length]) {
            // What is missing then holds no pixels.
            Ok(cut) => assert_eq!(cut, picture, "{length} of {}", whole.len()),
            Err(error) => assert_eq!(error.to_string().lines().count(), 1),
        }
    }
}

#[test]
fn a_file_that_is_cut_and_closed_again_is_refused() {
    for whole in [jpeg(&picture(64, 48)), PROGRESSIVE.to_vec()] {
        let picture = read(&whole).unwrap();
        for length in 4..whole.len() - 2 {
            if let Ok(closed) = read(&[&whole[..length], &[0xFF, 0xD9]].concat()) {
                assert!(different(&closed, &picture, 8) < 64, "{length} of {}", whole.len());
            }
        }
    }
}

#[test]
fn a_file_with_a_hole_in_it_is_refused() {
    let whole = jpeg(&picture(200, 160));
    for at in [whole.len() / 3, whole.len() / 2, 3 * whole.len() / 4] {
        let mut file = whole.clone();
        file[at..at + 40].fill(0);
        read(&file).unwrap_err();
        read(&[&whole[..at], &whole[at + 40..]].concat()).unwrap_err();
    }
}

#[test]
fn a_file_with_something_after_its_end_is_read() {
    for whole in [jpeg(&picture(64, 48)), PROGRESSIVE.to_vec(), png(picture(64, 48))] {
        assert_eq!(read(&[&whole[..], b"a film"].concat()).unwrap(), read(&whole).unwrap());
    }
}

#[test]
fn a_very_large_photograph_is_read_at_an_eighth() {
    let large = picture(12_000, 8000);
    let read = read(&jpeg(&large)).unwrap();
    assert_eq!(read.dimensions(), (1000, 666));
    assert!(different(&read, &picture(1000, 666), 12) < 20_000);
}

#[test]
fn what_claims_too_many_pixels_is_refused() {
    let huge = png(GrayImage::from_pixel(16_000, 16_000, Luma([255])));
    let error = read(&huge).unwrap_err().to_string();
    assert_eq!(error, "file: has 16000×16000 pixels; make it smaller than 230 million");
}

#[test]
fn a_telephone_may_be_held_sideways() {
    let file = jpeg(&picture(64, 48));
    // Big-endian EXIF with one entry: the orientation, 6.
    let exif = b"\xFF\xE1\x00\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let turned = read(&[&file[..2], exif, &file[2..]].concat()).unwrap();
    let upright = image::imageops::rotate90(&read(&file).unwrap());
    assert_eq!(turned, upright);
}

/// A bar of a colour on nothing, where the colour of nothing is another.
fn bar(ink: [u8; 3], nothing: [u8; 3]) -> RgbImage {
    let picture = RgbaImage::from_fn(40, 40, |x, y| {
        let is_ink = (16..22).contains(&x) && (5..35).contains(&y);
        let ([r, g, b], alpha) = if is_ink { (ink, 255) } else { (nothing, 0) };
        Rgba([r, g, b, alpha])
    });
    read(&png(picture)).unwrap()
}

#[test]
fn ink_on_nothing_lies_on_paper_from_which_it_is_far() {
    for light in [[255; 3], [245; 3], [236; 3], [255, 250, 240], [200; 3]] {
        for nothing in [[0; 3], [255; 3]] {
            let picture = bar(light, nothing);
            assert_eq!((picture[(0, 0)], picture[(18, 18)]), (Rgb([0; 3]), Rgb(light)));
        }
    }
    for dark in [[0; 3], [100; 3], [200, 0, 0], [0, 0, 255]] {
        let picture = bar(dark, [0; 3]);
        assert_eq!((picture[(0, 0)], picture[(18, 18)]), (Rgb([255; 3]), Rgb(dark)));
    }
}

#[test]
fn the_round_corners_of_a_window_are_more_of_it() {
    for (ink, paper) in [(255, 20), (10, 240)] {
        let picture = RgbaImage::from_fn(60, 60, |x, y| {
            let [dx, dy] = [x, y].map(|v| f64::from(v) - 29.5);
            let alpha = if dx.hypot(dy) < 36.0 { 255 } else { 0 };
            let tone = if (25..33).contains(&x) && (15..45).contains(&y) { ink } else { paper };
            Rgba([tone, tone, tone, alpha])
        });
        let picture = read(&png(picture)).unwrap();
        assert_eq!((picture[(0, 0)], picture[(28, 28)]), (Rgb([paper; 3]), Rgb([ink; 3])));
    }
}

#[test]
fn sixteen_bits_of_which_some_are_in_use() {
    for (bits, white) in [(8, 255), (10, 255), (12, 255), (14, 255), (16, 255)] {
        let most = u16::MAX >> (16 - bits);
        let stored: ImageBuffer<Luma<u16>, _> =
            ImageBuffer::from_fn(30, 30, |x, _| Luma([if x < 10 { most / 8 } else { most }]));
        let picture = read(&png(stored)).unwrap();
        let ([dark, ..], [light, ..]) = (picture[(5, 5)].0, picture[(20, 5)].0);
        assert!(light >= white - 1 && (30..34).contains(&dark), "{bits}: {dark}, {light}");
    }
    let black: ImageBuffer<Luma<u16>, _> = ImageBuffer::from_pixel(30, 30, Luma([3]));
    assert!(read(&png(black)).unwrap().iter().all(|&v| v < 5));
}
