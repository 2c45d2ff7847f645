//! Figures: returns while learning, and a strip of frames.

use std::time::Duration;

use common::Result;
use common::network::Network;
use common::plot::{Area, Drawn, LineChart, RgbImage, Series, Stroke};
use common::program::Figures;
use common::random::generator;
use ndarray::Array2;

use super::episode::filmed;
use super::frames::picture;
use super::games::Game;
use super::learning::Training;
use super::watch::{animate, some};
use crate::apps::segmentation::strips::Strips;

/// Episodes whose mean a curve shows.
const SMOOTH: usize = 20;
/// Points of a curve, at most.
const POINTS: usize = 200;
/// Frames of a strip, and its seed.
const SHOWN: usize = 7;
const SEED: u64 = 3;
/// Between two frames of the animation.
const DELAY: Duration = Duration::from_millis(60);

/// The mean return of the last episodes at each of some steps of a training, and at its end a dot for the fresh
/// episodes without random actions.
pub fn draw_returns(area: &Area<'_>, game: Game, trainings: &[Training], judged: &[f64]) -> Drawn {
    let strokes = [Stroke::Solid, Stroke::Dashed];
    let curve = |run: usize, training: &Training| {
        let label =
            if trainings.len() > 1 { format!("run {}", run + 1) } else { "return".to_string() };
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

/// Draws some frames of an episode that the network plays, and of one at random: each from its start to its end.
/// The network's is an animation besides.
///
/// # Errors
/// If a figure cannot be written.
pub fn draw_episode(figures: &Figures, game: Game, network: &Network<f32>) -> Result<()> {
    let play = |epsilon: f64| filmed(network, game.new_game(), epsilon, &mut generator(SEED));
    let row = |name: &str, (frames, points): &(Vec<Array2<u8>>, f64)| {
        let pictures =
            some(frames, SHOWN).map(|(_, frame)| picture(frame, 1)).collect::<Vec<RgbImage>>();
        (format!("{name}: {points}"), pictures)
    };
    let taught = play(0.0);
    let strips = Strips {
        title: format!("{}: an episode from its start to its end, and its return", title(game)),
        rows: vec![row("taught", &taught), row("random", &play(1.0))],
        captions: Vec::new(),
        highlight: None,
        legend: Vec::new(),
    };
    let name = game.name();
    figures.draw(&format!("{name}-frames.png"), strips.size(760), |area| strips.draw(area))?;
    let animation = figures.path(&format!("{name}.gif"));
    animate(&animation, &taught.0, DELAY)?;
    println!("figure: {}", animation.display());
    Ok(())
}

fn title(game: Game) -> &'static str {
    match game {
        Game::Cartpole => "CartPole",
        Game::Catch => "Catch",
        Game::Breakout => "Breakout",
    }
}
