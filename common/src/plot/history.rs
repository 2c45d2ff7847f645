//! How a training went.

use nn::train::History;

use super::{Area, Drawn, LineChart, Series, Stroke};

/// Draws the loss of every step on the left, the accuracy after every epoch on the right.
///
/// # Errors
/// If plotters cannot draw it.
pub fn draw_history(history: &History, area: &Area<'_>) -> Drawn {
    let panels = area.split_evenly((1, 2));
    let numbered =
        |values: &[f64]| (1..).map(f64::from).zip(values.iter().copied()).collect::<Vec<_>>();
    let every_step = Series::line("each step", 4, numbered(&history.losses));
    let smooth = Series::line("mean of 100 steps", 0, smoothed(&history.losses, 100));
    LineChart {
        title: "Loss".to_string(),
        x_label: "step".to_string(),
        y_label: "cross entropy".to_string(),
        series: vec![every_step.stroke(Stroke::Dots).width(0.7), smooth],
        ..LineChart::default()
    }
    .draw(&panels[0])?;

    let train = Series::line("training images", 0, numbered(&history.train_accuracies));
    let test =
        Series::line("test images", 1, numbered(&history.test_accuracies)).stroke(Stroke::Dashed);
    LineChart {
        title: "Accuracy".to_string(),
        x_label: "epoch".to_string(),
        y_label: "fraction read correctly".to_string(),
        series: vec![train, test],
        ..LineChart::default()
    }
    .draw(&panels[1])
}

/// The mean of each `window` values, at the middle of the window; a quarter of a window apart.
pub fn smoothed(values: &[f64], window: usize) -> Vec<(f64, f64)> {
    let window = window.min(values.len()).max(1);
    let mean = |(i, w): (usize, &[f64])| {
        (i as f64 + (window + 1) as f64 / 2.0, w.iter().sum::<f64>() / window as f64)
    };
    values.windows(window).enumerate().step_by(window.div_ceil(4)).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_stand_in_the_middle_of_what_they_are_of() {
        let values = [1.0, 3.0, 5.0, 7.0];
        assert_eq!(smoothed(&values, 2), [(1.5, 2.0), (2.5, 4.0), (3.5, 6.0)]);
        assert_eq!(smoothed(&values, 100), [(2.5, 4.0)], "fewer values than the window is wide");
        assert_eq!(smoothed(&[], 100), []);
    }
}
