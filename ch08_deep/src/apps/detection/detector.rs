//! One network that finds and names: maps, proposals from the maps, and a closer look at each
//! proposal in the same maps (Faster R-CNN; Ren, He, Girshick and Sun, 2015).

use common::activation::softmax;
use common::bounding_box::BoundingBox;
use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, Conv2d, Region, Relu, RoiAlign, RoiLayer, RoiMaxPool, Window};
use common::model::Model;
use common::network::Network;
use common::random::Generator;
use common::{Float, Result, Tensor};
use ndarray::{ArrayView1, Ix2};
use rayon::prelude::*;

use super::anchors::{SHAPES, anchors};
use super::offsets::moved;
use super::suppression::{Detection, suppress, suppress_detections};
use crate::apps::blocks::{conv_norm_relu, halves};

/// Digits, and one class more for what is none.
pub const CLASSES: usize = 11;
/// The class of what is no digit.
pub const NOTHING: usize = 10;
/// A region becomes a patch of so many bins along each axis.
const BINS: usize = 7;
/// Pixels of the picture for each cell of the finer maps.
const FINE_STRIDE: usize = 2;

/// How regions are cut out of the maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Pooling {
    /// Means of samples between the cells
    Align,
    /// Maxima over whole cells
    Max,
}

// ANCHOR: detector
/// Finds digits in pictures N×1×H×W.
pub struct Detector<F: Float> {
    /// To maps with a cell for every 2×2 pixels, which the head looks at.
    fine: Network<F>,
    /// From those to maps with a cell for every 4×4 pixels, for the proposals.
    coarse: Network<F>,
    /// A look around each place of the coarse maps; then, for each anchor there, whether it covers
    /// a digit, and how to move it.
    around: Network<F>,
    objectness: Conv2d<F>,
    offsets: Conv2d<F>,
    /// Regions of the fine maps, what is in them, and how to move them.
    pool: Box<dyn RoiLayer<F>>,
    head: Network<F>,
    classes: Affine<F>,
    places: Affine<F>,
}
// ANCHOR_END: detector

impl<F: Float> Detector<F> {
    fn layers(&mut self) -> Vec<&mut dyn Layer<F>> {
        let Self { fine, coarse, around, objectness, offsets, head, classes, places, .. } = self;
        vec![fine, coarse, around, objectness, offsets, head, classes, places]
    }
}

// Each on its own: every layer is a model, and for any `F` the compiler cannot know that this is none.
impl Model<f32> for Detector<f32> {
    fn parts(&mut self) -> Vec<&mut dyn Layer<f32>> {
        self.layers()
    }
}

impl Model<f64> for Detector<f64> {
    fn parts(&mut self) -> Vec<&mut dyn Layer<f64>> {
        self.layers()
    }
}

/// What the network says of every anchor.
pub struct Proposed<F> {
    /// Maps for the head, N×C×H/2×W/2.
    pub fine: Tensor<F>,
    /// The logit of each anchor, N×shapes×H/4×W/4.
    pub objectness: Tensor<F>,
    /// How to move each anchor, N×(shapes·4)×H/4×W/4.
    pub offsets: Tensor<F>,
}

impl<F: Float> Detector<F> {
    /// A detector with random weights.
    ///
    /// # Errors
    /// If a layer does not fit; it does.
    pub fn new(pooling: Pooling, rng: &mut Generator) -> Result<Self> {
        let one = Window::new((1, 1), 1, 0)?;
        let fine = conv_norm_relu(Network::new(), (1, 16), rng)?.with(halves()?);
        let fine = conv_norm_relu(conv_norm_relu(fine, (16, 32), rng)?, (32, 32), rng)?;
        let coarse = conv_norm_relu(Network::new().with(halves()?), (32, 64), rng)?;
        let coarse = conv_norm_relu(coarse, (64, 64), rng)?;
        let around = Conv2d::new((64, 64), Window::new((3, 3), 1, 1)?, Init::He, rng)?;
        let head = Network::new()
            .with(Affine::new(32 * BINS * BINS, 128, Init::He, rng))
            .with(Relu::default())
            .with(Affine::new(128, 128, Init::He, rng))
            .with(Relu::default());
        Ok(Self {
            fine,
            coarse,
            around: Network::new().with(around).with(Relu::default()),
            objectness: Conv2d::new((64, SHAPES), one, Init::Xavier, rng)?,
            offsets: Conv2d::new((64, 4 * SHAPES), one, Init::Xavier, rng)?,
            pool: match pooling {
                Pooling::Align => Box::new(RoiAlign::new(BINS, FINE_STRIDE)),
                Pooling::Max => Box::new(RoiMaxPool::new(BINS, FINE_STRIDE)),
            },
            head,
            classes: Affine::new(128, CLASSES, Init::Xavier, rng),
            places: Affine::new(128, 4, Init::Xavier, rng),
        })
    }

    // ANCHOR: forward
    /// What it says of every anchor of these pictures.
    pub fn propose(&mut self, x: Tensor<F>) -> Proposed<F> {
        let fine = self.fine.forward(x);
        let around = self.around.forward(self.coarse.forward(fine.clone()));
        let objectness = self.objectness.forward(around.clone());
        Proposed { fine, objectness, offsets: self.offsets.forward(around) }
    }

    /// What it says of these regions: logits R×11, and offsets R×4.
    pub fn look(&mut self, fine: &Tensor<F>, regions: &[Region]) -> (Tensor<F>, Tensor<F>) {
        let seen = self.head.forward(self.pool.forward(fine, regions));
        (self.classes.forward(seen.clone()), self.places.forward(seen))
    }
    // ANCHOR_END: forward

    // ANCHOR: backward
    /// From the gradients of all that it said to those of its parameters.
    pub fn backward(
        &mut self,
        (objectness, offsets): (Tensor<F>, Tensor<F>),
        (classes, places): (Tensor<F>, Tensor<F>),
    ) {
        let seen = self.classes.backward(classes) + self.places.backward(places);
        let mut fine = self.pool.backward(&self.head.backward(seen));
        let around = self.objectness.backward(objectness) + self.offsets.backward(offsets);
        fine += &self.coarse.backward(self.around.backward(around));
        self.fine.backward_params(fine);
    }
    // ANCHOR_END: backward

    /// The rectangles that would be looked at closely in pictures N×1×H×W, at most `most` in each.
    pub fn proposed(&self, x: Tensor<F>, most: usize) -> Vec<Vec<BoundingBox>> {
        let size = (x.shape()[2], x.shape()[3]);
        let (objectness, offsets) = self.answers(x);
        proposals(&objectness, &offsets, size, most)
    }

    /// The logits and offsets of all anchors of pictures N×1×H×W, when nothing is to be learned.
    pub fn answers(&self, x: Tensor<F>) -> (Tensor<F>, Tensor<F>) {
        let around = self.around.infer(self.coarse.infer(self.fine.infer(x)));
        (self.objectness.infer(around.clone()), self.offsets.infer(around))
    }

    /// Digits in pictures N×1×H×W; the surest first.
    pub fn detect(&self, x: Tensor<F>, search: Search) -> Vec<Vec<Detection>> {
        let size = (x.shape()[2], x.shape()[3]);
        let fine = self.fine.infer(x);
        let around = self.around.infer(self.coarse.infer(fine.clone()));
        let objectness = self.objectness.infer(around.clone());
        let offsets = self.offsets.infer(around);
        let proposals = proposals(&objectness, &offsets, size, search.proposals);
        let regions = regions(&proposals);
        if regions.is_empty() {
            return vec![Vec::new(); proposals.len()];
        }
        let seen = self.head.infer(self.pool.infer(&fine, &regions));
        let classes = self.classes.infer(seen.clone());
        let places = self.places.infer(seen);
        let classes = softmax(classes.into_dimensionality::<Ix2>().expect("a row for each region"));
        let mut row = 0;
        let mut found = Vec::with_capacity(proposals.len());
        for places_of in &proposals {
            let mut here = Vec::new();
            for place in places_of {
                let by = [0, 1, 2, 3].map(|i| places[[row, i]]);
                let place = within(&moved(place, by), size);
                here.extend(search.sure(place, classes.row(row)));
                row += 1;
            }
            found.push(suppress_detections(&here, search.overlap, search.overlap_across));
        }
        found
    }
}

/// How thoroughly a picture is searched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    /// Proposals that are looked at closely, at most.
    pub proposals: usize,
    /// What is less sure is not told.
    pub least_score: f32,
    /// Detections of one digit that cover each other by more than this are of one thing.
    pub overlap: f32,
    /// The same for detections of different digits, if they may not share a place.
    pub overlap_across: Option<f32>,
}

impl Search {
    /// The digits that may well be at `place`, by the probabilities of all classes.
    pub fn sure<F: Float>(
        &self,
        place: BoundingBox,
        classes: ArrayView1<'_, F>,
    ) -> impl Iterator<Item = Detection> {
        let scores = classes.into_iter().take(NOTHING).map(|score| score.as_f64() as f32);
        let least = if place.area() > 0.0 { self.least_score } else { f32::INFINITY };
        let all = (0..).zip(scores).map(move |(label, score)| Detection { place, score, label });
        all.filter(move |found| found.score >= least)
    }

    /// Everything that may count for average precision, which judges by the order.
    pub const THOROUGH: Self =
        Self { proposals: 32, least_score: 0.02, overlap: 0.4, overlap_across: None };
    /// One answer for each thing.
    pub const CLEAR: Self =
        Self { proposals: 32, least_score: 0.5, overlap: 0.4, overlap_across: Some(0.5) };
}

/// The part of a rectangle that lies in a picture of height and width `size`.
fn within(place: &BoundingBox, (height, width): (usize, usize)) -> BoundingBox {
    place.within((width as f32, height as f32))
}

// ANCHOR: proposals
/// For each picture the rectangles, moved from their anchors, that most likely hold a digit; at most
/// `most` of them, and none that another covers by more than 0.7.
pub fn proposals<F: Float>(
    objectness: &Tensor<F>,
    offsets: &Tensor<F>,
    size: (usize, usize),
    most: usize,
) -> Vec<Vec<BoundingBox>> {
    let [n, _, rows, columns] = *objectness.shape() else {
        panic!("expected logits N×shapes×H×W, got {:?}", objectness.shape())
    };
    let (anchors, cells) = (anchors((rows, columns)), rows * columns);
    let logits = objectness.as_slice().expect("in order");
    let offsets = offsets.as_slice().expect("in order");
    let of_a_picture = |picture: usize| {
        let logits = &logits[picture * anchors.len()..][..anchors.len()];
        let offsets = &offsets[picture * 4 * anchors.len()..][..4 * anchors.len()];
        let mut order: Vec<usize> = (0..anchors.len()).collect();
        let surer = |&i: &usize, &j: &usize| {
            logits[j].as_f64().total_cmp(&logits[i].as_f64()).then(i.cmp(&j))
        };
        let best = (3 * most).min(anchors.len());
        if best < order.len() {
            order.select_nth_unstable_by(best, surer);
            order.truncate(best);
        }
        let places = order.iter().map(|&anchor| {
            let (shape, cell) = (anchor / cells, anchor % cells);
            let by = [0, 1, 2, 3].map(|i| offsets[(4 * shape + i) * cells + cell]);
            (within(&moved(&anchors[anchor], by), size), logits[anchor].as_f64() as f32)
        });
        let large = |place: &BoundingBox| place.width() >= 2.0 && place.height() >= 4.0;
        let (places, scores): (Vec<_>, Vec<_>) = places.filter(|(place, _)| large(place)).unzip();
        let stay = suppress(&places, &scores, 0.7);
        stay.into_iter().take(most).map(|i| places[i]).collect()
    };
    (0..n).into_par_iter().map(of_a_picture).collect()
}
// ANCHOR_END: proposals

/// All pictures' rectangles in one list.
pub fn regions(places: &[Vec<BoundingBox>]) -> Vec<Region> {
    let of = |(image, places): (usize, &Vec<BoundingBox>)| {
        places.iter().map(move |&place| Region { image, place }).collect::<Vec<_>>()
    };
    places.iter().enumerate().flat_map(of).collect()
}
