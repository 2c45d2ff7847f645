//! What a checkpoint keeps of a training by play: besides weights, optimizer and generator the target network, all
//! that is remembered, and the episode that has begun.

use std::path::Path;

use common::model;
use common::random::Generator;
use common::store::checkpoint;
use common::train::TrainingState;
use common::{Error, Result, Tensor};
use ndarray::{Array1, Array2};

use super::agent::{Agent, Settings};
use super::environment::Environment;
use super::episode::Episode;
use super::learning::Training;
use super::replay::{Experience, Replay};

/// Portions of 16 bits of which a generator's state is made: each is a number that `f32` holds exactly.
const PORTIONS: usize = 16;
/// What the array of counts holds.
const COUNTS: usize = 5;

// ANCHOR: save
/// Writes all of it to `path`.
///
/// # Errors
/// If the file cannot be written, or a number is not finite.
pub fn save(path: &Path, training: &mut Training, settings: &Settings) -> Result<()> {
    let (experiences, slot) = training.replay.contents();
    let (actions, returns) = (&training.episode.actions, &training.returns);
    let size = training.episode.game.observe().len();
    let counts = [settings.replay, experiences.len(), slot, actions.len(), returns.len()];
    let column = |of: fn(&Experience) -> f32| numbers(experiences.iter().map(of));
    let rows = |of: fn(&Experience) -> &Tensor<f32>| {
        let all = experiences.iter().flat_map(|experience| of(experience).iter().copied());
        let rows = Array2::from_shape_vec((experiences.len(), size), all.collect());
        rows.expect("one game, one size").into_dyn()
    };
    let more = [
        ("counts", numbers(counts.map(|count| count as f32))),
        ("replay_states", rows(|experience| &experience.state)),
        ("replay_actions", column(|experience| experience.action as f32)),
        ("replay_rewards", column(|experience| experience.reward)),
        ("replay_nexts", rows(|experience| &experience.next)),
        ("replay_terminals", column(|experience| f32::from(u8::from(experience.terminal)))),
        ("episode_start", numbers(portions(&training.episode.start))),
        ("episode_actions", numbers(actions.iter().map(|&action| f32::from(action)))),
        ("returns_steps", numbers(returns.iter().map(|&(step, _)| step as f32))),
        ("returns", numbers(returns.iter().map(|&(_, points)| points as f32))),
    ];
    let mut more: Vec<_> =
        more.into_iter().map(|(name, array)| (name.to_string(), array)).collect();
    more.extend(
        target_names(&mut training.agent)
            .into_iter()
            .zip(model::snapshot(&mut training.agent.target)),
    );
    let state = TrainingState {
        step: training.step,
        history: training.history.clone(),
        ..TrainingState::start(training.rng.clone())
    };
    let Agent { network, adam, .. } = &mut training.agent;
    checkpoint::save_with(path, network, adam, settings.batch_size, &state, &more)
}
// ANCHOR_END: save

/// The training that [`save`] wrote to `path`, of the game `game`.
///
/// # Errors
/// If the file is no such checkpoint, or was made with another game, batch size or replay buffer.
pub fn load(path: &Path, game: Box<dyn Environment>, settings: &Settings) -> Result<Training> {
    let mut training = Training::start(game, settings, 0)?;
    let shape = training.episode.game.observe().shape().to_vec();
    let Agent { network, adam, .. } = &mut training.agent;
    let state = checkpoint::load(path, network, adam, settings.batch_size)?;
    let counts: Vec<f32> = read(path, &[("counts", &[COUNTS])])?.remove(0);
    let [capacity, held, slot, played, ended] = counts[..] else {
        return Err(Error::format(path, "has no counts"));
    };
    if capacity != settings.replay as f32 {
        let problem = format!("was made with --replay {capacity}, not {}", settings.replay);
        return Err(Error::format(path, problem));
    }
    if !counts.iter().all(|count| (0.0..=1e6).contains(count)) || held > capacity {
        return Err(Error::format(path, "its counts are none of a training"));
    }
    let [held, slot, played, ended] = [held, slot, played, ended].map(|count| count as usize);
    let size = shape.iter().product();
    let wanted: [(&str, &[usize]); 9] = [
        ("replay_states", &[held, size]),
        ("replay_actions", &[held]),
        ("replay_rewards", &[held]),
        ("replay_nexts", &[held, size]),
        ("replay_terminals", &[held]),
        ("episode_start", &[PORTIONS]),
        ("episode_actions", &[played]),
        ("returns_steps", &[ended]),
        ("returns", &[ended]),
    ];
    let [states, actions, rewards, nexts, terminals, start, played, steps, points] =
        <[Vec<f32>; 9]>::try_from(read(path, &wanted)?).expect("as many as were asked for");

    let no_action = |&action: &f32| action >= training.episode.game.actions().len() as f32;
    if actions.iter().any(no_action) {
        return Err(Error::format(path, "remembers actions that the game does not have"));
    }
    let seen = |rows: &[f32], i: usize| {
        let row = rows[i * size..(i + 1) * size].to_vec();
        Tensor::from_shape_vec(shape.clone(), row).expect("as large as the shape says")
    };
    let experience = |i| Experience {
        state: seen(&states, i),
        action: actions[i] as usize,
        reward: rewards[i],
        next: seen(&nexts, i),
        terminal: terminals[i] != 0.0,
    };
    training.replay = Replay::restore(settings.replay, (0..held).map(experience).collect(), slot)
        .ok_or_else(|| Error::format(path, "its replay buffer is none"))?;
    let played: Vec<u8> = played.iter().map(|&action| action as u8).collect();
    training.episode = Episode::replayed(training.episode.game, generator_of(&start), &played)
        .ok_or_else(|| Error::format(path, "its episode is none of this game"))?;
    training.returns =
        steps.iter().map(|&step| step as usize).zip(points.into_iter().map(f64::from)).collect();

    let names = target_names(&mut training.agent);
    let like = model::snapshot(&mut training.agent.target);
    let wanted: Vec<_> =
        names.iter().map(String::as_str).zip(like.iter().map(Tensor::shape)).collect();
    model::restore(&mut training.agent.target, &checkpoint::more::<f32>(path, &wanted)?);
    (training.step, training.rng, training.history) = (state.step, state.generator, state.history);
    Ok(training)
}

fn read(path: &Path, wanted: &[(&str, &[usize])]) -> Result<Vec<Vec<f32>>> {
    let arrays = checkpoint::more::<f32>(path, wanted)?;
    Ok(arrays.into_iter().map(|array| array.into_iter().collect()).collect())
}

fn target_names(agent: &mut Agent) -> Vec<String> {
    model::names(&mut agent.target).iter().map(|name| format!("target_{name}")).collect()
}

fn numbers(numbers: impl IntoIterator<Item = f32>) -> Tensor<f32> {
    Array1::from_iter(numbers).into_dyn()
}

fn portions(generator: &Generator) -> Vec<f32> {
    let words = generator.state().into_iter();
    words.flat_map(|word| [0, 16, 32, 48].map(|shift| f32::from((word >> shift) as u16))).collect()
}

fn generator_of(portions: &[f32]) -> Generator {
    let word = |portions: &[f32]| {
        portions.iter().rev().fold(0, |word, &x| word << 16 | u64::from(x as u16))
    };
    Generator::from_state(std::array::from_fn(|i| word(&portions[4 * i..4 * i + 4])))
}
