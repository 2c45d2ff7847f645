//! One convolution in three ways: the same numbers, and what they cost.

use std::time::Instant;

use clap::Args;
use common::flags::{SeedFlag, ThreadsFlag};
use common::layer::Layer;
use common::layers::Conv2d;
use common::random::{generator, normal};
use common::{Float, Result};
use ndarray::{Array1, Array4, Ix4};

use crate::im2col;
use crate::seven_loops::Filters;

/// A convolution to be measured.
pub struct Job {
    /// What it is.
    pub name: &'static str,
    /// N, C, H, W.
    pub images: (usize, usize, usize, usize),
    /// F, KH, KW.
    pub filters: (usize, usize, usize),
    /// Stride and padding.
    pub steps: (usize, usize),
}

/// The convolution of `SimpleConvNet`, and one from the middle of a deeper network.
pub const JOBS: [Job; 2] = [
    Job { name: "first layer", images: (100, 1, 28, 28), filters: (30, 5, 5), steps: (1, 0) },
    Job { name: "middle layer", images: (100, 16, 14, 14), filters: (32, 3, 3), steps: (1, 1) },
];

/// Maps, ∂L/∂x, ∂L/∂W, ∂L/∂b.
pub type Outcome<F> = (Array4<F>, Array4<F>, Array4<F>, Array1<F>);

/// What one way found, and what it took.
pub struct Way<F> {
    /// Its name.
    pub name: &'static str,
    /// What it computed.
    pub outcome: Outcome<F>,
    /// Seconds forward and back; the best of a few runs.
    pub seconds: (f64, f64),
    /// Bytes it needed besides images, maps and gradients.
    pub bytes: usize,
}

/// The three ways through one job, on the same random numbers.
///
/// # Errors
/// If the job is impossible.
pub fn measure<F: Float>(job: &Job, seed: u64, repeats: usize) -> Result<[Way<F>; 3]> {
    let rng = &mut generator(seed);
    let ((n, channels, h, w), (count, kh, kw)) = (job.images, job.filters);
    let x: Array4<F> = normal((n, channels, h, w), rng);
    let (stride, pad) = job.steps;
    let (w_, b) = (normal((count, channels, kh, kw), rng), Array1::zeros(count));
    let mut conv = Conv2d::from_weights(w_.clone(), b.clone(), stride, pad)?;
    let (_, oh, ow) = conv.output((channels, h, w))?;
    let filters = Filters { w: w_, b, stride, pad };
    let dy: Array4<F> = normal((n, count, oh, ow), rng);

    let (places, seen) = (oh * ow, channels * kh * kw);
    let number = size_of::<F>();

    let (y, forward) = timed(1, || filters.forward(&x));
    let ((dx, dw, db), back) = timed(1, || filters.backward(&x, &dy));
    let loops =
        Way { name: "seven loops", outcome: (y, dx, dw, db), seconds: (forward, back), bytes: 0 };

    let ((y, columns), forward) = timed(repeats, || im2col::forward(&x, &filters));
    let ((dx, dw, db), back) =
        timed(repeats, || im2col::backward(&columns, x.dim(), &filters, &dy));
    let whole = Way {
        name: "im2col, whole batch",
        outcome: (y, dx, dw, db),
        seconds: (forward, back),
        // The columns with their gradients, the product before and after its axes are put right.
        bytes: n * places * (2 * seen + count) * number,
    };

    let mut forward = f64::INFINITY;
    let mut found = None;
    let mut back = f64::INFINITY;
    for _ in 0..repeats {
        let (x, dy) = (x.clone().into_dyn(), dy.clone().into_dyn());
        let start = Instant::now();
        let y = conv.forward(x);
        forward = forward.min(start.elapsed().as_secs_f64());
        let start = Instant::now();
        let dx = conv.backward(dy);
        back = back.min(start.elapsed().as_secs_f64());
        found = Some((four(y), four(dx), conv.dw.clone(), conv.db.clone()));
    }
    let fast = Way {
        name: "common's Conv2d",
        outcome: found.expect("at least one run"),
        seconds: (forward, back),
        bytes: conv.working_memory(),
    };
    Ok([loops, whole, fast])
}

/// The largest difference between two outcomes, relative to the largest number of each array.
pub fn difference<F: Float>(a: &Outcome<F>, b: &Outcome<F>) -> f64 {
    let of = |a: &mut dyn Iterator<Item = (F, F)>| {
        let (mut most, mut size) = (0.0_f64, 0.0_f64);
        for (a, b) in a {
            most = most.max((a - b).as_f64().abs());
            size = size.max(a.as_f64().abs());
        }
        most / size
    };
    let pairs = |a: &Array4<F>, b: &Array4<F>| {
        assert_eq!(a.dim(), b.dim(), "the same shapes");
        of(&mut a.iter().copied().zip(b.iter().copied()))
    };
    [
        pairs(&a.0, &b.0),
        pairs(&a.1, &b.1),
        pairs(&a.2, &b.2),
        of(&mut a.3.iter().copied().zip(b.3.iter().copied())),
    ]
    .into_iter()
    .fold(0.0, f64::max)
}

/// The flags of `im2col`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    #[command(flatten)]
    seed: SeedFlag,
    #[command(flatten)]
    threads: ThreadsFlag,
}

/// Prints a table for each job.
///
/// # Errors
/// If a job is impossible.
pub fn run(flags: &Flags) -> Result<()> {
    for job in &JOBS {
        let ((n, c, h, w), (f, kh, kw), (stride, pad)) = (job.images, job.filters, job.steps);
        println!(
            "{}: {n} images {c}×{h}×{w}, {f} filters {c}×{kh}×{kw}, stride {stride}, padding {pad}",
            job.name
        );
        println!("                          forward         back       memory   differs by");
        let ways = measure::<f32>(job, flags.seed.seed, 7)?;
        for way in &ways {
            println!(
                "  {:<20} {:>9.2} ms {:>9.2} ms {:>12} {:>12.1e}",
                way.name,
                way.seconds.0 * 1e3,
                way.seconds.1 * 1e3,
                bytes(way.bytes),
                difference(&ways[0].outcome, &way.outcome)
            );
        }
    }
    println!(
        "memory: besides images, maps and their gradients; f32, {} threads",
        rayon::current_num_threads()
    );
    println!("differs by: at most, from the seven loops, relative to the largest number");
    Ok(())
}

fn bytes(count: usize) -> String {
    match count {
        0 => "none".to_string(),
        n if n < 1_000_000 => format!("{:.0} kB", n as f64 / 1e3),
        n => format!("{:.1} MB", n as f64 / 1e6),
    }
}

fn timed<T>(repeats: usize, mut work: impl FnMut() -> T) -> (T, f64) {
    let mut once = || {
        let start = Instant::now();
        let result = work();
        (result, start.elapsed().as_secs_f64())
    };
    let mut best = once();
    for _ in 1..repeats {
        let next = once();
        best = (next.0, best.1.min(next.1));
    }
    best
}

fn four<F: Float>(x: common::Tensor<F>) -> Array4<F> {
    x.into_dimensionality::<Ix4>().expect("N×C×H×W")
}
