//! A function of two variables as a surface in space, seen from above and aside.

use common::plot::{Align, Area, Drawn, INK, bold, height, label, points, text, tick};
use plotters::prelude::*;

/// How far the view is turned around the vertical axis, in radians.
const TURN: f64 = 0.62;
/// How far the view is tilted down from the horizon.
const TILT: f64 = 0.6;
/// How tall the vertical axis is against half the square's side.
const HEIGHT: f64 = 0.85;
/// Patches from one visible line of the surface to the next: those between make the colour smooth.
const LINES: i32 = 8;

/// What is drawn: f over the square from −side to side on both axes, and as high as `top`.
pub struct Surface<'a> {
    /// The title.
    pub title: &'a str,
    /// The height over (x₀, x₁).
    pub f: &'a dyn Fn(f64, f64) -> f64,
    /// Half the side of the square.
    pub side: f64,
    /// The end of the vertical axis, which begins at 0.
    pub top: f64,
    /// How many patches there are along each side.
    pub cells: i32,
}

/// Turns places in space into points of the figure.
struct View {
    middle: (f64, f64),
    /// Points for one side of the square, which is as long as 2 in the view's own units.
    unit: f64,
}

impl View {
    /// `x`, `y` from −1 to 1 and `z` from 0 to 1: seen without perspective, x to the right, y away.
    fn place(&self, x: f64, y: f64, z: f64) -> (f64, f64) {
        let (sin, cos) = TURN.sin_cos();
        let (right, away) = (x * cos - y * sin, x * sin + y * cos);
        let up = HEIGHT * z * TILT.cos() + away * TILT.sin();
        (self.middle.0 + self.unit * right, self.middle.1 - self.unit * up)
    }
}

fn pixel((x, y): (f64, f64)) -> (i32, i32) {
    (points(x) as i32, points(y) as i32)
}

impl Surface<'_> {
    /// Draws the surface over the whole of `area`.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn draw(&self, area: &Area<'_>) -> Drawn {
        let (width, tall) = area.dim_in_pixel();
        let (width, tall) = (f64::from(width) / points(1.0), f64::from(tall) / points(1.0));
        let view = View { middle: (0.5 * width, 0.655 * tall), unit: 0.265 * width };
        label(area, self.title, (0.5 * width, 22.0), &bold(15.0), Align::Center)?;
        self.draw_floor(area, &view)?;
        self.draw_patches(area, &view)?;
        self.draw_axes(area, &view)
    }

    /// The square under the surface, with lines at whole numbers.
    fn draw_floor(&self, area: &Area<'_>, view: &View) -> Drawn {
        let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
        let floor = corners.map(|(x, y)| pixel(view.place(x, y, 0.0)));
        area.draw(&Polygon::new(floor.to_vec(), RGBColor(246, 246, 246).filled()))?;
        for whole in -(self.side as i32)..=self.side as i32 {
            let at = f64::from(whole) / self.side;
            for ends in [[(at, -1.0), (at, 1.0)], [(-1.0, at), (1.0, at)]] {
                let line = ends.map(|(x, y)| pixel(view.place(x, y, 0.0)));
                let style = RGBColor(205, 205, 205).stroke_width(points(0.6) as u32);
                area.draw(&PathElement::new(line, style))?;
            }
        }
        Ok(())
    }

    /// The surface, patch by patch from the farthest to the nearest, so that near ones cover far
    /// ones.
    fn draw_patches(&self, area: &Area<'_>, view: &View) -> Drawn {
        let at = |i: i32| 2.0 * f64::from(i) / f64::from(self.cells) - 1.0;
        let rise = |x: f64, y: f64| (self.f)(x * self.side, y * self.side) / self.top;
        let corner = |i: i32, j: i32| pixel(view.place(at(i), at(j), rise(at(i), at(j))));
        let far_first = || (0..self.cells).rev();
        for (i, j) in far_first().flat_map(|j| far_first().map(move |i| (i, j))) {
            let half = 1.0 / f64::from(self.cells);
            let color = height(rise(at(i) + half, at(j) + half));
            let patch = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)];
            area.draw(&Polygon::new(patch.to_vec(), color.filled()))?;
            let outline = |ends: [(i32, i32); 2]| {
                PathElement::new(ends, WHITE.mix(0.55).stroke_width(points(0.7) as u32))
            };
            if i % LINES == 0 {
                area.draw(&outline([patch[0], patch[3]]))?;
            }
            if j % LINES == 0 {
                area.draw(&outline([patch[0], patch[1]]))?;
            }
        }
        Ok(())
    }

    /// Numbers along the two near edges of the floor and up at its right corner.
    fn draw_axes(&self, area: &Area<'_>, view: &View) -> Drawn {
        let line = |ends: [(f64, f64); 2]| {
            PathElement::new(ends.map(pixel), INK.stroke_width(points(0.8) as u32))
        };
        let (left, near) = (view.place(-1.0, 1.0, 0.0), view.place(-1.0, -1.0, 0.0));
        let (right, above) = (view.place(1.0, -1.0, 0.0), view.place(1.0, -1.0, 1.0));
        for ends in [[left, near], [near, right], [right, above]] {
            area.draw(&line(ends))?;
        }
        let style = text(12.0);
        for whole in -(self.side as i32)..=self.side as i32 {
            let at = f64::from(whole) / self.side;
            let (x, y) = view.place(at, -1.0, 0.0);
            label(area, &tick(f64::from(whole)), (x + 5.0, y + 13.0), &style, Align::Center)?;
            let (x, y) = view.place(-1.0, at, 0.0);
            label(area, &tick(f64::from(whole)), (x - 10.0, y + 7.0), &style, Align::Right)?;
        }
        for part in 0..=3 {
            let share = f64::from(part) / 3.0;
            let (x, y) = view.place(1.0, -1.0, share);
            area.draw(&line([(x, y), (x + 4.0, y)]))?;
            label(area, &tick(share * self.top), (x + 9.0, y), &style, Align::Left)?;
        }
        let (x, y) = view.place(0.0, -1.0, 0.0);
        label(area, "x₀", (x + 22.0, y + 34.0), &text(14.0), Align::Center)?;
        let (x, y) = view.place(-1.0, 0.0, 0.0);
        label(area, "x₁", (x - 38.0, y + 26.0), &text(14.0), Align::Center)?;
        label(area, "f", (above.0 + 2.0, above.1 - 16.0), &text(14.0), Align::Center)
    }
}
