//! How the detector learns: four losses, for what is there and where, of anchors and of regions.

use common::bounding_box::BoundingBox;
use common::data::scenes::{Scene, Scenes};
use common::layers::{BceWithLogits, Region, SmoothL1, SoftmaxWithLoss};
use common::model::Model;
use common::random::{Generator, generator, seq::SliceRandom};
use common::train::{Evaluation, TrainStep};
use common::{Float, Tensor};
use ndarray::IxDyn;
use rayon::prelude::*;

use super::anchors::{Lesson, anchors, lessons};
use super::average_precision::{Truth, mean_average_precision};
use super::detector::{Detector, NOTHING, Proposed, Search, proposals};
use super::offsets::offsets;
use super::suppression::Detection;

/// Regions of a picture that the head learns from, and how many of them hold a digit, at most.
const SAMPLE: usize = 32;
const MOST_SURE: usize = SAMPLE / 2;
/// A region that covers a digit by at least so much holds it.
const HOLDS: f32 = 0.5;
/// How much the places count beside the classes.
const PLACES: f64 = 4.0;
/// Scenes that the mAP after an epoch is measured on.
const EXAMINED: usize = 200;
/// Pictures that are searched together.
pub const BATCH: usize = 20;

/// Pictures N×1×H×W of some scenes of one size.
pub fn pictures<F: Float>(scenes: &[Scene]) -> Tensor<F> {
    let (height, width) = scenes.first().map_or((0, 0), |scene| scene.image.dim());
    let pixels = scenes.iter().flat_map(|scene| scene.image.iter());
    let pixels = pixels.map(|&pixel| F::of(f64::from(pixel))).collect();
    Tensor::from_shape_vec(IxDyn(&[scenes.len(), 1, height, width]), pixels)
        .expect("scenes of one size")
}

/// What is found in each of these scenes.
pub fn search<F: Float>(
    detector: &Detector<F>,
    scenes: &[Scene],
    search: Search,
) -> Vec<Vec<Detection>> {
    let parts: Vec<_> =
        scenes.par_chunks(BATCH).map(|scenes| detector.detect(pictures(scenes), search)).collect();
    parts.into_iter().flatten().collect()
}

/// Scenes of these numbers, drawn side by side.
pub fn draw(scenes: &Scenes<'_>, numbers: impl IntoParallelIterator<Item = u64>) -> Vec<Scene> {
    numbers.into_par_iter().map(|number| scenes.scene(number)).collect::<Vec<_>>()
}

/// The number of the digit that a rectangle holds: the one that it covers best, if by enough.
pub fn held(scene: &Scene, place: &BoundingBox) -> Option<usize> {
    let overlaps = scene.digits.iter().map(|digit| digit.0.iou(place)).enumerate();
    let best = overlaps.max_by(|a, b| a.1.total_cmp(&b.1));
    best.filter(|(_, iou)| *iou >= HOLDS).map(|(digit, _)| digit)
}

/// What is in each of these scenes.
pub fn truths(scenes: &[Scene]) -> Vec<Truth> {
    scenes.iter().map(|scene| scene.digits.clone()).collect()
}

/// Scenes that the mAP after an epoch is measured on: like those that are learned from, and some of the
/// test.
pub struct Examined([Vec<Scene>; 2]);

impl Examined {
    /// As many of both.
    pub fn new(scenes: &Scenes<'_>, test: &[Scene]) -> Self {
        let count = EXAMINED.min(test.len());
        // Numbers that no epoch reaches.
        let like = draw(scenes, u64::MAX / 2..u64::MAX / 2 + count as u64);
        Self([like, test[..count].to_vec()])
    }

    /// The mAP of what `search` finds in them.
    pub fn evaluate(&self, search: impl Fn(&[Scene]) -> Vec<Vec<Detection>>) -> Evaluation {
        let judge =
            |scenes: &Vec<Scene>| mean_average_precision(&search(scenes), &truths(scenes), 0.5);
        let [train, test] = self.0.each_ref().map(judge);
        Evaluation { train, test }
    }
}

/// Learning to detect from scenes, none of which comes twice.
pub struct DetectionStep<'a, F> {
    scenes: Scenes<'a>,
    /// Scenes of an epoch.
    count: usize,
    epoch: usize,
    seed: u64,
    examined: Examined,
    objectness: BceWithLogits<F>,
    offsets: SmoothL1<F>,
    classes: SoftmaxWithLoss<F>,
    places: SmoothL1<F>,
}

impl<'a, F: Float> DetectionStep<'a, F> {
    /// Learning from `count` scenes an epoch; how much is learned is measured on some of `test`.
    pub fn new(scenes: Scenes<'a>, count: usize, test: &[Scene], seed: u64) -> Self {
        let examined = Examined::new(&scenes, test);
        Self {
            scenes,
            count,
            epoch: 0,
            seed,
            examined,
            objectness: BceWithLogits::default(),
            offsets: SmoothL1::default(),
            classes: SoftmaxWithLoss::default(),
            places: SmoothL1::default(),
        }
    }

    // ANCHOR: anchors
    /// The loss of the anchors, and its gradients.
    fn anchor_loss(
        &mut self,
        said: &Proposed<F>,
        scenes: &[Scene],
        rngs: &mut [Generator],
    ) -> (F, (Tensor<F>, Tensor<F>)) {
        let [_, shapes, rows, columns] = *said.objectness.shape() else {
            unreachable!("N×A×H×W")
        };
        let (anchors, cells) = (anchors((rows, columns)), rows * columns);
        let places = |scene: &Scene| scene.digits.iter().map(|d| d.0).collect::<Vec<_>>();
        let sample: Vec<Vec<Lesson>> = scenes
            .par_iter()
            .zip(rngs)
            .map(|(scene, rng)| lessons(&anchors, &places(scene), float_size(scene), rng))
            .collect();
        let all: Vec<(usize, Lesson)> = sample
            .iter()
            .enumerate()
            .flat_map(|(n, lessons)| lessons.iter().map(move |&lesson| (n, lesson)))
            .collect();

        // Where the numbers of an anchor stand.
        let logit = |n: usize, anchor: usize| n * anchors.len() + anchor;
        let offset = |n: usize, anchor: usize, i: usize| {
            ((n * shapes + anchor / cells) * 4 + i) * cells + anchor % cells
        };
        let is_digit: Vec<F> =
            all.iter().map(|(_, lesson)| F::of(f64::from(lesson.digit.is_some()))).collect();
        let which: Vec<usize> = all.iter().map(|(n, lesson)| logit(*n, lesson.anchor)).collect();
        let (loss, objectness) =
            on(&said.objectness, &which, is_digit, |y, t| self.objectness.forward(y, t));
        let objectness = objectness(self.objectness.backward());

        let (mut which, mut wanted) = (Vec::new(), Vec::new());
        for &(n, Lesson { anchor, digit }) in &all {
            let Some(digit) = digit else { continue };
            which.extend((0..4).map(|i| offset(n, anchor, i)));
            wanted.extend(offsets::<F>(&anchors[anchor], &scenes[n].digits[digit].0));
        }
        let (place_loss, moves) =
            on(&said.offsets, &which, wanted, |y, t| self.offsets.forward(y, t));
        let places = F::of(PLACES);
        let moves = moves(self.offsets.backward() * places);
        (loss + places * place_loss, (objectness, moves))
    }
    // ANCHOR_END: anchors

    // ANCHOR: regions
    /// The regions of a scene that the head learns from, and what they hold: proposals, and the
    /// digits' own places.
    fn sample(
        scene: &Scene,
        mut proposed: Vec<BoundingBox>,
        rng: &mut Generator,
    ) -> Vec<(BoundingBox, Option<usize>)> {
        proposed.extend(scene.digits.iter().map(|digit| digit.0));
        let all = proposed.into_iter().map(|place| (place, held(scene, &place)));
        let (mut sure, mut others): (Vec<_>, Vec<_>) = all.partition(|(_, held)| held.is_some());
        sure.shuffle(rng);
        sure.truncate(MOST_SURE);
        others.shuffle(rng);
        others.truncate(SAMPLE - sure.len());
        sure.extend(others);
        sure
    }
    // ANCHOR_END: regions

    /// The loss of the regions, and its gradients.
    fn region_loss(
        &mut self,
        (classes, places): (Tensor<F>, Tensor<F>),
        scenes: &[Scene],
        sample: &[(Region, Option<usize>)],
    ) -> (F, (Tensor<F>, Tensor<F>)) {
        let label = |(region, held): &(Region, Option<usize>)| match held {
            Some(digit) => scenes[region.image].digits[*digit].1,
            None => NOTHING as u8,
        };
        let labels: Vec<u8> = sample.iter().map(label).collect();
        let loss = self.classes.forward(classes, &labels);
        let (mut which, mut wanted) = (Vec::new(), Vec::new());
        for (row, (region, held)) in sample.iter().enumerate() {
            let Some(digit) = held else { continue };
            which.extend((0..4).map(|i| 4 * row + i));
            wanted.extend(offsets::<F>(&region.place, &scenes[region.image].digits[*digit].0));
        }
        let (place_loss, moves) = on(&places, &which, wanted, |y, t| self.places.forward(y, t));
        let weight = F::of(PLACES);
        let moves = moves(self.places.backward() * weight);
        (loss + weight * place_loss, (self.classes.backward(), moves))
    }
}

/// A loss of some of `all` numbers, and what puts its gradient back where these stand, among zeros.
fn on<'a, F: Float>(
    all: &'a Tensor<F>,
    which: &'a [usize],
    wanted: Vec<F>,
    loss: impl FnOnce(Tensor<F>, &Tensor<F>) -> F,
) -> (F, impl FnOnce(Tensor<F>) -> Tensor<F> + 'a) {
    let numbers = all.as_slice().expect("in order");
    let chosen = which.iter().map(|&i| numbers[i]).collect::<Vec<_>>();
    let loss = loss(
        Tensor::from(ndarray::Array1::from(chosen).into_dyn()),
        &ndarray::Array1::from(wanted).into_dyn(),
    );
    let back = |gradient: Tensor<F>| {
        let mut d = Tensor::zeros(all.raw_dim());
        let numbers = d.as_slice_mut().expect("in order");
        which.iter().zip(&gradient).for_each(|(&i, &gradient)| numbers[i] = gradient);
        d
    };
    (loss, back)
}

fn float_size(scene: &Scene) -> (f32, f32) {
    let (height, width) = scene.image.dim();
    (height as f32, width as f32)
}

// ANCHOR: step
impl<F: Float> TrainStep<F, Detector<F>> for DetectionStep<'_, F>
where
    Detector<F>: Model<F>,
{
    fn examples(&self) -> usize {
        self.count
    }

    fn forward_backward(&mut self, detector: &mut Detector<F>, indices: &[usize]) -> F {
        let numbers: Vec<u64> =
            indices.iter().map(|&i| (self.epoch * self.count + i) as u64).collect();
        let scenes = draw(&self.scenes, numbers.clone());
        let mut rngs: Vec<_> = numbers.iter().map(|n| generator(self.seed ^ !n)).collect();
        // ANCHOR: four_losses
        let said = detector.propose(pictures(&scenes));
        let (anchor_loss, anchor_gradients) = self.anchor_loss(&said, &scenes, &mut rngs);

        let size = scenes[0].image.dim();
        let proposed = proposals(&said.objectness, &said.offsets, size, SAMPLE);
        let sample = scenes.iter().zip(proposed).zip(&mut rngs).enumerate();
        let sample: Vec<(Region, Option<usize>)> = sample
            .flat_map(|(image, ((scene, proposed), rng))| {
                let sample = Self::sample(scene, proposed, rng);
                sample.into_iter().map(move |(place, held)| (Region { image, place }, held))
            })
            .collect();
        let regions: Vec<Region> = sample.iter().map(|(region, _)| *region).collect();
        let answers = detector.look(&said.fine, &regions);
        let (region_loss, region_gradients) = self.region_loss(answers, &scenes, &sample);
        detector.backward(anchor_gradients, region_gradients);
        anchor_loss + region_loss
        // ANCHOR_END: four_losses
    }

    fn evaluate(&mut self, detector: &mut Detector<F>) -> Evaluation {
        self.examined.evaluate(|scenes| search(detector, scenes, Search::THOROUGH))
    }

    fn measure(&self) -> &'static str {
        "mAP"
    }

    fn begin_epoch(&mut self, epoch: usize) {
        self.epoch = epoch;
    }
}
// ANCHOR_END: step
