//! Deep Q-networks: the games' rules, what is remembered, targets, and a training in small.

use std::path::Path;

use ch08_deep::apps::dqn::agent::Settings;
use ch08_deep::apps::dqn::bellman;
use ch08_deep::apps::dqn::cartpole::CartPole;
use ch08_deep::apps::dqn::catch::Catch;
use ch08_deep::apps::dqn::environment::{Environment, Outcome};
use ch08_deep::apps::dqn::episode::{Episode, judge, mean};
use ch08_deep::apps::dqn::exploration::{epsilon, epsilon_greedy, greedy};
use ch08_deep::apps::dqn::kept;
use ch08_deep::apps::dqn::learning::Training;
use ch08_deep::apps::dqn::q_network::q_network;
use ch08_deep::apps::dqn::replay::{Experience, Replay};
use ch08_deep::apps::dqn::targets::{best_values, double_values, follow, targets};
use common::Tensor;
use common::model;
use common::random::generator;
use common::store::weights;
use common::train::Schedule;
use ndarray::{Array1, array};
use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch08_deep"));

/// The fixture's script solves the equations of motion as a system of two unknowns.
#[test]
fn the_cart_and_the_pole_move_as_mechanics_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cartpole.npz");
    let wanted: [(&str, &[usize]); 2] = [("actions", &[4, 12]), ("states", &[4, 13, 4])];
    let [actions, states] =
        <[Tensor<f64>; 2]>::try_from(weights::read(&file, &wanted).expect("the fixture"))
            .expect("two arrays");
    for game in 0..4 {
        let at = |t: usize, i: usize| states[[game, t, i]];
        let mut cart = CartPole {
            position: at(0, 0),
            velocity: at(0, 1),
            angle: at(0, 2),
            angular_velocity: at(0, 3),
        };
        for t in 0..12 {
            let outcome = cart.step(actions[[game, t]] as usize);
            let found = [cart.position, cart.velocity, cart.angle, cart.angular_velocity];
            for (i, found) in found.into_iter().enumerate() {
                assert!(
                    (found - at(t + 1, i)).abs() < 1e-12,
                    "game {game}, step {t}, number {i}: {found}"
                );
            }
            let fallen = at(t + 1, 0).abs() > 2.4 || at(t + 1, 2).abs() > 0.2094395102393195;
            assert_eq!(outcome, Outcome { reward: 1.0, terminal: fallen }, "game {game}, step {t}");
        }
    }
}

#[test]
fn a_pole_that_is_pushed_one_way_falls_the_other() {
    let mut episode = Episode::begin(Box::new(CartPole::default()), &mut generator(1));
    while !episode.step(1).1 {}
    assert!((8..12).contains(&episode.actions.len()), "{} steps", episode.actions.len());
    assert_eq!(episode.points, episode.actions.len() as f64);
}

/// Catch played by one who reads the pixels.
fn catches(game: &mut Catch) -> f32 {
    loop {
        let seen = game.observe();
        let column = |plane: usize| {
            let pixels = seen.indexed_iter().filter(|(at, x)| at[0] == plane && **x == 1.0);
            let columns: Vec<usize> = pixels.map(|(at, _)| at[2]).collect();
            columns[columns.len() / 2]
        };
        let outcome =
            game.step(1 + usize::from(column(0) > column(2)) - usize::from(column(0) < column(2)));
        if outcome.terminal {
            return outcome.reward;
        }
        assert_eq!(outcome.reward, 0.0);
    }
}

#[test]
fn who_follows_the_ball_catches_it_and_who_does_not_may_miss() {
    let (mut game, rng) = (Catch::new(7), &mut generator(3));
    let mut caught = Vec::new();
    for _ in 0..50 {
        game.reset(rng);
        assert_eq!(catches(&mut game), 1.0);
        game.reset(rng);
        let steps =
            (0..).find_map(|n| Some(game.step(0)).filter(|o| o.terminal).map(|o| (n, o.reward)));
        let (steps, reward) = steps.expect("it ends");
        assert_eq!(steps, 5, "seven rows are six steps");
        caught.push(reward);
    }
    assert!(caught.contains(&1.0) && caught.contains(&-1.0), "{caught:?}");
}

fn experience(number: usize) -> Experience {
    let seen = |x: usize| Array1::from_elem(2, x as f32).into_dyn();
    Experience {
        state: seen(number),
        action: number % 3,
        reward: number as f32,
        next: seen(number + 1),
        terminal: number.is_multiple_of(5),
    }
}

#[test]
fn the_replay_buffer_forgets_the_oldest() {
    let mut replay = Replay::new(4);
    (0..6).for_each(|number| replay.push(experience(number)));
    let (held, slot) = replay.contents();
    assert_eq!(held.iter().map(|e| e.reward).collect::<Vec<_>>(), [4.0, 5.0, 2.0, 3.0]);
    assert_eq!(slot, 2, "2 is the oldest");
    let batch = replay.sample(400, &mut generator(1));
    assert_eq!((batch.states.shape(), batch.nexts.shape()), (&[400, 2][..], &[400, 2][..]));
    let mut counts = [0; 6];
    for n in 0..400 {
        let number = batch.rewards[n] as usize;
        let one = experience(number);
        assert_eq!((batch.actions[n], batch.terminals[n]), (one.action, one.terminal));
        assert_eq!(
            (batch.states[[n, 1]], batch.nexts[[n, 0]]),
            (number as f32, number as f32 + 1.0)
        );
        counts[number] += 1;
    }
    assert!(counts[..2] == [0, 0] && counts[2..].iter().all(|&n| n > 60), "{counts:?}");
    let again = Replay::restore(4, held.to_vec(), slot);
    assert_eq!(again.as_ref(), Some(&replay));
    assert_eq!(
        Replay::restore(5, held.to_vec(), 2),
        None,
        "with room left, the next goes to the end"
    );
    assert_eq!(Replay::restore(4, held.to_vec(), 4), None);
}

#[test]
fn targets_by_hand() {
    let target = array![[1.0, 5.0], [4.0, -2.0]].into_dyn();
    let network = array![[3.0, 2.0], [9.0, 0.0]].into_dyn();
    assert_eq!(best_values(&target), [5.0, 4.0]);
    assert_eq!(
        double_values(&network, &target),
        [1.0, 4.0],
        "the network chooses, the target judges"
    );
    assert_eq!(targets(&[1.0, -1.0], &[false, true], &[5.0, 4.0], 0.5), [3.5, -1.0]);
}

#[test]
fn the_target_network_follows() {
    let network = |seed| q_network::<f32>(&[4], 2, &mut generator(seed)).expect("it fits");
    let (mut target, mut network) = (network(1), network(2));
    let before = [model::snapshot(&mut target), model::snapshot(&mut network)];
    follow(&mut target, &mut network, 0.25);
    for (i, now) in model::snapshot(&mut target).iter().enumerate() {
        for ((now, old), goal) in now.iter().zip(&before[0][i]).zip(&before[1][i]) {
            assert!((now - (0.75 * old + 0.25 * goal)).abs() < 1e-6);
        }
    }
    follow(&mut target, &mut network, 1.0);
    for (now, goal) in model::snapshot(&mut target).iter().zip(&before[1]) {
        assert!(now.iter().zip(goal).all(|(now, goal)| (now - goal).abs() < 1e-6));
    }
}

#[test]
fn epsilon_falls_and_decides() {
    assert_eq!(
        [0, 50, 100, 900].map(|step| epsilon(step, 100, 0.2)),
        [1.0, 0.6, 0.19999999999999996, 0.19999999999999996]
    );
    assert_eq!(greedy(&[1.0, 3.0, 3.0]), 1);
    let rng = &mut generator(1);
    let mut count = |epsilon| {
        (0..900).filter(|_| epsilon_greedy(3, || vec![0.0, 0.0, 1.0], epsilon, rng) == 2).count()
    };
    assert_eq!(count(0.0), 900);
    let (half, all) = (count(0.5), count(1.0));
    assert!((550..650).contains(&half), "{half} of 900, where 600 are expected");
    assert!((260..340).contains(&all), "{all} of 900, where 300 are expected");
}

#[test]
fn walking_about_finds_what_sweeping_finds() {
    let mut q = [[0.0; 2]; bellman::FIELDS];
    for _ in 0..6 {
        q = bellman::sweep(&q);
    }
    assert_eq!(q, bellman::sweep(&q), "it has settled");
    for (field, value) in [0.729, 0.81, 0.9, 1.0].into_iter().enumerate() {
        assert!((q[field][1] - value).abs() < 1e-12 && q[field][0] < q[field][1]);
    }
    let learned = bellman::q_learning(2000, (0.5, 0.5), &mut generator(1));
    for (field, values) in q.iter().enumerate() {
        for (action, value) in values.iter().enumerate() {
            let found = learned[field][action];
            assert!(
                (found - value).abs() < 1e-3,
                "field {field}, action {action}: {found}, not {value}"
            );
        }
    }
}

/// A small Catch, quickly learned.
fn settings(steps: usize) -> Settings {
    Settings {
        steps,
        gamma: 0.9,
        reward_scale: 1.0,
        epsilon: 0.05,
        epsilon_steps: 1000,
        replay: 1000,
        warm_up: 100,
        learn_every: 1,
        batch_size: 32,
        learning_rate: 2e-3,
        schedule: Schedule::Constant,
        target_every: 1,
        tau: 0.02,
        no_double: false,
        clip: 10.0,
    }
}

fn small_catch() -> Box<dyn Environment> {
    Box::new(Catch::new(5))
}

fn play(training: &mut Training, settings: &Settings, until: usize) {
    while training.step < until {
        training.step(settings).expect("it learns");
    }
}

#[test]
fn a_small_catch_is_learned() {
    let settings = settings(3000);
    let mut training = Training::start(small_catch(), &settings, 1).expect("it begins");
    let points =
        |training: &Training| mean(&judge(&training.agent.network, small_catch(), (100, 0.0), 7));
    let before = points(&training);
    play(&mut training, &settings, settings.steps);
    let after = points(&training);
    assert!(before < 0.5 && after > 0.9, "{before}, then {after}");
    assert_eq!(training.returns.len(), 3000 / 4, "four steps an episode");
}

/// Whatever the step at which it is stopped: in an episode or at its end, before learning begins and after, with a
/// ring that is full or not.
#[test]
fn stopped_and_resumed_it_learns_the_same() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = Settings { replay: 150, ..settings(230) };
    let mut whole = Training::start(small_catch(), &settings, 5).expect("it begins");
    play(&mut whole, &settings, 230);
    for stop in [0, 60, 102, 119, 200] {
        let file = folder.path().join(format!("{stop}.npz"));
        let mut part = Training::start(small_catch(), &settings, 5).expect("it begins");
        play(&mut part, &settings, stop);
        kept::save(&file, &mut part, &settings).expect("saved");
        let mut resumed = kept::load(&file, small_catch(), &settings).expect("it goes on");
        play(&mut resumed, &settings, 230);
        assert_same(&mut resumed, &mut whole, stop);
    }
}

#[track_caller]
fn assert_same(a: &mut Training, b: &mut Training, stop: usize) {
    assert!(
        model::snapshot(&mut a.agent.network) == model::snapshot(&mut b.agent.network),
        "stopped after {stop} steps"
    );
    assert!(
        model::snapshot(&mut a.agent.target) == model::snapshot(&mut b.agent.target),
        "stopped after {stop} steps"
    );
    assert!(
        a.replay == b.replay && a.rng == b.rng && a.returns == b.returns,
        "stopped after {stop} steps"
    );
    assert_eq!(a.episode.game.observe(), b.episode.game.observe());
    assert_eq!(a.history.losses, b.history.losses);
}

fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = PROGRAM.run(folder, arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
}

#[test]
fn a_game_is_learned_saved_resumed_and_watched() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| printed(folder.path(), arguments);
    let small = ["--replay", "300", "--warm-up", "50", "--episodes", "5", "--schedule", "constant"];
    let train = |arguments: &[&str]| run(&[&["play", "catch"], arguments, &small].concat());
    let text = train(&["--steps", "200", "--save", "part.npz"]);
    holds(
        &text,
        &[
            "a random player: ",
            "\nstep    200/200: 22 episodes",
            "\nweights: part.npz\n",
            "\nfigure: figures/ch08/catch.png\n",
            "\nfigure: figures/ch08/catch-frames.png\n",
            "\nfigure: figures/ch08/catch.gif\n",
        ],
    );
    let resumed = train(&["--steps", "400", "--save", "part.npz", "--resume"]);
    holds(&resumed, &["resumed after 200 steps\n", "5 fresh episodes: mean return "]);
    train(&["--steps", "400", "--save", "whole.npz"]);
    let arrays = |name: &str| all_arrays(&folder.path().join(name));
    assert!(arrays("part.npz") == arrays("whole.npz"), "resumed, it learned something else");
    let watched = run(&["play", "watch", "catch", "--weights", "whole.npz"]);
    holds(
        &watched,
        &[
            "step 0\n",
            "oo",
            "======",
            "step 9\n",
            "\n9 steps, return ",
            "mean return of 20 episodes: ",
        ],
    );
    let gif = run(&["play", "watch", "catch", "--gif", "catch.gif"]);
    holds(&gif, &["animation: catch.gif\n"]);
    for animation in ["catch.gif", "figures/ch08/catch.gif"] {
        let bytes = std::fs::read(folder.path().join(animation)).expect("an animation");
        assert!(bytes.starts_with(b"GIF89a"), "{animation}");
    }
    PROGRAM.refuses(
        folder.path(),
        &["play", "watch", "breakout", "--weights", "whole.npz"],
        "expected shape",
    );
    PROGRAM.refuses(
        folder.path(),
        &["play", "cartpole", "--resume", "whole.npz", "--batch-size", "32"],
        "expected shape",
    );
    PROGRAM.refuses(
        folder.path(),
        &["play", "catch", "--resume", "whole.npz"],
        "was made with --replay 300",
    );
    let enough =
        [&["play", "catch", "--resume", "whole.npz", "--steps", "400"], &small[..]].concat();
    PROGRAM.refuses(folder.path(), &enough, "has played 400 steps already");
}

/// The weights and what else of a training its future depends on.
fn all_arrays(file: &Path) -> Vec<Tensor<f32>> {
    let wanted: [(&str, &[usize]); 5] = [
        ("target_W1", &[16, 3, 3, 3]),
        ("replay_states", &[300, 300]),
        ("replay_terminals", &[300]),
        ("episode_start", &[16]),
        ("generator", &[8]),
    ];
    let mut network = q_network(&[3, 10, 10], 3, &mut generator(0)).expect("it fits");
    weights::load(&mut network, file).expect("weights");
    let mut all = common::store::checkpoint::more(file, &wanted).expect("a checkpoint");
    all.extend(model::snapshot(&mut network));
    all
}

#[test]
fn several_runs_are_those_of_their_seeds() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| {
        let small = ["play", "--steps", "300", "--warm-up", "100", "--episodes", "5"];
        printed(folder.path(), &[&small, arguments].concat())
    };
    let both = run(&["--runs", "2", "--seed", "4", "--threads", "2"]);
    holds(&both, &["\nseed 4: ", "\nseed 5: ", "median of 2: "]);
    let of = |text: &str, seed: &str| {
        let line = text.lines().find(|line| line.starts_with(seed)).expect("a line").to_string();
        line.split("; ").nth(1).expect("how it plays").to_string()
    };
    assert_eq!(of(&run(&["--seed", "5"]), "seed 5"), of(&both, "seed 5"));
}

#[test]
fn a_training_that_goes_wrong_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let wild = [
        "play",
        "--steps",
        "2000",
        "--warm-up",
        "100",
        "--learning-rate",
        "1e30",
        "--save",
        "w.npz",
    ];
    PROGRAM.refuses(
        folder.path(),
        &wild,
        "try a smaller --learning-rate; w.npz holds the weights from before",
    );
}

#[test]
fn what_is_mistyped_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("file"), "not weights").expect("a temporary file");
    for (arguments, because) in [
        (&["play", "--gamma", "1.5"][..], "expected a number from 0 to 1"),
        (&["play", "--steps", "0"], "expected a whole number of at least 1"),
        (&["play", "--batch-size", "9", "--replay", "8"], "at most --replay"),
        (&["play", "--runs", "2", "--save", "w.npz"], "cannot be used with"),
        (&["play", "--resume"], "name it"),
        (&["play", "--resume", "file"], "not a checkpoint"),
        (&["play", "catch", "--resume", "nowhere.npz"], "cannot read nowhere.npz"),
        (&["play", "watch", "pong"], "cartpole, catch, breakout"),
        (&["play", "watch", "--weights", "file"], "not a whole .npz file"),
        (&["play", "watch", "--gif", "."], "is a folder"),
        (&["play", "catch", "--threads", "0"], "0 is not in 1..=256"),
    ] {
        PROGRAM.refuses(folder.path(), arguments, because);
    }
}
