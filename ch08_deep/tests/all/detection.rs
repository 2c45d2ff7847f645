//! Detection: judged as COCO judges, its gradients, and what it does with sheets, good and bad.

use std::fs::{self, File};
use std::io::Cursor;
use std::path::Path;

use ch08_deep::apps::detection::anchors::anchors;
use ch08_deep::apps::detection::average_precision::{Truth, mean_curve};
use ch08_deep::apps::detection::detector::{Detector, Pooling};
use ch08_deep::apps::detection::drawn_sheet::{self, NUMBERS};
use ch08_deep::apps::detection::learning::{DetectionStep, draw};
use ch08_deep::apps::detection::sheet;
use ch08_deep::apps::detection::suppression::Detection;
use common::bounding_box::BoundingBox;
use common::data::scenes::Scenes;
use common::data::{digits, picture};
use common::layers::Region;
use common::optimizer::Adam;
use common::random::{Rng, generator, normal};
use common::store::{checkpoint, weights};
use common::train::{Trainer, TrainingState};
use common::{Tensor, model};
use image::{ImageFormat, Rgb, RgbImage};
use ndarray::{Array1, Array2, ArrayView1};
use ndarray_npy::NpzReader;
use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch08_deep"));

#[test]
fn average_precision_is_cocos() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/average_precision.npz");
    let mut npz = NpzReader::new(File::open(file).expect("the fixture")).expect("an npz file");
    let truth: Array2<f64> = npz.by_name("truth").expect("an array");
    let found: Array2<f64> = npz.by_name("found").expect("an array");
    let precision: Array2<f64> = npz.by_name("precision").expect("an array");
    let average: Array1<f64> = npz.by_name("average").expect("an array");
    let place = |row: &ArrayView1<'_, f64>| {
        let [left, top, right, bottom] = [2, 3, 4, 5].map(|i| row[i] as f32);
        BoundingBox::new(left, top, right, bottom)
    };
    let mut truths: Vec<Truth> = vec![Vec::new(); 40];
    for row in truth.rows() {
        truths[row[0] as usize].push((place(&row), row[1] as u8));
    }
    let mut detections = vec![Vec::new(); 40];
    for row in found.rows() {
        let (place, score, label) = (place(&row), row[6] as f32, row[1] as u8);
        detections[row[0] as usize].push(Detection { place, score, label });
    }
    for (i, threshold) in [0.5, 0.75].into_iter().enumerate() {
        let curve = mean_curve(&detections, &truths, threshold);
        for (ours, theirs) in curve.precision.iter().zip(precision.row(i)) {
            assert!((ours - theirs).abs() < 1e-9, "{ours} where COCO has {theirs}");
        }
        assert!((curve.average_precision() - average[i]).abs() < 1e-9);
    }
}

/// What an answer's every number counts in the loss of a test.
type Weights = [Tensor<f64>; 4];

/// The sum of all that the detector says of two pictures, each number times its weight.
fn weighted(
    detector: &mut Detector<f64>,
    x: &Tensor<f64>,
    regions: &[Region],
    weights: &Weights,
) -> f64 {
    let said = detector.propose(x.clone());
    let (classes, places) = detector.look(&said.fine, regions);
    let all = [said.objectness, said.offsets, classes, places];
    all.iter().zip(weights).map(|(said, weights)| (said * weights).sum()).sum()
}

/// Both heads send gradients back into the same maps; regions stay where they are, as in training, where no
/// gradient goes through their places.
#[test]
fn gradients_add_up_where_paths_meet() {
    for pooling in [Pooling::Align, Pooling::Max] {
        let rng = &mut generator(3);
        let mut detector = Detector::<f64>::new(pooling, rng).expect("it fits");
        let x: Tensor<f64> = normal(vec![2, 1, 16, 20], rng);
        let region = |image, [left, top, right, bottom]: [f32; 4]| Region {
            image,
            place: BoundingBox::new(left, top, right, bottom),
        };
        let regions = [
            region(0, [1.0, 2.0, 9.5, 14.0]),
            region(0, [3.0, 0.0, 12.0, 15.5]),
            region(1, [8.3, 4.1, 19.0, 16.0]),
        ];
        let shapes = anchors((4, 5)).len() / 20;
        let weights: Weights =
            [vec![2, shapes, 4, 5], vec![2, 4 * shapes, 4, 5], vec![3, 11], vec![3, 4]]
                .map(|shape| normal(shape, rng));
        weighted(&mut detector, &x, &regions, &weights);
        let [objectness, offsets, classes, places] = weights.clone();
        detector.backward((objectness, offsets), (classes, places));
        let gradients: Vec<Tensor<f64>> =
            model::params(&mut detector).iter().map(|param| param.grad.to_owned()).collect();
        let names = model::names(&mut detector);
        for (i, gradient) in gradients.iter().enumerate() {
            for _ in 0..3 {
                let at = rng.random_range(0..gradient.len());
                let mut moved = |by: f64| {
                    let shift = |detector: &mut Detector<f64>, by: f64| {
                        let mut params = model::params(detector);
                        *params[i].value.iter_mut().nth(at).expect("it is there") += by;
                    };
                    shift(&mut detector, by);
                    let loss = weighted(&mut detector, &x, &regions, &weights);
                    shift(&mut detector, -by);
                    loss
                };
                let numerical = (moved(1e-6) - moved(-1e-6)) / 2e-6;
                let ours = *gradient.iter().nth(at).expect("it is there");
                let error = (ours - numerical).abs() / (1.0 + ours.abs().max(numerical.abs()));
                assert!(error < 1e-4, "{} {at}: {ours}, numerically {numerical}", names[i]);
            }
        }
    }
}

/// Learns from two epochs of two steps until `stop` steps are done, going on from `file` if it is there; the
/// bits of all that the detector has learned or remembers.
fn taught_until(stop: usize, file: &Path) -> Vec<u32> {
    let digits = digits::draw(1, 60);
    let scenes = Scenes::new(&digits, 4);
    let judged = draw(&scenes, 1000..1002);
    let mut step = DetectionStep::new(scenes, 8, &judged, 5);
    let mut detector = Detector::<f32>::new(Pooling::Align, &mut generator(1)).expect("it fits");
    let mut adam = Adam::new(2e-3);
    let trainer = Trainer {
        max_steps: Some(stop),
        save: Some(file.to_owned()),
        report: false,
        ..Trainer::new(2, 4)
    };
    let mut state = match file.exists() {
        true => checkpoint::load(file, &mut detector, &mut adam, trainer.batch_size)
            .expect("it was saved"),
        false => TrainingState::start(generator(2)),
    };
    trainer.fit(&mut step, &mut detector, &mut adam, &mut state).expect("it learns");
    model::snapshot(&mut detector).into_iter().flatten().map(f32::to_bits).collect()
}

#[test]
fn stopped_within_an_epoch_and_resumed_it_sees_the_same_scenes_and_samples() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let whole = taught_until(4, &folder.path().join("never.npz"));
    for stop in 1..4 {
        let file = folder.path().join(format!("{stop}.npz"));
        assert_ne!(taught_until(stop, &file), whole, "{stop} steps are not all");
        assert!(taught_until(4, &file) == whole, "stopped after {stop} steps");
    }
}

fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = PROGRAM.run(folder, arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
}

const SMALL: [&str; 8] =
    ["--data", "digits", "--train-size", "60", "--held-out", "5", "--epochs", "1"];
/// What both ways print of how well they find digits.
const JUDGED: [&str; 5] =
    [", test mAP ", "\nproposals: ", "\nmAP@0.5: ", "\nmAP@0.75: ", "\nreading a scene takes "];

#[test]
fn one_network_is_taught_saved_and_judged() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let figures = ["detect", "detect_steps", "detect_curves", "detect_errors"];
    let figures = figures.map(|name| format!("\nfigure: figures/ch08/{name}.png\n"));
    for pool in ["align", "max"] {
        let of = ["detect", "--scenes", "20", "--pool", pool, "--save", "w.npz"];
        let text = printed(folder.path(), &[&of[..], &SMALL].concat());
        holds(&text, &["parameters: 327837\n", "data: built-in digits (60 train, 10000 test)\n"]);
        holds(&text, &JUDGED);
        holds(&text, &figures.each_ref().map(String::as_str));
        holds(&text, &["\nweights: w.npz\n"]);
    }
}

#[test]
fn patches_are_taught_and_judged() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let of = ["detect", "rcnn", "--scenes", "20", "--save", "w.npz"];
    let text = printed(folder.path(), &[&of[..], &SMALL].concat());
    holds(&text, &["parameters: 99199\n", "\nweights: w.npz\n"]);
    holds(&text, &JUDGED);
    holds(&text, &["\nfigure: figures/ch08/rcnn.png\n"]);
}

/// Light paper with these digits in dark ink, each at a place and so many times as large as it was drawn.
fn sheet_of((width, height): (u32, u32), digits: &[(u8, u32, u32)], times: u32) -> RgbImage {
    let mut sheet = RgbImage::from_pixel(width, height, Rgb([236, 232, 224]));
    let drawn = digits::draw(5, 200);
    for &(label, left, top) in digits {
        let number = drawn.labels.iter().position(|&other| other == label).expect("there is one");
        let digit = drawn.images.index_axis(ndarray::Axis(0), number);
        for y in 0..28 * times {
            for x in 0..28 * times {
                let ink = digit[[0, (y / times) as usize, (x / times) as usize]];
                let pixel = sheet.get_pixel_mut(left + x, top + y);
                *pixel = Rgb(pixel.0.map(|paper| paper - (u16::from(ink) * 4 / 5) as u8));
            }
        }
    }
    sheet
}

#[test]
fn a_sheet_is_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sheet = sheet_of((300, 220), &[(1, 20, 20), (2, 64, 22), (7, 180, 130)], 2);
    for name in ["sheet.png", "sheet.jpg"] {
        sheet.save(folder.path().join(name)).expect("it can be written");
        let text = printed(folder.path(), &["detect", name]);
        holds(&text, &["picture: 300×220\n12 at (", "\n7 at (", "\ndigits: 3\n"]);
        holds(&text, &["\nfigure: figures/ch08/sheet.png\n"]);
    }
}

#[test]
fn what_is_no_sheet_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str| folder.path().join(name);
    fs::write(file("empty.png"), []).expect("it can be written");
    fs::write(file("text.png"), "twelve").expect("it can be written");
    let blank = RgbImage::from_pixel(80, 60, Rgb([240, 240, 240]));
    blank.save(file("blank.png")).expect("it can be written");
    let mut speck = blank.clone();
    speck.put_pixel(40, 30, Rgb([0, 0, 0]));
    speck.save(file("speck.png")).expect("it can be written");
    sheet_of((60, 60), &[(3, 2, 2)], 2).save(file("sheet.png")).expect("it can be written");
    let rng = &mut generator(1);
    let mut other = ch08_deep::networks::deep_conv_net::deep_conv_net::<f32>(rng).expect("it fits");
    weights::save(&mut other, &file("other.npz")).expect("it can be written");
    for (arguments, because) in [
        (&["detect", "nowhere.png"][..], "cannot read nowhere.png"),
        (&["detect", "."], "is a folder"),
        (&["detect", "empty.png"], "empty.png: is not a PNG or JPEG picture"),
        (&["detect", "text.png"], "text.png: is not a PNG or JPEG picture"),
        (&["detect", "blank.png"], "blank.png: nothing is drawn there"),
        (&["detect", "speck.png"], "speck.png: no"),
        (&["detect", "sheet.png", "--weights", "other.npz"], "expected the arrays W1"),
        (&["detect", "sheet.png", "--weights", "nowhere.npz"], "cannot read nowhere.npz"),
        (&["detect", "sheet.png", "--weights", "text.png"], "not a whole .npz file"),
        (&["detect", "sheet.png", "--save", "w.npz"], "cannot be used with"),
        (&["detect", "sheet.png", "--resume", "w.npz"], "cannot be used with"),
        (&["detect", "--epochs", "0"], "expected a whole number of at least 1"),
        (&["detect", "--scenes", "0"], "expected a whole number of at least 1"),
        (&["detect", "--held-out", "0"], "expected a whole number of at least 1"),
        (&["detect", "--pool", "mean"], "align, max"),
        (&["detect", "--examine", "9"], "--examine chooses among given images"),
        (&["detect", "--data", "digits", "--scenes", "10"], "a batch of 20"),
        (&["detect", "rcnn", "--examine", "9"], "--examine chooses among given images"),
        (&["detect", "rcnn", "--threads", "0"], "0 is not in 1..=256"),
        (&["detect", "rcnn", "sheet.png"], "sheet.png"),
    ] {
        PROGRAM.refuses(folder.path(), arguments, because);
    }
}

/// The weights that come with the book.
fn built_in() -> Detector<f32> {
    let mut detector = Detector::new(Pooling::Align, &mut generator(0)).expect("it fits");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("detector.npz");
    weights::load(&mut detector, &file).expect("weights");
    detector
}

#[test]
fn the_sheet_of_the_book_is_drawn_and_read() {
    let drawn = drawn_sheet::draw(1);
    let found = sheet::read(&built_in(), &drawn).expect("there is ink");
    let numbers = sheet::numbers(&found).into_iter();
    let numbers: Vec<Vec<u8>> =
        numbers.map(|number| number.iter().map(|digit| digit.label).collect()).collect();
    assert_eq!(numbers, NUMBERS.map(|(number, ..)| number.to_vec()));

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures/sheet.jpg");
    let kept = picture::read(&file).expect("a picture");
    assert_eq!(kept.dimensions(), drawn.dimensions());
    let differences = kept.iter().zip(drawn.iter()).map(|(a, b)| f64::from(a.abs_diff(*b)));
    let mean = differences.sum::<f64>() / kept.len() as f64;
    assert!(mean < 4.0, "the picture is not the one that is drawn: off by {mean:.1} of 255");

    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = printed(folder.path(), &["detect", "draw-sheet", "mine.png", "--seed", "2"]);
    assert_eq!(text, "picture: mine.png\n");
    assert!(picture::read(&folder.path().join("mine.png")).expect("a picture") != drawn);
    for (name, because) in [
        ("mine.txt", "ends in .png or .jpg"),
        ("mine.png/sheet.png", "cannot create the folder mine.png"),
    ] {
        PROGRAM.refuses(folder.path(), &["detect", "draw-sheet", name], because);
    }
}

#[test]
fn damaged_sheets_are_read_or_refused() {
    let detector = built_in();
    let sheet = sheet_of((44, 32), &[(4, 4, 2)], 1);
    let rng = &mut generator(11);
    let (mut read, mut refused) = (0, 0);
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let mut file = Cursor::new(Vec::new());
        sheet.write_to(&mut file, format).expect("it can be written");
        let whole = file.into_inner();
        for number in 0..100 {
            let mut file = whole.clone();
            if number % 4 == 0 {
                file.truncate(rng.random_range(0..whole.len()));
            }
            for _ in 0..rng.random_range(1..5) {
                if !file.is_empty() {
                    let at = rng.random_range(0..file.len());
                    file[at] ^= 1 << rng.random_range(0..8);
                }
            }
            let picture = picture::read_from(Cursor::new(file), Path::new("damaged"));
            let found = picture.and_then(|picture| sheet::read(&detector, &picture));
            match found {
                Ok(found) => {
                    read += 1;
                    assert!(found.iter().all(|digit| digit.label < 10 && digit.score <= 1.0));
                }
                Err(error) => {
                    refused += 1;
                    assert_eq!(error.to_string().lines().count(), 1, "{error}");
                }
            }
        }
    }
    assert!(read > 10 && refused > 50, "{read} were read, {refused} refused");
}

#[test]
fn sheets_of_any_size_and_ink_are_read_or_refused() {
    let detector = built_in();
    let rng = &mut generator(12);
    for (width, height) in [(1, 1), (1, 40), (40, 1), (7, 300), (300, 7), (33, 65)] {
        let noise = RgbImage::from_fn(width, height, |_, _| Rgb([rng.random(); 3]));
        let strokes = RgbImage::from_fn(width, height, |x, y| {
            Rgb([if x % 9 < 2 || y % 13 < 2 { 0 } else { 255 }; 3])
        });
        for picture in [noise, strokes] {
            if let Ok(found) = sheet::read(&detector, &picture) {
                assert!(found.iter().all(|digit| digit.place.area() > 0.0));
                assert!(sheet::numbers(&found).iter().all(|number| !number.is_empty()));
            }
        }
    }
}
