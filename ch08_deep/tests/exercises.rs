//! Judges the exercises: the reader's files when asked to, or the reference solutions.

#![cfg_attr(not(feature = "solutions"), allow(unused, reason = "exercises begin unfinished"))]

#[cfg(not(feature = "solutions"))]
#[path = "../exercises/mod.rs"]
mod exercises;

#[cfg(feature = "gpu")]
mod kernels;
/// A card to launch kernels on is compiled in only if it is asked for.
#[cfg(not(feature = "gpu"))]
mod kernels {
    pub fn launch(
        _: &str,
        _: &[(&'static str, usize)],
        _: [usize; 3],
        _: &[&[f32]],
        _: usize,
    ) -> Option<Vec<f32>> {
        testing::skipped("a kernel is judged with --features gpu alone");
        None
    }
}

#[cfg(feature = "solutions")]
#[path = "../exercises/solutions/mod.rs"]
mod exercises;

use approx::assert_abs_diff_eq;
use ch08_deep::apps::detection::suppression;
use ch08_deep::apps::gan::{frechet, losses};
use ch08_deep::distributed::batches::Rule;
use ch08_deep::distributed::cost::{Link, Way};
use ch08_deep::distributed::shares::PairwiseSum;
use ch08_deep::networks::family::gradient_error;
use ch08_deep::networks::googlenet;
use ch08_deep::networks::inception::{Inception, Widths};
use ch08_deep::networks::residual;
use ch08_deep::speed::threads;
use common::Tensor;
use common::activation::softmax;
use common::bounding_box::BoundingBox;
use common::gradient::{TOLERANCE, check_layer, numerical_gradient, relative_error};
use common::init::Init;
use common::layer::Layer;
use common::layers::{
    Affine, Conv2d, ConvTranspose2d, Lstm, PixelSoftmaxWithLoss, Rnn, SequenceSoftmaxWithLoss,
    SmoothL1, State, Tanh, Window,
};
use common::metrics::{Confusion, classes};
use common::network::Network;
use common::random::{Rng, generator, normal};
use common::train::Schedule;
use exercises::*;
use half::f16;
use ndarray::{Array1, Array2, Array4, array};
use testing::exercise;

exercise! {
    fn ex1_receptive_field() {
        let field = ex1_receptive_field::receptive_field;
        assert_eq!(field(&[]), 1, "a pixel sees itself");
        assert_eq!(field(&[(3, 1)]), 3);
        assert_eq!(field(&[(3, 1); 2]), 5);
        assert_eq!(field(&[(3, 1), (3, 1), (2, 2)]), 6, "a window reaches by the strides before it, not by its own");
        assert_eq!(field(&[(3, 1), (3, 1), (2, 2), (3, 1)]), 10, "after a pooling, two pixels apart");
        let stage = [(3, 1), (3, 1), (2, 2)];
        assert_eq!(field(&stage.repeat(3)), 36, "DeepConvNet sees the whole image");
        assert_eq!(field(&[(5, 3), (2, 2), (4, 1)]), 5 + 3 + 3 * 6);
    }
}

exercise! {
    fn ex2_cost() {
        for (image, filters, window, pad) in [((1, 28, 28), 16, 3, 1), ((32, 14, 14), 32, 3, 2), ((3, 9, 6), 5, 4, 0)] {
            let rng = &mut generator(1);
            let window_of = Window::new((window, window), 1, pad).expect("a window");
            let mut conv = Conv2d::<f32>::new((image.0, filters), window_of, Init::He, rng).expect("a layer");
            let (_, down, across) = conv.output(image).expect("it fits");
            let parameters = conv.params().iter().map(|p| p.value.len()).sum();
            let expected = (parameters, conv.w.len() * down * across);
            assert_eq!(ex2_cost::cost(image, filters, window, pad), expected, "{filters} filters {window}×{window} on {image:?}, padding {pad}");
        }
    }
}

exercise! {
    fn ex3_warm_up() {
        let rate = |done| ex3_warm_up::warm_up(0.4, done, 4, 20);
        for (done, expected) in [(0, 0.1), (1, 0.2), (3, 0.4), (4, 0.4), (12, 0.2)] {
            let rate = rate(done);
            assert!((rate - expected).abs() < 1e-12, "after {done} of 20 steps, 4 of them to warm up, to 0.4: {rate}, not {expected}");
        }
        assert_abs_diff_eq!(rate(15), Schedule::Cosine.rate(0.4, 11, 16), epsilon = 1e-12);
        assert_abs_diff_eq!(rate(20), 0.0, epsilon = 1e-12);
    }
}

exercise! {
    fn ex4_confusion() {
        let counts = ex4_confusion::confusion(&[4, 9, 4, 4, 0], &[4, 4, 9, 9, 0]);
        assert_eq!(counts.dim(), (10, 10));
        assert_eq!((counts[[4, 4]], counts[[9, 4]], counts[[4, 9]], counts[[0, 0]]), (1, 1, 2, 1), "a row for each label");
        assert_eq!(counts.sum(), 5);
    }
}

exercise! {
    fn ex5_ensemble() {
        // Two networks that hardly prefer class 1, and one that shouts for class 0.
        let network = |b: Array1<f64>| Network::new().with(Affine::from_weights(array![[0.0, 0.0]], b));
        let ensemble = ex5_ensemble::Ensemble(vec![
            network(array![0.0, 1.5]),
            network(array![0.0, 1.5]),
            network(array![9.0, 0.0]),
        ]);
        let y = ensemble.infer(array![[1.0], [2.0]].into_dyn());
        assert_eq!(y.shape(), [2, 2]);
        let [calm, loud] = [1.5, -9.0].map(|x: f64| 1.0 / (1.0 + (-x).exp()));
        assert_abs_diff_eq!(y[[0, 1]], (2.0 * calm + loud) / 3.0, epsilon = 1e-12);
        assert_abs_diff_eq!(y[[0, 0]] + y[[0, 1]], 1.0, epsilon = 1e-12);
        assert_eq!(classes(&y), [1, 1], "two against one");
    }
}

exercise! {
    fn ex6_bilinear() {
        let image = array![[0.0, 1.0, 0.5], [0.25, 0.75, 1.0]];
        for ((row, column), &ink) in image.indexed_iter() {
            let found = ex6_bilinear::ink_at(&image, column as f64, row as f64);
            assert_abs_diff_eq!(found, ink, epsilon = 1e-12);
        }
        let ink = |x, y| ex6_bilinear::ink_at(&image, x, y);
        assert_abs_diff_eq!(ink(0.5, 0.0), 0.5, epsilon = 1e-12);
        assert_abs_diff_eq!(ink(1.25, 0.5), 0.5 * (0.875 + 0.8125), epsilon = 1e-12);
        assert_abs_diff_eq!(ink(2.5, 1.0), 0.5, epsilon = 1e-12); // half of it lies outside
        assert_abs_diff_eq!(ink(-0.25, 1.0), 0.1875, epsilon = 1e-12);
        assert_abs_diff_eq!(ink(1.0, -0.5), 0.5, epsilon = 1e-12);
        for (x, y) in [(-1.0, 0.0), (3.0, 0.0), (1.0, 2.0), (-40.0, 1.0), (1.0, 40.5)] {
            assert_eq!(ink(x, y), 0.0, "({x}, {y}) is paper");
        }
    }
}

exercise! {
    fn ex7_half_bits() {
        for (bits, x) in [(0x3c00, 1.0), (0xc000, -2.0), (0x7bff, 65504.0), (1, 2_f32.powi(-24))] {
            assert_eq!(ex7_half_bits::from_bits(bits), x, "{bits:#06x}");
        }
        for bits in 0..=u16::MAX {
            let (found, expected) = (ex7_half_bits::from_bits(bits), f16::from_bits(bits).to_f32());
            match expected.is_nan() {
                true => assert!(found.is_nan(), "{bits:#06x} is no number, not {found}"),
                false => assert_eq!(found.to_bits(), expected.to_bits(), "{bits:#06x} is {expected}, not {found}"),
            }
        }
    }
}

exercise! {
    fn ex8_loss_scale() {
        let mut scale = ex8_loss_scale::LossScale { scale: 8.0, patience: 2, good: 0 };
        let mut judge = |mut gradient: Vec<f32>, expected: Option<Vec<f32>>, next: f32| {
            let given = format!("{gradient:?}, scaled by {}", scale.scale);
            let taken = scale.judge(&mut gradient).then_some(gradient.clone());
            assert_eq!((taken, scale.scale), (expected, next), "{given}: your step and next scale, and those expected");
        };
        judge(vec![16.0, -4.0], Some(vec![2.0, -0.5]), 8.0);
        judge(vec![8.0], Some(vec![1.0]), 16.0); // the second good one in a row
        judge(vec![16.0], Some(vec![1.0]), 16.0);
        judge(vec![1.0, f32::INFINITY], None, 8.0);
        judge(vec![8.0], Some(vec![1.0]), 8.0); // counted anew
        judge(vec![8.0], Some(vec![1.0]), 16.0);
        for next in [8.0, 4.0, 2.0, 1.0, 1.0] {
            judge(vec![f32::NAN], None, next);
        }
    }
}

exercise! {
    fn ex9_inception() {
        let ((channels, ..), widths) = googlenet::FIRST;
        assert_eq!(ex9_inception::parameters(channels, &widths), 163_696, "GoogLeNet's first block");
        let widths = Widths { one: 2, three: (3, 5), five: (4, 7), pool: 6 };
        let mut block = Inception::<f32>::new((9, 4, 4), widths, &mut generator(1)).expect("it fits");
        let expected: usize = block.params().iter().map(|p| p.value.len()).sum();
        assert_eq!(ex9_inception::parameters(9, &widths), expected, "{widths:?}");
    }
}

exercise! {
    fn ex10_shortcut() {
        let (w, b) = (ndarray::array![[0.0, 2.0], [1.0, 0.0]], ndarray::array![10.0, 20.0]);
        let mut swap = ex10_shortcut::Shortcut { around: Affine::from_weights(w, b) };
        let x: Tensor<f64> = ndarray::array![[1.0, 2.0]].into_dyn();
        let y = ndarray::array![[13.0, 24.0]].into_dyn();
        assert_eq!(swap.infer(x.clone()), y, "f(1, 2) = (12, 22), and (1, 2) added");
        assert_eq!(swap.forward(x), y);
        let rng = &mut generator(8);
        let f = Network::new().with(Affine::new(3, 5, Init::He, rng)).with(Tanh::default());
        let around = f.with(Affine::new(5, 3, Init::He, rng));
        let mut layer = ex10_shortcut::Shortcut { around };
        let x = ndarray::array![[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]].into_dyn();
        for (name, error) in check_layer(&mut layer, &x) {
            assert!(error < 1e-8, "the gradient of {name} is off by {error:.1e}");
        }
    }
}

exercise! {
    fn ex11_bottleneck() {
        let (image, rng) = ((8, 5, 4), &mut generator(9));
        let mut body = ex11_bottleneck::bottleneck::<f64>(image, rng).expect("it fits");
        assert_eq!(body.output(), image, "it goes in and out with the same shape");
        let kinds: Vec<_> = body.params().iter().map(|p| (p.name, p.value.shape().to_vec())).collect();
        let filters: Vec<_> = kinds.iter().filter(|(name, _)| *name == "W").map(|(_, s)| &s[..]).collect();
        assert_eq!(filters, [&[2, 8, 1, 1][..], &[2, 2, 3, 3], &[8, 2, 1, 1]], "filters, channels, height, width");
        assert_eq!(kinds.iter().filter(|(name, _)| *name == "gamma").count(), 3, "batch normalisation");
        let order: Vec<_> = body.children().iter().map(|layer| layer.name()).collect();
        let expected = ["Conv2d", "BatchNorm", "Relu", "Conv2d", "BatchNorm", "Relu", "Conv2d", "BatchNorm"];
        assert_eq!(order, expected, "a ReLU after the first and the second, none at the end");
        assert!(gradient_error(&mut body, image, 1) < 1e-6, "its gradient");
        let x = Tensor::from_shape_fn(vec![2, 8, 5, 4], |i| ((i[0] * 7 + i[1] * 5 + i[2] * 3 + i[3]) % 11) as f64);
        let doubled = body.forward(x.clone() * 2.0);
        assert_abs_diff_eq!(doubled, body.forward(x), epsilon = 1e-3);
        let wide = (64, 14, 14);
        let narrow = ex11_bottleneck::bottleneck::<f32>(wide, rng).expect("it fits");
        let two = residual::body::<f32>(wide, (64, 1), rng).expect("it fits");
        assert!(narrow.macs() * 16 < two.macs(), "{} against {}", narrow.macs(), two.macs());
    }
}

exercise! {
    fn ex12_fixed_order() {
        let rng = &mut generator(6);
        let numbers: Vec<f32> = (0..1_234_567).map(|_| rng.random_range(-1.0..1.0)).collect();
        let add_up = |numbers: &[f32]| numbers.iter().fold(0.0_f32, |sum, x| sum + x);
        let expected = add_up(&numbers.chunks(ex12_fixed_order::PART).map(add_up).collect::<Vec<_>>());
        for threads in 1..=4 {
            let sum = threads::on(threads, || ex12_fixed_order::sum(&numbers)).expect("threads start");
            assert_eq!(sum.to_bits(), expected.to_bits(), "with --threads {threads}: {sum}, not {expected}");
        }
        assert_eq!(ex12_fixed_order::sum(&[]), 0.0);
    }
}

exercise! {
    fn ex13_transposed_size() {
        let size = ex13_transposed_size::output_size;
        assert_eq!(size(2, 3, 2, 0, 0), Some(5), "two stamps of three rows that share one");
        assert_eq!(size(8, 4, 2, 1, 0), Some(16), "twice as large");
        for (input, kernel, stride, pad, extra) in [(1, 1, 1, 0, 0), (3, 2, 3, 0, 2), (5, 4, 2, 3, 1), (7, 3, 1, 1, 0), (1, 2, 2, 1, 0), (1, 3, 1, 2, 0)] {
            let w = Array4::<f32>::zeros((1, 1, kernel, kernel));
            let layer = ConvTranspose2d::from_weights(w, Array1::zeros(1), (stride, pad, extra)).expect("a layer");
            let expected = layer.output((1, input, input)).ok().map(|(_, rows, _)| rows);
            assert_eq!(size(input, kernel, stride, pad, extra), expected, "input {input}, kernel {kernel}, stride {stride}, padding {pad}, output padding {extra}");
        }
    }
}

exercise! {
    fn ex14_mean_iou() {
        let counts = array![[6, 2, 0], [1, 3, 0], [0, 0, 0]];
        let expected = (6.0 / 9.0 + 3.0 / 6.0) / 2.0;
        assert_abs_diff_eq!(ex14_mean_iou::mean_iou(&counts), expected, epsilon = 1e-12);
        assert_eq!(ex14_mean_iou::mean_iou(&array![[0, 4], [0, 0]]), 0.0, "answered and never true: 0, and it counts");
        let rng = &mut generator(14);
        let mut confusion = Confusion::new(5, None);
        confusion.counts = Array2::from_shape_simple_fn((5, 5), || rng.random_range(0..9));
        assert_abs_diff_eq!(ex14_mean_iou::mean_iou(&confusion.counts), confusion.mean_iou(), epsilon = 1e-12);
    }
}

exercise! {
    fn ex15_class_weights() {
        let gradient = |scores: &Array2<f64>, labels: &[usize], weights: &[f64]| {
            ex15_class_weights::gradient(&softmax(scores.clone()), labels, weights)
        };
        let even = gradient(&array![[0.0, 0.0], [0.0, 0.0]], &[0, 1], &[1.0, 3.0]);
        assert_abs_diff_eq!(even, array![[-0.125, 0.125], [0.375, -0.375]], epsilon = 1e-12);
        let (scores, labels, weights) = (array![[0.3, -1.0, 2.0], [0.1, 0.2, 0.3], [1.0, 0.0, 0.5], [0.0, 2.0, 1.0]], [2, 0, 0, 1], [0.2, 1.5, 4.0]);
        // The four pixels as a picture of 1×4: classes come before places there.
        let logits = scores.t().to_shape((1, 3, 1, 4)).expect("twelve numbers").to_owned().into_dyn();
        let mut criterion = PixelSoftmaxWithLoss::new(Some(Array1::from(weights.to_vec())), None);
        criterion.forward(logits, array![[[2, 0, 0, 1]]]);
        let expected = criterion.backward().into_shape_with_order((3, 4)).expect("twelve numbers").reversed_axes();
        assert_abs_diff_eq!(gradient(&scores, &labels, &weights), expected, epsilon = 1e-12);
    }
}

exercise! {
    fn ex16_iou() {
        let a = [0.0, 0.0, 4.0, 4.0];
        for (b, expected, because) in [
            (a, 1.0, "it is the same"),
            ([2.0, 1.0, 6.0, 5.0], 6.0 / 26.0, "two by three of both, and 16 + 16 − 6 of either"),
            ([1.0, 1.0, 3.0, 3.0], 0.25, "the small one lies inside"),
            ([4.0, 0.0, 8.0, 4.0], 0.0, "an edge is no area"),
            ([5.0, 6.0, 7.0, 9.0], 0.0, "apart along both axes: minus times minus is no area"),
            ([1.0, 1.0, 1.0, 3.0], 0.0, "a line has no area"),
        ] {
            let found = ex16_iou::iou(a, b);
            assert!((found - expected).abs() < 1e-12, "{a:?} and {b:?}: {found}, not {expected}: {because}");
            assert_abs_diff_eq!(ex16_iou::iou(b, a), expected, epsilon = 1e-12);
        }
        assert_eq!(ex16_iou::iou([1.0; 4], [1.0; 4]), 0.0, "two points: nothing is divided by 0");
    }
}

exercise! {
    fn ex17_smooth_l1() {
        let loss = ex17_smooth_l1::smooth_l1;
        for (error, beta, expected) in [
            (0.0, 1.0, (0.0, 0.0)),
            (0.5, 1.0, (0.125, 0.5)),
            (-3.0, 1.0, (2.5, -1.0)),
            (0.25, 0.5, (0.0625, 0.5)),
            (2.0, 0.5, (1.75, 1.0)),
            (-1.0, 4.0, (0.125, -0.25)),
        ] {
            let found = loss(error, beta);
            assert_eq!(found, expected, "loss and slope of an error of {error} with a border at {beta}");
        }
        for beta in [0.3, 1.0, 5.0] {
            let inside = loss(beta - 1e-9, beta);
            assert_abs_diff_eq!(inside.0, loss(beta, beta).0, epsilon = 1e-8);
            assert_abs_diff_eq!(inside.1, loss(beta, beta).1, epsilon = 1e-8);
            for error in [-7.0, -0.9 * beta, 0.4 * beta, 6.0] {
                let numerical = (loss(error + 1e-6, beta).0 - loss(error - 1e-6, beta).0) / 2e-6;
                assert_abs_diff_eq!(loss(error, beta).1, numerical, epsilon = 1e-6);
            }
        }
        let mut criterion = SmoothL1::default();
        for error in [-2.0, -0.3, 0.8, 1.5] {
            let value = criterion.forward(array![error].into_dyn(), &array![0.0].into_dyn());
            assert_abs_diff_eq!(loss(error, 1.0).0, value, epsilon = 1e-12);
            assert_abs_diff_eq!(loss(error, 1.0).1, criterion.backward()[[0]], epsilon = 1e-12);
        }
    }
}

/// Rectangles of 10×10 whose left upper corners stand at these places.
fn squares(corners: &[(f32, f32)]) -> Vec<BoundingBox> {
    corners.iter().map(|&(x, y)| BoundingBox::new(x, y, x + 10.0, y + 10.0)).collect()
}

exercise! {
    fn ex18_suppression() {
        let stay = ex18_suppression::suppress;
        let places = squares(&[(0.0, 0.0), (1.0, 0.0), (30.0, 0.0), (2.0, 0.0)]);
        assert_eq!(stay(&places, &[0.5, 0.9, 0.1, 0.8], 0.5), [1, 2], "the surest of three, and the one far away");
        assert_eq!(stay(&places, &[0.5, 0.9, 0.1, 0.8], 0.95), [1, 3, 0, 2], "none covers another by more than 0.95");
        let chain = squares(&[(0.0, 0.0), (4.0, 0.0), (8.0, 0.0)]);
        assert_eq!(stay(&chain, &[0.9, 0.8, 0.7], 0.4), [0, 2], "the one in the middle goes, so it suppresses nothing");
        assert_eq!(stay(&[], &[], 0.5), [0; 0]);
        let rng = &mut generator(18);
        let corners: Vec<_> = (0..60).map(|_| (rng.random_range(0.0..50.0), rng.random_range(0.0..50.0))).collect();
        let scores: Vec<f32> = (0..60).map(|_| rng.random()).collect();
        let places = squares(&corners);
        assert_eq!(stay(&places, &scores, 0.3), suppression::suppress(&places, &scores, 0.3));
    }
}

exercise! {
    fn ex19_targets() {
        use ex19_targets::Target::{Digit, Ignored, Nothing};
        let digits = squares(&[(0.0, 0.0), (40.0, 40.0)]);
        let anchors = squares(&[(1.0, 0.0), (4.0, 0.0), (8.0, 0.0), (41.0, 41.0), (39.5, 40.0), (20.0, 20.0)]);
        let expected = [Digit(0), Ignored, Nothing, Digit(1), Digit(1), Nothing];
        assert_eq!(ex19_targets::targets(&anchors, &digits), expected, "IoU 9/11, 3/7, 1/9; 81/119, 19/21; 0");
        let thin = [BoundingBox::new(4.0, 0.0, 6.0, 30.0)];
        let anchors = squares(&[(0.0, 0.0), (12.0, 5.0), (9.0, 20.0)]);
        assert_eq!(ex19_targets::targets(&anchors, &thin), [Digit(0), Nothing, Nothing], "nobody covers a thin 1 well; the best one must find it");
    }
}

exercise! {
    fn ex20_rnn_back() {
        let rng = &mut generator(20);
        let mut layer = Rnn::<f64>::new(3, 4, rng);
        layer.b = normal(4, rng);
        let (x, dh): (Array1<f64>, Array1<f64>) = (normal(3, rng), normal(4, rng));
        let before = State { h: normal((1, 4), rng), c: Array2::zeros((1, 0)) };
        let sequence = |x: &Array1<f64>| x.clone().into_shape_with_order(vec![1, 1, x.len()]).expect("one step");
        let (_, after) = layer.forward_from(sequence(&x), &before, None);
        let (dx, dstate) = layer.backward_to(sequence(&dh), None);
        let row = |x: &Array2<f64>| x.row(0).to_owned();
        let (h_before, h) = (row(&before.h), row(&after.h));
        let found = ex20_rnn_back::step_back(&x, &h_before, &h, (&layer.wx, &layer.wh), &dh);
        assert_abs_diff_eq!(found.x, Array1::from_iter(dx), epsilon = 1e-12);
        assert_abs_diff_eq!(found.h_before, row(&dstate.h), epsilon = 1e-12);
        let found = [found.wx.into_dyn(), found.wh.into_dyn(), found.b.into_dyn()];
        for (p, found) in layer.params().iter().zip(found) {
            assert!(p.grad.abs_diff_eq(&found, 1e-12), "{}: {found}, expected {}", p.name, p.grad);
        }
    }
}

exercise! {
    fn ex21_gates() {
        let step = ex21_gates::lstm_step;
        let (h, c) = step(&[-99.0, 99.0, 5.0, 99.0], &[0.7]);
        assert_abs_diff_eq!(c[0], 0.7, epsilon = 1e-9);
        assert_abs_diff_eq!(h[0], 0.7_f64.tanh(), epsilon = 1e-9);
        let (_, c) = step(&[99.0, -99.0, 5.0, 0.0], &[0.7]);
        assert_abs_diff_eq!(c[0], 5.0_f64.tanh(), epsilon = 1e-9);
        let rng = &mut generator(21);
        let layer = Lstm::<f64>::new(2, 3, rng);
        let x: Array2<f64> = normal((1, 2), rng);
        let before = State { h: normal((1, 3), rng), c: normal((1, 3), rng) };
        let sums = x.dot(&layer.wx) + before.h.dot(&layer.wh) + &layer.b;
        let sequence = x.into_shape_with_order(vec![1, 1, 2]).expect("one step");
        let (_, after) = layer.infer_from(sequence, &before, None);
        let (h, c) = step(&sums.into_iter().collect::<Vec<_>>(), &before.c.into_iter().collect::<Vec<_>>());
        assert_abs_diff_eq!(h[..], after.h.into_iter().collect::<Vec<_>>()[..], epsilon = 1e-12);
        assert_abs_diff_eq!(c[..], after.c.into_iter().collect::<Vec<_>>()[..], epsilon = 1e-12);
    }
}

exercise! {
    fn ex22_masked_loss() {
        let logits: Array2<f64> = normal((4, 5), &mut generator(22));
        for mask in [[true; 4], [true, true, false, false], [false; 4]] {
            let words = [0, 3, 4, 2];
            let end = [0, 3, 99, 99]; // where the sentence is over
            let words = if mask[2] { words } else { end };
            let (loss, gradient) = ex22_masked_loss::masked_loss(&logits, &words, &mask);
            let mut criterion = SequenceSoftmaxWithLoss::default();
            let sequence = logits.clone().into_shape_with_order(vec![1, 4, 5]).expect("a sentence");
            let (words, mask) = (Array2::from_shape_vec((1, 4), words.to_vec()), Array2::from_shape_vec((1, 4), mask.to_vec()));
            let (words, mask) = (words.expect("four"), mask.expect("four"));
            assert_abs_diff_eq!(loss, criterion.forward(sequence, words.view(), mask.view()), epsilon = 1e-12);
            let expected = criterion.backward().into_shape_with_order((4, 5)).expect("a sentence");
            assert_abs_diff_eq!(gradient, expected, epsilon = 1e-12);
        }
    }
}

exercise! {
    fn ex23_clipping() {
        let mut gradients = [vec![3.0, 0.0], vec![4.0]];
        assert_eq!(ex23_clipping::clip(&mut gradients, 6.0), 5.0);
        assert_eq!(gradients, [vec![3.0, 0.0], vec![4.0]], "short enough: nothing changes");
        assert_eq!(ex23_clipping::clip(&mut gradients, 1.0), 5.0, "the length before");
        assert_abs_diff_eq!(gradients[0][..], [0.6, 0.0][..], epsilon = 1e-12);
        assert_abs_diff_eq!(gradients[1][..], [0.8][..], epsilon = 1e-12);
        let mut nothing = [vec![0.0, 0.0]];
        assert_eq!(ex23_clipping::clip(&mut nothing, 1.0), 0.0);
        assert_eq!(nothing, [vec![0.0, 0.0]], "0/0 is no number");
    }
}

exercise! {
    fn ex24_brevity() {
        let penalty = ex24_brevity::brevity_penalty;
        assert_eq!(penalty(&[("a red", "a red"), ("a b", "a c")]), 1.0);
        assert_eq!(penalty(&[("a b c d e", "a b c")]), 1.0, "too long is no matter of this factor");
        assert_abs_diff_eq!(penalty(&[("a b", "a b c")]), (-0.5_f64).exp(), epsilon = 1e-12);
        assert_eq!(penalty(&[("a b", "a b c"), ("a b c", "a b")]), 1.0, "all answers together, not one by one");
        assert_eq!(penalty(&[("", "a b c")]), 0.0);
    }
}

exercise! {
    fn ex25_perplexity() {
        let (bits, perplexity) = ex25_perplexity::cost(&[0.125; 7]);
        assert_abs_diff_eq!(bits, 3.0, epsilon = 1e-12);
        assert_abs_diff_eq!(perplexity, 8.0, epsilon = 1e-12);
        let (bits, perplexity) = ex25_perplexity::cost(&[0.5, 0.25, 0.125, 0.125]);
        assert_abs_diff_eq!(bits, 2.25, epsilon = 1e-12);
        assert_abs_diff_eq!(perplexity, 2.0_f64.powf(2.25), epsilon = 1e-12);
        assert_eq!(ex25_perplexity::cost(&[1.0, 1.0]), (0.0, 1.0), "who knows it all is never surprised");
        assert_eq!(ex25_perplexity::cost(&[0.5, 0.0]).0, f64::INFINITY, "what was called impossible came");
    }
}

exercise! {
    fn ex26_gram() {
        let maps = array![[1.0, 2.0, 0.0, 1.0], [0.0, 2.0, 2.0, 0.0]];
        let g = ex26_gram::gram(&maps);
        assert_abs_diff_eq!(g, array![[1.5, 1.0], [1.0, 2.0]], epsilon = 1e-12);
        let wanted = array![[1.5, 0.0], [0.0, 2.0]];
        let expected = array![[0.0, 2.0, 2.0, 0.0], [1.0, 2.0, 0.0, 1.0]];
        assert_abs_diff_eq!(ex26_gram::gradient(&maps, &wanted), expected, epsilon = 1e-12);
        assert_abs_diff_eq!(ex26_gram::gradient(&maps, &g), Array2::zeros((2, 4)), epsilon = 1e-12);
        let rng = &mut generator(1);
        let mut maps: Array2<f64> = normal((3, 5), rng);
        let wanted = ex26_gram::gram(&normal((3, 4), rng));
        let found = ex26_gram::gradient(&maps, &wanted);
        let loss = |maps: &Array2<f64>| (ex26_gram::gram(maps) - &wanted).mapv(|d| d * d).sum();
        let tried = numerical_gradient(&mut maps, loss);
        let error = relative_error(&found, &tried);
        assert!(error < TOLERANCE, "off from the numerical gradient by {error:.1e}");
    }
}

exercise! {
    fn ex27_total_variation() {
        let (sum, gradient) = ex27_total_variation::total_variation(&array![[0.0, 1.0], [0.0, 3.0]]);
        assert_eq!(sum, 1.0 + 9.0 + 0.0 + 4.0);
        assert_abs_diff_eq!(gradient, array![[-2.0, -2.0], [-6.0, 10.0]], epsilon = 1e-12);
        for (image, expected) in [(array![[7.0]], 0.0), (array![[1.0, 4.0, 4.0]], 9.0), (array![[1.0], [3.0]], 4.0)] {
            assert_eq!(ex27_total_variation::total_variation(&image).0, expected, "{image}");
        }
        let mut image: Array2<f64> = normal((4, 6), &mut generator(2));
        let found = ex27_total_variation::total_variation(&image).1;
        let tried = numerical_gradient(&mut image, |image| ex27_total_variation::total_variation(image).0);
        let error = relative_error(&found, &tried);
        assert!(error < TOLERANCE, "off from the numerical gradient by {error:.1e}");
        assert_abs_diff_eq!(found.sum(), 0.0, epsilon = 1e-12);
    }
}

exercise! {
    fn ex28_gan_losses() {
        let (real, made) = ([2.0, -1.0, 0.0], [-3.0, 0.5]);
        let (loss, of_real, of_made) = ex28_gan_losses::discriminator_loss(&real, &made);
        let tensor = |z: &[f64]| Array1::from(z.to_vec()).into_dyn();
        let (expected, slopes) = losses::discriminator_loss(tensor(&real), tensor(&made), 1.0);
        assert_abs_diff_eq!(loss, expected, epsilon = 1e-12);
        assert_abs_diff_eq!(Array1::from(of_real).into_dyn(), slopes[0], epsilon = 1e-12);
        assert_abs_diff_eq!(Array1::from(of_made).into_dyn(), slopes[1], epsilon = 1e-12);
        let (loss, of_made) = ex28_gan_losses::generator_loss(&made);
        let (expected, slopes) = losses::generator_loss(tensor(&made));
        assert_abs_diff_eq!(loss, expected, epsilon = 1e-12);
        assert_abs_diff_eq!(Array1::from(of_made).into_dyn(), slopes, epsilon = 1e-12);
        let (loss, of_made) = ex28_gan_losses::generator_loss(&[-800.0]);
        assert_abs_diff_eq!(loss, 800.0, epsilon = 1e-9);
        assert_abs_diff_eq!(of_made[0], -1.0, epsilon = 1e-12);
        let (loss, of_real, of_made) = ex28_gan_losses::discriminator_loss(&[800.0], &[800.0]);
        assert_abs_diff_eq!(loss, 800.0, epsilon = 1e-9);
        assert_eq!(of_real, [0.0], "certain, and right");
        assert_abs_diff_eq!(of_made[0], 1.0, epsilon = 1e-12);
    }
}

exercise! {
    fn ex29_frechet() {
        let (mean, deviation) = ex29_frechet::mean_and_deviation(&[1.0, 3.0, 5.0]);
        assert_abs_diff_eq!(mean, 3.0, epsilon = 1e-12);
        assert_abs_diff_eq!(deviation, 2.0, epsilon = 1e-12);
        let cross = |x: f64, y: f64, (w, h): (f64, f64)| [[x - w, y], [x + w, y], [x, y - h], [x, y + h]];
        let (a, b) = (cross(0.0, 0.0, (3.0, 1.0)), cross(4.0, -2.0, (1.0, 2.0)));
        assert_abs_diff_eq!(ex29_frechet::frechet(&a, &a), 0.0, epsilon = 1e-12);
        let cloud = |points: &[[f64; 2]]| frechet::Gaussian::of(&Array2::from(points.to_vec()));
        let expected = cloud(&a).frechet(&cloud(&b));
        assert_abs_diff_eq!(ex29_frechet::frechet(&a, &b), expected, epsilon = 1e-9);
        assert_abs_diff_eq!(ex29_frechet::frechet(&b, &a), expected, epsilon = 1e-9);
    }
}

exercise! {
    fn ex30_replay() {
        let mut ring = ex30_replay::Ring::new(3);
        assert_eq!(ring.held(), [0; 0], "nothing yet");
        ring.push(7);
        ring.push(8);
        assert_eq!(ring.held(), [7, 8]);
        ring.push(9);
        assert_eq!(ring.held(), [7, 8, 9], "full, and nothing is forgotten");
        ring.push(10);
        assert_eq!(ring.held(), [8, 9, 10], "the oldest has gone");
        (11..=14).for_each(|number| ring.push(number));
        assert_eq!(ring.held(), [12, 13, 14], "once round and on");
    }
}

exercise! {
    fn ex31_last_step() {
        use ex31_last_step::{End, target};
        assert_abs_diff_eq!(target(1.0, End::Not, 10.0, 0.9), 10.0, epsilon = 1e-12);
        assert_abs_diff_eq!(target(1.0, End::Terminal, 10.0, 0.9), 1.0, epsilon = 1e-12);
        assert_abs_diff_eq!(target(1.0, End::TimeLimit, 10.0, 0.9), 10.0, epsilon = 1e-12);
        assert_abs_diff_eq!(target(-1.0, End::Terminal, f64::MAX, 1.0), -1.0, epsilon = 1e-12);
    }
}

exercise! {
    fn ex32_double_target() {
        let y = |terminal| ex32_double_target::double_target(1.0, terminal, &[2.0, 5.0, 3.0], &[7.0, 4.0, 6.0], 0.5);
        assert_abs_diff_eq!(y(false), 3.0, epsilon = 1e-12);
        assert_abs_diff_eq!(y(true), 1.0, epsilon = 1e-12);
        let negative = ex32_double_target::double_target(0.0, false, &[-2.0, -1.0], &[-8.0, -4.0], 0.5);
        assert_abs_diff_eq!(negative, -2.0, epsilon = 1e-12);
    }
}

exercise! {
    fn ex33_sweep() {
        let mut values = vec![0.0; 5];
        for (sweeps, expected) in [[0.0, 0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.9, 1.0, 0.0], [0.0, 0.81, 0.9, 1.0, 0.0], [0.729, 0.81, 0.9, 1.0, 0.0], [0.729, 0.81, 0.9, 1.0, 0.0]].iter().enumerate() {
            values = ex33_sweep::sweep(&values, 0.9);
            assert_eq!(values.len(), 5);
            for (field, (found, expected)) in values.iter().zip(expected).enumerate() {
                assert!((found - expected).abs() < 1e-12, "field {field} after {} sweeps: {found}, not {expected}", sweeps + 1);
            }
        }
        assert_eq!(ex33_sweep::sweep(&[3.0, 0.0], 0.5), [1.5, 0.0], "who is promised more at the wall stays there");
    }
}

/// Numbers from -1 to 1, for kernels.
fn numbers(len: usize, seed: u64) -> Vec<f32> {
    let rng = &mut generator(seed);
    (0..len).map(|_| rng.random_range(-1.0..1.0)).collect()
}

/// Checks what a kernel wrote, number by number.
#[track_caller]
fn wrote(found: &[f32], expected: &[f32], within: f32) {
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            (found - expected).abs() <= within,
            "number {i} is {found}, not {expected} (NaN: nobody wrote it)"
        );
    }
}

exercise! {
    fn ex34_relu_kernel() {
        let kernel = ex34_relu_kernel::kernel();
        for len in [1, 64, 130] {
            let x = numbers(len, 1);
            let Some(y) = kernels::launch(&kernel, &[("LEN", len)], [len.div_ceil(64), 1, 1], &[&x], len) else { return };
            wrote(&y, &x.iter().map(|x| x.max(0.0)).collect::<Vec<_>>(), 0.0);
        }
    }
}

exercise! {
    fn ex35_relu_backward() {
        let kernel = ex35_relu_backward::kernel();
        for len in [1, 65, 200] {
            let (y, dy): (Vec<f32>, _) = (numbers(len, 1).iter().map(|x| x.max(0.0)).collect(), numbers(len, 2));
            let Some(dx) = kernels::launch(&kernel, &[("LEN", len)], [len.div_ceil(64), 1, 1], &[&y, &dy], len) else { return };
            let expected = y.iter().zip(&dy).map(|(&y, &dy)| if y > 0.0 { dy } else { 0.0 });
            wrote(&dx, &expected.collect::<Vec<_>>(), 0.0);
        }
    }
}

exercise! {
    fn ex36_sum_kernel() {
        let kernel = ex36_sum_kernel::kernel();
        for len in [1, 255, 256, 1000] {
            let x = numbers(len, 1);
            let Some(out) = kernels::launch(&kernel, &[("LEN", len)], [1, 1, 1], &[&x], 1) else { return };
            let mut sums = [0_f32; 256];
            x.iter().enumerate().for_each(|(i, x)| sums[i % 256] += x);
            for half in [128, 64, 32, 16, 8, 4, 2, 1] {
                (0..half).for_each(|t| sums[t] += sums[t + half]);
            }
            assert_eq!(out[0].to_bits(), sums[0].to_bits(), "{len} numbers: {} and not {}", out[0], sums[0]);
        }
    }
}

exercise! {
    fn ex37_transposed_tile() {
        let kernel = ex37_transposed_tile::kernel();
        for (rows, columns) in [(16, 16), (1, 40), (37, 18)] {
            let x = Array2::from_shape_vec((rows, columns), numbers(rows * columns, 1)).expect("as many");
            let sizes = [("ROWS", rows), ("COLUMNS", columns)];
            let groups = [columns.div_ceil(16), rows.div_ceil(16), 1];
            let input = x.as_slice().expect("in order");
            let Some(y) = kernels::launch(&kernel, &sizes, groups, &[input], x.len()) else { return };
            wrote(&y, &x.t().iter().copied().collect::<Vec<_>>(), 0.0);
        }
    }
}

exercise! {
    fn ex38_pool_backward() {
        let kernel = ex38_pool_backward::kernel();
        for (images, h, w) in [(1, 2, 2), (3, 4, 6), (2, 8, 2)] {
            let len = images * h * w;
            let dy = numbers(len / 4, 1);
            let places: Vec<f32> = (0..len / 4).map(|i| (7 * i % 4) as f32).collect();
            let sizes = [("LEN", len), ("H", h), ("W", w)];
            let Some(dx) = kernels::launch(&kernel, &sizes, [len.div_ceil(64), 1, 1], &[&dy, &places], len) else { return };
            let mut expected = vec![0.0; len];
            for (i, (&place, &dy)) in places.iter().zip(&dy).enumerate() {
                let (image, row, column) = (i / (h * w / 4), i / (w / 2) % (h / 2), i % (w / 2));
                let place = place as usize;
                expected[image * h * w + (2 * row + place / 2) * w + 2 * column + place % 2] = dy;
            }
            wrote(&dx, &expected, 0.0);
        }
    }
}

exercise! {
    fn ex39_softmax_kernel() {
        let kernel = ex39_softmax_kernel::kernel();
        for (rows, columns, scale) in [(1, 1, 1.0), (3, 10, 1000.0), (2, 150, 5.0)] {
            let x: Vec<f32> = numbers(rows * columns, 1).iter().map(|x| scale * x).collect();
            let sizes = [("ROWS", rows), ("COLUMNS", columns)];
            let Some(y) = kernels::launch(&kernel, &sizes, [rows, 1, 1], &[&x], x.len()) else { return };
            let expected = softmax(Array2::from_shape_vec((rows, columns), x).expect("as many"));
            wrote(&y, &expected.iter().copied().collect::<Vec<_>>(), 1e-6);
        }
    }
}

exercise! {
    fn ex40_ring() {
        use std::sync::mpsc::channel;
        use std::time::Duration;
        for ranks in [1, 2, 3, 4, 7] {
            let begin = |rank: usize| (0..ranks).map(|place| (1 + place + 10 * rank) as f32).collect::<Vec<_>>();
            let sums: Vec<f32> = (0..ranks).map(|place| (0..ranks).map(|rank| begin(rank)[place]).sum()).collect();
            let (mut to, mut from): (Vec<_>, Vec<_>) = (0..ranks).map(|_| channel::<f32>()).unzip();
            to.rotate_left(1 % ranks);
            let done: Vec<_> = std::thread::scope(|scope| {
                let parts = to.drain(..).zip(from.drain(..)).enumerate();
                let threads: Vec<_> = parts.map(|(rank, (right, left))| scope.spawn(move || {
                    let (mut numbers, mut sent) = (begin(rank), 0);
                    let to_right = |number| {
                        sent += 1;
                        right.send(number).expect("the right neighbour has not ended");
                    };
                    let wait = Duration::from_secs(5);
                    let from_left = || left.recv_timeout(wait).unwrap_or_else(|_| panic!("rank {rank} waits for ever for its left neighbour"));
                    ex40_ring::all_reduce(rank, &mut numbers, to_right, from_left);
                    (numbers, sent)
                })).collect();
                threads.into_iter().map(|thread| thread.join().expect("no rank panics")).collect()
            });
            for (rank, (numbers, sent)) in done.into_iter().enumerate() {
                assert_eq!(numbers, sums, "rank {rank} of {ranks}");
                assert!(sent <= 2 * (ranks - 1), "rank {rank} of {ranks} has handed over {sent} numbers");
            }
        }
    }
}

exercise! {
    fn ex41_large_batch() {
        for (batch, done) in [(100, 0), (800, 0), (800, 5), (800, 10), (800, 11), (50, 3)] {
            let expected = Rule::WarmUp.rate(0.1, batch as f64 / 100.0, (done, 10));
            assert_abs_diff_eq!(ex41_large_batch::rate(0.1, batch, (done, 10)), expected, epsilon = 1e-12);
        }
        assert_abs_diff_eq!(ex41_large_batch::rate(0.1, 400, (0, 0)), 0.4, epsilon = 1e-12);
    }
}

exercise! {
    fn ex42_uneven_shares() {
        for (images, ranks) in [(10, 4), (8, 4), (3, 4), (0, 2), (101, 8)] {
            let shares: Vec<_> = (0..ranks).map(|rank| ex42_uneven_shares::share(images, rank, ranks)).collect();
            let all: Vec<usize> = shares.iter().cloned().flatten().collect();
            assert_eq!(all, (0..images).collect::<Vec<_>>(), "every image once, in order");
            let sizes = || shares.iter().map(|share| share.len());
            assert!(sizes().max() <= sizes().min().map(|least| least + 1), "{shares:?}");
        }
        let mean = ex42_uneven_shares::mean(&[(3, vec![1.0, 0.0]), (1, vec![5.0, 4.0]), (0, vec![f64::NAN, 0.0])]);
        assert_abs_diff_eq!(mean[0], 2.0, epsilon = 1e-12);
        assert_abs_diff_eq!(mean[1], 1.0, epsilon = 1e-12);
    }
}

exercise! {
    fn ex43_pairs() {
        let rng = &mut generator(1);
        let numbers: Vec<f32> = (0..64).map(|i| rng.random::<f32>() * 10_f32.powi(i % 9 - 4)).collect();
        for len in [1, 2, 4, 8, 64] {
            let mut pairs = PairwiseSum::default();
            numbers[..len].iter().for_each(|&number| pairs.push(vec![number]));
            assert_eq!(ex43_pairs::sum(&numbers[..len]).to_bits(), pairs.finish()[0].to_bits(), "{len} numbers");
        }
        let [a, b, c, d, e] = [1e8, 1.0, -1e8, 1.0, 0.5];
        assert_eq!(ex43_pairs::sum(&[a, b, c, d, e]).to_bits(), (((a + b) + (c + d)) + e).to_bits());
        assert_eq!(ex43_pairs::sum(&[a, b, c]).to_bits(), ((a + b) + c).to_bits());
        assert_eq!(ex43_pairs::sum(&[]), 0.0);
    }
}

exercise! {
    fn ex44_latency() {
        let (alpha, beta) = ex44_latency::fit((1000.0, 12e-6), (1_001_000.0, 1012e-6));
        assert_abs_diff_eq!(alpha, 11e-6, epsilon = 1e-15);
        assert_abs_diff_eq!(beta, 1e-9, epsilon = 1e-18);
        let free = |way: Way, ranks, bytes: f64, link| {
            let adding = (ranks as f64 - 1.0) / ranks as f64 * bytes * ch08_deep::distributed::cost::ADDING;
            way.seconds(ranks, bytes, link) - adding
        };
        for (ranks, bytes) in [(2, 1e6), (8, 0.0), (1024, 1e8), (1, 1e6)] {
            let link = Link { latency: alpha, byte: beta };
            assert_abs_diff_eq!(ex44_latency::ring(ranks, bytes, (alpha, beta)), free(Way::Ring, ranks, bytes, link), epsilon = 1e-12);
            assert_abs_diff_eq!(ex44_latency::halving(ranks, bytes, (alpha, beta)), free(Way::Halving, ranks, bytes, link), epsilon = 1e-12);
        }
    }
}

exercise! {
    fn ex45_statistics() {
        let numbers = [[1.0, 2.0, 6.0, 7.0].as_slice(), &[100.0, 102.0], &[-3.0]];
        let statistics = |numbers: &[f64]| {
            let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
            (mean, numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / numbers.len() as f64)
        };
        let shares = numbers.map(|share| (share.len(), statistics(share).0, statistics(share).1));
        let (mean, variance) = ex45_statistics::whole(&shares);
        let expected = statistics(&numbers.concat());
        assert_abs_diff_eq!(mean, expected.0, epsilon = 1e-9);
        assert_abs_diff_eq!(variance, expected.1, epsilon = 1e-9);
    }
}
