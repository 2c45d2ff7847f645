//! The network reads digits that are drawn here, in other shapes than any it has seen.

mod drawing;

use ch03_forward::sample_net::SampleNet;
use ch03_forward::{classify, infer, ink};
use common::Tensor;
use common::data::{Dataset, digits, mnist, picture};
use common::metrics::classes;
use common::random::{Rng, distributions::StandardNormal, generator};
use drawing::Drawing;
use image::{DynamicImage, Rgb, RgbImage};
use ndarray::s;

const INK: [u8; 4] = [0, 0, 0, 255];
const WHITE: [u8; 4] = [255; 4];
const CLEAR: [u8; 4] = [255, 255, 255, 0];

/// The digit that the network sees.
fn read(net: &SampleNet, picture: &RgbImage) -> u8 {
    let seen = ink::see(picture).expect("something is drawn");
    let probabilities = classify::probabilities(net, &seen);
    assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    classes(&Tensor::from_shape_vec(vec![1, 10], probabilities).expect("ten numbers"))[0]
}

/// Draws all ten digits, stores them as `file` in a temporary folder, and counts how many are
/// read right.
fn right(drawing: &Drawing, file: &str) -> usize {
    let net = SampleNet::load(None).expect("sound weights");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(file);
    let correct = |&digit: &usize| {
        let drawn = DynamicImage::from(drawing.draw(digit));
        let saved =
            if file.ends_with("png") { drawn.save(&path) } else { drawn.to_rgb8().save(&path) };
        saved.expect("it can be saved");
        read(&net, &picture::read(&path).expect("a sound picture")) == digit as u8
    };
    (0..10).filter(correct).count()
}

#[test]
fn a_plain_drawing_is_read() {
    assert_eq!(right(&Drawing::plain(), "plain.png"), 10);
    assert_eq!(right(&Drawing::plain(), "plain.jpg"), 10);
    assert_eq!(right(&Drawing::plain(), "a-jpeg-that-is-called.gif.jpeg"), 10);
}

#[test]
fn colours_do_not_matter() {
    let plain = Drawing::plain;
    for (name, ink, paper) in [
        ("light on dark", WHITE, INK),
        ("red on yellow", [200, 0, 0, 255], [255, 255, 120, 255]),
        ("yellow on white", [255, 230, 0, 255], WHITE),
        ("grey on grey", [110, 110, 110, 255], [160, 160, 160, 255]),
        ("blue on nothing", [0, 0, 80, 255], [0; 4]),
        ("white on nothing", WHITE, CLEAR),
        ("half transparent ink", [0, 0, 0, 128], CLEAR),
    ] {
        let right = right(&Drawing { ink, paper, ..plain() }, "colour.png");
        assert!(right >= 9, "{name}: {right} of 10");
    }
}

#[test]
fn place_size_and_pen_do_not_matter() {
    let plain = Drawing::plain;
    for (name, drawing) in [
        ("in a corner", Drawing { place: [10.0, 10.0, 40.0, 60.0], brush: 7.0, ..plain() }),
        (
            "no margin",
            Drawing { place: [7.0, 7.0, 80.0, 120.0], width: 94, height: 134, ..plain() },
        ),
        ("thin", Drawing { brush: 2.0, ..plain() }),
        ("a hair", Drawing { brush: 1.0, ..plain() }),
        ("thick", Drawing { brush: 24.0, ..plain() }),
        ("very thick", Drawing { brush: 34.0, ..plain() }),
        (
            "tiny",
            Drawing { width: 24, height: 24, place: [6.0, 4.0, 11.0, 16.0], brush: 2.0, ..plain() },
        ),
        (
            "larger than 1000 pixels",
            Drawing {
                width: 1100,
                height: 300,
                place: [500.0, 20.0, 180.0, 250.0],
                brush: 20.0,
                ..plain()
            },
        ),
        ("wide", Drawing { place: [40.0, 40.0, 120.0, 120.0], ..plain() }),
        ("narrow", Drawing { place: [75.0, 40.0, 50.0, 120.0], ..plain() }),
        ("slanted", Drawing { slant: 0.4, ..plain() }),
        ("slanted back", Drawing { slant: -0.4, ..plain() }),
    ] {
        let right = right(&drawing, "place.png");
        assert!(right >= 9, "{name}: {right} of 10");
    }
}

/// A photograph of the drawing: the light falls off, and every pixel is a little off.
fn photograph(digit: usize, light: impl Fn(f32, f32) -> f32) -> RgbImage {
    let paper = [225, 220, 210, 255];
    let drawing = Drawing { ink: [50, 50, 90, 255], paper, brush: 8.0, ..Drawing::plain() };
    let mut photograph = DynamicImage::from(drawing.draw(digit)).to_rgb8();
    let rng = &mut generator(digit as u64);
    for (x, y, pixel) in photograph.enumerate_pixels_mut() {
        let light = light(x as f32 / 200.0 - 0.5, y as f32 / 200.0 - 0.5);
        for channel in &mut pixel.0 {
            let noise = 5.0 * rng.sample::<f32, _>(StandardNormal);
            *channel = (f32::from(*channel) * light + noise) as u8;
        }
    }
    photograph
}

#[test]
fn uneven_light_does_not_matter() {
    let net = SampleNet::load(None).expect("sound weights");
    let read = |light: &dyn Fn(f32, f32) -> f32| {
        (0..10).filter(|&digit| read(&net, &photograph(digit, light)) == digit as u8).count()
    };
    for (name, right) in [
        ("from the side", read(&|x, _| 0.7 - 0.5 * x)),
        ("darker corners", read(&|x, y| 1.0 - 0.8 * (x * x + y * y))),
    ] {
        assert!(right >= 9, "{name}: {right} of 10");
    }
}

#[test]
fn specks_are_not_ink() {
    let net = SampleNet::load(None).expect("sound weights");
    let mut picture = DynamicImage::from(Drawing::plain().draw(5)).to_rgb8();
    for (x, y) in [(3, 3), (190, 4), (195, 196), (5, 180)] {
        picture.put_pixel(x, y, Rgb([0; 3]));
        picture.put_pixel(x + 1, y, Rgb([0; 3]));
    }
    assert_eq!(read(&net, &picture), 5);
}

#[test]
fn what_is_seen_is_centred_as_in_mnist() {
    let drawing = Drawing { place: [10.0, 90.0, 40.0, 60.0], brush: 7.0, ..Drawing::plain() };
    for digit in 0..10 {
        let seen = ink::see(&DynamicImage::from(drawing.draw(digit)).to_rgb8()).expect("a digit");
        assert_eq!(seen.pixels.dim(), (28, 28));
        assert_eq!(seen.pixels.iter().max(), Some(&255));
        assert!(!seen.light_on_dark);
        let mass: f64 = seen.pixels.iter().map(|&v| f64::from(v)).sum();
        for axis in 0..2 {
            let moment: f64 = seen
                .pixels
                .indexed_iter()
                .map(|((y, x), &v)| [y, x][axis] as f64 * f64::from(v))
                .sum();
            assert!((moment / mass - 14.0).abs() < 0.2, "{digit}: {}", moment / mass);
        }
    }
}

/// How many of the first images of a set are read right as they are, and how many as pictures.
fn compare(set: &Dataset, count: usize) -> (usize, usize) {
    let net = SampleNet::load(None).expect("sound weights");
    let mut set = set.clone();
    set.truncate(count);
    let x = infer::pixels(&set).expect("28×28 pixels");
    let direct = infer::in_batches(&net, x.view(), 100);
    let as_pictures = (0..count).map(|i| {
        let pixels = set.images.slice(s![i, 0, .., ..]);
        let black_on_white =
            RgbImage::from_fn(28, 28, |x, y| Rgb([255 - pixels[[y as usize, x as usize]]; 3]));
        read(&net, &black_on_white)
    });
    let right = |answers: &mut dyn Iterator<Item = u8>| {
        answers.zip(&set.labels).filter(|(answer, label)| answer == *label).count()
    };
    (right(&mut direct.into_iter()), right(&mut as_pictures.into_iter()))
}

#[test]
fn pictures_of_images_are_read_as_well_as_the_images() {
    let (direct, as_pictures) = compare(&digits::draw(2, 500), 500);
    assert!(as_pictures + 15 > direct, "{direct} directly, {as_pictures} as pictures");
}

#[test]
fn pictures_of_mnist_are_read_as_well_as_mnist() {
    let Some(folder) = testing::mnist_folder() else { return };
    let mnist = mnist::load(&folder).expect("sound files").expect("all four files");
    let (direct, as_pictures) = compare(&mnist.test, 2000);
    assert!(as_pictures + 15 > direct, "{direct} directly, {as_pictures} as pictures");
}
