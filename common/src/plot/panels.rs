//! Many small charts on one pair of scales: what differs is the data, nothing else.

use std::ops::Range;

use plotters::prelude::*;

use super::lines::{Chart, Series, draw_series, legend, tick};
use super::style::{Align, GREY, INK, bold, label, text};
use super::{Area, Drawn, points};

/// A grid of charts that share their axes: numbers stand at the left and lower edge only, one
/// legend above all.
#[derive(Clone, Debug)]
pub struct Panels {
    /// What the figure shows.
    pub title: String,
    /// What each panel shows, row by row.
    pub names: Vec<String>,
    /// Panels in a row.
    pub columns: usize,
    /// The horizontal quantity of all panels.
    pub x_label: String,
    /// The vertical quantity of all panels.
    pub y_label: String,
    /// The part of the x axis that all panels show.
    pub x_range: Range<f64>,
    /// The part of the y axis that all panels show.
    pub y_range: Range<f64>,
    /// About how many numbers stand at each axis.
    pub ticks: (usize, usize),
    /// The entries of the legend; only label, colour and stroke matter.
    pub legend: Vec<Series>,
}

/// At which edges of the grid a panel stands.
struct Outer {
    left: bool,
    right: bool,
    lower: bool,
}

/// Room around and between panels, in points.
const LEFT: f64 = 62.0;
const RIGHT: f64 = 14.0;
const BELOW: f64 = 46.0;
const BETWEEN: f64 = 12.0;
const NAME: f64 = 20.0;
/// The line around each panel.
const FRAME: RGBColor = RGBColor(150, 150, 150);

impl Panels {
    /// Draws the grid; `draw` puts the data of the panel of that number into its chart.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn draw(
        &self,
        area: &Area<'_>,
        draw: impl Fn(usize, &mut Chart<'_, '_>) -> Drawn,
    ) -> Drawn {
        let (width, height) = area.dim_in_pixel();
        let (width, height) = (f64::from(width) / points(1.0), f64::from(height) / points(1.0));
        let top = self.heading(area, width)?;
        let rows = self.names.len().div_ceil(self.columns);
        let across = (width - LEFT - RIGHT + BETWEEN) / self.columns as f64;
        let down = (height - top - BELOW) / rows as f64;
        for (i, name) in self.names.iter().enumerate() {
            let (row, column) = (i / self.columns, i % self.columns);
            let corner = (LEFT + across * column as f64, top + down * row as f64);
            let size = (across - BETWEEN, down - NAME - BETWEEN / 2.0);
            let middle = (corner.0 + size.0 / 2.0, corner.1 + NAME / 2.0);
            label(area, name, middle, &text(12.0), Align::Center)?;

            // The last panel of each column carries the numbers of the x axis.
            let outer = Outer {
                left: column == 0,
                right: column + 1 == self.columns,
                lower: i + self.columns >= self.names.len(),
            };
            let mut chart = self.axes(area, (corner.0, corner.1 + NAME), size, outer)?;
            draw(i, &mut chart)?;
        }
        let middle = (LEFT + width - RIGHT) / 2.0;
        label(area, &self.x_label, (middle, height - 14.0), &text(13.0), Align::Center)?;
        let upright = text(13.0).transform(FontTransform::Rotate270);
        let middle = (14.0, (top + NAME + height - BELOW) / 2.0);
        label(area, &self.y_label, middle, &upright, Align::Center)
    }

    /// Title and legend; how much of the figure they take.
    fn heading(&self, area: &Area<'_>, width: f64) -> Drawn<f64> {
        label(area, &self.title, (width / 2.0, 20.0), &bold(15.0), Align::Center)?;
        if self.legend.is_empty() {
            return Ok(36.0);
        }
        let entries: Vec<_> = self.legend.iter().collect();
        Ok(36.0 + legend(area, &entries, points(36.0))? / points(1.0) + 4.0)
    }

    /// The axes of one panel, whose frame has its upper left corner at `(x, y)`.
    fn axes<'b>(
        &self,
        area: &Area<'b>,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
        outer: Outer,
    ) -> Drawn<Chart<'_, 'b>> {
        // Numbers are written into the room around the panel, and only where it is an outer one.
        let (beside, below) =
            (if outer.left { 44.0 } else { 0.0 }, if outer.lower { 24.0 } else { 0.0 });
        let panel = area.clone().shrink(
            (points(x - beside) as i32, points(y) as i32),
            (points(width + beside) as u32, points(height + below) as u32),
        );
        // A number at the right end would run into the next panel's first.
        let end = self.x_range.end - 0.03 * (self.x_range.end - self.x_range.start);
        let written = |x: f64| if x < end || outer.right { tick(x) } else { String::new() };
        let mut chart = ChartBuilder::on(&panel)
            .x_label_area_size(points(below))
            .y_label_area_size(points(beside))
            .build_cartesian_2d(self.x_range.clone(), self.y_range.clone())?;
        chart
            .configure_mesh()
            .axis_style(INK.stroke_width(points(0.8) as u32))
            .bold_line_style(GREY.stroke_width(points(0.7) as u32))
            .light_line_style(TRANSPARENT)
            .set_all_tick_mark_size(points(3.0))
            .label_style(text(11.0))
            .x_labels(self.ticks.0)
            .y_labels(self.ticks.1)
            .x_label_formatter(&|x| written(*x))
            .y_label_formatter(&|y| tick(*y))
            .draw()?;
        let frame = chart.plotting_area().strip_coord_spec();
        let (width, height) = frame.dim_in_pixel();
        let corners = [(0, 0), (width as i32 - 1, height as i32 - 1)];
        frame.draw(&Rectangle::new(corners, FRAME.stroke_width(points(0.8) as u32)))?;
        Ok(chart)
    }
}

/// One series into a chart with linear axes; what leaves the chart's y range goes along its edge.
///
/// # Errors
/// If plotters cannot draw it.
pub fn draw_line(chart: &mut Chart<'_, '_>, series: &Series) -> Drawn {
    let y_range = chart.y_range();
    let finite = series.points.iter().filter(|(x, y)| x.is_finite() && y.is_finite());
    let shown = finite.map(|&(x, y)| (x, y.clamp(y_range.start, y_range.end)));
    draw_series(chart, series, shown.collect())
}

/// The room between two curves over the same x, in a light shade: (x, lower, upper).
///
/// # Errors
/// If plotters cannot draw it.
pub fn draw_band(chart: &mut Chart<'_, '_>, band: &[(f64, f64, f64)], color: RGBColor) -> Drawn {
    let y_range = chart.y_range();
    let inside = |y: f64| y.clamp(y_range.start, y_range.end);
    let finite = || band.iter().filter(|(_, low, high)| low.is_finite() && high.is_finite());
    let there = finite().map(|&(x, low, _)| (x, inside(low)));
    let back = finite().rev().map(|&(x, _, high)| (x, inside(high)));
    let outline: Vec<_> = there.chain(back).collect();
    chart.draw_series([Polygon::new(outline, color.mix(0.2))])?;
    Ok(())
}

/// Bars that stand side by side: (left, right, height).
///
/// # Errors
/// If plotters cannot draw them.
pub fn draw_bars(
    chart: &mut Chart<'_, '_>,
    bars: impl IntoIterator<Item = (f64, f64, f64)>,
    color: RGBColor,
) -> Drawn {
    let bar =
        |(left, right, height)| Rectangle::new([(left, 0.0), (right, height)], color.filled());
    chart.draw_series(bars.into_iter().map(bar))?;
    Ok(())
}
