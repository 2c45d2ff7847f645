//! The network of the chapter: a function of its weights, and the weights one long vector.

use std::path::Path;

use common::Result;
use common::activation::{relu, softmax};
use common::init::Init;
use common::layer::Layer;
use common::layers::Affine;
use common::metrics::classes;
use common::network::Network;
use common::random::Generator;
use common::train::{TOO_LONG, diverged};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use crate::gradient::Vector;
use crate::loss::mean_cross_entropy;
use crate::vectors::Vectors;

// ANCHOR: shape
/// inputs → hidden, ReLU → outputs, softmax.
///
/// Only the shape: the weights are an argument like any other, because what we
/// ask for is the slope of the loss with respect to them.
#[derive(Clone, Copy, Debug)]
pub struct TwoLayerNet {
    /// Numbers in an image.
    pub inputs: usize,
    /// Hidden units.
    pub hidden: usize,
    /// Classes.
    pub outputs: usize,
}
// ANCHOR_END: shape

/// The long vector, cut into what the two layers need.
struct Layers<'a> {
    w1: ArrayView2<'a, f64>,
    b1: ArrayView1<'a, f64>,
    w2: ArrayView2<'a, f64>,
    b2: ArrayView1<'a, f64>,
}

impl TwoLayerNet {
    /// How many weights and biases there are, together.
    pub fn count(self) -> usize {
        self.inputs * self.hidden + self.hidden + self.hidden * self.outputs + self.outputs
    }

    /// Random weights (He et al.) and biases of zero, in the order W1, b1, W2, b2.
    pub fn random_weights(self, rng: &mut Generator) -> Vector {
        let Self { inputs, hidden, outputs } = self;
        let w1: Array2<f64> = Init::He.weights((inputs, hidden), inputs, hidden, rng);
        let w2: Array2<f64> = Init::He.weights((hidden, outputs), hidden, outputs, rng);
        let (b1, b2) = (vec![0.0; hidden], vec![0.0; outputs]);
        w1.into_iter().chain(b1).chain(w2).chain(b2).collect()
    }

    // ANCHOR: layers
    /// Views into the vector: nothing is copied.
    fn layers(self, weights: &Vector) -> Layers<'_> {
        let Self { inputs, hidden, outputs } = self;
        assert_eq!(weights.len(), self.count(), "wrong number of weights");
        let (w1, rest) = weights.view().split_at(Axis(0), inputs * hidden);
        let (b1, rest) = rest.split_at(Axis(0), hidden);
        let (w2, b2) = rest.split_at(Axis(0), hidden * outputs);
        let w1 = matrix(w1, inputs, hidden);
        let w2 = matrix(w2, hidden, outputs);
        Layers { w1, b1, w2, b2 }
    }
    // ANCHOR_END: layers

    // ANCHOR: loss
    /// The probabilities of all classes for a batch: N×inputs in, N×outputs out.
    pub fn predict(self, weights: &Vector, x: &Array2<f64>) -> Array2<f64> {
        let Layers { w1, b1, w2, b2 } = self.layers(weights);
        let mut hidden = x.dot(&w1) + b1;
        hidden.mapv_inplace(relu);
        softmax(hidden.dot(&w2) + b2)
    }

    /// The mean cross entropy of a batch: N×inputs and N labels.
    pub fn loss(self, weights: &Vector, x: &Array2<f64>, labels: &[u8]) -> f64 {
        mean_cross_entropy(&self.predict(weights, x), labels)
    }
    // ANCHOR_END: loss

    /// The fraction of images whose largest probability is the right class's.
    pub fn accuracy(self, weights: &Vector, images: &Vectors) -> f64 {
        let answers = classes(&self.predict(weights, &images.x).into_dyn());
        let right = answers.iter().zip(&images.labels).filter(|(answer, label)| answer == label);
        right.count() as f64 / images.labels.len() as f64
    }

    /// Whether step number `step` may be taken: are its loss and all slopes finite?
    ///
    /// # Errors
    /// If not, with the array of weights in which the first bad slope is.
    pub fn check(self, step: usize, loss: f64, slope: &Vector) -> Result<()> {
        let Layers { w1, b1, w2, b2 } = self.layers(slope);
        let sums = [("W1", w1.sum()), ("b1", b1.sum()), ("W2", w2.sum()), ("b2", b2.sum())];
        let found = match sums.iter().find(|(_, sum)| !sum.is_finite()) {
            _ if !loss.is_finite() => format!("the loss is {loss}"),
            Some((name, _)) => format!("a slope of {name} is not finite"),
            None => return Ok(()),
        };
        Err(diverged(step, &found, TOO_LONG).into())
    }

    /// Writes the weights as `W1`, `b1`, `W2`, `b2`.
    ///
    /// # Errors
    /// As [`common::store::weights::save`].
    pub fn save(self, weights: &Vector, path: &Path) -> Result<()> {
        let Layers { w1, b1, w2, b2 } = self.layers(weights);
        let affine = |w: ArrayView2<'_, f64>, b: ArrayView1<'_, f64>| {
            Affine::from_weights(w.to_owned(), b.to_owned())
        };
        let mut network = Network::new().with(affine(w1, b1)).with(affine(w2, b2));
        common::store::weights::save(&mut network, path)
    }

    /// Reads what [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// As [`common::store::weights::load`].
    pub fn load(self, path: &Path) -> Result<Vector> {
        let affine = |inputs, outputs| {
            Affine::from_weights(Array2::<f64>::zeros((inputs, outputs)), Array1::zeros(outputs))
        };
        let (first, second) = (affine(self.inputs, self.hidden), affine(self.hidden, self.outputs));
        let mut network = Network::new().with(first).with(second);
        common::store::weights::load(&mut network, path)?;
        Ok(network.params().iter().flat_map(|p| p.value.iter().copied()).collect())
    }
}

fn matrix(numbers: ArrayView1<'_, f64>, rows: usize, columns: usize) -> ArrayView2<'_, f64> {
    numbers.into_shape_with_order((rows, columns)).expect("the vector was cut to fit")
}
