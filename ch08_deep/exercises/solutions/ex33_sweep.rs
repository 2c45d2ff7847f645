//! A solution of exercise 33: one sweep of the Bellman equation.

/// The values after a sweep.
pub fn sweep(values: &[f64], gamma: f64) -> Vec<f64> {
    let goal = values.len() - 1;
    let worth = |next: usize| if next == goal { 1.0 } else { gamma * values[next] };
    let better = |field: usize| worth(field.saturating_sub(1)).max(worth(field + 1));
    (0..values.len()).map(|field| if field == goal { 0.0 } else { better(field) }).collect()
}
