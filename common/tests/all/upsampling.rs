//! Layers that enlarge maps, and the loss of a segmentation: against PyTorch, against numerical
//! gradients, and what they refuse.

use std::fs::File;

use approx::assert_abs_diff_eq;
use common::gradient::check_layer;
use common::init::Init;
use common::layer::Layer;
use common::layers::{
    Conv2d, ConvTranspose2d, MaxPool2d, MaxUnpool2d, PixelSoftmaxWithLoss, Relu, Sum, Upsample,
    Window,
};
use common::network::Network;
use common::random::{Rng, distributions::StandardNormal, generator};
use common::{Float, Result, Tensor};
use ndarray::{Array1, Array3, Array4, ArrayD, Ix1, Ix3, Ix4, array};
use ndarray_npy::NpzReader;

/// Made by fixtures/make_upsampling.py.
struct Cases(NpzReader<File>);

impl Cases {
    fn open() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/upsampling.npz");
        Self(NpzReader::new(File::open(path).expect("the fixture")).expect("an npz file"))
    }

    fn get(&mut self, name: &str) -> ArrayD<f64> {
        self.0.by_name(&format!("{name}.npy")).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn args(&mut self, case: &str) -> Vec<usize> {
        self.get(&format!("{case}_args")).iter().map(|&x| x as usize).collect()
    }

    /// Filters and biases of a case.
    fn filters(&mut self, case: &str) -> (Array4<f64>, Array1<f64>) {
        let w = self.get(&format!("{case}_w")).into_dimensionality::<Ix4>().expect("4 axes");
        (w, self.get(&format!("{case}_b")).into_dimensionality::<Ix1>().expect("1 axis"))
    }

    /// Forward, inference, backward and the parameters' gradients are those of the case.
    fn agree(&mut self, case: &str, layer: &mut impl Layer<f64>) {
        let (x, y) = (self.get(&format!("{case}_x")), self.get(&format!("{case}_y")));
        assert_abs_diff_eq!(layer.infer(x.clone()), y, epsilon = 1e-10);
        assert_abs_diff_eq!(layer.forward(x.clone()), y, epsilon = 1e-10);
        let dy = self.get(&format!("{case}_dy"));
        let dx = layer.backward(dy.clone());
        assert_abs_diff_eq!(dx, self.get(&format!("{case}_dx")), epsilon = 1e-10);
        let gradients = |layer: &mut dyn Layer<f64>| -> Vec<_> {
            layer.params().iter().map(|p| (p.name, p.grad.to_owned())).collect()
        };
        let whole = gradients(layer);
        for (name, grad) in &whole {
            let theirs = self.get(&format!("{case}_d{}", name.to_lowercase()));
            assert_abs_diff_eq!(*grad, theirs, epsilon = 1e-10);
        }
        layer.forward(x);
        layer.backward_params(dy);
        assert_eq!(gradients(layer), whole, "{case}: the same without the input's gradient");
    }
}

#[test]
fn transposed_convolution_is_that_of_pytorch() {
    let mut cases = Cases::open();
    for case in (0..12).map(|n| format!("transposed{n}")) {
        let (args, (w, b)) = (cases.args(&case), cases.filters(&case));
        let mut layer =
            ConvTranspose2d::from_weights(w, b, (args[0], args[1], args[2])).expect("a layer");
        cases.agree(&case, &mut layer);
        let shape = cases.get(&format!("{case}_y")).shape().to_vec();
        assert_eq!(layer.output((3, 4, 5)).expect("it fits"), (shape[1], shape[2], shape[3]));
    }
}

#[test]
fn unpooling_is_that_of_pytorch() {
    let mut cases = Cases::open();
    for case in (0..4).map(|n| format!("unpool{n}")) {
        let (side, (w, b)) = (cases.args(&case)[0], cases.filters(&case));
        let inner = Network::new().with(Conv2d::from_weights(w, b, 1, 1).expect("a layer"));
        let window = Window::new((side, side), side, 0).expect("a window");
        cases.agree(&case, &mut MaxUnpool2d::new(window, inner).expect("a layer"));
    }
}

#[test]
fn upsampling_is_that_of_pytorch() {
    let mut cases = Cases::open();
    for n in 0..4 {
        let case = format!("nearest{n}");
        let mut layer = Upsample::nearest(cases.args(&case)[0]).expect("a layer");
        cases.agree(&case, &mut layer);
        let case = format!("bilinear{n}");
        let mut layer = Upsample::bilinear(cases.args(&case)[0]).expect("a layer");
        cases.agree(&case, &mut layer);
    }
}

#[test]
fn the_loss_of_pixels_is_that_of_pytorch() {
    let mut cases = Cases::open();
    for case in (0..5).map(|n| format!("loss{n}")) {
        let args = cases.get(&format!("{case}_args"));
        let mut get = |name: &str| cases.get(&format!("{case}_{name}"));
        let labels = get("labels").mapv(|label| label as u8).into_dimensionality::<Ix3>();
        let weights = get("weights").into_dimensionality::<Ix1>().expect("1 axis");
        let mut criterion = PixelSoftmaxWithLoss::new(
            (args[0] > 0.0).then_some(weights),
            (args[1] >= 0.0).then_some(args[1] as u8),
        );
        let loss = criterion.forward(get("x"), labels.expect("3 axes"));
        assert_abs_diff_eq!(loss, get("loss").sum(), epsilon = 1e-10);
        assert_abs_diff_eq!(criterion.backward(), get("dx"), epsilon = 1e-10);
    }
}

fn some<F: Float>(shape: &[usize], seed: u64) -> Tensor<F> {
    let rng = &mut generator(seed);
    Tensor::from_shape_simple_fn(shape, || F::of(rng.sample(StandardNormal)))
}

fn conv<F: Float>((from, to): (usize, usize), seed: u64) -> Conv2d<F> {
    let window = Window::new((3, 3), 1, 1).expect("a window");
    Conv2d::new((from, to), window, Init::He, &mut generator(seed)).expect("a layer")
}

/// Halves, works on what is left, and enlarges in three ways; the sum of all.
fn all_together<F: Float>() -> Sum<F> {
    let halves = Window::new((2, 2), 2, 0).expect("a window");
    let pool = || MaxPool2d::new(halves).expect("a layer");
    let unpool = MaxUnpool2d::new(halves, Network::new().with(conv((2, 2), 1))).expect("a layer");
    let transposed = ConvTranspose2d::new(
        (2, 2),
        Window::new((4, 4), 2, 1).expect("a window"),
        Init::He,
        &mut generator(2),
    );
    Sum::of([
        Network::new(),
        Network::new().with(unpool),
        Network::new().with(pool()).with(transposed.expect("a layer")).with(conv((2, 2), 3)),
        Network::new().with(pool()).with(Upsample::bilinear(2).expect("a layer")),
        Network::new().with(pool()).with(Relu::default()).with(Upsample::nearest(2).expect("fits")),
    ])
}

#[test]
fn gradients_agree_with_numerical_ones() {
    let mut errors = check_layer(&mut all_together(), &some(&[2, 2, 6, 4], 3));
    let strided = Window::new((3, 2), 3, 1).expect("a window");
    let mut transposed = ConvTranspose2d::new((2, 3), strided, Init::He, &mut generator(4));
    errors.extend(check_layer(transposed.as_mut().expect("a layer"), &some(&[2, 2, 3, 4], 5)));
    assert_eq!(errors.len(), 1 + 6 + 3);
    for (name, error) in errors {
        assert!(error < 1e-8, "{name}: {error:.1e}");
    }
}

#[test]
fn inference_is_forward() {
    let (mut layer, x) = (all_together::<f64>(), some(&[30, 2, 6, 4], 6));
    let y = layer.forward(x.clone());
    assert_abs_diff_eq!(layer.infer(x), y, epsilon = 1e-12);
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let results = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let (mut layer, mut criterion) =
                (all_together::<f32>(), PixelSoftmaxWithLoss::default());
            let labels = Array3::from_shape_fn((37, 8, 6), |(n, y, x)| ((n + y * x) % 2) as u8);
            let loss = criterion.forward(layer.forward(some(&[37, 2, 8, 6], 7)), labels);
            let dx = layer.backward(criterion.backward());
            let gradients: Vec<_> = layer.params().iter().map(|p| p.grad.to_owned()).collect();
            (loss.to_bits(), dx, gradients)
        })
    };
    let once = results(1);
    for threads in 2..=5 {
        assert!(results(threads) == once, "{threads} threads");
    }
}

#[test]
fn bilinear_stamps_enlarge_as_bilinear_interpolation_does() {
    let x = some::<f64>(&[2, 3, 5, 4], 8);
    for factor in [2, 4] {
        let ours = ConvTranspose2d::bilinear(3, factor).expect("a layer").infer(x.clone());
        let theirs = Upsample::bilinear(factor).expect("a layer").infer(x.clone());
        assert_eq!(ours.shape(), theirs.shape());
        // At the rim the stamps run out, where interpolation goes on with the last pixel.
        let inside = |y: Tensor<f64>| {
            let rim = factor / 2;
            let y = y.into_dimensionality::<Ix4>().expect("4 axes");
            let (.., height, width) = y.dim();
            y.slice_move(ndarray::s![.., .., rim..height - rim, rim..width - rim])
        };
        assert_abs_diff_eq!(inside(ours), inside(theirs), epsilon = 1e-12);
    }
}

#[test]
fn a_stamp_is_added_at_every_pixel() {
    // The example of the book's page.
    let w = array![[[[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]]];
    let layer = ConvTranspose2d::from_weights(w, array![0.0], (2, 0, 0)).expect("a layer");
    let y = layer.infer(array![[[[1.0, 3.0]]]].into_dyn());
    let expected = array![[[
        [1.0, 2.0, 4.0, 6.0, 3.0],
        [2.0, 4.0, 8.0, 12.0, 6.0],
        [1.0, 2.0, 4.0, 6.0, 3.0]
    ]]];
    assert_eq!(y, expected.into_dyn());
}

#[test]
fn if_all_pixels_are_ignored_nothing_is_learned() {
    let mut criterion = PixelSoftmaxWithLoss::new(None, Some(9));
    assert_eq!(
        criterion.forward(some::<f64>(&[2, 3, 2, 2], 9), Array3::from_elem((2, 2, 2), 9)),
        0.0
    );
    assert!(criterion.backward().iter().all(|&d| d == 0.0));
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
    let w = || Array4::<f32>::zeros((3, 2, 4, 4));
    let of = |b, sizes| ConvTranspose2d::from_weights(w(), Array1::zeros(b), sizes);
    refused(of(3, (2, 1, 0)), &["[3, 2, 4, 4]", "3 biases"]);
    refused(of(2, (0, 1, 0)), &["stride 0"]);
    refused(of(2, (2, 1, 2)), &["output padding of 2", "stride, 2"]);
    let layer = of(2, (2, 3, 0)).expect("a layer");
    refused(layer.output((2, 5, 5)), &["[3, 2, 4, 4]", "3 channels", "have 2"]);
    refused(layer.output((3, 2, 9)), &["2×9", "4×4", "stride 2", "padding 3"]);
    refused(layer.output((3, 0, 9)), &["0×9"]);
    refused(ConvTranspose2d::<f32>::bilinear(3, 3), &["not 3"]);
    refused(ConvTranspose2d::<f32>::bilinear(0, 2), &["at least 1"]);
    refused(Upsample::nearest(0), &["at least 1"]);
    for (side, stride, pad) in [(3, 2, 0), (2, 2, 1)] {
        let window = Window::new((side, side), stride, pad).expect("a window");
        refused(MaxUnpool2d::<f32>::new(window, Network::new()), &["overlap"]);
    }
}

#[test]
#[should_panic(
    expected = "got a batch of [1, 2, 2, 2] and must give back that shape, not [1, 3, 2, 2]"
)]
fn an_inner_network_that_changes_the_shape_is_named() {
    let window = Window::new((2, 2), 2, 0).expect("a window");
    let inner = Network::new().with(conv::<f32>((2, 3), 1));
    MaxUnpool2d::new(window, inner).expect("a layer").forward(Tensor::zeros(vec![1, 2, 4, 4]));
}

#[test]
#[should_panic(expected = "label 4 of 4 classes")]
fn a_label_that_is_no_class_is_named() {
    let mut criterion = PixelSoftmaxWithLoss::default();
    criterion.forward(Tensor::<f32>::zeros(vec![1, 4, 2, 2]), Array3::from_elem((1, 2, 2), 4));
}
