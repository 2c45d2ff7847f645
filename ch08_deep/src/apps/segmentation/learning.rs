//! The training step of a segmentation: pictures that are drawn anew, a loss at every pixel.

use common::Tensor;
use common::layer::Layer;
use common::layers::PixelSoftmaxWithLoss;
use common::metrics::{Confusion, pixel_classes};
use common::network::Network;
use common::train::{Evaluation, TrainStep};
use ndarray::{Array3, Axis, Slice, concatenate};

use super::labelled::{Batch, Pictures};

/// How many pictures are judged after each epoch.
const JUDGED: usize = 200;
/// Pictures that are read together.
const TOGETHER: usize = 100;

/// Learning to segment pictures of which none comes twice.
pub struct Segmentation<'a, P> {
    /// Where the pictures to learn from come from.
    pub pictures: &'a P,
    /// How many of them make an epoch.
    pub count: usize,
    /// Those that it is judged by.
    pub held_out: &'a Batch,
    /// How many classes there are.
    pub classes: usize,
    /// The loss of every pixel.
    pub criterion: PixelSoftmaxWithLoss<f32>,
    /// The number of this epoch's first picture.
    first: u64,
}

impl<'a, P: Pictures> Segmentation<'a, P> {
    /// Learning from `count` new pictures an epoch, judged by the held-out ones.
    pub fn new(
        (pictures, count): (&'a P, usize),
        held_out: &'a Batch,
        classes: usize,
        criterion: PixelSoftmaxWithLoss<f32>,
    ) -> Self {
        Self { pictures, count, held_out, classes, criterion, first: 0 }
    }

    fn judge(&self, network: &Network<f32>, (x, masks): &Batch) -> f64 {
        let first = Slice::from(..JUDGED.min(masks.len_of(Axis(0))));
        let part = (x.slice_axis(Axis(0), first).to_owned(), masks.slice_axis(Axis(0), first));
        let mut confusion = Confusion::new(self.classes, None);
        confusion.add(&answers(network, &part.0), &part.1);
        confusion.mean_iou()
    }
}

impl<P: Pictures> TrainStep<f32, Network<f32>> for Segmentation<'_, P> {
    fn examples(&self) -> usize {
        self.count
    }

    // ANCHOR: step
    /// The numbers go on from epoch to epoch, so that no picture comes twice; a training that is
    /// resumed gets those that it would have got.
    fn begin_epoch(&mut self, epoch: usize) {
        self.first = (epoch * self.count) as u64;
    }

    fn forward_backward(&mut self, network: &mut Network<f32>, indices: &[usize]) -> f32 {
        let (x, masks) = self.pictures.batch(indices.iter().map(|&i| self.first + i as u64));
        let loss = self.criterion.forward(network.forward(x), masks);
        network.backward_params(self.criterion.backward());
        loss
    }
    // ANCHOR_END: step

    fn evaluate(&mut self, network: &mut Network<f32>) -> Evaluation {
        let seen = self.count.min(JUDGED);
        let learned = self.pictures.batch((0..seen).map(|i| self.first + i as u64));
        Evaluation {
            train: self.judge(network, &learned),
            test: self.judge(network, self.held_out),
        }
    }

    fn measure(&self) -> &'static str {
        "mIoU"
    }
}

/// The network's answer for each pixel, N×H×W.
pub fn answers(network: &Network<f32>, x: &Tensor<f32>) -> Array3<u8> {
    let parts: Vec<_> = x
        .axis_chunks_iter(Axis(0), TOGETHER)
        .map(|part| pixel_classes(&network.infer(part.to_owned())))
        .collect();
    let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
    concatenate(Axis(0), &views).expect("answers of one size")
}
