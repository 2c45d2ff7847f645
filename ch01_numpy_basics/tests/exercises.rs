//! Judges the exercises: the reader's files when asked to, or the reference solutions.

#![cfg_attr(not(feature = "solutions"), allow(unused, reason = "exercises begin unfinished"))]

#[cfg(not(feature = "solutions"))]
#[path = "../exercises/mod.rs"]
mod exercises;

#[cfg(feature = "solutions")]
#[path = "../exercises/solutions/mod.rs"]
mod exercises;

use approx::assert_abs_diff_eq;
use common::data::digits;
use exercises::*;
use ndarray::{Array2, array, s};
use testing::exercise;

exercise! {
    fn ex1_running_mean() {
        let mut mean = ex1_running_mean::RunningMean::default();
        assert_eq!(mean.mean(), None, "no number has a mean yet");
        for (number, expected) in [(3.0, 3.0), (5.0, 4.0), (-2.0, 2.0)] {
            mean.add(number);
            assert_eq!(mean.mean(), Some(expected), "after {number}");
        }
    }
}

exercise! {
    fn ex2_fahrenheit() {
        let found = ex2_fahrenheit::fahrenheit(&array![-40.0, 0.0, 37.0, 100.0]);
        assert_abs_diff_eq!(found, array![-40.0, 32.0, 98.6, 212.0], epsilon = 1e-9);
        assert_eq!(ex2_fahrenheit::fahrenheit(&array![]).len(), 0, "no number in, none out");
    }
}

exercise! {
    fn ex3_table() {
        let found = ex3_table::table(&array![1.0, 2.0, 3.0], &array![10.0, 20.0]);
        assert_eq!(found, array![[10.0, 20.0], [20.0, 40.0], [30.0, 60.0]]);
        assert_eq!(ex3_table::table(&array![2.0], &array![0.5, 1.0, 4.0]), array![[1.0, 2.0, 8.0]]);
    }
}

exercise! {
    fn ex4_standardise() {
        let x = array![[1.0, 10.0, 5.0], [2.0, 30.0, 5.0], [3.0, 80.0, 5.0]];
        let y = ex4_standardise::standardise(x);
        assert_eq!(y.dim(), (3, 3));
        for column in [0, 1] {
            let column = y.column(column);
            assert_abs_diff_eq!(column.sum(), 0.0, epsilon = 1e-12);
            assert_abs_diff_eq!(column.std(0.0), 1.0, epsilon = 1e-12);
        }
        assert!(y[[0, 1]] < y[[1, 1]] && y[[1, 1]] < y[[2, 1]], "the order stays");
        assert_eq!(y.column(2), array![0.0, 0.0, 0.0], "equal numbers become zeros, not NaN");
        assert_eq!(ex4_standardise::standardise(Array2::zeros((0, 2))).dim(), (0, 2), "no rows");
    }
}

exercise! {
    fn ex5_checkerboard() {
        let board = ex5_checkerboard::checkerboard(2, 3);
        assert_eq!(board, array![[0, 255, 0], [255, 0, 255]]);
        for (rows, columns) in [(1, 1), (1, 4), (5, 1), (8, 8)] {
            let expected = Array2::from_shape_fn((rows, columns), |(i, j)| 255 * ((i + j) % 2) as u8);
            assert_eq!(ex5_checkerboard::checkerboard(rows, columns), expected, "{rows}×{columns}");
        }
    }
}

exercise! {
    fn ex6_frame() {
        let mut picture = Array2::from_elem((4, 5), 7);
        ex6_frame::frame(picture.view_mut(), 1);
        assert_eq!(picture.slice(s![1..3, 1..4]), Array2::from_elem((2, 3), 7), "the inside stays");
        assert_eq!(picture.iter().filter(|&&v| v == 255).count(), 14, "the border is 14 pixels");

        let mut picture = Array2::from_elem((6, 6), 7);
        ex6_frame::frame(picture.slice_mut(s![..4, ..4]), 2);
        assert_eq!(picture.iter().filter(|&&v| v == 255).count(), 16, "a view of a part: that part");
        ex6_frame::frame(picture.view_mut(), 0);
        assert_eq!(picture[[5, 5]], 7, "a frame of no width draws nothing");
        ex6_frame::frame(picture.view_mut(), 9);
        assert!(picture.iter().all(|&v| v == 255), "a wide frame covers everything");
    }
}

exercise! {
    fn ex7_product() {
        let a = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
        let b = array![[5.0, 6.0, 7.0, 8.0], [-1.0, 0.5, 0.0, 2.0]];
        assert_eq!(ex7_product::product(&a, &b), Ok(a.dot(&b)));
        let error = ex7_product::product(&a, &a).expect_err("3×2 and 3×2 do not fit");
        assert!(error.contains("3×2"), "{error:?} does not name the shapes");
    }
}

exercise! {
    fn ex8_nearest() {
        let examples = array![[0.0, 0.0], [10.0, 10.0], [0.0, 9.0]];
        let nearest = |x, y| ex8_nearest::nearest(&examples, &[4, 5, 6], &array![x, y]);
        assert_eq!((nearest(1.0, 2.0), nearest(9.0, 7.0), nearest(0.0, 7.0)), (Some(4), Some(5), Some(6)));
        assert_eq!(nearest(5.0, 5.0), Some(6), "squares, not sides: 25 + 16 is less than 50");
        assert_eq!(ex8_nearest::nearest(&Array2::zeros((0, 2)), &[], &array![1.0, 1.0]), None);

        let all: Vec<usize> = (0..300).collect();
        let flat = |seed| {
            let (x, labels) = digits::draw(seed, 300).batch::<f32>(&all);
            (x.into_shape_with_order((300, 784)).expect("28×28 is 784"), labels)
        };
        let ((examples, known), (images, labels)) = (flat(1), flat(2));
        let read = |image: ndarray::ArrayView1<f32>| ex8_nearest::nearest(&examples, &known, &image.to_owned());
        let right = images.outer_iter().zip(&labels).filter(|(image, label)| read(*image) == Some(**label)).count();
        assert!(right > 210, "{right} of 300 are right; more than 210 were expected");
    }
}
