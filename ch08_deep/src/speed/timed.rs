//! A layer that measures another one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use common::layer::Layer;
use common::{Float, Tensor};

/// What was seen of a layer at work.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// What tables call the layer.
    pub name: &'static str,
    /// The shape of its last output, the batch first.
    pub output: Vec<usize>,
    /// What each forward step took, or each reading without learning.
    pub forward: Vec<Duration>,
    /// What each backward step took.
    pub backward: Vec<Duration>,
    /// How many weights it has: numbers that multiply inputs.
    pub weights: usize,
    /// Whether its backward step computes the gradient of its input.
    pub passes_on: bool,
}

/// The records of a network's layers, in order; shared with the layers that write them.
pub type Records = Vec<Arc<Mutex<Record>>>;

// ANCHOR: timed
/// Does what `layer` does, and writes down how long it took.
pub struct Timed<F> {
    layer: Box<dyn Layer<F>>,
    record: Arc<Mutex<Record>>,
}

impl<F: Float> Timed<F> {
    /// The layer, and the record that it will write.
    pub fn new(mut layer: Box<dyn Layer<F>>) -> (Self, Arc<Mutex<Record>>) {
        let params = layer.params();
        let weights = params.iter().filter(|p| p.decays).map(|p| p.value.len()).sum();
        drop(params);
        let record = Record { name: layer.name(), weights, ..Record::default() };
        let record = Arc::new(Mutex::new(record));
        (Self { layer, record: Arc::clone(&record) }, record)
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        read(&self.record)
    }
}

impl<F: Float> Layer<F> for Timed<F> {
    fn forward(&mut self, x: Tensor<F>) -> Tensor<F> {
        let start = Instant::now();
        let y = self.layer.forward(x);
        let mut record = self.record();
        record.forward.push(start.elapsed());
        record.output = y.shape().to_vec();
        y
    }
    // ANCHOR_END: timed

    fn backward(&mut self, dy: Tensor<F>) -> Tensor<F> {
        let start = Instant::now();
        let dx = self.layer.backward(dy);
        let mut record = self.record();
        record.backward.push(start.elapsed());
        record.passes_on = true;
        dx
    }

    fn backward_params(&mut self, dy: Tensor<F>) {
        let start = Instant::now();
        self.layer.backward_params(dy);
        self.record().backward.push(start.elapsed());
    }

    fn infer(&self, x: Tensor<F>) -> Tensor<F> {
        let start = Instant::now();
        let y = self.layer.infer(x);
        let mut record = self.record();
        record.forward.push(start.elapsed());
        record.output = y.shape().to_vec();
        y
    }

    fn children(&mut self) -> Vec<&mut dyn Layer<F>> {
        vec![&mut *self.layer]
    }

    fn name(&self) -> &'static str {
        self.layer.name()
    }
}

/// A record as it is now; a layer that panicked while it wrote has left it as it was.
pub fn read(record: &Mutex<Record>) -> MutexGuard<'_, Record> {
    record.lock().unwrap_or_else(PoisonError::into_inner)
}
