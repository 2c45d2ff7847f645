//! What stays true of the chapter's figures, pictures and lines.

use approx::assert_abs_diff_eq;
use ch01_numpy_basics::{boat, images, plots};
use common::plot::Stroke;
use ndarray::{Array, Array2, Axis, ErrorKind, array, s};

#[test]
fn the_sine_is_sixty_points_of_the_sine() {
    let x = plots::steps();
    assert_eq!(x.len(), 60, "from 0 to 5.9");
    let points = &plots::sine().series[0].points;
    for (i, &(px, py)) in points.iter().enumerate() {
        assert_abs_diff_eq!(px, i as f64 / 10.0, epsilon = 1e-12);
        assert_abs_diff_eq!(py, (i as f64 / 10.0).sin(), epsilon = 1e-12);
    }
}

#[test]
fn an_end_that_a_step_should_hit_may_be_in_or_out() {
    assert_eq!(Array::range(0.0, 0.3, 0.1).len(), 3);
    assert_eq!(Array::range(1.0, 1.3, 0.1).len(), 4, "as with np.arange");
}

#[test]
fn too_few_and_too_many_numbers_are_told_apart() {
    let kind = |n| Array2::from_shape_vec((2, 4), vec![0; n]).map_err(|e| e.kind());
    assert_eq!(kind(6), Err(ErrorKind::OutOfBounds));
    assert_eq!(kind(9), Err(ErrorKind::IncompatibleShape));
    assert!(kind(8).is_ok());
}

#[test]
fn sine_and_cosine_can_be_told_apart_without_colour() {
    let chart = plots::sine_and_cosine();
    let [sin, cos, ..] = &chart.series[..] else { panic!("two curves, and the reader's") };
    assert_eq!((sin.label.as_str(), cos.label.as_str()), ("sin", "cos"));
    assert_eq!((sin.stroke, cos.stroke), (Stroke::Solid, Stroke::Dashed));
    for (sin, cos) in sin.points.iter().zip(&cos.points) {
        assert_abs_diff_eq!(sin.1.powi(2) + cos.1.powi(2), 1.0, epsilon = 1e-12);
    }
    assert!(![&chart.title, &chart.x_label, &chart.y_label].into_iter().any(String::is_empty));
}

#[test]
fn a_picture_comes_back_as_it_was_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("boat.png");
    let boat = boat::boat();
    images::write(&path, &boat).expect("written");
    assert_eq!(images::read(&path).expect("read"), boat);
    assert_eq!(boat.dim(), boat::SHAPE);
}

#[test]
fn a_view_with_its_rows_turned_round_is_written_in_its_own_order() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("mirrored.png");
    let mut mirrored = boat::boat();
    mirrored.invert_axis(Axis(1));
    images::write(&path, &mirrored).expect("written");
    let read = images::read(&path).expect("read");
    assert_eq!(read, boat::boat().slice(s![.., ..;-1, ..]));
}

#[test]
fn grey_weighs_the_colours() {
    let picture = array![[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]];
    assert_eq!(images::grey(&picture), array![[76, 150], [29, 255]]);
}
