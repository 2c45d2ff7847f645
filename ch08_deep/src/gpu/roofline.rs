//! What a card can do at most: so much arithmetic, and so much memory for it.

use common::Result;
use common::plot::{Area, Drawn, LineChart, Scale, Series, Stroke};
use common::program::Figures;

use super::device::Gpu;
use super::kernel::{Binding, Constant, Plan};
use super::matmul::measure;

/// A kernel under the roofline.
#[derive(Clone, Debug)]
pub struct Point {
    /// What the legend calls it.
    pub name: String,
    /// Multiplications and additions for each byte that it fetches.
    pub intensity: f64,
    /// Multiplications and additions a second.
    pub flops: f64,
}

/// Threads of the kernel that does nothing but arithmetic.
const BUSY: usize = 1 << 18;
/// Numbers that are copied: more than any cache holds.
const COPIED: usize = 1 << 25;

/// Measures the card's two limits and draws them with the kernels under them.
///
/// # Errors
/// If something goes wrong on the card, or the figure cannot be written.
pub fn run(gpu: &Gpu, (seconds, points): (f64, &[Point]), figures: &Figures) -> Result<()> {
    let (peak, bandwidth) = (peak(gpu, seconds)?, bandwidth(gpu, seconds)?);
    println!(
        "at most {:.2} TFLOP/s and {:.0} GB/s: memory is the limit below {:.1} operations a byte",
        peak / 1e12,
        bandwidth / 1e9,
        peak / bandwidth
    );
    let name = &gpu.info.name;
    figures.draw("gpu-roofline.png", (760, 440), |area| draw(area, name, (peak, bandwidth), points))
}

/// Multiplications and additions a second, where all is in registers. More rounds are tried until a
/// launch takes long enough for its start not to count.
fn peak(gpu: &Gpu, seconds: f64) -> Result<f64> {
    let (factors, out) = (gpu.memory(2)?, gpu.memory(BUSY)?);
    gpu.write(&factors, &[0.5_f32, 1.0]);
    let mut best = 0_f64;
    for rounds in [1, 8, 64] {
        let bindings = vec![Binding::Read(factors.clone()), Binding::Write(out.clone())];
        let source = include_str!("kernels/peak.wgsl");
        let constants = [("ROUNDS", Constant::Count(rounds))];
        let plan = Plan::for_each("peak", BUSY, source, &constants, bindings);
        let time = measure(gpu, &gpu.compile(&[plan])?, seconds)?;
        let (sums, unrolled) = (4 * 4, 16); // four sums of four numbers, sixteen times a round
        best = best.max((2 * BUSY * rounds * sums * unrolled) as f64 / time);
        if time > 0.05 {
            break; // long enough, and on a slow card the next would take far longer
        }
    }
    Ok(best)
}

/// Bytes a second, read and written.
fn bandwidth(gpu: &Gpu, seconds: f64) -> Result<f64> {
    let (from, to) = (gpu.memory(COPIED)?, gpu.memory(COPIED)?);
    let bindings = vec![Binding::Read(from), Binding::Write(to)];
    let source = include_str!("kernels/copy.wgsl");
    let plan = Plan::for_each("copy", COPIED / 4, source, &[], bindings);
    let time = measure(gpu, &gpu.compile(&[plan])?, seconds)?;
    Ok((2 * 4 * COPIED) as f64 / time)
}

fn draw(area: &Area<'_>, card: &str, (peak, bandwidth): (f64, f64), points: &[Point]) -> Drawn {
    let ridge = peak / bandwidth;
    let range = (0.1_f64.min(ridge / 2.0))..(100_f64.max(2.0 * ridge));
    let giga = 1e-9;
    let roof = [
        (range.start, range.start * bandwidth * giga),
        (ridge, peak * giga),
        (range.end, peak * giga),
    ];
    let mut series = vec![Series::line("the card's limit", 0, roof).width(2.5)];
    series.extend(points.iter().enumerate().map(|(i, point)| {
        let at = [(point.intensity, point.flops * giga)];
        Series::line(&point.name, i + 1, at).stroke(Stroke::Dots).width(5.0)
    }));
    LineChart {
        title: format!("Roofline of {card}"),
        x_label: "operations a byte".to_string(),
        y_label: "GFLOP/s".to_string(),
        series,
        x_range: Some(range),
        x_scale: Scale::Log,
        y_scale: Scale::Log,
        ..LineChart::default()
    }
    .draw(area)
}
