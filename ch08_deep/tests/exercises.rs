//! Judges the exercises: the reader's files when asked to, or the reference solutions.

#![cfg_attr(not(feature = "solutions"), allow(unused, reason = "exercises begin unfinished"))]

#[cfg(not(feature = "solutions"))]
#[path = "../exercises/mod.rs"]
mod exercises;

#[cfg(feature = "solutions")]
#[path = "../exercises/solutions/mod.rs"]
mod exercises;

use approx::assert_abs_diff_eq;
use ch08_deep::family::gradient_error;
use ch08_deep::googlenet;
use ch08_deep::inception::{Inception, Widths};
use ch08_deep::residual;
use common::Tensor;
use common::gradient::check_layer;
use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, Tanh};
use common::network::Network;
use common::random::generator;
use exercises::*;
use testing::exercise;

exercise! {
    fn ex7_inception() {
        let ((channels, ..), widths) = googlenet::FIRST;
        assert_eq!(ex7_inception::parameters(channels, &widths), 163_696, "GoogLeNet's first block");
        let widths = Widths { one: 2, three: (3, 5), five: (4, 7), pool: 6 };
        let mut block = Inception::<f32>::new((9, 4, 4), widths, &mut generator(1)).expect("it fits");
        let expected: usize = block.params().iter().map(|p| p.value.len()).sum();
        assert_eq!(ex7_inception::parameters(9, &widths), expected, "{widths:?}");
    }
}

exercise! {
    fn ex8_shortcut() {
        let (w, b) = (ndarray::array![[0.0, 2.0], [1.0, 0.0]], ndarray::array![10.0, 20.0]);
        let mut swap = ex8_shortcut::Shortcut { around: Affine::from_weights(w, b) };
        let x: Tensor<f64> = ndarray::array![[1.0, 2.0]].into_dyn();
        let y = ndarray::array![[13.0, 24.0]].into_dyn();
        assert_eq!(swap.infer(x.clone()), y, "f(1, 2) = (12, 22), and (1, 2) added");
        assert_eq!(swap.forward(x), y);
        let rng = &mut generator(8);
        let f = Network::new().with(Affine::new(3, 5, Init::He, rng)).with(Tanh::default());
        let around = f.with(Affine::new(5, 3, Init::He, rng));
        let mut layer = ex8_shortcut::Shortcut { around };
        let x = ndarray::array![[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]].into_dyn();
        for (name, error) in check_layer(&mut layer, &x) {
            assert!(error < 1e-8, "the gradient of {name} is off by {error:.1e}");
        }
    }
}

exercise! {
    fn ex9_bottleneck() {
        let (image, rng) = ((8, 5, 4), &mut generator(9));
        let mut body = ex9_bottleneck::bottleneck::<f64>(image, rng).expect("it fits");
        assert_eq!(body.output(), image, "it goes in and out with the same shape");
        let kinds: Vec<_> = body.params().iter().map(|p| (p.name, p.value.shape().to_vec())).collect();
        let filters: Vec<_> = kinds.iter().filter(|(name, _)| *name == "W").map(|(_, s)| &s[..]).collect();
        assert_eq!(filters, [&[2, 8, 1, 1][..], &[2, 2, 3, 3], &[8, 2, 1, 1]], "filters, channels, height, width");
        assert_eq!(kinds.iter().filter(|(name, _)| *name == "gamma").count(), 3, "batch normalisation");
        assert!(gradient_error(&mut body, image, 1) < 1e-6);
        let x = Tensor::from_shape_fn(vec![2, 8, 5, 4], |i| ((i[0] * 7 + i[1] * 5 + i[2] * 3 + i[3]) % 11) as f64);
        let doubled = body.forward(x.clone() * 2.0);
        assert_abs_diff_eq!(doubled, body.forward(x), epsilon = 1e-3);
        let wide = (64, 14, 14);
        let narrow = ex9_bottleneck::bottleneck::<f32>(wide, rng).expect("it fits");
        let two = residual::body::<f32>(wide, (64, 1), rng).expect("it fits");
        assert!(narrow.products() * 16 < two.products(), "{} against {}", narrow.products(), two.products());
    }
}
