//! Where the time of a step goes, layer by layer, beside what this machine could do.

use std::mem;
use std::time::{Duration, Instant};

use common::Result;
use common::cost::macs;
use common::kernels::peak::multiply_adds;
use common::program::Figures;
use ndarray::Axis;

use crate::networks::measured::Measured;
use crate::speed::breakdown_figure;
use crate::speed::step::{Bench, StepTimes, WARM_UP, median, repeat};
use crate::speed::timed::{Record, Records, Timed, read};

/// Rounds of multiply–adds in one measurement: some tenths of a millisecond.
const ROUNDS: usize = 50_000;
/// How often they are measured; the fastest time was disturbed least.
const REPETITIONS: usize = 100;

/// Measures a network with every layer timed, prints a table and draws it.
///
/// # Errors
/// If the figure cannot be written.
pub fn run(
    measured: Measured,
    mut bench: Bench,
    seconds: f64,
    train: bool,
    figures: &Figures,
) -> Result<()> {
    let records = watch(&mut bench);
    let mut rest = Vec::new();
    let whole = if train {
        let steps = repeat(seconds, || bench.step());
        rest.push(("loss", median(losses(&steps, &records))));
        rest.push(("optimizer", median(steps.iter().map(|step| step.update()))));
        median(steps.iter().map(|step| step.whole))
    } else {
        median(repeat(seconds, || bench.infer()))
    };
    let rows: Vec<Row> = records.iter().map(|record| Row::of(&read(record))).collect();
    let (network, mode) = (measured.name(), if train { "train" } else { "infer" });
    let (threads, images) = (rayon::current_num_threads(), bench.x.len_of(Axis(0)));
    let ms = 1e3 * whole;
    println!("{network} {mode} threads={threads} batch={images}: {ms:.3} ms");
    table(&rows, &rest, whole);
    against_the_machine(&rows);
    let title = format!("{network}, {mode}, {images} images, {threads} threads: {ms:.2} ms");
    let size = (760, breakdown_figure::height(rows.len() + rest.len()));
    figures.draw(&format!("layers-{network}-{mode}.png"), size, |area| {
        breakdown_figure::draw(&title, &rows, &rest, area)
    })
}

/// What is left of each step's gradients without the layers: the loss.
fn losses(steps: &[StepTimes], records: &Records) -> Vec<Duration> {
    let layers = |step: usize| -> Duration {
        let of = |times: &[Duration]| times.get(WARM_UP + step).copied().unwrap_or_default();
        let of_layer = |record: &Record| of(&record.forward) + of(&record.backward);
        records.iter().map(|record| of_layer(&read(record))).sum()
    };
    let steps = steps.iter().enumerate();
    steps.map(|(i, step)| step.gradients.saturating_sub(layers(i))).collect()
}

/// Has every layer of the network timed from now on.
pub fn watch(bench: &mut Bench) -> Records {
    let mut records = Records::new();
    bench.network = mem::take(&mut bench.network).map(|layer| {
        let (layer, record) = Timed::new(layer);
        records.push(record);
        layer
    });
    records
}

/// What one layer takes.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// The shape of its output for one image.
    pub output: Vec<usize>,
    /// Seconds forward.
    pub forward: f64,
    /// Seconds back; 0 if nothing is learned.
    pub backward: f64,
    /// Multiply–accumulates (MACs) of a step, forward and back.
    pub macs: f64,
}

impl Row {
    // ANCHOR: macs
    /// Every weight of a layer meets every position of its output once in the forward pass; in the
    /// backward pass it does so once for ∂L/∂W and, if there is a layer before, once more for ∂L/∂x.
    pub fn of(record: &Record) -> Self {
        let output = record.output.get(1..).unwrap_or_default();
        let once = macs(record.weights, output);
        let times = match (record.backward.is_empty(), record.passes_on) {
            (true, _) => 1,
            (false, false) => 2,
            (false, true) => 3,
        };
        Self {
            name: record.name,
            output: output.to_vec(),
            forward: median(record.forward.iter().copied()),
            backward: median(record.backward.iter().copied()),
            macs: (record.output.first().copied().unwrap_or(0) * once * times) as f64,
        }
    }
    // ANCHOR_END: macs

    /// Seconds, forward and back.
    pub fn seconds(&self) -> f64 {
        self.forward + self.backward
    }

    /// Billions of additions and multiplications in a second.
    fn speed(&self) -> f64 {
        2.0 * self.macs / self.seconds() / 1e9
    }
}

fn table(rows: &[Row], rest: &[(&str, f64)], whole: f64) {
    println!("layer       output      forward       back   share   products   GFLOP/s");
    let ms = |seconds: f64| match seconds {
        0.0 => String::new(),
        seconds => format!("{:.3} ms", 1e3 * seconds),
    };
    for row in rows {
        let shape: Vec<_> = row.output.iter().map(usize::to_string).collect();
        let products = match row.macs {
            0.0 => String::new(),
            n => format!("{:>7.1} M {:>9.0}", n / 1e6, row.speed()),
        };
        let line = format!(
            "{:<11} {:<8} {:>10} {:>10} {:>5.1} %  {products}",
            row.name,
            shape.join("×"),
            ms(row.forward),
            ms(row.backward),
            100.0 * row.seconds() / whole
        );
        println!("{}", line.trim_end());
    }
    for (name, seconds) in rest {
        println!("{name:<20} {:>10} {:>16.1} %", ms(*seconds), 100.0 * seconds / whole);
    }
}

/// The speed of the layers that multiply, beside the most that this machine can do.
fn against_the_machine(rows: &[Row]) {
    let (machine, threads) = (machine_speed(), rayon::current_num_threads());
    println!("this machine: {machine:.0} GFLOP/s in multiply-adds on {threads} threads");
    for (name, plural) in [("Conv2d", "convolutions"), ("Affine", "affine layers")] {
        let of_kind = || rows.iter().filter(|row| row.name == name);
        let seconds: f64 = of_kind().map(Row::seconds).sum();
        if seconds > 0.0 {
            let speed = 2.0 * of_kind().map(|row| row.macs).sum::<f64>() / seconds / 1e9;
            println!("all {plural}: {speed:.0} GFLOP/s, {:.2} of that", speed / machine);
        }
    }
}

// ANCHOR: machine_speed
/// Billions of additions and multiplications in a second, when every thread does nothing but
/// multiply–adds that wait neither for memory nor for each other.
pub fn machine_speed() -> f64 {
    let speed = || {
        let start = Instant::now();
        let operations: usize = rayon::broadcast(|_| multiply_adds(ROUNDS)).into_iter().sum();
        operations as f64 / start.elapsed().as_secs_f64() / 1e9
    };
    (0..REPETITIONS).map(|_| speed()).fold(0.0, f64::max)
}
// ANCHOR_END: machine_speed
