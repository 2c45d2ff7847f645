//! What stands along a road and drives on it: drawn by chance, then painted from the sky to the signs.

use super::canvas::{Canvas, Colour, Uneven, lighter, mix, times};
use super::{BUILDING, CAR, LANE, PAVEMENT, ROAD, Road, SIGN, SIZE, SKY, TREE, View};
use crate::random::{Generator, Rng, distributions::StandardNormal};

/// Standard deviation of the noise of a pixel, and of the light from place to place.
const NOISE: f32 = 0.03;
const SHADE: f32 = 0.07;
/// How much a class's colour varies from road to road, as standard deviation.
const TINT: f32 = 0.06;

/// Everything but the place from which it is seen. Distances along the road are given as `near`, 0 at
/// the horizon and 1 at the lower edge of the picture.
pub struct Scenery {
    /// The row of the horizon.
    horizon: f32,
    /// Widths at the lower edge, in pixels: half of the road, and a pavement.
    road: f32,
    pavement: f32,
    /// Whether hedges line the road, or walls.
    hedges: bool,
    clouds: Vec<Cloud>,
    horizon_row: Vec<Thing>,
    lanes: Lanes,
    cars: Vec<Car>,
    signs: Vec<Sign>,
    colours: [Colour; 5],
    light: f32,
    /// Coarse and fine unevenness.
    coarse: Uneven,
    fine: Uneven,
    shade: Uneven,
}

struct Cloud {
    x: f32,
    y: f32,
    size: f32,
}

/// A house or a tree on the horizon.
struct Thing {
    house: bool,
    left: f32,
    width: f32,
    height: f32,
    colour: Colour,
}

struct Lanes {
    /// 1, or 2 that cut the road in three.
    count: usize,
    solid: bool,
}

struct Car {
    near: f32,
    /// −1 on the left lane, 1 on the right one.
    side: f32,
    wide: f32,
    high: f32,
    colour: Colour,
}

struct Sign {
    near: f32,
    side: f32,
    colour: Colour,
}

/// Colours that signs have.
const SIGNS: [Colour; 3] = [[0.85, 0.15, 0.12], [0.95, 0.8, 0.15], [0.15, 0.35, 0.8]];
/// The places of the colours that vary from road to road.
const HEAVEN: usize = 0;
const LEAF: usize = 1;
const STONE: usize = 2;
const TAR: usize = 3;
const PAINT: usize = 4;

impl Scenery {
    pub fn new(rng: &mut Generator) -> Self {
        let base: [Colour; 5] = [
            [0.45, 0.65, 0.92],
            [0.24, 0.45, 0.18],
            [0.66, 0.62, 0.57],
            [0.33, 0.33, 0.36],
            [0.9, 0.9, 0.86],
        ];
        let colours = base.map(|colour| tinted(colour, rng));
        let horizon = SIZE.0 as f32 * rng.random_range(0.32..0.5);
        let mut horizon_row = Vec::new();
        // Wider than the picture: the far end of the road moves to the side when the car turns.
        let mut left = -(SIZE.1 as f32);
        while left < 2.0 * SIZE.1 as f32 {
            let (house, width) = (rng.random_bool(0.6), rng.random_range(5.0..14.0));
            let wall = [[0.62, 0.42, 0.34], [0.72, 0.62, 0.48], [0.5, 0.47, 0.47]];
            let colour = if house { wall[rng.random_range(0..3)] } else { colours[LEAF] };
            let height = rng.random_range(4.0..16.0);
            horizon_row.push(Thing { house, left, width, height, colour: tinted(colour, rng) });
            left += width * rng.random_range(0.7..1.3);
        }
        let cars = (0..rng.random_range(0..4)).map(|_| Car {
            near: rng.random_range(0.1..0.85),
            side: if rng.random_bool(0.5) { -1.0 } else { 1.0 },
            wide: rng.random_range(0.36..0.5),
            high: rng.random_range(0.6..0.8),
            colour: [(); 3].map(|()| rng.random_range(0.1..0.9)),
        });
        let mut cars: Vec<_> = cars.collect();
        cars.sort_by(|a, b| a.near.total_cmp(&b.near)); // near ones are painted over far ones
        let signs = (0..rng.random_range(0..3)).map(|_| Sign {
            near: rng.random_range(0.08..0.5),
            side: if rng.random_bool(0.5) { -1.0 } else { 1.0 },
            colour: SIGNS[rng.random_range(0..SIGNS.len())],
        });
        Self {
            horizon,
            signs: signs.collect(),
            cars,
            horizon_row,
            road: rng.random_range(18.0..28.0),
            pavement: rng.random_range(5.0..10.0),
            hedges: rng.random_bool(0.5),
            clouds: (0..rng.random_range(0..4))
                .map(|_| Cloud {
                    x: rng.random_range(0.0..SIZE.1 as f32),
                    y: rng.random_range(0.0..horizon * 0.6),
                    size: rng.random_range(4.0..10.0),
                })
                .collect(),
            lanes: Lanes { count: rng.random_range(1..3), solid: rng.random_bool(0.3) },
            colours,
            light: rng.random_range(0.6..1.1),
            coarse: Uneven::new(7, rng),
            fine: Uneven::new(22, rng),
            shade: Uneven::new(3, rng),
        }
    }

    /// The same road with nobody on it.
    pub fn without_cars(self) -> Self {
        Self { cars: Vec::new(), ..self }
    }

    /// The picture from here; `rng` gives the noise.
    pub fn seen(&self, view: &View, rng: &mut Generator) -> Road {
        let mut canvas = Canvas::new();
        self.paint_sky(&mut canvas);
        for thing in &self.horizon_row {
            self.paint_thing(&mut canvas, view, thing);
        }
        self.paint_ground(&mut canvas, view);
        self.paint_lanes(&mut canvas, view);
        for sign in &self.signs {
            self.paint_sign(&mut canvas, view, sign);
        }
        for car in &self.cars {
            self.paint_car(&mut canvas, view, car);
        }
        for ((_, y, x), pixel) in canvas.image.indexed_iter_mut() {
            let noise: f32 = rng.sample(StandardNormal);
            let shade = SHADE * self.shade.at(x as f32, y as f32);
            *pixel = ((*pixel + shade) * self.light + NOISE * noise).clamp(0.0, 1.0);
        }
        let middle = |row: usize| Some(view.middle(self.near(row as f32 + 0.5)?));
        Road { image: canvas.image, mask: canvas.mask, middle: (0..SIZE.0).map(middle).collect() }
    }

    /// How near what lies at this height of the picture is.
    fn near(&self, y: f32) -> Option<f32> {
        let near = (y - self.horizon) / (SIZE.0 as f32 - self.horizon);
        (near > 0.0).then_some(near)
    }

    /// The height at which what is so near stands on the ground.
    fn ground(&self, near: f32) -> f32 {
        self.horizon + near * (SIZE.0 as f32 - self.horizon)
    }

    /// Half of the road's width, in pixels.
    fn half(&self, near: f32) -> f32 {
        1.5 + self.road * near
    }

    fn paint_sky(&self, canvas: &mut Canvas) {
        let (deep, pale) = (self.colours[HEAVEN], [0.86, 0.9, 0.94]);
        canvas.paint(SKY, ALL, (0.0, self.horizon + 1.0), |x, y| {
            let sky = mix(deep, pale, (y / self.horizon).powi(2));
            let cover = |cloud: &Cloud| {
                let (dx, dy) = ((x - cloud.x) / cloud.size, (y - cloud.y) / (0.35 * cloud.size));
                (1.3 - dx.hypot(dy) + 0.35 * self.fine.at(x, y)).clamp(0.0, 0.8)
            };
            Some(self.clouds.iter().fold(sky, |sky, cloud| mix(sky, [0.97; 3], cover(cloud))))
        });
    }

    /// A house with rows of windows, or a tree with a round crown.
    fn paint_thing(&self, canvas: &mut Canvas, view: &View, thing: &Thing) {
        let &Thing { house, width, height, colour, .. } = thing;
        let left = thing.left + view.heading;
        let (top, bottom) = (self.horizon - height, self.horizon + 1.0);
        let (across, rows) = ((left, left + width), (top, bottom));
        if house {
            canvas.paint(BUILDING, across, rows, |x, y| {
                let (column, floor) = (x - left, y - top);
                let window = column > 1.0
                    && width - column > 1.0
                    && column % 3.0 > 1.4
                    && floor > 1.5
                    && floor % 4.0 > 2.0;
                let wall = lighter(colour, 0.04 * self.fine.at(x, y));
                Some(match floor {
                    0.0..1.0 => times(wall, 0.65), // the edge of the roof
                    _ if window => mix(times(wall, 0.5), [0.3, 0.38, 0.5], 0.6),
                    _ => wall,
                })
            });
            return;
        }
        canvas.paint(TREE, across, rows, |x, y| {
            let (dx, dy) = ((x - left) / width - 0.5, (y - top) / (bottom - top) - 0.45);
            let crown = dx.hypot(dy) < 0.5;
            let trunk = dy > 0.0 && dx.abs() < 0.08;
            let leaves = lighter(colour, 0.1 * self.fine.at(x, y) - 0.12 * (dx + dy));
            if crown { Some(leaves) } else { trunk.then_some([0.3, 0.22, 0.15]) }
        });
    }

    /// Hedges or walls, and between them pavements and the road.
    fn paint_ground(&self, canvas: &mut Canvas, view: &View) {
        let across = |x: f32, near: f32| (x - view.middle(near)).abs();
        let below = (self.horizon, SIZE.0 as f32);
        canvas.paint(if self.hedges { TREE } else { BUILDING }, ALL, below, |x, y| {
            let near = self.near(y)?;
            Some(match self.hedges {
                true => lighter(self.colours[LEAF], 0.09 * self.fine.at(x, y) - 0.05 * near),
                // Courses of stones that grow wider as they come near.
                false => {
                    let joint = (5.0 / (near + 0.15)).fract() < 0.2;
                    let wall = lighter([0.55, 0.47, 0.42], 0.06 * self.fine.at(x, y));
                    times(wall, if joint { 0.8 } else { 1.0 })
                }
            })
        });
        canvas.paint(PAVEMENT, ALL, below, |x, y| {
            let near = self.near(y)?;
            let edge = self.half(near) + 1.0 + self.pavement * near;
            let joint = (self.distance(near) + view.travelled).fract() < 0.15;
            let slab = lighter(self.colours[STONE], 0.04 * self.coarse.at(x, y));
            (across(x, near) < edge).then(|| times(slab, if joint { 0.88 } else { 1.0 }))
        });
        canvas.paint(ROAD, ALL, below, |x, y| {
            let near = self.near(y)?;
            let gutter = self.half(near) - across(x, near);
            let tar = lighter(self.colours[TAR], 0.03 * self.coarse.at(x, y));
            (gutter > 0.0).then(|| times(tar, if gutter < 0.8 + near { 0.85 } else { 1.0 }))
        });
    }

    /// How far away it is, in dashes of the lane.
    fn distance(&self, near: f32) -> f32 {
        0.9 / (near + 0.08)
    }

    fn paint_lanes(&self, canvas: &mut Canvas, view: &View) {
        let Lanes { count, solid } = self.lanes;
        for lane in 0..count {
            let place = if count == 1 { 0.0 } else { (lane as f32 - 0.5) * 0.66 };
            canvas.paint(LANE, ALL, (self.horizon, SIZE.0 as f32), |x, y| {
                let near = self.near(y).filter(|&near| near > 0.06)?;
                let middle = view.middle(near) + place * self.half(near);
                let dash = solid || (self.distance(near) + view.travelled).fract() < 0.55;
                let worn = lighter(self.colours[PAINT], 0.04 * self.fine.at(x, y));
                (dash && (x - middle).abs() < 0.4 + 1.1 * near).then_some(worn)
            });
        }
    }

    /// A round sign on a post at the edge of the pavement.
    fn paint_sign(&self, canvas: &mut Canvas, view: &View, sign: &Sign) {
        let &Sign { near, side, colour } = sign;
        let away = self.half(near) + 1.0 + 0.8 * self.pavement * near;
        let (x0, foot) = (view.middle(near) + side * away, self.ground(near));
        let (tall, radius) = (5.0 + 16.0 * near, 1.4 + 3.0 * near);
        let post = 0.6 + 0.6 * near;
        canvas.paint(SIGN, (x0 - post, x0 + post), (foot - tall, foot), |_, _| Some([0.42; 3]));
        let face = foot - tall;
        canvas.paint(SIGN, (x0 - radius, x0 + radius), (face - radius, face + radius), |x, y| {
            let from_middle = (x - x0).hypot(y - face) / radius;
            let rim = from_middle > 0.72;
            (from_middle < 1.0).then_some(if rim { [0.93; 3] } else { colour })
        });
    }

    /// A car from behind: its shadow and wheels, body and lights, and the rear window.
    fn paint_car(&self, canvas: &mut Canvas, view: &View, car: &Car) {
        let half = self.half(car.near);
        let (width, foot) = (half * car.wide + 1.5, self.ground(car.near));
        let height = width * car.high;
        let x0 = view.middle(car.near) + 0.5 * half * car.side;
        let sides = |share: f32| (x0 - share * width / 2.0, x0 + share * width / 2.0);
        canvas.paint(CAR, sides(0.7), (foot - 1.45 * height, foot - 0.9 * height), |x, y| {
            let pane = (x - x0).abs() < 0.26 * width && y > foot - 1.3 * height;
            Some(if pane { [0.22, 0.28, 0.34] } else { times(car.colour, 0.9) })
        });
        canvas.paint(CAR, sides(1.0), (foot - height, foot), |x, y| {
            let (out, up) = ((x - x0).abs() / (width / 2.0), (foot - y) / height);
            Some(match (out, up) {
                (0.55.., ..0.22) => [0.08; 3],              // wheels
                (_, ..0.22) => times(car.colour, 0.35),     // the shadow under it
                (0.68.., 0.5..0.8) => [0.85, 0.12, 0.1],    // lights
                _ => lighter(car.colour, 0.1 * (up - 0.5)), // the sky shines on what looks up
            })
        });
    }
}

/// From the left edge to the right one.
const ALL: (f32, f32) = (0.0, SIZE.1 as f32);

fn tinted(colour: Colour, rng: &mut Generator) -> Colour {
    colour.map(|part| part + TINT * rng.sample::<f32, _>(StandardNormal))
}
