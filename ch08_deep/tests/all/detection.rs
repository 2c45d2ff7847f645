//! Detection: judged as COCO judges.

use std::fs::File;
use std::path::Path;

use ch08_deep::apps::detection::average_precision::{Truth, mean_curve};
use ch08_deep::apps::detection::suppression::Detection;
use common::bounding_box::BoundingBox;
use ndarray::{Array1, Array2, ArrayView1};
use ndarray_npy::NpzReader;

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
