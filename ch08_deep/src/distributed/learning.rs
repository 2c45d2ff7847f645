//! Teaching one network on all ranks.

use std::env;

use common::data::{self, Dataset};
use common::layer::Layer;
use common::network::Network;
use common::plot::draw_history;
use common::program::Figures;
use common::program::job::{Job, Training};
use common::train::{Classification, TrainStep};
use common::{Error, Result, model};

use super::Flags;
use super::agreement::{agree, from_first};
use super::alike;
use super::shares::Shares;
use super::step::SharedStep;
use super::team::Team;

/// Shares of a batch, unless told otherwise: so that 1, 2 and 4 ranks learn the same.
const SHARES: usize = 4;

/// Trains the network on all ranks of the team; rank 0 prints, draws and writes.
///
/// # Errors
/// On all ranks the same: if they do not go together, a file cannot be read or written, or training
/// diverges.
pub fn run(flags: &Flags, team: &mut impl Team, figures: &Figures) -> Result<()> {
    alike::check_program(team)?;
    let (rank, ranks) = (team.rank(), team.size());
    let shares = Shares::new(flags.shares.unwrap_or(SHARES.max(ranks)), ranks)?;
    let job = &flags.job;
    check_batch(job.train.batch_size, shares)?;
    println!("{}", team_line(ranks, shares, job.train.batch_size));
    let mut training = begin(flags, team)?;
    let (train, test) = digits(job, team)?;
    let noted = match rank {
        0 => training.learns_from(
            shared_fingerprint(&train, shares),
            "was made with other training images or other shares; go on with the same --data, --data-dir, --train-size and --shares",
        ),
        _ => Ok(()),
    };
    agree(team, noted)?;
    let fits = Classification::<f32>::new(&train, &test).check(&mut training.model);
    agree(team, fits.map_err(Error::from))?;

    let part = job.examined(&train);
    let examined = part.as_ref().unwrap_or(&train);
    let by = job.judged_by();
    let mut step = SharedStep::new((&train, examined, &test), shares, team);
    if !job.learns() {
        println!("{by} accuracy: {:.4}", step.examine(&training.model).test);
        return Ok(());
    }
    let history = training.fit(&mut step)?;
    let weights = weights_fingerprint(&mut training.model);
    alike::check_weights(team, weights)?;
    if let Some(accuracy) = history.test_accuracies.last() {
        println!("{by} accuracy: {accuracy:.4}");
    }
    println!("all weights: {weights:016x}");
    let drawn = match rank {
        0 => figures.draw("distributed.png", (760, 360), |area| draw_history(&history, area)),
        _ => Ok(()),
    };
    agree(team, drawn)
}

/// More shares than images would leave ranks without work in every step.
fn check_batch(batch: usize, shares: Shares) -> Result<()> {
    match batch >= shares.count() {
        true => Ok(()),
        false => Err(Error::Invalid(format!(
            "a batch of {batch} cannot be cut into {} shares; choose a larger --batch-size, or fewer ranks and --shares",
            shares.count()
        ))),
    }
}

fn team_line(ranks: usize, shares: Shares, batch: usize) -> String {
    let (shares, threads) = (shares.count(), rayon::current_num_threads());
    let with = format!("{shares} shares of {} images", batch / shares);
    match ranks {
        1 => {
            let program = env::args().next().unwrap_or_default();
            format!("1 rank, {with}; more ranks: mpirun -n {} {program} distributed", 2.max(shares))
        }
        _ => format!("{ranks} ranks, threads of each: {threads}, {with}"),
    }
}

/// The network and all that its training needs: from the flags and files of rank 0, on all ranks.
fn begin(flags: &Flags, team: &mut impl Team) -> Result<Training<Network<f32>>> {
    let mut begun = match team.rank() {
        0 => flags.job.begin(|rng| flags.network.network(rng)),
        _ => flags.job.without_files().begin(|rng| flags.network.network(rng)),
    };
    let bytes = match &mut begun {
        Ok(training) if team.rank() == 0 => training.to_bytes(),
        _ => Ok(Vec::new()),
    };
    let mut training = agree(team, begun)?;
    let bytes = agree(team, bytes)?;
    let bytes = from_first(team, bytes);
    let taken = match team.rank() {
        0 => Ok(()),
        _ => training.take_over(&bytes),
    };
    agree(team, taken)?;
    Ok(training)
}

/// The digits, read by every rank for itself; rank 0 goes first, because what it downloads is there
/// for the others.
fn digits(job: &Job, team: &mut impl Team) -> Result<(Dataset, Dataset)> {
    let mut read = None;
    for turn in [true, false] {
        let ours = (team.rank() == 0) == turn;
        let tried = if ours { job.digits().map(Some) } else { Ok(None) };
        read = agree(team, tried)?.or(read);
    }
    let (train, test) = read.expect("every rank has its turn");
    alike::check_data(team, &train, &test)?;
    Ok((train, test))
}

/// What tells this training from others: its images, and into how many shares batches are cut. One
/// share is what `train` does.
fn shared_fingerprint(train: &Dataset, shares: Shares) -> u64 {
    data::fingerprint(train) ^ (shares.count() as u64 - 1)
}

/// One number that changes if any bit of a weight or a running statistic does.
pub fn weights_fingerprint(network: &mut impl Layer<f32>) -> u64 {
    let arrays = model::snapshot(network);
    let bits = arrays.iter().flat_map(|array| array.iter().flat_map(|w| w.to_bits().to_le_bytes()));
    data::fingerprint_of_bytes(&bits.collect::<Vec<_>>())
}
