//! One matrix product, three kernels: where its speed comes from.

use std::time::Instant;

use clap::Args;
use common::flags::{self, OutFlag, ThreadsFlag};
use common::kernels::matmul::matmul_into;
use common::program::Figures;
use common::random::{Rng, generator};
use common::{Error, Result};
use ndarray::Array2;

use super::device::{Checks, Gpu};
use super::kernel::{Binding, Constant, Kernel, Plan};
use super::memory::Memory;
use super::product::{Product, Tile};
use super::record::{Recorder, Shared};
use super::roofline::{self, Point};
use super::section::AdapterFlag;
use crate::speed::step::middle;

/// The flags of `gpu matmul`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// Rows and columns of the matrices; several are measured one after the other [default: 1024 2048 4096; in software 256]
    #[arg(value_name = "N", value_parser = size)]
    sizes: Vec<usize>,
    /// How long each kernel is measured
    #[arg(long, value_name = "N", default_value = "0.5", value_parser = flags::positive)]
    seconds: f64,
    #[command(flatten)]
    adapter: AdapterFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// As many rows as memory is likely to hold.
fn size(text: &str) -> Result<usize, String> {
    match flags::count(text)? {
        n if n <= 16_384 => Ok(n),
        _ => Err("expected at most 16384".to_string()),
    }
}

/// A kernel for a product, and how it goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A thread for each number, which fetches all that it needs itself.
    Naive,
    /// A thread for each number; 16×16 threads fetch together.
    Tiled,
    /// Threads that compute several numbers each, in registers, within such a tile.
    Registers(Tile),
}

impl Way {
    /// All of them, the simplest first.
    pub const ALL: [Self; 4] = [
        Self::Naive,
        Self::Tiled,
        Self::Registers(Tile { size: (64, 64), each: (4, 4), depth: 16 }),
        Self::Registers(Tile { size: (128, 128), each: (8, 8), depth: 16 }),
    ];

    /// What tables call it.
    pub fn name(self) -> String {
        match self {
            Self::Naive => "naive".to_string(),
            Self::Tiled => "tiled 16×16".to_string(),
            Self::Registers(tile) => format!("registers {}×{}", tile.size.0, tile.each.0),
        }
    }

    /// Multiplications and additions for each byte that is fetched from the card's memory.
    pub fn intensity(self) -> f64 {
        let (rows, columns) = match self {
            Self::Naive => (1, 1),
            Self::Tiled => (16, 16),
            Self::Registers(tile) => tile.size,
        };
        // For each k a tile fetches a column of A and a row of B, and multiplies all with all.
        (2 * rows * columns) as f64 / (4 * (rows + columns)) as f64
    }

    /// The kernels that do it this way, compiled: C = A·B, N×N.
    ///
    /// # Errors
    /// If the card refuses.
    pub fn compile(self, gpu: &Gpu, n: usize, [a, b, c]: &[Memory; 3]) -> Result<Vec<Kernel>> {
        let bindings =
            vec![Binding::Read(a.clone()), Binding::Read(b.clone()), Binding::Write(c.clone())];
        let source = match self {
            Self::Naive => include_str!("kernels/naive.wgsl"),
            Self::Tiled => include_str!("kernels/tiled.wgsl"),
            Self::Registers(tile) => {
                let none = gpu.memory(1)?;
                let shared = Shared {
                    weights: none.clone(),
                    gradients: none.clone(),
                    statistics: none.clone(),
                    course: none.clone(),
                    now: none,
                };
                let mut to = Recorder::new(gpu, 1, &shared);
                let product = Product {
                    label: self.name(),
                    size: (n, n, n),
                    along_k: (true, false),
                    long: false,
                    layer: include_str!("kernels/matrices.wgsl"),
                    constants: Vec::new(),
                    bindings,
                };
                product.record_as(&mut to, tile, 1)?;
                return gpu.compile(&to.plans);
            }
        };
        let groups = n.div_ceil(16);
        gpu.compile(&[Plan {
            label: self.name(),
            source: source.to_string(),
            constants: vec![("N", Constant::Count(n))],
            bindings,
            groups: [groups, groups, 1],
            flop: 2.0 * (n as f64).powi(3),
        }])
    }
}

/// Measures the product of two N×N matrices in each way and on the processor, and draws the card's
/// roofline with the largest of them under it.
///
/// # Errors
/// If there is no card, it fails or computes something else than the processor, or the figure cannot be
/// written.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    let gpu = Gpu::open(flags.adapter.adapter.as_deref(), Checks::All)?;
    println!("adapter: {}", gpu.info.name);
    println!("   N   way                        ms    TFLOP/s");
    let mut points = Vec::new();
    let sizes = match (&flags.sizes[..], gpu.is_software()) {
        ([], false) => &[1024, 2048, 4096],
        ([], true) => &[256][..],
        (sizes, _) => sizes,
    };
    for &n in sizes {
        let rng = &mut generator(1);
        let (a, b) = (matrix(n, rng), matrix(n, rng));
        let mut c = Array2::zeros((n, n));
        let seconds = repeated(flags.seconds, || {
            matmul_into(a.view(), b.view(), c.view_mut());
            Ok(())
        })?;
        tell(n, "processor", seconds);
        let memories = [gpu.memory(n * n)?, gpu.memory(n * n)?, gpu.memory(n * n)?];
        for (memory, matrix) in memories.iter().zip([&a, &b]) {
            gpu.write(memory, matrix.as_slice().expect("in order"));
        }
        points.clear();
        for way in Way::ALL {
            gpu.write(&memories[2], &vec![f32::NAN; n * n]);
            let kernels = way.compile(&gpu, n, &memories)?;
            let seconds = measure(&gpu, &kernels, flags.seconds)?;
            tell(n, &way.name(), seconds);
            check(&gpu.read(&memories[2])?, &c, way)?;
            let flops = flop(n) / seconds;
            points.push(Point { name: way.name(), intensity: way.intensity(), flops });
        }
    }
    roofline::run(&gpu, (flags.seconds, &points), figures)
}

fn matrix(n: usize, rng: &mut impl Rng) -> Array2<f32> {
    Array2::from_shape_simple_fn((n, n), || rng.random_range(-1.0..1.0))
}

/// Multiplications and additions of a product N×N.
fn flop(n: usize) -> f64 {
    2.0 * (n as f64).powi(3)
}

fn tell(n: usize, way: &str, seconds: f64) {
    println!("{n:>5}  {way:<20} {:>9.3} {:>10.4}", 1e3 * seconds, flop(n) / seconds / 1e12);
}

/// Whether the card found what the processor found, as far as sums in another order can.
fn check(found: &[f32], expected: &Array2<f32>, way: Way) -> Result<()> {
    let size = expected.iter().fold(0_f32, |most, x| most.max(x.abs()));
    let agrees = |(x, y): (&f32, &f32)| (x - y).abs() <= 1e-4 * size; // NaN does not
    match found.iter().zip(expected).position(|pair| !agrees(pair)) {
        None => Ok(()),
        Some(at) => Err(Error::Invalid(format!(
            "{} found {} where the processor finds {}: the driver is not to be trusted",
            way.name(),
            found[at],
            expected.iter().nth(at).copied().unwrap_or(f32::NAN)
        ))),
    }
}

/// Seconds of one launch of these kernels: the median over rounds of several, after a while of work
/// that wakes the card up. (One that idles runs at a third of its speed.)
///
/// # Errors
/// If something goes wrong on the card.
pub fn measure(gpu: &Gpu, kernels: &[Kernel], seconds: f64) -> Result<f64> {
    let round = |launches: usize| {
        let start = Instant::now();
        for _ in 0..launches {
            gpu.submit(kernels);
        }
        gpu.wait()?;
        Ok::<f64, Error>(start.elapsed().as_secs_f64() / launches as f64)
    };
    round(1)?;
    let one = round(1)?;
    let launches = ((0.05 * seconds / one) as usize).clamp(1, 50);
    let warm = Instant::now();
    while warm.elapsed().as_secs_f64() < 0.5 * seconds {
        round(launches)?;
    }
    let (mut rounds, start) = (Vec::new(), Instant::now());
    while rounds.len() < 3 || start.elapsed().as_secs_f64() < seconds {
        rounds.push(round(launches)?);
    }
    Ok(middle(rounds))
}

/// Seconds of one call: the median over calls of some seconds.
fn repeated(seconds: f64, mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    work()?;
    let (mut times, start) = (Vec::new(), Instant::now());
    while times.len() < 3 || start.elapsed().as_secs_f64() < seconds {
        let start = Instant::now();
        work()?;
        times.push(start.elapsed().as_secs_f64());
    }
    Ok(middle(times))
}
