//! How good a segmentation is, class by class.

use common::metrics::Confusion;

/// Prints the IoU of each class and its share of the pixels, and what all of it comes to.
pub fn print(confusion: &Confusion, names: &[&str]) {
    let all = confusion.counts.sum() as f64;
    println!("  class          IoU   of all pixels");
    for ((name, iou), row) in names.iter().zip(confusion.iou()).zip(confusion.counts.rows()) {
        let iou = iou.map_or("     –".to_string(), |iou| format!("{iou:.4}"));
        println!("  {name:<10} {iou} {:>13.2} %", 100.0 * row.sum() as f64 / all);
    }
    println!("pixel accuracy: {:.4}", confusion.accuracy());
    println!("mIoU: {:.4}", confusion.mean_iou());
}

/// What somebody gets who answers with this class everywhere.
pub fn always(confusion: &Confusion, class: usize) -> Confusion {
    let mut stubborn = confusion.clone();
    stubborn.counts.fill(0);
    stubborn.counts.column_mut(class).assign(&confusion.counts.sum_axis(ndarray::Axis(1)));
    stubborn
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn one_answer_for_everything() {
        let mut confusion = Confusion::new(3, None);
        confusion.counts = array![[5, 1, 0], [0, 2, 1], [0, 0, 1]];
        let stubborn = always(&confusion, 0);
        assert_eq!(stubborn.counts, array![[6, 0, 0], [3, 0, 0], [1, 0, 0]]);
        assert_eq!(stubborn.accuracy(), 0.6);
        assert_eq!(stubborn.iou(), [Some(0.6), Some(0.0), Some(0.0)]);
    }
}
