//! A network that sees and one that speaks: from a picture to the next word.

use common::init::Init;
use common::layer::Layer;
use common::layers::{Affine, EachStep, Embedding, Lstm, State};
use common::model::Model;
use common::network::Network;
use common::random::Generator;
use common::{Float, Result, Tensor};
use ndarray::{Array3, Axis, Ix3, concatenate};

use super::gaze::Gaze;
use super::pairs::SIDE;
use super::sentence::VOCABULARY;
use crate::apps::blocks::{conv_norm_relu, halves};

/// Maps at the whole size, at a half and at a quarter of it.
const WIDTHS: [usize; 3] = [24, 48, 96];
/// Places along an edge of the last maps.
pub const PLACES: usize = SIDE / 4;
/// Numbers of a word's vector, and outputs of the LSTM.
const UNITS: usize = 128;
/// Numbers that a query and a key are compared by.
const COMPARED: usize = 32;

// ANCHOR: captioner
/// Says what is in pictures N×3×32×32 (Show and Tell: Vinyals, Toshev, Bengio and Erhan, 2015).
pub struct Captioner<F: Float> {
    /// The encoder: from pictures to maps, N×C×8×8.
    maps: Network<F>,
    /// From maps to one vector for the whole picture, N×E.
    gist: Network<F>,
    /// The decoder: a vector for each word, E numbers; an LSTM with H outputs; scores of all words.
    words: Embedding<F>,
    lstm: Lstm<F>,
    gaze: Option<Gaze<F>>,
    scores: EachStep<F>,
}
// ANCHOR_END: captioner

impl<F: Float> Captioner<F> {
    fn layers(&mut self) -> Vec<&mut dyn Layer<F>> {
        let Self { maps, gist, words, lstm, gaze, scores } = self;
        let mut layers: Vec<&mut dyn Layer<F>> = vec![maps, gist, words, lstm];
        layers.extend(gaze.iter_mut().flat_map(Gaze::layers));
        layers.push(scores);
        layers
    }
}

// Each on its own: every layer is a model, and for any `F` the compiler cannot know that this is none.
impl Model<f32> for Captioner<f32> {
    fn parts(&mut self) -> Vec<&mut dyn Layer<f32>> {
        self.layers()
    }
}

impl Model<f64> for Captioner<f64> {
    fn parts(&mut self) -> Vec<&mut dyn Layer<f64>> {
        self.layers()
    }
}

/// What the encoder makes of pictures.
#[derive(Clone, Debug)]
pub struct Seen<F> {
    /// One vector for each picture, N×E.
    gist: Tensor<F>,
    /// What is at each place, N×P×C.
    places: Tensor<F>,
}

impl<F: Float> Seen<F> {
    /// One of the pictures alone.
    pub fn one(&self, i: usize) -> Self {
        let one = |x: &Tensor<F>| x.slice_axis(Axis(0), (i..i + 1).into()).to_owned();
        Self { gist: one(&self.gist), places: one(&self.places) }
    }
}

impl<F: Float> Captioner<F> {
    /// A captioner with random weights, which may look at the maps while it speaks or only remember the
    /// whole picture.
    ///
    /// # Errors
    /// If a layer does not fit; it does.
    pub fn new(attention: bool, rng: &mut Generator) -> Result<Self> {
        let [full, half, quarter] = WIDTHS;
        let maps = conv_norm_relu(Network::new(), (3, full), rng)?.with(halves()?);
        let maps = conv_norm_relu(maps, (full, half), rng)?;
        let maps = conv_norm_relu(maps, (half, half), rng)?.with(halves()?);
        let maps = conv_norm_relu(maps, (half, quarter), rng)?;
        let maps = conv_norm_relu(maps, (quarter, quarter), rng)?;
        let flat = quarter * (PLACES / 2).pow(2);
        let gist = Network::new().with(halves()?).with(Affine::new(flat, UNITS, Init::Xavier, rng));
        let words = Embedding::new(VOCABULARY.len(), UNITS, rng);
        let lstm = Lstm::new(UNITS, UNITS, rng);
        let gaze = attention.then(|| Gaze::new((UNITS, quarter, COMPARED), rng));
        let said = if attention { UNITS + quarter } else { UNITS };
        let scores = Affine::new(said, VOCABULARY.len(), Init::Xavier, rng);
        let scores = EachStep::new(Network::new().with(scores));
        Ok(Self { maps, gist, words, lstm, gaze, scores })
    }

    // ANCHOR: forward
    /// The scores of the next word at every step, N×T×V, after the words so far, N×T.
    pub fn forward(&mut self, pictures: Tensor<F>, words: Tensor<F>) -> Tensor<F> {
        let maps = self.maps.forward(pictures);
        let gist = self.gist.forward(maps.clone());
        let h = self.lstm.forward(self.words.forward(words) + gist.insert_axis(Axis(1)));
        let said = match &mut self.gaze {
            Some(gaze) => beside(&h, &gaze.forward(h.clone(), places(maps))),
            None => h,
        };
        self.scores.forward(said)
    }
    // ANCHOR_END: forward

    // ANCHOR: backward
    /// From the gradient of the scores to those of all parameters.
    pub fn backward(&mut self, dy: Tensor<F>) {
        let mut dh = self.scores.backward(dy);
        let mut d_maps = None;
        if let Some(gaze) = &mut self.gaze {
            let (of_h, found) = parted(&dh, self.lstm.units());
            let (through_gaze, places) = gaze.backward(found);
            (dh, d_maps) = (of_h + through_gaze, Some(maps(places)));
        }
        let dx = self.lstm.backward(dh);
        let mut d = self.gist.backward(dx.sum_axis(Axis(1)));
        self.words.backward(dx);
        if let Some(through_gaze) = d_maps {
            d += &through_gaze;
        }
        self.maps.backward_params(d);
    }
    // ANCHOR_END: backward

    /// What it sees in pictures, before it says a word.
    pub fn look(&self, pictures: Tensor<F>) -> Seen<F> {
        let maps = self.maps.infer(pictures);
        Seen { gist: self.gist.infer(maps.clone()), places: places(maps) }
    }

    /// Knowing nothing of any word, for `n` sentences.
    pub fn silence(&self, n: usize) -> State<F> {
        self.lstm.zero_state(n)
    }

    // ANCHOR: say
    /// The scores of the next word, N×T×V, after the words N×T and what came before them; what is known
    /// then; and how much of each place it looked at, N×T×P, if it looks.
    pub fn say(
        &self,
        seen: &Seen<F>,
        words: Tensor<F>,
        state: &State<F>,
    ) -> (Tensor<F>, State<F>, Option<Array3<F>>) {
        let x = self.words.infer(words) + seen.gist.view().insert_axis(Axis(1));
        let (h, state) = self.lstm.infer_from(x, state, None);
        let (said, looked) = match &self.gaze {
            Some(gaze) => {
                let (found, looked) = gaze.infer(h.clone(), seen.places.clone());
                (beside(&h, &found), Some(looked))
            }
            None => (h, None),
        };
        (self.scores.infer(said), state, looked)
    }
    // ANCHOR_END: say
}

/// Maps N×C×H×W as what is at each of their places, N×H·W×C.
fn places<F: Float>(maps: Tensor<F>) -> Tensor<F> {
    let [n, channels, height, width] = *maps.shape() else {
        panic!("expected maps N×C×H×W, got {:?}", maps.shape())
    };
    let maps = in_order(maps).into_shape_with_order((n, channels, height * width));
    in_order(maps.expect("as many numbers").permuted_axes([0, 2, 1]).into_dyn())
}

/// And back.
fn maps<F: Float>(places: Tensor<F>) -> Tensor<F> {
    let [n, _, channels] = *places.shape() else {
        panic!("expected places N×P×C, got {:?}", places.shape())
    };
    let places = places.into_dimensionality::<Ix3>().expect("three axes");
    let maps = in_order(places.permuted_axes([0, 2, 1]).into_dyn());
    maps.into_shape_with_order(vec![n, channels, PLACES, PLACES]).expect("as many numbers")
}

fn in_order<F: Float>(x: Tensor<F>) -> Tensor<F> {
    if x.is_standard_layout() { x } else { x.as_standard_layout().into_owned() }
}

/// Two sequences as one with the numbers of both.
fn beside<F: Float>(a: &Tensor<F>, b: &Tensor<F>) -> Tensor<F> {
    concatenate(Axis(2), &[a.view(), b.view()]).expect("as many steps")
}

/// The first `units` numbers of each step, and the others.
fn parted<F: Float>(x: &Tensor<F>, units: usize) -> (Tensor<F>, Tensor<F>) {
    (
        x.slice_axis(Axis(2), (..units).into()).as_standard_layout().into_owned(),
        x.slice_axis(Axis(2), (units..).into()).as_standard_layout().into_owned(),
    )
}
