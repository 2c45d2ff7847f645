//! Judges the exercises: the reader's files when asked to, or the reference solutions.

#![cfg_attr(not(feature = "solutions"), allow(unused, reason = "exercises begin unfinished"))]

#[cfg(not(feature = "solutions"))]
#[path = "../exercises/mod.rs"]
mod exercises;

#[cfg(feature = "solutions")]
#[path = "../exercises/solutions/mod.rs"]
mod exercises;

use approx::assert_abs_diff_eq;
use ch03_forward::infer::pixels;
use ch03_forward::sample_net::SampleNet;
use ch03_forward::three_layer;
use common::data::digits;
use common::metrics::classes;
use common::random::{Rng, distributions::StandardNormal, generator};
use exercises::*;
use ndarray::{Array2, array};
use testing::exercise;

exercise! {
    fn ex1_hard_sigmoid() {
        let y = ex1_hard_sigmoid::hard_sigmoid(&array![-10.0, -2.5, -1.0, 0.0, 1.0, 2.5, 10.0]);
        assert_abs_diff_eq!(y, array![0.0, 0.0, 0.3, 0.5, 0.7, 1.0, 1.0], epsilon = 1e-12);
    }
}

exercise! {
    fn ex2_neuron() {
        let y = ex2_neuron::neuron(&array![1.0, 0.5], &array![0.2, 0.4], 0.1);
        assert_abs_diff_eq!(y, 0.5_f64.tanh(), epsilon = 1e-12);
        assert_eq!(ex2_neuron::neuron(&array![], &array![], 0.0), 0.0, "a neuron without inputs");
    }
}

exercise! {
    fn ex3_parameters() {
        for (sizes, expected) in [
            (&[2, 3, 2, 2][..], 23),
            (&[784, 50, 100, 10], 45_360),
            (&[784, 10], 7_850),
            (&[784], 0),
        ] {
            assert_eq!(ex3_parameters::parameters(sizes), expected, "layers of {sizes:?}");
        }
    }
}

exercise! {
    fn ex4_any_depth() {
        let net = three_layer::example();
        let layers: Vec<_> = net.w.iter().cloned().zip(net.b.iter().cloned()).collect();
        let x = array![[1.0, 0.5], [-2.0, 0.0]];
        let y = ex4_any_depth::forward(&layers, x.clone());
        assert_eq!(y.dim(), (2, 2), "two inputs give two rows");
        for (x, y) in x.rows().into_iter().zip(y.rows()) {
            let expected = net.forward(&x.to_owned()).y;
            assert_abs_diff_eq!(y.to_owned(), expected, epsilon = 1e-12);
        }
        let one = ex4_any_depth::forward(&layers[..1], x.clone());
        assert_abs_diff_eq!(one, x.dot(&net.w[0]) + &net.b[0], epsilon = 1e-12);
        assert_eq!(ex4_any_depth::forward(&[], x.clone()), x, "no layers change nothing");
    }
}

exercise! {
    fn ex5_log_softmax() {
        let scores = array![0.3, 2.9, 4.0];
        let y = ex5_log_softmax::log_softmax(&scores);
        assert_abs_diff_eq!(y.mapv(f64::exp), array![0.01821127, 0.24519181, 0.73659691], epsilon = 1e-8);
        for (scores, expected) in [
            (array![0.0, -1000.0], array![0.0, -1000.0]),
            (array![1010.0, 10.0], array![0.0, -1000.0]),
        ] {
            assert_abs_diff_eq!(ex5_log_softmax::log_softmax(&scores), expected, epsilon = 1e-9);
        }
    }
}

exercise! {
    fn ex6_confusion() {
        let (labels, answers) = ([4, 9, 9, 9, 3, 3, 0], [4, 4, 9, 4, 5, 3, 0]);
        let counts = ex6_confusion::confusion(&labels, &answers);
        assert_eq!(counts.dim(), (10, 10));
        assert_eq!((counts[[9, 4]], counts[[4, 9]], counts[[3, 5]], counts[[0, 0]]), (2, 0, 1, 1));
        assert_eq!(counts.sum(), 7, "every answer is counted once");
        assert_abs_diff_eq!(ex6_confusion::accuracy(&counts), 4.0 / 7.0, epsilon = 1e-12);
        assert_eq!(ex6_confusion::worst(&counts), Some((9, 4)));
        assert_eq!(ex6_confusion::worst(&ex6_confusion::confusion(&[1, 2], &[1, 2])), None);
    }
}

exercise! {
    fn ex7_bytes() {
        let rng = &mut generator(1);
        let w = Array2::from_shape_simple_fn((30, 20), || rng.sample::<f32, _>(StandardNormal));
        let (bytes, scale) = ex7_bytes::quantize(&w);
        assert_eq!(bytes.iter().map(|b| b.unsigned_abs()).max(), Some(127), "use the whole range");
        let off = (ex7_bytes::restore(&bytes, scale) - &w).mapv(f32::abs);
        let worst = off.fold(0.0_f32, |a, &b| a.max(b));
        assert!(worst <= 0.501 * scale, "off by {worst}, with a scale of {scale}");
        let zeros = Array2::zeros((2, 2));
        let (bytes, scale) = ex7_bytes::quantize(&zeros);
        assert_eq!(ex7_bytes::restore(&bytes, scale), zeros, "zeros stay zeros");

        let mut net = SampleNet::load(None).expect("sound weights");
        let x = pixels(&digits::draw(2, 1000)).expect("28×28 pixels");
        let before = classes(&net.predict(x.view()).into_dyn());
        for w in net.weights_mut() {
            let (bytes, scale) = ex7_bytes::quantize(w);
            *w = ex7_bytes::restore(&bytes, scale);
        }
        let after = classes(&net.predict(x.view()).into_dyn());
        let same = before.iter().zip(&after).filter(|(a, b)| a == b).count();
        assert!(same >= 985, "only {same} of 1000 answers are the same");
    }
}

exercise! {
    fn ex8_top_three() {
        let best = ex8_top_three::top_three(&array![0.1, 0.4, 0.05, 0.25, 0.2]);
        assert_eq!(best, [(1, 0.4), (3, 0.25), (4, 0.2)]);
        let equal = ex8_top_three::top_three(&array![0.2, 0.3, 0.2, 0.3, 0.0]);
        assert_eq!(equal, [(1, 0.3), (3, 0.3), (0, 0.2)], "of equal ones the smaller class first");
        assert_eq!(ex8_top_three::top_three(&array![1.0]), [(0, 1.0)]);
    }
}
