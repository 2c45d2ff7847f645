//! LeNet-5 as it was in 1998, down to its odd layers.

use common::init::Init;
use common::layer::{Layer, Param, check_gradient};
use common::layers::{Affine, AvgPool2d, Conv2d, Window};
use common::network::Network;
use common::program::comparison::CompareFlags;
use common::random::Generator;
use common::{Float, Result, Tensor};
use ndarray::{Array1, Array4, Axis};

use crate::compare;

// ANCHOR: scaled_tanh
/// 1.7159·tanh(⅔x): sigmoid-like, with f(1) = 1 and f(−1) = −1 (LeCun and others, 1998).
#[derive(Default)]
pub struct ScaledTanh<F> {
    output: Option<Tensor<F>>,
}

const HEIGHT: f64 = 1.7159;
const SLOPE: f64 = 2.0 / 3.0;

impl<F: Float> Layer<F> for ScaledTanh<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let y = self.infer(x);
        self.output = Some(y.clone());
        y
    }

    fn backward(&mut self, mut dy: Tensor<F>) -> Tensor<F> {
        let y = self.output.take().expect("ScaledTanh: backward needs a forward before it");
        check_gradient("ScaledTanh", dy.shape(), y.shape());
        dy.zip_mut_with(&y, |dy, &y| *dy *= F::of(SLOPE) * (F::of(HEIGHT) - y * y / F::of(HEIGHT)));
        dy
    }

    fn infer(&self, mut x: Tensor<F>) -> Tensor<F> {
        x.mapv_inplace(|x| F::of(HEIGHT) * (F::of(SLOPE) * x).tanh());
        x
    }
}
// ANCHOR_END: scaled_tanh

// ANCHOR: subsampling
/// The pooling of 1998: the mean of 2×2, times a weight and plus a bias that each channel learns.
pub struct Subsampling<F> {
    mean: AvgPool2d<F>,
    w: Array1<F>,
    b: Array1<F>,
    dw: Array1<F>,
    db: Array1<F>,
    means: Option<Tensor<F>>,
}

impl<F: Float> Subsampling<F> {
    /// For images of this many channels; at first it is the mean.
    ///
    /// # Errors
    /// Never.
    pub fn new(channels: usize) -> Result<Self> {
        let zeros = Array1::zeros(channels);
        Ok(Self {
            mean: AvgPool2d::new(Window::new((2, 2), 2, 0)?)?,
            w: Array1::ones(channels),
            b: zeros.clone(),
            dw: zeros.clone(),
            db: zeros,
            means: None,
        })
    }

    fn scale(&self, y: &mut Tensor<F>) {
        let (channels, shape) = (self.w.len(), y.shape());
        assert!(shape[1] == channels, "Subsampling: expected {channels} channels, got {shape:?}");
        for (c, mut plane) in y.axis_iter_mut(Axis(1)).enumerate() {
            plane.mapv_inplace(|mean| self.w[c] * mean + self.b[c]);
        }
    }
}

impl<F: Float> Layer<F> for Subsampling<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let mut y = self.mean.forward(x);
        self.means = Some(y.clone());
        self.scale(&mut y);
        y
    }

    fn backward(&mut self, mut dy: Tensor<F>) -> Tensor<F> {
        let means = self.means.take().expect("Subsampling: backward needs a forward before it");
        check_gradient("Subsampling", dy.shape(), means.shape());
        let planes = dy.axis_iter_mut(Axis(1)).zip(means.axis_iter(Axis(1)));
        for (c, (mut dy, mean)) in planes.enumerate() {
            self.db[c] = dy.sum();
            self.dw[c] = dy.iter().zip(&mean).map(|(&dy, &mean)| dy * mean).sum();
            dy.mapv_inplace(|dy| dy * self.w[c]);
        }
        self.mean.backward(dy)
    }
    // ANCHOR_END: subsampling

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let mut y = self.mean.infer(x);
        self.scale(&mut y);
        y
    }

    fn params(&mut self) -> Vec<Param<'_, F>> {
        vec![
            Param::weight("W", &mut self.w, &mut self.dw),
            Param::new("b", &mut self.b, &mut self.db),
        ]
    }
}

// ANCHOR: connections
/// Which of the 6 maps each of the 16 filters of the second convolution looks at: table I of the
/// paper. It saved multiplications, and made the filters find different things.
const CONNECTIONS: [&[usize]; 16] = [
    &[0, 1, 2],
    &[1, 2, 3],
    &[2, 3, 4],
    &[3, 4, 5],
    &[0, 4, 5],
    &[0, 1, 5],
    &[0, 1, 2, 3],
    &[1, 2, 3, 4],
    &[2, 3, 4, 5],
    &[0, 3, 4, 5],
    &[0, 1, 4, 5],
    &[0, 1, 2, 5],
    &[0, 1, 3, 4],
    &[1, 2, 4, 5],
    &[0, 2, 3, 5],
    &[0, 1, 2, 3, 4, 5],
];
// ANCHOR_END: connections

/// A convolution in which some filters do not look at some channels.
pub struct PartialConv<F> {
    conv: Conv2d<F>,
    /// 1 where there is a weight, F×C×KH×KW.
    mask: Array4<F>,
}

impl<F: Float> PartialConv<F> {
    fn new(mut conv: Conv2d<F>, connections: &[&[usize]]) -> Self {
        let mask = Array4::from_shape_fn(conv.w.raw_dim(), |(f, c, ..)| {
            if connections[f].contains(&c) { F::one() } else { F::zero() }
        });
        conv.w *= &mask;
        Self { conv, mask }
    }

    /// How many weights there are, besides the biases.
    fn connected(&self) -> usize {
        self.mask.iter().filter(|&&one| one == F::one()).count()
    }
}

impl<F: Float> Layer<F> for PartialConv<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        self.conv.forward(x)
    }

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let dx = self.conv.backward(dy);
        self.conv.dw *= &self.mask; // what is not there does not learn
        dx
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        self.conv.infer(x)
    }

    fn children(&mut self) -> Vec<&mut dyn Layer<F>> {
        vec![&mut self.conv]
    }
}

/// A network, and what its layers are called, with their numbers of parameters.
pub type Named<F> = (Network<F>, Vec<(&'static str, usize)>);

// ANCHOR: lenet
/// LeNet-5 for images of 1×28×28, which its first layer pads to the paper's 32×32.
///
/// The paper's last layer compares 84 numbers with drawings of the ten digits; ours is an affine
/// layer, as in every reimplementation since.
///
/// # Errors
/// Never.
pub fn lenet<F: Float>(rng: &mut Generator) -> Result<Named<F>> {
    let init = Init::Xavier;
    let c1 = Conv2d::new((1, 6), Window::new((5, 5), 1, 2)?, init, rng)?; //   6×28×28
    let c3 = Conv2d::new((6, 16), Window::new((5, 5), 1, 0)?, init, rng)?; // 16×10×10
    let c3 = PartialConv::new(c3, &CONNECTIONS);
    let c5 = Conv2d::new((16, 120), Window::new((5, 5), 1, 0)?, init, rng)?; // 120×1×1
    let layers = vec![
        ("C1: 6 filters 5×5", 6 * 25 + 6),
        ("S2: subsampling", 2 * 6),
        ("C3: 16 filters 5×5, partly connected", c3.connected() + 16),
        ("S4: subsampling", 2 * 16),
        ("C5: 120 filters 5×5", 120 * 16 * 25 + 120),
        ("F6: affine 84", 120 * 84 + 84),
        ("output: affine 10", 84 * 10 + 10),
    ];
    let network = Network::new()
        .with(c1)
        .with(ScaledTanh::default())
        .with(Subsampling::new(6)?)
        .with(ScaledTanh::default())
        .with(c3)
        .with(ScaledTanh::default())
        .with(Subsampling::new(16)?)
        .with(ScaledTanh::default())
        .with(c5)
        .with(ScaledTanh::default())
        .with(Affine::new(120, 84, init, rng))
        .with(ScaledTanh::default())
        .with(Affine::new(84, 10, init, rng));
    Ok((network, layers))
}
// ANCHOR_END: lenet

/// Trains the network beside two that the reader knows, and prints their table.
///
/// # Errors
/// If data cannot be read or training diverges.
pub fn run(flags: &CompareFlags) -> Result<()> {
    compare::run(("LeNet-5", lenet), flags)
}
