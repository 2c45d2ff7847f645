use super::{SIDE, draw};
use crate::data::Dataset;

/// The images as rows of `f32`.
fn rows(set: &Dataset) -> Vec<Vec<f32>> {
    let rows = set.images.outer_iter();
    rows.map(|image| image.iter().map(|&pixel| f32::from(pixel)).collect()).collect()
}

#[test]
fn the_seed_decides_everything() {
    assert_eq!(draw(1, 50), draw(1, 50));
    assert_ne!(draw(1, 50), draw(2, 50));
}

#[test]
fn a_smaller_set_is_the_beginning_of_a_larger_one() {
    let (small, large) = (draw(3, 30), draw(3, 100));
    assert_eq!(small.labels, large.labels[..30]);
    assert_eq!(small.images, large.images.slice(ndarray::s![..30, .., .., ..]));
}

#[test]
fn no_digits_are_a_set_too() {
    assert_eq!(draw(1, 0).images.shape(), [0, 1, SIDE, SIDE]);
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| draw(4, 200))
    };
    assert_eq!(with(1), with(2));
}

#[test]
fn every_image_has_ink_in_the_middle_and_a_margin() {
    let (mut right, mut down) = (0.0, 0.0);
    let rows = rows(&draw(5, 500));
    for image in &rows {
        let (mut mass, mut x, mut y, mut edge) = (0.0, 0.0, 0.0, 0.0);
        for (i, ink) in image.iter().enumerate() {
            let (row, column) = (i / SIDE, i % SIDE);
            mass += ink;
            x += ink * column as f32;
            y += ink * row as f32;
            if [row, column].iter().any(|&at| at == 0 || at == SIDE - 1) {
                edge += ink;
            }
        }
        assert!(mass > 20.0 * 255.0, "ink for {} pixels only", mass / 255.0);
        assert!(edge < 0.05 * mass, "{edge} of {mass} at the border");
        assert!((x / mass - 14.0).hypot(y / mass - 14.0) < 5.0, "centre {}", x / mass);
        right += x / mass - 14.0;
        down += y / mass - 14.0;
    }
    assert!(right.hypot(down) / (rows.len() as f32) < 0.3);
}

#[test]
fn the_labels_are_balanced() {
    let labels = draw(6, 2000).labels;
    for digit in 0..10 {
        let count = labels.iter().filter(|&&label| label == digit).count();
        // Five standard deviations: √(2000 × 0.1 × 0.9) is 13.
        assert!((133..=267).contains(&count), "{count} images of {digit}");
    }
}

/// The images must look like their labels: even the crudest classifier has to tell them apart.
#[test]
fn the_nearest_mean_tells_the_digits_apart() {
    let (study, exam) = (draw(7, 1500), draw(8, 500));
    let mut means = vec![(0.0, vec![0.0; SIDE * SIDE]); 10];
    for (image, &label) in rows(&study).iter().zip(&study.labels) {
        let (count, sum) = &mut means[usize::from(label)];
        *count += 1.0;
        sum.iter_mut().zip(image).for_each(|(sum, pixel)| *sum += pixel);
    }
    let far = |image: &[f32], (count, sum): &(f32, Vec<f32>)| -> f32 {
        image.iter().zip(sum).map(|(pixel, sum)| (pixel - sum / count).powi(2)).sum()
    };
    let right = rows(&exam)
        .iter()
        .zip(&exam.labels)
        .filter(|(image, label)| {
            let distances = means.iter().map(|mean| far(image, mean));
            distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).map(|best| best.0)
                == Some(usize::from(**label))
        })
        .count();
    assert!(right > 300, "{right} of 500");
}
