//! Networks side by side: parameters, multiply–accumulates, time per epoch, accuracy.

use clap::Args;

use crate::data::{self, Dataset};
use crate::flags::{self, DataFlags, SeedFlag, ThreadsFlag};
use crate::layer::Layer;
use crate::number::grouped;
use crate::optimizer::Optimizer;
use crate::random::{Generator, generator};
use crate::train::{Classification, History, Trainer, TrainingState, interrupt};
use crate::{Float, Result};

/// The flags of a section that compares networks.
#[derive(Clone, Debug, Args)]
pub struct CompareFlags {
    /// Where the digits come from.
    #[command(flatten)]
    pub data: DataFlags,
    /// How often every image is seen
    #[arg(long, value_name = "N", default_value = "1", value_parser = flags::count)]
    pub epochs: usize,
    /// Images in one step
    #[arg(long, value_name = "N", default_value = "100", value_parser = flags::count)]
    pub batch_size: usize,
    /// How far each step goes
    #[arg(long, value_name = "X", default_value = "0.001", value_parser = flags::positive)]
    pub learning_rate: f64,
    /// The seed of every network.
    #[command(flatten)]
    pub seed: SeedFlag,
    /// How many threads work.
    #[command(flatten)]
    pub threads: ThreadsFlag,
}

/// A network that is about to learn beside others, and what it costs.
pub struct Candidate<N> {
    /// The network.
    pub network: N,
    /// Numbers that it learns.
    pub parameters: usize,
    /// Multiply–accumulates (MACs) for one image, where somebody has counted them.
    pub macs: Option<usize>,
}

/// How a network did.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name in the table.
    pub name: String,
    /// Numbers that it learned.
    pub parameters: usize,
    /// Multiply–accumulates (MACs) for one image, where somebody has counted them.
    pub macs: Option<usize>,
    /// How its training went.
    pub history: History,
}

impl Row {
    /// Seconds for an epoch, with the accuracies that were measured after it.
    pub fn epoch_seconds(&self) -> f64 {
        self.history.time.as_secs_f64() / self.history.test_accuracies.len().max(1) as f64
    }

    /// The last accuracy on the test images.
    pub fn accuracy(&self) -> f64 {
        self.history.test_accuracies.last().copied().unwrap_or_default()
    }
}

/// Networks that learn one after the other, all alike: the same images in the same batches.
pub struct Comparison {
    train: Dataset,
    test: Dataset,
    trainer: Trainer,
    seed: u64,
    rows: Vec<Row>,
}

impl Comparison {
    /// Loads the data that the flags ask for.
    ///
    /// # Errors
    /// If data cannot be read.
    pub fn new(flags: &CompareFlags) -> Result<Self> {
        let (train, test) = data::load(&flags.data)?;
        let trainer = Trainer::new(flags.epochs, flags.batch_size);
        Ok(Self { train, test, trainer, seed: flags.seed.seed, rows: Vec::new() })
    }

    // ANCHOR: enter
    /// Makes a network and teaches it; after Ctrl-C, those that come later are left out.
    ///
    /// # Errors
    /// If the network cannot be made, or training diverges.
    pub fn enter<F: Float, N: Layer<F>>(
        &mut self,
        name: &str,
        make: impl FnOnce(&mut Generator) -> Result<Candidate<N>>,
        mut optimizer: impl Optimizer<F>,
    ) -> Result<()> {
        if interrupt::requested() {
            return Ok(());
        }
        println!("{name}:");
        let rng = &mut generator(self.seed);
        let Candidate { mut network, parameters, macs } = make(rng)?;
        let mut step = Classification::new(&self.train, &self.test);
        let state = &mut TrainingState::start(rng.clone());
        let history = self.trainer.fit(&mut step, &mut network, &mut optimizer, state)?;
        self.rows.push(Row { name: name.to_string(), parameters, macs, history });
        Ok(())
    }
    // ANCHOR_END: enter

    /// The networks that have learned so far.
    pub fn into_rows(self) -> Vec<Row> {
        self.rows
    }

    /// Prints the table, and the accuracy of the last network on a line of its own.
    pub fn print(&self) {
        println!("\n{}", table(&self.rows));
        if let Some(row) = self.rows.last() {
            println!("test accuracy: {:.4}", row.accuracy());
        }
    }
}

/// A line for each network; its MACs, in the column of products, are shown where they have been counted.
fn table(rows: &[Row]) -> String {
    let counted = rows.iter().any(|row| row.macs.is_some());
    let products = |words: String| if counted { format!(" {words:>12}") } else { String::new() };
    let head = format!(
        "{:<15} {:>10}{}   s per epoch   test accuracy",
        "network",
        "parameters",
        products("products".to_string())
    );
    let line = |row: &Row| {
        let count = row.macs.map_or_else(|| "-".to_string(), grouped);
        format!(
            "{:<15} {:>10}{} {:>13.1} {:>15.4}",
            row.name,
            grouped(row.parameters),
            products(count),
            row.epoch_seconds(),
            row.accuracy()
        )
    };
    std::iter::once(head).chain(rows.iter().map(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(macs: Option<usize>) -> Row {
        let history = History { test_accuracies: vec![0.5, 0.75], ..History::default() };
        Row { name: "a net".to_string(), parameters: 1234, macs, history }
    }

    #[test]
    fn products_are_shown_where_they_are_known() {
        assert_eq!(
            table(&[row(None)]),
            "network         parameters   s per epoch   test accuracy\n\
             a net                1,234           0.0          0.7500"
        );
        assert_eq!(
            table(&[row(None), row(Some(5_000_000))]),
            "network         parameters     products   s per epoch   test accuracy\n\
             a net                1,234            -           0.0          0.7500\n\
             a net                1,234    5,000,000           0.0          0.7500"
        );
    }
}
