//! The numbers that the book names.

use approx::assert_abs_diff_eq;
use ch07_cnn::local_response_norm::LocalResponseNorm;
use ch07_cnn::seven_loops::Filters;
use ch07_cnn::three_ways::{self, Job};
use ch07_cnn::{alexnet, compare, convolution, gradient_check, lenet, picture, pooling};
use ch07_cnn::{feature_maps, simple_conv_net::simple_conv_net};
use common::Tensor;
use common::gradient::TOLERANCE;
use common::layer::Layer;
use common::layers::Window;
use common::random::{generator, normal};
use ndarray::{Array1, Array2, Array4, array, s};

fn convolved(b: f64, steps: (usize, usize)) -> Array2<f64> {
    let (x, w) = (convolution::image(), convolution::filter());
    convolution::convolve(&[x], &[vec![w]], &[b], steps).expect("it fits").remove(0)
}

#[test]
fn four_by_four_with_three_by_three() {
    assert_eq!(convolved(0.0, (1, 0)), array![[15., 16.], [6., 15.]]);
    assert_eq!(convolved(3.0, (1, 0)), array![[18., 19.], [9., 18.]]);
    let padded = convolved(0.0, (1, 1));
    assert_eq!(padded.row(0).to_vec(), [7., 12., 10., 2.]);
    assert_eq!(convolved(0.0, (2, 1)), array![[7., 10.], [10., 15.]]);
}

#[test]
fn sizes() {
    let places = |h, k, s, p| {
        Window::new((k, k), s, p).and_then(|w| w.positions((h, h))).expect("it fits").0
    };
    assert_eq!(places(28, 5, 1, 0), 24);
    assert_eq!(places(7, 3, 2, 0), 3);
    assert_eq!(places(8, 3, 2, 0), 3, "a rest is cut off");
    let mut network = simple_conv_net::<f32>((1, 28, 28), &mut generator(1)).expect("it fits");
    let shapes: Vec<_> = network.params().iter().map(|p| p.value.shape().to_vec()).collect();
    assert_eq!(shapes[0], [30, 1, 5, 5]);
    assert_eq!((&shapes[2][..], &shapes[4][..]), (&[4320, 100][..], &[100, 10][..]));
    assert!(simple_conv_net::<f32>((1, 4, 28), &mut generator(1)).is_err());
}

#[test]
fn pooling_by_hand() {
    let (max, average) = pooling::pool(&pooling::image()).expect("it fits");
    assert_eq!(max, array![[2., 3.], [4., 2.]]);
    assert_eq!(average, array![[1., 1.5], [2.25, 1.]]);
    let dx = pooling::max_backward(&pooling::image(), &array![[1., 2.], [3., 4.]]);
    let dx = dx.expect("it fits");
    assert_eq!((dx[[0, 1]], dx[[1, 3]], dx[[3, 1]], dx[[2, 3]], dx.sum()), (1., 2., 3., 4., 10.));
    let pooled = |at| pooling::stroke(at).expect("it fits").1;
    assert_eq!(pooled(3), pooled(4), "moved within its window");
    assert_eq!(pooling::changed(&pooled(4), &pooled(5)), 0.5, "moved to the next");
}

#[test]
fn three_ways_give_the_same_numbers() {
    for (filters, steps) in [((4, 3, 3), (1, 0)), ((2, 5, 2), (2, 1)), ((3, 1, 4), (3, 2))] {
        let job = Job { name: "", images: (5, 4, 8, 7), filters, steps };
        let ways = three_ways::measure::<f64>(&job, 1, 1).expect("it fits");
        for way in &ways {
            let difference = three_ways::difference(&ways[0].outcome, &way.outcome);
            assert!(difference < 1e-14, "{}: {difference:.1e}", way.name);
        }
        assert!(ways[2].bytes < ways[1].bytes || rayon::current_num_threads() > 2);
    }
}

#[test]
fn every_gradient_agrees_with_the_numerical_one() {
    for seed in 1..3 {
        for (layer, errors) in gradient_check::checks(seed).expect("they fit") {
            for (name, error) in errors {
                assert!(error < TOLERANCE, "seed {seed}, {layer}, {name}: {error:.1e}");
            }
        }
    }
}

#[test]
fn lenet_has_the_papers_parameters() {
    let (mut network, layers) = lenet::lenet::<f32>(&mut generator(1)).expect("it fits");
    let sizes: Vec<_> = layers.iter().map(|(_, n)| *n).collect();
    assert_eq!(sizes, [156, 12, 1516, 32, 48120, 10164, 850]);
    let output = network.forward(ndarray::ArrayD::zeros(vec![2, 1, 28, 28]));
    assert_eq!(output.shape(), [2, 10]);
    network.backward(output);
    // What is not connected has no weight and does not learn.
    let weights: usize =
        network.params().iter().map(|p| p.value.iter().filter(|w| **w != 0.0).count()).sum();
    let biases = 6 + 6 + 16 + 16 + 120 + 84 + 10;
    assert_eq!(weights + biases, sizes.iter().sum::<usize>());
}

#[test]
fn layers_add_up() {
    let rng = &mut generator(1);
    for (mut network, layers) in [
        alexnet::alexnet::<f32>(rng).expect("it fits"),
        compare::two_layer_net(rng).expect("it fits"),
        compare::chapters_own(rng).expect("it fits"),
    ] {
        let parameters: usize = network.params().iter().map(|p| p.value.len()).sum();
        assert_eq!(parameters, layers.iter().map(|(_, n)| n).sum::<usize>());
        let y = network.infer(ndarray::ArrayD::zeros(vec![3, 1, 28, 28]));
        assert_eq!(y.shape(), [3, 10]);
    }
}

#[test]
fn an_edge_filter_finds_the_edges_of_the_picture() {
    let picture = picture::draw();
    assert!(picture.iter().all(|ink| (0.0..=1.0).contains(ink)));
    let upright = Array4::from_shape_fn((1, 1, 5, 5), |(.., j)| j as f32 - 2.0);
    let level = Array4::from_shape_fn((1, 1, 5, 5), |(_, _, i, _)| i as f32 - 2.0);
    let filters = ndarray::concatenate![ndarray::Axis(0), upright, level];
    assert_eq!(feature_maps::most_decided(&filters), [vec![0, 1], vec![1, 0]]);
    let maps = feature_maps::maps(&picture, &filters).expect("it fits");
    assert_eq!(maps[0].dim(), (164, 164));
    // The house's left wall is at 18 of 128, below the window.
    let row = maps[0].row(125);
    let brightest = (0..60).max_by(|&a, &b| row[a].total_cmp(&row[b])).expect("a row");
    assert!((brightest as f32 + 2.0 - 18.0 * 168.0 / 128.0).abs() < 2.5, "{brightest}");
    assert_abs_diff_eq!(maps[1][[125, brightest]], 0.0, epsilon = 1e-3);
}

/// Against the formula as the page writes it, with more and with fewer channels than neighbours.
#[test]
fn local_response_normalisation_is_its_formula() {
    let (alpha, k, n) = (0.7, 1.5, 5);
    for channels in [3, 8] {
        let x: Array4<f64> = normal((2, channels, 3, 4), &mut generator(1));
        let layer = LocalResponseNorm::new(n).expect("odd").with_constants(alpha, k);
        let y = layer.infer(x.clone().into_dyn());
        for ((image, c, row, column), &x_c) in x.indexed_iter() {
            let neighbours = c.saturating_sub(n / 2)..(c + n / 2 + 1).min(channels);
            let sum: f64 = neighbours.map(|c| x[[image, c, row, column]].powi(2)).sum();
            let expected = x_c / (k + alpha / n as f64 * sum).powf(0.75);
            assert_abs_diff_eq!(y[[image, c, row, column]], expected, epsilon = 1e-12);
        }
    }
}

/// The whole network once more, in plain loops: weights from elsewhere meet the maps in the order
/// channel, row, column.
#[test]
fn maps_are_flattened_as_c_h_w() {
    let (rng, (h, w)) = (&mut generator(5), (10, 8));
    let mut network = simple_conv_net::<f64>((1, h, w), rng).expect("it fits");
    for mut p in network.params() {
        let weights = normal(p.value.raw_dim(), rng);
        p.value.assign(&weights);
    }
    let x: Array4<f64> = normal((3, 1, h, w), rng);
    let weights: Vec<_> = network.params().iter().map(|p| p.value.to_owned()).collect();

    let filters = weights[0].clone().into_dimensionality().expect("F×1×5×5");
    let biases = weights[1].clone().into_dimensionality().expect("F");
    let maps = Filters { w: filters, b: biases, stride: 1, pad: 0 }.forward(&x);
    let (_, channels, rows, columns) = maps.dim();
    let affine = |input: &[f64], w: &Tensor<f64>, b: &Tensor<f64>| -> Vec<f64> {
        let terms = |j: usize| input.iter().enumerate().map(move |(i, x)| x * w[[i, j]]);
        (0..b.len()).map(|j| b[[j]] + terms(j).sum::<f64>()).collect()
    };
    for (image, scores) in network.infer(x.into_dyn()).outer_iter().enumerate() {
        let mut flat = Vec::new();
        for c in 0..channels {
            for row in (0..rows).step_by(2) {
                for column in (0..columns).step_by(2) {
                    let window = maps.slice(s![image, c, row..row + 2, column..column + 2]);
                    flat.push(window.fold(0.0_f64, |most, &y| most.max(y))); // ReLU and pooling
                }
            }
        }
        let mut hidden = affine(&flat, &weights[2], &weights[3]);
        hidden.iter_mut().for_each(|h| *h = h.max(0.0));
        let expected = Array1::from(affine(&hidden, &weights[4], &weights[5])).into_dyn();
        assert_abs_diff_eq!(scores.to_owned(), expected, epsilon = 1e-9);
    }
}
