//! Line charts.

use std::ops::Range;

use plotters::prelude::*;

use super::style::{Align, GREY, INK, PALETTE, Stroke, bold, label, text};
use super::{Area, Drawn, points};
use crate::number::short;

/// Room at the lower and left edge, in points.
const EDGE: f64 = 8.0;
/// Room at the right edge, where half a number may stand out.
const RIGHT: f64 = 18.0;
/// Room for the numbers and words below the x axis and beside the y axis.
const X_LABELS: f64 = 40.0;
const Y_LABELS: f64 = 56.0;

/// One line of a chart, or a set of points.
#[derive(Clone, Debug)]
pub struct Series {
    /// What the legend calls it; empty for a line that the legend leaves out.
    pub label: String,
    /// (x, y), in the order in which they are joined.
    pub points: Vec<(f64, f64)>,
    /// Its colour.
    pub color: RGBColor,
    /// Its line.
    pub stroke: Stroke,
    /// How thick its line or points are, in points.
    pub width: f64,
}

impl Series {
    /// A solid line in the palette's colour of that number.
    pub fn line(label: &str, color: usize, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let color = PALETTE[color % PALETTE.len()];
        let points = points.into_iter().collect();
        Self { label: label.to_string(), points, color, stroke: Stroke::Solid, width: 2.0 }
    }

    /// This series drawn with another stroke.
    pub fn stroke(self, stroke: Stroke) -> Self {
        Self { stroke, ..self }
    }

    /// This series drawn with another width, in points.
    pub fn width(self, width: f64) -> Self {
        Self { width, ..self }
    }

    /// This series drawn in a colour of its own.
    pub fn color(self, color: RGBColor) -> Self {
        Self { color, ..self }
    }
}

/// How the numbers of an axis are spread along it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps for equal differences.
    #[default]
    Linear,
    /// Equal steps for equal ratios, ticks at powers of ten; what is not above 0 is left out.
    Log,
}

impl Scale {
    /// Where `value` stands on the axis.
    fn place(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log => value.log10(),
        }
    }

    /// What is written at a place of the axis.
    fn tick(self, place: f64) -> String {
        match self {
            Self::Linear => tick(place),
            Self::Log if place.round() == place => format!("10{}", superscript(place as i32)),
            Self::Log => String::new(),
        }
    }

    /// How many ticks a range of places should have: no more than it has whole powers.
    fn ticks(self, range: &Range<f64>, most: usize) -> usize {
        match self {
            Self::Linear => most,
            Self::Log => most.min((range.end.floor() - range.start.ceil()) as usize + 1),
        }
    }

    fn range(self, range: &Range<f64>) -> Range<f64> {
        self.place(range.start)..self.place(range.end)
    }
}

/// Lines over one pair of axes, with the legend above them where it hides nothing.
#[derive(Clone, Debug, Default)]
pub struct LineChart {
    /// What the chart shows.
    pub title: String,
    /// The horizontal quantity, with its unit if it has one.
    pub x_label: String,
    /// The vertical quantity.
    pub y_label: String,
    /// The lines, the first drawn first.
    pub series: Vec<Series>,
    /// What part of the x axis is shown; all data if `None`.
    pub x_range: Option<Range<f64>>,
    /// What part of the y axis is shown; all data and a little room if `None`.
    pub y_range: Option<Range<f64>>,
    /// How x is spread.
    pub x_scale: Scale,
    /// How y is spread.
    pub y_scale: Scale,
    /// Whether a step of 1 is as long on both axes, so that a circle looks round.
    pub equal: bool,
}

impl LineChart {
    /// Draws the chart over the whole of `area`.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn draw(&self, area: &Area<'_>) -> Drawn {
        self.draw_over(area, |_| Ok(()))
    }

    /// Draws the chart with something under its lines: `under` gets the empty chart with its axes.
    ///
    /// On a [`Scale::Log`] axis the chart's own numbers are the powers of ten.
    ///
    /// # Errors
    /// If plotters cannot draw it.
    pub fn draw_over<'b>(
        &self,
        area: &Area<'b>,
        under: impl FnOnce(&mut Chart<'_, 'b>) -> Drawn,
    ) -> Drawn {
        let top = self.heading(area)?;
        let (x, y) = (self.x_range(), self.y_range());
        let (side, low) = if self.equal { spare(area, top, &x, &y) } else { (0.0, 0.0) };
        let mut chart = ChartBuilder::on(area)
            .margin_top(top + low)
            .margin_right(points(RIGHT) + side)
            .margin_bottom(points(EDGE) + low)
            .margin_left(points(EDGE) + side)
            .x_label_area_size(points(X_LABELS))
            .y_label_area_size(points(Y_LABELS))
            .build_cartesian_2d(x.clone(), y.clone())?;
        chart
            .configure_mesh()
            .axis_style(INK.stroke_width(points(0.8) as u32))
            .bold_line_style(GREY.stroke_width(points(0.7) as u32))
            .light_line_style(TRANSPARENT)
            .set_all_tick_mark_size(points(4.0))
            .label_style(text(12.0))
            .axis_desc_style(text(13.0))
            .x_labels(self.x_scale.ticks(&x, 9))
            .y_labels(self.y_scale.ticks(&y, 7))
            .x_label_formatter(&|x| self.x_scale.tick(*x))
            .y_label_formatter(&|y| self.y_scale.tick(*y))
            .x_desc(&self.x_label)
            .y_desc(&self.y_label)
            .draw()?;
        under(&mut chart)?;
        let inside = |&(px, py): &(f64, f64)| x.contains(&px) && py.is_finite();
        for series in &self.series {
            let placed = series.points.iter().map(|&p| self.place(p));
            let shown = placed.filter(|p| inside(p) || p.0 == x.end);
            draw_series(&mut chart, series, shown.collect())?;
        }
        Ok(())
    }

    fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.x_scale.place(x), self.y_scale.place(y))
    }

    /// Title and legend; how much of the area they take.
    fn heading(&self, area: &Area<'_>) -> Drawn<f64> {
        let mut y = points(12.0);
        if !self.title.is_empty() {
            let middle = f64::from(area.dim_in_pixel().0) / points(2.0);
            label(area, &self.title, (middle, 20.0), &bold(15.0), Align::Center)?;
            y += points(24.0);
        }
        let named: Vec<_> = self.series.iter().filter(|s| !s.label.is_empty()).collect();
        if named.is_empty() {
            return Ok(y + points(4.0));
        }
        y += legend(area, &named, y)?;
        Ok(y + points(8.0))
    }

    fn x_range(&self) -> Range<f64> {
        let all = || extent(self.placed().map(|p| p.0));
        self.x_range.as_ref().map_or_else(all, |range| self.x_scale.range(range))
    }

    fn y_range(&self) -> Range<f64> {
        let all = || {
            let Range { start, end } = extent(self.placed().map(|p| p.1));
            let room = 0.05 * (end - start);
            start - room..end + room
        };
        self.y_range.as_ref().map_or_else(all, |range| self.y_scale.range(range))
    }

    fn placed(&self) -> impl Iterator<Item = (f64, f64)> {
        self.series.iter().flat_map(|s| &s.points).map(|&p| self.place(p))
    }
}

/// What must be left free at the left and right, and above and below, in pixels, for equal units.
fn spare(area: &Area<'_>, top: f64, x: &Range<f64>, y: &Range<f64>) -> (f64, f64) {
    let (width, height) = area.dim_in_pixel();
    let width = f64::from(width) - points(EDGE + RIGHT + Y_LABELS);
    let height = f64::from(height) - top - points(EDGE + X_LABELS);
    let (across, up) = (x.end - x.start, y.end - y.start);
    let unit = (width / across).min(height / up);
    (((width - unit * across) / 2.0).max(0.0), ((height - unit * up) / 2.0).max(0.0))
}

/// A pair of axes to draw on.
pub type Chart<'a, 'b> = ChartContext<
    'a,
    BitMapBackend<'b>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

pub(super) fn draw_series(
    chart: &mut Chart<'_, '_>,
    series: &Series,
    shown: Vec<(f64, f64)>,
) -> Drawn {
    let style = series.color.stroke_width(points(series.width) as u32);
    match series.stroke {
        Stroke::Solid => drop(chart.draw_series(LineSeries::new(shown, style))?),
        Stroke::Dashed => drop(chart.draw_series(dashes(shown, 9.0, 5.0, style))?),
        Stroke::Dotted => drop(chart.draw_series(dashes(shown, 2.5, 4.0, style))?),
        Stroke::Dots => {
            let dot = |p| Circle::new(p, points(series.width), series.color.filled());
            chart.draw_series(shown.into_iter().map(dot))?;
        }
    }
    Ok(())
}

fn dashes(
    shown: Vec<(f64, f64)>,
    dash: f64,
    gap: f64,
    style: ShapeStyle,
) -> DashedLineSeries<std::vec::IntoIter<(f64, f64)>, f64> {
    DashedLineSeries::new(shown, points(dash), points(gap), style)
}

/// One entry a series, side by side and centred, in as many rows as it takes; their height.
pub(super) fn legend(area: &Area<'_>, series: &[&Series], top: f64) -> Drawn<f64> {
    const SAMPLE: f64 = 26.0;
    let style = text(12.5);
    let mut rows: Vec<(f64, Vec<(&Series, f64)>)> = vec![(0.0, Vec::new())];
    let room = f64::from(area.dim_in_pixel().0) - points(30.0);
    for s in series {
        let width =
            points(SAMPLE + 6.0 + 22.0) + f64::from(area.estimate_text_size(&s.label, &style)?.0);
        if rows.last().is_some_and(|(used, row)| !row.is_empty() && used + width > room) {
            rows.push((0.0, Vec::new()));
        }
        if let Some((used, row)) = rows.last_mut() {
            *used += width;
            row.push((s, width));
        }
    }
    let height = points(19.0);
    for (i, (used, row)) in rows.iter().enumerate() {
        let mut x = (f64::from(area.dim_in_pixel().0) - used) / 2.0 + points(11.0);
        let y = top + height * (i as f64 + 0.5);
        for (s, width) in row {
            sample(area, s, (x, y), points(SAMPLE))?;
            let at = (x / points(1.0) + SAMPLE + 6.0, y / points(1.0));
            label(area, &s.label, at, &style, Align::Left)?;
            x += width;
        }
    }
    Ok(height * rows.len() as f64)
}

/// A piece of the line as the chart draws it.
fn sample(area: &Area<'_>, series: &Series, (x, y): (f64, f64), length: f64) -> Drawn {
    let style = series.color.stroke_width(points(series.width) as u32);
    let ends =
        |from: f64, to: f64| vec![((x + from) as i32, y as i32), ((x + to) as i32, y as i32)];
    let pieces = |dash: f64, gap: f64| {
        let n = ((length + gap) / (dash + gap)).floor() as usize;
        (0..n)
            .map(move |i| (i as f64 * (dash + gap), i as f64 * (dash + gap) + dash))
            .collect::<Vec<_>>()
    };
    let pieces = match series.stroke {
        Stroke::Solid => vec![(0.0, length)],
        Stroke::Dashed => pieces(points(9.0), points(5.0)),
        Stroke::Dotted => pieces(points(2.5), points(4.0)),
        Stroke::Dots => {
            let middle = ((x + length / 2.0) as i32, y as i32);
            let radius = points(series.width.max(2.0)) as i32; // a dot that can be seen alone
            area.draw(&Circle::new(middle, radius, series.color.filled()))?;
            return Ok(());
        }
    };
    for (from, to) in pieces {
        area.draw(&PathElement::new(ends(from, to), style))?;
    }
    Ok(())
}

/// The smallest range that holds all finite values, never empty.
fn extent(values: impl Iterator<Item = f64>) -> Range<f64> {
    let (mut start, mut end) = (f64::INFINITY, f64::NEG_INFINITY);
    for v in values.filter(|v| v.is_finite()) {
        (start, end) = (start.min(v), end.max(v));
    }
    match start < end {
        true => start..end,
        false if start.is_finite() => start - 0.5..start + 0.5,
        false => 0.0..1.0,
    }
}

/// A number at a tick mark, with a minus as long as a plus.
pub fn tick(x: f64) -> String {
    short(x).replace('-', "−")
}

/// −12 becomes ⁻¹².
fn superscript(power: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raise = |c: char| c.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize]);
    power.to_string().chars().map(raise).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithmic_axis_names_whole_powers_only() {
        let written = [-12.0, 0.0, 3.0, 0.5].map(|place| Scale::Log.tick(place));
        assert_eq!(written, ["10⁻¹²", "10⁰", "10³", ""]);
        assert_eq!(Scale::Log.range(&(0.01..100.0)), -2.0..2.0);
    }

    #[test]
    fn ticks_are_short() {
        let written: Vec<_> = [0.1 + 0.2, -0.0, -1.5, 10000.0].map(tick).to_vec();
        assert_eq!(written, ["0.3", "0", "−1.5", "10000"]);
    }

    #[test]
    fn an_extent_is_never_empty() {
        assert_eq!(extent([2.0, f64::NAN, 1.0].into_iter()), 1.0..2.0);
        assert_eq!(extent([3.0].into_iter()), 2.5..3.5);
        assert_eq!(extent(std::iter::empty()), 0.0..1.0);
    }
}
