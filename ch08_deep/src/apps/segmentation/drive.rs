//! A car that steers by what it sees: where is the middle of the road?

use common::Tensor;
use common::data::roads::{CLASSES, Road, Roads, SIZE, View};
use common::network::Network;
use common::plot::{Rgb, RgbImage};
use ndarray::{ArrayView1, Axis};

use super::learning::answers;
use super::strips::photograph;

/// The row in which the middle of the road is looked for: some way ahead.
pub const AHEAD: usize = 30;
/// How far the wheel is turned for a pixel between the road's middle and the picture's.
const GAIN: f32 = 0.3;
/// What a step does: the car drifts to where it looks, and a bend turns the road away from it.
const DRIFT: f32 = 0.12;
const BEND: f32 = 5.0;
/// Steps of a ride, and how far the car comes between two of them, in dashes of the lane.
const STEPS: usize = 60;
const SPEED: f32 = 0.3;

// ANCHOR: middle
/// The mean place of the pixels of a row that are said to be road, in pixels from the left edge. What
/// drives on the road, or is painted on it, stands on road.
pub fn middle_of_road(row: ArrayView1<'_, u8>) -> Option<f32> {
    let is_road = |class: u8| ["road", "lane", "car"].contains(&CLASSES[usize::from(class)]);
    let places = row.iter().enumerate().filter(|&(_, &class)| is_road(class));
    let places: Vec<f32> = places.map(|(x, _)| x as f32 + 0.5).collect();
    (!places.is_empty()).then(|| places.iter().sum::<f32>() / places.len() as f32)
}
// ANCHOR_END: middle

/// A moment of a ride.
#[derive(Clone, Debug)]
pub struct Moment {
    /// What is before the car.
    pub road: Road,
    /// Where the middle of the road is said to be in row [`AHEAD`], if anybody looks.
    pub seen: Option<f32>,
}

impl Moment {
    /// The picture, with a mark where the middle was seen and one for where the car looks.
    pub fn picture(&self) -> RgbImage {
        let mut image = photograph(self.road.image.view());
        let mut mark = |x: f32, rows: std::ops::Range<usize>, color| {
            let x = (x as usize).min(SIZE.1 - 1) as u32;
            rows.for_each(|y| image.put_pixel(x, y as u32, Rgb(color)));
        };
        mark(SIZE.1 as f32 / 2.0, SIZE.0 - 4..SIZE.0, [255, 255, 255]);
        if let Some(seen) = self.seen {
            mark(seen, AHEAD - 2..AHEAD + 3, [255, 0, 200]);
        }
        image
    }

    /// Whether the car is still on the road: is road before its middle?
    pub fn is_on_road(&self) -> bool {
        let class = self.road.mask[[SIZE.0 - 1, SIZE.1 / 2]];
        ["road", "lane"].contains(&CLASSES[usize::from(class)])
    }
}

// ANCHOR: ride
/// A ride along a winding road; ends early if the car leaves it. Without a network, nobody steers.
pub fn ride(roads: &Roads, number: u64, network: Option<&Network<f32>>) -> Vec<Moment> {
    let mut view = View::default();
    let mut ride: Vec<Moment> = Vec::new();
    while ride.len() < STEPS && ride.last().is_none_or(Moment::is_on_road) {
        view.curve = 0.4 * (view.travelled / 3.0).sin();
        let road = roads.empty_road(number, &view);
        let seen = network.and_then(|network| {
            let x: Tensor<f32> = road.image.clone().insert_axis(Axis(0)).into_dyn();
            middle_of_road(answers(network, &x).index_axis(Axis(0), 0).row(AHEAD))
        });
        // Proportional control: the further the road's middle lies to the right, the more to the right.
        let turn = seen.map_or(0.0, |middle| GAIN * (middle - SIZE.1 as f32 / 2.0));
        view.offset += DRIFT * view.heading;
        view.heading += BEND * view.curve * SPEED - turn * SPEED;
        view.travelled += SPEED;
        ride.push(Moment { road, seen });
    }
    ride
}
// ANCHOR_END: ride

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_middle_is_a_mean_of_places() {
        assert_eq!(middle_of_road(array![1, 4, 4, 5, 6, 3].view()), Some(3.0));
        assert_eq!(middle_of_road(array![0, 1, 2, 3, 7].view()), None);
    }

    #[test]
    fn who_does_not_steer_leaves_a_winding_road() {
        let ride = ride(&Roads::new(1), 0, None);
        assert!(ride.len() > 3 && ride.len() < STEPS, "{}", ride.len());
        assert!(ride[..ride.len() - 1].iter().all(Moment::is_on_road));
        assert!(!ride[ride.len() - 1].is_on_road());
    }
}
