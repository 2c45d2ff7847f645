//! Judges the exercises: the reader's files when asked to, or the reference solutions.

#![cfg_attr(not(feature = "solutions"), allow(unused, reason = "exercises begin unfinished"))]

#[cfg(not(feature = "solutions"))]
#[path = "../exercises/mod.rs"]
mod exercises;

#[cfg(feature = "solutions")]
#[path = "../exercises/solutions/mod.rs"]
mod exercises;

use approx::assert_abs_diff_eq;
use ch07_cnn::convolution::{self, convolve};
use ch07_cnn::pooling;
use common::Tensor;
use common::data::digits;
use common::gradient::check_layer;
use common::layer::Layer;
use common::layers::{AvgPool2d, Conv2d, Window};
use common::metrics::accuracy;
use common::optimizer::Adam;
use common::random::{Rng, distributions::StandardNormal, generator};
use common::train::{Classification, Trainer, TrainingState};
use exercises::*;
use ndarray::{Array1, Array2, Axis, array};
use testing::exercise;

exercise! {
    fn ex1_places() {
        for (image, window, stride, pad) in [(4, 3, 1, 0), (28, 5, 1, 2), (7, 3, 2, 0), (8, 3, 2, 0), (1, 4, 3, 2)] {
            let (expected, _) = Window::new((window, window), stride, pad)
                .and_then(|w| w.positions((image, image)))
                .expect("it fits");
            assert_eq!(ex1_places::places(image, window, stride, pad), Some(expected), "image {image}, window {window}, stride {stride}, padding {pad}");
        }
        assert_eq!(ex1_places::places(4, 5, 1, 0), None, "a window of 5 does not fit an image of 4");
        assert_eq!(ex1_places::places(4, 3, 0, 0), None, "with stride 0 it cannot move");
    }
}

exercise! {
    fn ex2_convolve() {
        let y = ex2_convolve::convolve(&convolution::image(), &convolution::filter());
        assert_eq!(y, array![[15., 16.], [6., 15.]], "the page's example");
        let (x, w) = (normal(6, 9), normal(2, 4));
        let expected = &convolve(std::slice::from_ref(&x), &[vec![w.clone()]], &[0.0], (1, 0)).expect("it fits")[0];
        assert_abs_diff_eq!(ex2_convolve::convolve(&x, &w), *expected, epsilon = 1e-12);
    }
}

exercise! {
    fn ex3_conv_backward() {
        let (x, w, dy) = (array![[1., 2., 3.]], array![[4., 5.]], array![[1., 10.]]);
        let (dw, dx) = ex3_conv_backward::convolve_backward(&x, &w, &dy);
        assert_eq!((dw, dx), (array![[21., 32.]], array![[4., 45., 50.]]), "the page's example: yours on the left");
        let (x, w, dy) = (normal(5, 7), normal(2, 3), normal(4, 5));
        let filters = w.clone().insert_axis(Axis(0)).insert_axis(Axis(0));
        let mut layer = Conv2d::from_weights(filters, array![0.0], 1, 0).expect("a layer");
        layer.forward(batch(&x));
        let expected_dx = layer.backward(batch(&dy));
        let (dw, dx) = ex3_conv_backward::convolve_backward(&x, &w, &dy);
        assert_abs_diff_eq!(batch(&dw), layer.dw.into_dyn(), epsilon = 1e-12);
        assert_abs_diff_eq!(batch(&dx), expected_dx, epsilon = 1e-12);
    }
}

exercise! {
    fn ex4_im2col() {
        let columns = ex4_im2col::im2col(&array![[1., 2., 3.], [4., 5., 6.]], (2, 2));
        assert_eq!(columns, array![[1., 2., 4., 5.], [2., 3., 5., 6.]], "a row for each place: yours on the left");
        let (x, w) = (normal(6, 9), normal(3, 2));
        let y = ex4_im2col::im2col(&x, (3, 2)).dot(&w.iter().copied().collect::<Array1<f64>>());
        let expected = &convolve(&[x], &[vec![w]], &[0.0], (1, 0)).expect("it fits")[0];
        assert_abs_diff_eq!(y, expected.iter().copied().collect::<Array1<f64>>(), epsilon = 1e-12);
    }
}

exercise! {
    fn ex5_max_pool() {
        assert_eq!(ex5_max_pool::max_pool(&pooling::image()), array![[2., 3.], [4., 2.]]);
        let x = normal(7, 5) - 10.0;
        let (expected, _) = pooling::pool(&x).expect("it fits");
        assert_eq!(ex5_max_pool::max_pool(&x), expected, "odd sides, and all numbers below zero");
    }
}

exercise! {
    fn ex6_average_backward() {
        let dx = ex6_average_backward::average_backward(&array![[4.0]]);
        assert_eq!(dx, array![[1., 1.], [1., 1.]], "4 comes back to one window: yours on the left");
        let dy = normal(3, 2);
        let mut layer = AvgPool2d::new(Window::new((2, 2), 2, 0).expect("a window")).expect("a layer");
        layer.forward(batch(&normal(6, 4)));
        let expected = layer.backward(batch(&dy));
        let dx = ex6_average_backward::average_backward(&dy);
        assert_eq!(dx.dim(), (6, 4), "∂L/∂x has the shape of x");
        assert_abs_diff_eq!(batch(&dx), expected, epsilon = 1e-12);
    }
}

exercise! {
    fn ex7_global_average() {
        let rng = &mut generator(7);
        let x: Tensor<f64> = Tensor::from_shape_simple_fn(vec![2, 3, 4, 5], || rng.sample(StandardNormal));
        let mut layer = ex7_global_average::GlobalAverage::default();
        let y = layer.infer(x.clone());
        assert_eq!(y.shape(), [2, 3], "one number for each channel");
        let mean = x.index_axis(Axis(0), 1).index_axis(Axis(0), 2).sum() / 20.0;
        assert_abs_diff_eq!(y[[1, 2]], mean, epsilon = 1e-12);
        for (name, error) in check_layer(&mut layer, &x) {
            assert!(error < 1e-8, "the gradient of {name} is off by {error:.1e}");
        }
    }
}

exercise! {
    fn ex8_small_network() {
        let rng = &mut generator(1);
        let mut network = ex8_small_network::network(rng).expect("its layers fit");
        let parameters: usize = network.params().iter().map(|p| p.value.len()).sum();
        assert!(parameters < 10_000, "{parameters} parameters");
        let (train, test) = (digits::draw(1, 3000), digits::draw(2, 1000));
        let trainer = Trainer::new(5, 30);
        trainer.fit(&mut Classification::new(&train, &test), &mut network, &mut Adam::new(3e-3), &mut TrainingState::start(rng.clone())).expect("it learns");
        let accuracy = accuracy(&network, &test);
        assert!(accuracy >= 0.9, "it reads {accuracy:.3} of the test images");
    }
}

/// One image of one channel as a batch.
fn batch(x: &Array2<f64>) -> Tensor<f64> {
    x.clone().insert_axis(Axis(0)).insert_axis(Axis(0)).into_dyn()
}

fn normal(rows: usize, columns: usize) -> Array2<f64> {
    let rng = &mut generator((rows * 10 + columns) as u64);
    Array2::from_shape_simple_fn((rows, columns), || rng.sample(StandardNormal))
}
