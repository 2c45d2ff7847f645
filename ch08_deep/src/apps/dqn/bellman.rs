//! Five fields in a row: values worked out by sweeping, and learned by trying.

use common::random::{Generator, Rng};

use super::exploration::epsilon_greedy;

/// Fields in a row. The last one is the goal: who enters it gets a point, and the game is over.
pub const FIELDS: usize = 5;
/// What a point is worth that comes a step later.
pub const GAMMA: f64 = 0.9;

/// The values of both actions, left and right, in each field.
pub type Table = [[f64; 2]; FIELDS];

// ANCHOR: fields
/// A step to the left (0) or to the right (1): the next field, the points, and whether the game is over. At the
/// left wall one stays.
pub fn step(field: usize, action: usize) -> (usize, f64, bool) {
    let next = if action == 1 { field + 1 } else { field.saturating_sub(1) };
    let goal = next == FIELDS - 1;
    (next, f64::from(u8::from(goal)), goal)
}
// ANCHOR_END: fields

/// What the better action is worth.
pub fn best(values: [f64; 2]) -> f64 {
    values[0].max(values[1])
}

// ANCHOR: sweep
/// One sweep: for every field and action, what the Bellman equation says with the values so far.
pub fn sweep(q: &Table) -> Table {
    let value = |field, action| {
        let (next, reward, over) = step(field, action);
        if over { reward } else { reward + GAMMA * best(q[next]) }
    };
    std::array::from_fn(|field| {
        if field == FIELDS - 1 { [0.0; 2] } else { [0, 1].map(|a| value(field, a)) }
    })
}
// ANCHOR_END: sweep

// ANCHOR: q_learning
/// Tabular Q-learning (Watkins, 1989): walk about, and after each step move one value a little.
pub fn q_learning(episodes: usize, (rate, epsilon): (f64, f64), rng: &mut Generator) -> Table {
    let mut q = [[0.0; 2]; FIELDS];
    for _ in 0..episodes {
        let (mut field, mut over) = (0, false);
        while !over {
            let action = choose(q[field], epsilon, rng);
            let (next, reward, end) = step(field, action);
            let target = if end { reward } else { reward + GAMMA * best(q[next]) };
            q[field][action] += rate * (target - q[field][action]);
            (field, over) = (next, end);
        }
    }
    q
}
// ANCHOR_END: q_learning

/// ε-greedy, and a coin where both promise the same.
fn choose(values: [f64; 2], epsilon: f64, rng: &mut Generator) -> usize {
    match values[0] == values[1] {
        true => rng.random_range(0..2),
        false => epsilon_greedy(2, || values.map(|x| x as f32).to_vec(), epsilon, rng),
    }
}

/// Prints the values after each sweep until they stay, and what Q-learning finds.
pub fn run(rng: &mut Generator) {
    println!("what the better action is worth in the fields 1 to 4; 5 is the goal, γ = {GAMMA}");
    let row = |q: &Table| {
        q[..FIELDS - 1].iter().map(|&v| format!("{:>7.3}", best(v))).collect::<String>()
    };
    let mut q = [[0.0; 2]; FIELDS];
    for sweeps in 0.. {
        println!("  {sweeps} sweeps    {}", row(&q));
        let next = sweep(&q);
        if next == q {
            break;
        }
        q = next;
    }
    for episodes in [1, 10, 100] {
        let learned = q_learning(episodes, (0.5, 0.1), rng);
        println!("  {episodes:>3} episodes{}", row(&learned));
    }
    println!("left and right, by sweeping: and by 100 episodes:");
    let learned = q_learning(100, (0.5, 0.1), rng);
    for field in 0..FIELDS - 1 {
        let [[left, right], [l, r]] = [q[field], learned[field]];
        println!("  field {}  {left:.3} {right:.3}    {l:.3} {r:.3}", field + 1);
    }
}
