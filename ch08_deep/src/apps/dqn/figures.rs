//! Figures: returns while learning, and a strip of frames.

use common::Result;
use common::network::Network;
use common::plot::{Area, Drawn, LineChart, RgbImage, Series, Stroke};
use common::program::Figures;
use common::random::generator;

use super::agent::Agent;
use super::episode::Episode;
use super::exploration::greedy;
use super::frames::picture;
use super::games::Game;
use super::learning::Training;
use super::watch::some;
use crate::apps::segmentation::strips::Strips;

/// Episodes whose mean a curve shows.
const SMOOTH: usize = 20;
/// Points of a curve, at most.
const POINTS: usize = 200;
/// Frames of a strip, and its seed.
const SHOWN: usize = 7;
const SEED: u64 = 3;

/// The mean return of the last episodes at each of some steps of a training, and at its end a dot for the fresh
/// episodes without random actions.
pub fn draw_returns(area: &Area<'_>, game: Game, trainings: &[Training], judged: &[f64]) -> Drawn {
    let strokes = [Stroke::Solid, Stroke::Dashed];
    let curve = |run: usize, training: &Training| {
        let label =
            if trainings.len() > 1 { format!("seed {}", run + 1) } else { "return".to_string() };
        Series::line(&label, run, recent_means(&training.returns))
            .stroke(strokes[run / 7 % 2])
            .width(1.5)
    };
    let mut series: Vec<_> =
        trainings.iter().enumerate().map(|(run, training)| curve(run, training)).collect();
    let ends = trainings.iter().zip(judged).map(|(training, &mean)| (training.step as f64, mean));
    series.push(Series::line("fresh episodes, ε = 0", 6, ends).stroke(Stroke::Dots).width(4.0));
    LineChart {
        title: format!("{}: mean return of the last {SMOOTH} episodes", title(game)),
        x_label: "step of the game".to_string(),
        y_label: "return".to_string(),
        series,
        ..LineChart::default()
    }
    .draw(area)
}

/// The mean of each episode and those before it, at the step at which it ended.
fn recent_means(returns: &[(usize, f64)]) -> Vec<(f64, f64)> {
    let means = returns.windows(SMOOTH).map(|window| {
        let sum: f64 = window.iter().map(|&(_, points)| points).sum();
        (window[SMOOTH - 1].0 as f64, sum / SMOOTH as f64)
    });
    let means: Vec<_> = means.collect();
    let every = means.len().div_ceil(POINTS).max(1);
    means.into_iter().step_by(every).collect()
}

/// Draws some frames of an episode that the network plays.
///
/// # Errors
/// If the figure cannot be written.
pub fn draw_strip(figures: &Figures, game: Game, network: &Network<f32>) -> Result<()> {
    let rng = &mut generator(SEED);
    let mut episode = Episode::begin(game.new_game(), rng);
    let mut frames = vec![episode.game.frame()];
    let mut ended = false;
    while !ended {
        let action = greedy(&Agent::values(network, episode.game.observe()));
        ended = episode.step(action).1;
        frames.push(episode.game.frame());
    }
    let shown: Vec<_> = some(&frames, SHOWN).collect();
    let strips = Strips {
        title: format!(
            "{}: an episode that the network plays, return {}",
            title(game),
            episode.points
        ),
        rows: vec![(
            "frames".to_string(),
            shown.iter().map(|(_, frame)| picture(frame, 1)).collect::<Vec<RgbImage>>(),
        )],
        captions: shown.iter().map(|(step, _)| format!("step {step}")).collect(),
        highlight: None,
        legend: Vec::new(),
    };
    figures.draw(&format!("{}-frames.png", game.name()), strips.size(760), |area| strips.draw(area))
}

fn title(game: Game) -> &'static str {
    match game {
        Game::Cartpole => "CartPole",
        Game::Catch => "Catch",
        Game::Breakout => "Breakout",
    }
}
