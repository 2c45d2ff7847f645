//! Convolution and pooling against PyTorch, and what they refuse.

use std::fs::File;

use approx::assert_abs_diff_eq;
use common::gradient::check_layer;
use common::init::Init;
use common::layer::Layer;
use common::layers::{AvgPool2d, Conv2d, MaxPool2d, Window};
use common::random::{Rng, distributions::StandardNormal, generator};
use common::{Result, Tensor};
use ndarray::{Array1, Array4, ArrayD};
use ndarray_npy::NpzReader;

/// Made by fixtures/make_conv.py.
struct Cases(NpzReader<File>);

impl Cases {
    fn open() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/conv_pool.npz");
        Self(NpzReader::new(File::open(path).expect("the fixture")).expect("an npz file"))
    }

    fn get(&mut self, name: String) -> ArrayD<f64> {
        self.0.by_name(&format!("{name}.npy")).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// The window of a case, and whether it is one that pads, strides and so on.
    fn window(&mut self, case: &str) -> Window {
        let [height, width, stride, pad] =
            <[f64; 4]>::try_from(self.get(format!("{case}_window")).into_raw_vec_and_offset().0)
                .expect("four numbers")
                .map(|x| x as usize);
        Window::new((height, width), stride, pad).expect("a window")
    }

    /// Forward, inference and backward of `layer` are those of the case.
    fn agree(&mut self, case: &str, layer: &mut impl Layer<f64>) {
        let x = self.get(format!("{case}_x"));
        let y = self.get(format!("{case}_y"));
        assert_abs_diff_eq!(layer.infer(x.clone()), y, epsilon = 1e-10);
        assert_abs_diff_eq!(layer.forward(x), y, epsilon = 1e-10);
        let dx = layer.backward(self.get(format!("{case}_dy")));
        assert_abs_diff_eq!(dx, self.get(format!("{case}_dx")), epsilon = 1e-10);
    }
}

#[test]
fn convolution_is_that_of_pytorch() {
    let mut cases = Cases::open();
    for case in (0..9).map(|n| format!("conv{n}")) {
        let window = cases.window(&case);
        let w: Array4<f64> = cases.get(format!("{case}_w")).into_dimensionality().expect("4 axes");
        let b: Array1<f64> = cases.get(format!("{case}_b")).into_dimensionality().expect("1 axis");
        let mut conv = Conv2d::from_weights(w, b, window.stride(), window.pad()).expect("a layer");
        cases.agree(&case, &mut conv);
        assert_abs_diff_eq!(
            conv.dw.clone().into_dyn(),
            cases.get(format!("{case}_dw")),
            epsilon = 1e-10
        );
        assert_abs_diff_eq!(
            conv.db.clone().into_dyn(),
            cases.get(format!("{case}_db")),
            epsilon = 1e-10
        );
    }
}

#[test]
fn pooling_is_that_of_pytorch() {
    let mut cases = Cases::open();
    for n in 0..9 {
        let (max, avg) = (format!("max{n}"), format!("avg{n}"));
        let mut layer = MaxPool2d::new(cases.window(&max)).expect("a layer");
        cases.agree(&max, &mut layer);
        let mut layer = AvgPool2d::new(cases.window(&avg)).expect("a layer");
        cases.agree(&avg, &mut layer);
    }
}

#[test]
fn gradients_agree_with_numerical_ones() {
    let rng = &mut generator(3);
    let x: Tensor<f64> =
        Tensor::from_shape_simple_fn(vec![3, 2, 6, 5], || rng.sample(StandardNormal));
    let window = |size, stride, pad| Window::new(size, stride, pad).expect("a window");
    let mut conv =
        Conv2d::new((2, 3), window((3, 2), 2, 1), Init::Gaussian(1.0), rng).expect("a layer");
    let mut errors = check_layer(&mut conv, &x);
    errors.extend(check_layer(&mut MaxPool2d::new(window((3, 3), 2, 1)).expect("a layer"), &x));
    errors.extend(check_layer(&mut AvgPool2d::new(window((2, 3), 1, 1)).expect("a layer"), &x));
    for (name, error) in errors {
        assert!(error < 1e-8, "{name}: {error:.1e}");
    }
}

#[test]
fn the_first_layer_learns_the_same_without_its_inputs_gradient() {
    let rng = &mut generator(4);
    let window = Window::new((3, 3), 1, 1).expect("a window");
    let mut conv = Conv2d::<f32>::new((1, 4), window, Init::He, rng).expect("a layer");
    let x = Tensor::from_shape_simple_fn(vec![37, 1, 9, 9], || rng.sample(StandardNormal));
    let dy = conv.forward(x.clone());
    conv.backward(dy.clone());
    let whole = (conv.dw.clone(), conv.db.clone());
    conv.forward(x);
    conv.backward_params(dy);
    assert_eq!((conv.dw, conv.db), whole);
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let results = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let rng = &mut generator(5);
            let window = Window::new((3, 3), 1, 1).expect("a window");
            let mut conv = Conv2d::<f32>::new((4, 5), window, Init::He, rng).expect("a layer");
            let mut pool =
                MaxPool2d::new(Window::new((2, 2), 2, 0).expect("a window")).expect("a layer");
            let x = Tensor::from_shape_simple_fn(vec![37, 4, 9, 9], || rng.sample(StandardNormal));
            let y = pool.forward(conv.forward(x));
            let dx = conv.backward(pool.backward(y.clone()));
            (y, dx, conv.dw, conv.db)
        })
    };
    let once = results(1);
    for threads in 2..=5 {
        assert!(results(threads) == once, "{threads} threads");
    }
}

#[test]
fn what_is_no_number_passes_through_pooling() {
    let mut x = Tensor::zeros(vec![1, 1, 2, 2]);
    x[[0, 0, 0, 1]] = f32::NAN;
    let pool = MaxPool2d::new(Window::new((2, 2), 2, 0).expect("a window")).expect("a layer");
    assert!(pool.infer(x)[[0, 0, 0, 0]].is_nan());
}

#[track_caller]
fn refused<T>(result: Result<T, impl ToString>, parts: &[&str]) {
    let message = result.err().expect("it is impossible").to_string();
    for part in parts {
        assert!(message.contains(part), "{message:?} does not say {part:?}");
    }
}

#[test]
fn what_is_impossible_is_refused_with_its_numbers() {
    let rng = &mut generator(1);
    let window = Window::new((5, 4), 2, 1).expect("a window");
    let mut conv =
        |channels, filters| Conv2d::<f32>::new((channels, filters), window, Init::He, rng);
    refused(conv(3, 0), &["[0, 3, 5, 4]"]);
    refused(conv(0, 6), &["[6, 0, 5, 4]"]);
    let conv = conv(3, 6).expect("a layer");
    assert_eq!(conv.output((3, 9, 9)).expect("it fits"), (6, 4, 4));
    refused(conv.output((1, 9, 9)), &["[6, 3, 5, 4]", "3 channels", "(1, 9, 9)", "have 1"]);
    refused(conv.output((3, 2, 9)), &["5×4", "2×9", "padding 1"]);
    refused(Window::new((3, 3), 0, 1), &["3×3", "stride 0", "padding 1"]);
    refused(
        Conv2d::from_weights(Array4::<f32>::zeros((2, 1, 3, 3)), Array1::zeros(3), 1, 0),
        &["[2, 1, 3, 3]", "3 biases"],
    );
    let wide = Window::new((2, 2), 2, 2).expect("a window");
    refused(MaxPool2d::<f32>::new(wide), &["MaxPool2d", "padding 2", "2×2"]);
    refused(AvgPool2d::<f32>::new(wide), &["AvgPool2d", "padding 2", "2×2"]);
}

#[test]
#[should_panic(expected = "Conv2d on a batch of [4, 1, 9, 9]: filters of shape [6, 3, 5, 4]")]
fn a_batch_of_other_channels_is_named() {
    let window = Window::new((5, 4), 2, 1).expect("a window");
    let conv = Conv2d::<f32>::new((3, 6), window, Init::He, &mut generator(1)).expect("a layer");
    conv.infer(Tensor::zeros(vec![4, 1, 9, 9]));
}
