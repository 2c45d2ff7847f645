//! How far would it go? What this machine's connection costs, and a model of up to 1,024 ranks.

use std::time::Instant;

use clap::Args;
use common::Result;
use common::flags::{self, OutFlag, ThreadsFlag};
use common::layer::Layer;
use common::model::parameter_count;
use common::network::Network;
use common::number::grouped;
use common::plot::{Area, Drawn, Panels, Series, Stroke, draw_line};
use common::program::Figures;
use common::random::generator;

use super::agreement::{from_first, gather_number};
use super::all_reduce::all_reduce;
use super::cost::{Link, Way, Work};
use super::team::Team;
use crate::networks::measured::Measured;
use crate::speed::step::{Bench, median, middle, repeat};

/// Seed of weights and images; no time depends on them.
const SEED: u64 = 1;
/// Images of a step, on all ranks together where it is measured, on each in the model.
const BATCH: usize = 100;
/// Bytes of a short and a long message. The long one does not fit into a cache.
const SHORT: usize = 8;
const LONG: usize = 4 << 20;
/// Connections as they are common between machines. Assumed, not measured: what one switch and two
/// cards add.
const LINKS: [(&str, Link); 2] = [
    ("10 Gbit/s, TCP, 20 µs", Link { latency: 20e-6, byte: 8.0 / 10e9 }),
    ("100 Gbit/s, RDMA, 3 µs", Link { latency: 3e-6, byte: 8.0 / 100e9 }),
];
/// The network of this chapter: a core of 2026 needs about 42 ms for 100 images.
const SMALL: Work = Work {
    name: "deep_conv, 100 images a rank",
    weights: 123_552,
    images: BATCH,
    seconds: 0.042,
    together: 6400,
};
/// A network of ResNet-50's size: 32 images took a graphics card of 2017 about 0.23 s.
const LARGE: Work = Work {
    name: "ResNet-50's size, 32 images a rank",
    weights: 25_557_032,
    images: 32,
    seconds: 0.23,
    together: 8192,
};
/// The model goes to 2¹⁰ ranks.
const LEVELS: u32 = 10;

/// The flags of `distributed scale`.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// How long each measurement takes
    #[arg(long, value_name = "N", default_value = "2", value_parser = flags::positive)]
    seconds: f64,
    #[command(flatten)]
    threads: ThreadsFlag,
    #[command(flatten)]
    out: OutFlag,
}

/// Measures what there is, prints and draws the model.
///
/// # Errors
/// If the figure cannot be written.
pub fn run(flags: &Flags, team: &mut impl Team, figures: &Figures) -> Result<()> {
    let link = connection(team, flags.seconds);
    match link {
        None => println!("1 rank: nobody to talk to (mpirun -n 2 measures the connection as well)"),
        Some(link) => println!(
            "{} ranks: a message takes {:.2} µs, and {:.3} ns for each byte ({:.1} GB/s both ways)",
            team.size(),
            1e6 * link.latency,
            1e9 * link.byte,
            1e-9 / link.byte
        ),
    }
    for measured in Measured::ALL {
        step(measured, link, team, flags.seconds)?;
    }
    if team.rank() > 0 {
        return Ok(());
    }
    for work in [SMALL, LARGE] {
        table(&work);
    }
    figures.draw("scale.png", (760, 520), |area| draw([SMALL, LARGE], area))
}

/// Latency and bandwidth between ranks 0 and 1, both sending at once; none if there is no rank 1.
fn connection(team: &mut impl Team, seconds: f64) -> Option<Link> {
    if team.size() == 1 {
        return None;
    }
    let [short, long] = [SHORT, LONG].map(|bytes| {
        let (give, mut take) = (vec![1; bytes], vec![0; bytes]);
        let rounds = (seconds * 2e8 / bytes as f64).clamp(20.0, 20_000.0) as usize;
        let mut times = Vec::new();
        if team.rank() < 2 {
            for _ in 0..rounds {
                let start = Instant::now();
                team.swap(0, 1 - team.rank(), &give, &mut take);
                times.push(start.elapsed());
            }
        }
        median(times)
    });
    let numbers = [short, long].map(f64::to_le_bytes).concat();
    let numbers = from_first(team, numbers);
    let number = |at: usize| f64::from_le_bytes(numbers[at..at + 8].try_into().expect("8 bytes"));
    let byte = (number(8) - number(0)) / (LONG - SHORT) as f64;
    Some(Link { latency: number(0) - SHORT as f64 * byte, byte })
}

/// Prints what a step of this network takes, shared out to all ranks, and how much of it is adding
/// up.
fn step(measured: Measured, link: Option<Link>, team: &mut impl Team, seconds: f64) -> Result<()> {
    let (ranks, images) = (team.size(), BATCH / team.size());
    let mut bench = Bench::new(measured, images.max(1), &mut generator(SEED))?;
    let weights = parameter_count(&mut bench.network);
    // All ranks take as many steps: as rank 0 takes in the time.
    let one = median(repeat(0.0, || bench.step().whole));
    let steps = (seconds / one).clamp(20.0, 20_000.0) as u64;
    let steps = gather_number(team, steps)[0];
    let (mut whole, mut adding) = (Vec::new(), Vec::new());
    let mut numbers = vec![0.0; weights];
    for _ in 0..steps {
        let start = Instant::now();
        let mut added = 0.0;
        bench.step_with(|network: &mut Network<f32>| {
            let begin = Instant::now();
            flatten(network, &mut numbers);
            all_reduce(team, &mut numbers);
            added = begin.elapsed().as_secs_f64();
        });
        whole.push(start.elapsed().as_secs_f64());
        adding.push(added);
    }
    let [whole, adding] = [whole, adding].map(|times| 1e3 * middle(times));
    let model = link.map(|link| Way::Halving.seconds(ranks, 4.0 * weights as f64, link));
    let model = model.map(|seconds| format!(", {:.3} by the model", 1e3 * seconds));
    println!(
        "{:<12}{:>8} weights, {ranks} × {images} images: {whole:>7.3} ms a step, {adding:.3} of it to meet and add up{}",
        measured.name(),
        grouped(weights),
        model.unwrap_or_default()
    );
    Ok(())
}

fn flatten(network: &mut Network<f32>, numbers: &mut [f32]) {
    let params = network.params();
    let gradients = params.iter().flat_map(|p| p.grad.iter());
    numbers.iter_mut().zip(gradients).for_each(|(number, g)| *number = *g);
}

fn table(work: &Work) {
    println!();
    println!(
        "{}, {} weights, {:.1} ms: % of the time that is computing, by the model",
        work.name,
        grouped(work.weights),
        1e3 * work.seconds
    );
    let names: String = Way::ALL.iter().map(|way| format!("{:>22}", way.name())).collect();
    for (name, link) in LINKS {
        println!("  {name:<24}{names}");
        for ranks in [2, 16, 128, 1024] {
            let cell = |way: &Way| format!("{:>22.1}", 100.0 * work.weak(*way, ranks, link));
            let cells: String = Way::ALL.iter().map(cell).collect();
            println!("  {:<24}{cells}", format!("{:>5} ranks", grouped(ranks)));
        }
    }
}

/// Efficiency against ranks: both networks, weak scaling above strong.
fn draw(works: [Work; 2], area: &Area<'_>) -> Drawn {
    let line = |i: usize, way: Way, points: Vec<(f64, f64)>| Series::line(way.name(), i, points);
    let mut legend: Vec<_> =
        Way::ALL.into_iter().enumerate().map(|(i, way)| line(i, way, Vec::new())).collect();
    legend.push(Series::line("halving on 100 Gbit/s", 0, []).stroke(Stroke::Dashed));
    let names = ["all images grow with the ranks", "as many images in all"];
    let names = names.iter().flat_map(|kind| works.iter().map(move |w| (kind, w)));
    let names = names.map(|(kind, work)| match *kind {
        "as many images in all" => {
            format!("{}: {} images in all", short_name(work), grouped(work.together))
        }
        _ => work.name.to_string(),
    });
    let panels = Panels {
        title: "How far training scales, by the model: lines on 10 Gbit/s".to_string(),
        names: names.collect(),
        columns: 2,
        x_label: "ranks, as a power of 2".to_string(),
        y_label: "efficiency, %".to_string(),
        x_range: 0.0..f64::from(LEVELS),
        y_range: 0.0..100.0,
        ticks: (6, 5),
        legend,
    };
    panels.draw(area, |panel, chart| {
        let work = works[panel % 2];
        let efficiency = |way, ranks, link| match panel < 2 {
            true => work.weak(way, ranks, link),
            false => work.strong(way, ranks, link),
        };
        let points = |way: Way, link: Link| {
            let point =
                move |level: u32| (f64::from(level), 100.0 * efficiency(way, 1 << level, link));
            (0..=LEVELS).map(point).collect::<Vec<_>>()
        };
        for (i, way) in Way::ALL.into_iter().enumerate() {
            draw_line(chart, &line(i, way, points(way, LINKS[0].1)))?;
        }
        let fast = Series::line("", 0, points(Way::Halving, LINKS[1].1));
        draw_line(chart, &fast.stroke(Stroke::Dashed))
    })
}

/// What it is called before its comma.
fn short_name(work: &Work) -> &str {
    work.name.split(',').next().unwrap_or(work.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_of_our_network() {
        let network = &mut Measured::DeepConv.network::<f32>(&mut generator(SEED)).expect("fits");
        assert_eq!(parameter_count(network), SMALL.weights);
    }
}
