//! Roads as a driver sees them: small drawn pictures in which every pixel has a class.

mod canvas;
mod scenery;

use ndarray::{Array2, Array3};

use crate::random::{Rng, generator};
use scenery::Scenery;

/// What a pixel may show, by the numbers of the classes. Hedges count as trees.
pub const CLASSES: [&str; 8] =
    ["sky", "building", "tree", "pavement", "road", "lane", "car", "sign"];
/// Height and width of a picture, in pixels.
pub const SIZE: (usize, usize) = (48, 64);

const SKY: u8 = 0;
const BUILDING: u8 = 1;
const TREE: u8 = 2;
const PAVEMENT: u8 = 3;
const ROAD: u8 = 4;
const LANE: u8 = 5;
const CAR: u8 = 6;
const SIGN: u8 = 7;

/// Where roads come from: number `i` is always the same one.
#[derive(Clone, Copy, Debug)]
pub struct Roads {
    base: u64,
}

/// A picture of a road.
#[derive(Clone, Debug, PartialEq)]
pub struct Road {
    /// 3×H×W, red, green and blue from 0 to 1.
    pub image: Array3<f32>,
    /// H×W: the class of each pixel, a place in [`CLASSES`].
    pub mask: Array2<u8>,
    /// H: where the middle of the road is in each row, in pixels from the left edge; `None` above the
    /// horizon.
    pub middle: Vec<Option<f32>>,
}

// ANCHOR: view
/// From where a road is seen, and how it goes on. Whoever stands in the middle of a straight road and
/// looks along it has zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct View {
    /// So many pixels right of the picture's middle lies the road's far end: the car looks to the left.
    pub heading: f32,
    /// So many pixels right of the picture's middle lies the road's middle in the lowest row: the
    /// car stands to the left.
    pub offset: f32,
    /// How far the road bows to the right half way up to the horizon, in quarters of the width.
    pub curve: f32,
    /// How far the car has come, in dashes of the lane.
    pub travelled: f32,
}

impl View {
    /// Where the middle of the road is, in pixels from the left edge of the picture, `near` 0 at the
    /// horizon and 1 at the lowest edge.
    pub fn middle(&self, near: f32) -> f32 {
        let width = SIZE.1 as f32;
        let bow = self.curve * width * near * (1.0 - near);
        width / 2.0 + self.heading * (1.0 - near) + self.offset * near + bow
    }
}
// ANCHOR_END: view

impl Roads {
    /// The roads of a seed.
    pub fn new(seed: u64) -> Self {
        // Seeds that follow each other must not share roads.
        Self { base: generator(seed).random() }
    }

    /// The road of this number, from somewhere on it.
    pub fn road(&self, number: u64) -> Road {
        let rng = &mut generator(self.base ^ number);
        let view = View {
            heading: rng.random_range(-13.0..13.0),
            offset: rng.random_range(-8.0..8.0),
            curve: rng.random_range(-0.5..0.5),
            travelled: rng.random_range(0.0..1.0),
        };
        Scenery::new(rng).seen(&view, rng)
    }

    /// The road of this number with nobody on it, as it is seen from here.
    pub fn empty_road(&self, number: u64, view: &View) -> Road {
        let rng = &mut generator(self.base ^ number);
        Scenery::new(rng).without_cars().seen(view, rng)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_road_is_what_it_says() {
        let roads = Roads::new(7);
        let mut occurs = [0; CLASSES.len()];
        for number in 0..100 {
            let road = roads.road(number);
            assert_eq!(road, roads.road(number), "the same for the same number");
            assert_eq!(road.image.dim(), (3, SIZE.0, SIZE.1));
            assert_eq!(road.mask.dim(), SIZE);
            assert!(road.image.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
            road.mask.iter().for_each(|&class| occurs[usize::from(class)] += 1);
        }
        let pixels = (100 * SIZE.0 * SIZE.1) as f64;
        for (class, count) in CLASSES.iter().zip(occurs) {
            assert!(f64::from(count) / pixels > 0.002, "{class}: {count} pixels");
        }
        assert_ne!(roads.road(0), Roads::new(8).road(0));
    }

    #[test]
    fn the_middle_lies_in_the_middle_of_the_road() {
        let roads = Roads::new(3);
        for number in 0..20 {
            let view = View { heading: 5.0, offset: -4.0, curve: 0.2, travelled: 0.0 };
            let road = roads.empty_road(number, &view);
            assert_eq!(road.middle.len(), SIZE.0);
            assert_eq!(road.middle[0], None);
            // Low enough for the road to be wide, high enough for it to end inside of the picture.
            for (row, middle) in road.middle.iter().enumerate().skip(28).take(6) {
                let middle = middle.expect("below the horizon");
                let on_road = |&x: &usize| [ROAD, LANE].contains(&road.mask[[row, x]]);
                let road: Vec<_> = (0..SIZE.1).filter(on_road).collect();
                let (left, right) = (road[0] as f32, road[road.len() - 1] as f32 + 1.0);
                assert!((middle - (left + right) / 2.0).abs() <= 1.0, "{number}, row {row}");
            }
        }
    }

    #[test]
    fn who_stands_to_the_left_sees_the_road_to_the_right() {
        let roads = Roads::new(3);
        let middle = |offset| {
            let view = View { offset, ..View::default() };
            roads.empty_road(1, &view).middle[SIZE.0 - 1].expect("the lowest row")
        };
        assert!((middle(0.0) - 32.0).abs() < 0.5);
        assert!(middle(6.0) > 37.0 && middle(-6.0) < 27.0);
    }
}
