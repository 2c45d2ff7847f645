//! Ranks that learn together, played by threads: the same bits, the same verdicts.

use ch08_deep::augment::distorting::{Augment, Kind};
use ch08_deep::best::best_net;
use ch08_deep::distributed::added_up::AddedUp;
use ch08_deep::distributed::agreement::{agree, from_first, gather};
use ch08_deep::distributed::all_reduce::{all_reduce, all_reduce_at_first, pairwise};
use ch08_deep::distributed::learning::weights_fingerprint;
use ch08_deep::distributed::played::play;
use ch08_deep::distributed::shares::{PairwiseSum, Shares};
use ch08_deep::distributed::step::SharedStep;
use ch08_deep::distributed::team::{Alone, Team};
use ch08_deep::networks::measured::Measured;
use common::data::{Dataset, digits};
use common::layer::Layer;
use common::network::Network;
use common::optimizer::{Adam, Optimizer, Sgd};
use common::random::{Generator, Rng, generator};
use common::train::{Classification, TrainStep, Trainer, TrainingState};
use common::{Error, Result, Tensor};

/// Numbers of very different size, so that the order of a sum matters.
fn numbers(rank: usize, len: usize) -> Vec<f32> {
    let rng = &mut generator(rank as u64);
    (0..len).map(|_| (rng.random::<f32>() - 0.5) * 10_f32.powi(rng.random_range(-4..3))).collect()
}

#[test]
fn every_way_of_adding_up_has_the_same_bits() {
    for (ranks, len) in [(1, 5), (2, 1), (2, 1000), (4, 3), (4, 1001), (8, 999)] {
        let all: Vec<_> = (0..ranks).map(|rank| numbers(rank, len)).collect();
        let expected = pairwise(all.clone());
        let mut as_they_come = PairwiseSum::default();
        all.iter().for_each(|vector| as_they_come.push(vector.clone()));
        assert_eq!(as_they_come.finish(), expected);
        let summed = play(ranks, |mut team| {
            let mut both = [numbers(team.rank(), len), numbers(team.rank(), len)];
            all_reduce(&mut team, &mut both[0]);
            all_reduce_at_first(&mut team, &mut both[1]);
            both
        });
        for (rank, [halved, gathered]) in summed.into_iter().enumerate() {
            assert_eq!(halved, expected, "rank {rank} of {ranks}, {len} numbers");
            assert_eq!(gathered, expected, "rank {rank} of {ranks}, {len} numbers");
        }
    }
}

/// Were it not so, the test above would show nothing.
#[test]
fn another_order_has_other_bits() {
    let all: Vec<_> = (0..4).map(|rank| numbers(rank, 1000)).collect();
    let one_by_one: Vec<f32> = (0..1000).map(|i| all.iter().map(|v| v[i]).sum()).collect();
    let pairs = pairwise(all);
    let others = pairs.iter().zip(&one_by_one).filter(|(a, b)| a != b).count();
    assert!((50..800).contains(&others), "{others} of 1000 differ");
}

#[test]
fn ranks_hear_each_other() {
    for ranks in [1, 2, 4, 8] {
        let heard = play(ranks, |mut team| {
            let rank = team.rank();
            let all = gather(&mut team, &[rank as u8, 7]);
            let first = from_first(&mut team, vec![rank as u8 + 5; 3 * (rank + 1)]);
            let failed =
                if rank == ranks - 1 { Err(Error::Invalid("é".repeat(2000))) } else { Ok(rank) };
            let verdict = agree(&mut team, failed).map_err(|e| e.to_string());
            (all, first, agree(&mut team, Ok(rank)).is_ok(), verdict)
        });
        for (rank, (all, first, fine, verdict)) in heard.into_iter().enumerate() {
            let expected: Vec<_> = (0..ranks).map(|r| vec![r as u8, 7]).collect();
            assert_eq!((all, first, fine), (expected, vec![5; 3], true), "rank {rank}");
            let message = verdict.expect_err("the last rank failed");
            assert_eq!(message.starts_with(&format!("rank {}: é", ranks - 1)), ranks > 1);
        }
    }
}

#[test]
fn shares_are_dealt_out_evenly_or_not_at_all() {
    let shares = Shares::new(8, 4).expect("two each");
    assert_eq!((shares.of(1, 4), shares.of(3, 4)), (2..4, 6..8));
    for len in [0, 3, 8, 100, 101] {
        let images: Vec<usize> = (0..8).flat_map(|share| shares.images(share, len)).collect();
        assert_eq!(images, (0..len).collect::<Vec<_>>(), "every image once");
    }
    let refused = |shares, ranks| Shares::new(shares, ranks).expect_err("refused").to_string();
    assert!(refused(4, 3).contains("start 2 or 4"));
    assert!(refused(2, 4).contains("choose 4 or a larger power of two"));
    assert!(refused(6, 2).contains("--shares 6 cannot"));
}

type Build = fn(&mut Generator) -> Result<Network<f32>>;

/// Distorted images, batch normalisation, dropout: all that draws random numbers or keeps
/// statistics.
fn everything(rng: &mut Generator) -> Result<Network<f32>> {
    let network = best_net(2, rng)?;
    Ok(Network::new().with(Augment::new(Kind::All.amounts(), rng)).with(network))
}

/// What tells all weights, statistics and the last loss after an epoch of a short batch and two
/// longer ones.
fn learned(build: Build, batch: usize, shares: usize, team: &mut impl Team) -> (u64, Vec<f64>) {
    let (train, test) = (digits::draw(1, 2 * batch + batch / 3), digits::draw(2, 30));
    let rng = &mut generator(1);
    let mut network = build(rng).expect("it fits");
    let trainer = Trainer { report: false, ..Trainer::new(1, batch) };
    let shares = Shares::new(shares, team.size()).expect("they fit");
    let mut step = SharedStep::new((&train, &train, &test), shares, team);
    let (mut adam, state) = (Adam::new(1e-3), &mut TrainingState::start(rng.clone()));
    let history = trainer.fit(&mut step, &mut network, &mut adam, state).expect("it learns");
    let evaluation = step.examine(&network);
    let numbers = [&history.losses[..], &[evaluation.train, evaluation.test]].concat();
    (weights_fingerprint(&mut network), numbers)
}

#[test]
fn any_number_of_ranks_learns_the_same_bits() {
    let two: Build = |rng| Measured::TwoLayer.network(rng);
    let simple: Build = |rng| Measured::SimpleConv.network(rng);
    let deep: Build = |rng| Measured::DeepConv.network(rng);
    // Seven images do not fill eight shares.
    for (build, batch) in [(two, 100), (two, 7), (simple, 24), (deep, 24), (everything, 24)] {
        let alone = learned(build, batch, 8, &mut Alone);
        for ranks in [1, 2, 4, 8] {
            for found in play(ranks, |mut team| learned(build, batch, 8, &mut team)) {
                assert_eq!(found, alone, "{ranks} ranks, batches of {batch}");
            }
        }
    }
}

/// And other shares are another training: dropout and statistics are those of a share.
#[test]
fn one_share_is_a_training_alone_and_more_are_another() {
    let rng = &mut generator(1);
    let mut network = everything(rng).expect("it fits");
    let (train, test) = (digits::draw(1, 56), digits::draw(2, 30));
    let trainer = Trainer { report: false, ..Trainer::new(1, 24) };
    let mut step = Classification::new(&train, &test);
    let (mut adam, state) = (Adam::new(1e-3), &mut TrainingState::start(rng.clone()));
    let history = trainer.fit(&mut step, &mut network, &mut adam, state).expect("it learns");
    let (weights, numbers) = learned(everything, 24, 1, &mut Alone);
    assert_eq!(weights, weights_fingerprint(&mut network));
    assert_eq!(numbers[..3], history.losses[..]);
    let evaluation = step.evaluate(&mut network);
    assert_eq!(numbers[3..], [evaluation.train, evaluation.test]);
    assert_ne!(learned(everything, 24, 2, &mut Alone).0, weights);
}

#[test]
fn without_random_numbers_shares_add_up_to_the_batch() {
    let train = digits::draw(1, 50);
    let all: Vec<usize> = (0..50).collect();
    let gradient = |shares: Option<usize>| {
        let mut network: Network<f32> =
            Measured::TwoLayer.network(&mut generator(1)).expect("fits");
        let loss = match shares {
            None => Classification::new(&train, &train).forward_backward(&mut network, &all),
            Some(n) => {
                let shares = Shares::new(n, 1).expect("fits");
                SharedStep::new((&train, &train, &train), shares, &mut Alone)
                    .forward_backward(&mut network, &all)
            }
        };
        let params = network.params();
        let gradient = params.iter().flat_map(|p| p.grad.iter().copied().collect::<Vec<_>>());
        (loss, gradient.collect::<Vec<f32>>())
    };
    let (loss, whole) = gradient(None);
    for shares in [2, 8, 64] {
        let (shared_loss, shared) = gradient(Some(shares));
        assert!((shared_loss - loss).abs() < 1e-5);
        let apart = whole.iter().zip(&shared).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart < 1e-6, "{shares} shares: {apart}");
    }
}

/// The ten lines of the page: two ranks with half of the batch each take the step of one with all
/// of it.
#[test]
fn an_optimizer_that_adds_up_first_is_the_whole_idea() {
    let train = digits::draw(1, 40);
    let step = |network: &mut Network<f32>, data: &Dataset, images: Vec<usize>| {
        Classification::new(data, data).forward_backward(network, &images)
    };
    let weights = |mut network: Network<f32>| {
        let params = network.params();
        params.iter().flat_map(|p| p.value.iter().copied().collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let build = || Measured::TwoLayer.network::<f32>(&mut generator(1)).expect("fits");
    let mut alone = build();
    step(&mut alone, &train, (0..40).collect());
    Sgd { learning_rate: 0.1 }.update(alone.params());
    let expected = weights(alone);

    let learned = play(2, |team| {
        let (rank, mut network) = (team.rank(), build());
        step(&mut network, &train, (20 * rank..20 * rank + 20).collect());
        // Each gradient is a mean over half of the images, and counts half.
        let mut optimizer = AddedUp { inner: Sgd { learning_rate: 0.1 / 2.0 }, team };
        optimizer.update(network.params());
        weights(network)
    });
    assert_eq!(learned[0], learned[1], "the same bits on both ranks");
    let apart = expected.iter().zip(&learned[0]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(apart < 1e-6, "{apart}");
    assert_ne!(weights(build()), learned[0], "something was learned");
}

/// A layer that makes no number of what it is given, on one rank.
struct Faulty(bool);

impl Layer<f32> for Faulty {
    fn forward(&mut self, x: Tensor<f32>) -> Tensor<f32> {
        if self.0 { x * f32::NAN } else { x }
    }

    fn backward(&mut self, dy: Tensor<f32>) -> Tensor<f32> {
        dy
    }

    fn infer(&self, x: Tensor<f32>) -> Tensor<f32> {
        x
    }
}

#[test]
fn one_rank_that_diverges_stops_all_with_the_same_word() {
    let (train, test) = (digits::draw(1, 40), digits::draw(2, 10));
    let ends = play(4, |mut team| {
        let rng = &mut generator(1);
        let rank = team.rank();
        let inner = Measured::TwoLayer.network::<f32>(rng).expect("fits");
        let mut network = Network::new().with(inner).with(Faulty(rank == 2));
        let before = weights_fingerprint(&mut network);
        let trainer = Trainer { report: false, ..Trainer::new(1, 20) };
        let shares = Shares::new(4, 4).expect("fits");
        let mut step = SharedStep::new((&train, &train, &test), shares, &mut team);
        let (mut adam, state) = (Adam::new(1e-3), &mut TrainingState::start(rng.clone()));
        let error = trainer.fit(&mut step, &mut network, &mut adam, state).expect_err("NaN");
        assert_eq!(weights_fingerprint(&mut network), before, "nothing is spoiled");
        error.to_string()
    });
    let word = "step 1 went wrong: rank 2: the output of layer";
    assert!(ends.iter().all(|end| *end == ends[0] && end.starts_with(word)), "{ends:?}");
}

/// What one rank cannot write ends the training on all.
#[test]
fn a_checkpoint_that_cannot_be_written_stops_all() {
    let (train, test) = (digits::draw(1, 40), digits::draw(2, 10));
    let ends = play(2, |mut team| {
        let rng = &mut generator(1);
        let mut network = Measured::TwoLayer.network::<f32>(rng).expect("fits");
        let save = (team.rank() == 0).then(|| "/proc/nowhere/file.npz".into());
        let trainer = Trainer { report: false, save, ..Trainer::new(3, 20) };
        let shares = Shares::new(2, 2).expect("fits");
        let mut step = SharedStep::new((&train, &train, &test), shares, &mut team);
        let (mut adam, state) = (Adam::new(1e-3), &mut TrainingState::start(rng.clone()));
        // Rank 1 has no file and evaluates all the same, as the section makes it do.
        let trainer = Trainer { report: true, ..trainer };
        trainer.fit(&mut step, &mut network, &mut adam, state).expect_err("no room").to_string()
    });
    assert_eq!(ends[0], ends[1]);
    assert!(ends[0].contains("/proc/nowhere"), "{ends:?}");
}
