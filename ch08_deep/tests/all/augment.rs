//! Distorted images: what they are, and that they are the same whoever makes them.

use ch08_deep::augment::distorting::Augment;
use ch08_deep::augment::distortion::Distortion;
use ch08_deep::augment::elastic;
use common::Tensor;
use common::data::digits;
use common::layer::Layer;
use common::random::generator;

const SIDE: (usize, usize) = (28, 28);

fn images(count: usize) -> Tensor<f32> {
    digits::draw(1, count).batch(&(0..count).collect::<Vec<_>>()).0
}

#[test]
fn nothing_asked_for_changes_nothing() {
    let x = images(5);
    let y = Augment::new(Distortion::NONE, &mut generator(1)).forward(x.clone());
    assert_eq!(x, y);
}

#[test]
fn a_shift_by_whole_pixels_moves_the_pixels() {
    // What is drawn are the numbers from -most to most; we look for the places themselves.
    let distortion = Distortion { shift: 3.0, ..Distortion::NONE };
    for seed in 0..10 {
        let places = distortion.sources(SIDE, &mut generator(seed));
        let [dx, dy] = places[0];
        assert!(dx.abs() <= 3.0 && dy.abs() <= 3.0, "{dx}, {dy}");
        for (at, [x, y]) in places.into_iter().enumerate() {
            assert!((x - dx - (at % 28) as f32).abs() < 1e-5);
            assert!((y - dy - (at / 28) as f32).abs() < 1e-5);
        }
    }
}

#[test]
fn turning_keeps_distances_and_the_middle() {
    let distortion = Distortion { rotation: 30.0, ..Distortion::NONE };
    let (mut most, middle) = (0.0_f32, 13.5);
    for seed in 0..20 {
        let places = distortion.sources(SIDE, &mut generator(seed));
        let [x, y] = places[0];
        assert!(((x - middle).hypot(y - middle) - middle.hypot(middle)).abs() < 1e-4);
        let centre = (0..2).map(|axis| places.iter().map(|place| place[axis]).sum::<f32>() / 784.0);
        assert!(centre.into_iter().all(|c| (c - middle).abs() < 1e-2));
        // The corner was at -135 degrees.
        let turned = (y - middle).atan2(x - middle).to_degrees() + 135.0;
        assert!(turned.abs() <= 30.01, "{turned}");
        most = most.max(turned.abs());
    }
    assert!(most > 15.0, "some turn far: {most}");
}

#[test]
fn a_dark_image_grows_paler_between_its_pixels_and_paper_comes_in() {
    let mut image = vec![0.0; 9];
    image[4] = 1.0; // one dot in the middle of 3×3
    let half = Distortion { shift: 0.5, ..Distortion::NONE };
    for seed in 0..10 {
        let mut moved = image.clone();
        let [x, y] = half.sources((3, 3), &mut generator(seed))[0];
        half.distort(&mut moved, (3, 3), &mut generator(seed));
        // The dot is shared out among four pixels and nothing is lost.
        assert!((moved.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!((moved[4] - (1.0 - x.abs()) * (1.0 - y.abs())).abs() < 1e-5);
    }
    let mut full = vec![1.0; 784];
    Distortion { shift: 60.0, ..Distortion::NONE }.distort(&mut full, SIDE, &mut generator(3));
    let [x, y] = Distortion { shift: 60.0, ..Distortion::NONE }.sources(SIDE, &mut generator(3))[0];
    assert!(x.abs().max(y.abs()) > 29.0, "far out");
    assert!(full.iter().all(|&pixel| pixel == 0.0), "paper only");
}

#[test]
fn splines_share_out_all_and_are_smooth() {
    for step in 0..=10 {
        let shares = elastic::spline(step as f32 / 10.0);
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(shares.iter().all(|&share| share >= 0.0));
    }
    assert_eq!(elastic::spline(0.0)[..3], elastic::spline(1.0)[1..], "pieces fit together");
}

#[test]
fn an_elastic_field_is_as_strong_as_asked_for_and_smooth() {
    let (mut squares, mut steps, mut sum) = (0.0_f64, 0.0_f64, 0.0_f64);
    for seed in 0..400 {
        let field = elastic::field(SIDE, 2.0, &mut generator(seed));
        assert_eq!(field.len(), 784);
        sum += field.iter().map(|&x| f64::from(x)).sum::<f64>() / 784.0;
        squares += field.iter().map(|&x| f64::from(x * x)).sum::<f64>() / 784.0;
        let neighbours = field.chunks_exact(28).flat_map(|row| row.windows(2));
        steps += neighbours.map(|p| f64::from((p[1] - p[0]) * (p[1] - p[0]))).sum::<f64>() / 756.0;
    }
    let (mean, std, step) = (sum / 400.0, (squares / 400.0).sqrt(), (steps / 400.0).sqrt());
    assert!(mean.abs() < 0.1 && (std - 2.0).abs() < 0.1, "mean {mean}, deviation {std}");
    // A Gaussian of σ has differences of std/(σ√2) between neighbours.
    let sigma = elastic::SPACING as f64 / 3_f64.sqrt();
    assert!((step / (2.0 / (sigma * 2_f64.sqrt())) - 1.0).abs() < 0.15, "{step}");
}

#[test]
fn the_same_images_on_any_number_of_threads_and_others_in_every_step() {
    let x = images(33);
    let steps_with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads start").install(|| {
            let mut augment = Augment::new(Distortion::ALL, &mut generator(1));
            [augment.forward(x.clone()), augment.forward(x.clone())]
        })
    };
    let once = steps_with(1);
    assert_ne!(once[0], once[1], "the next step draws anew");
    assert_ne!(once[0], x);
    for threads in 2..=4 {
        assert_eq!(steps_with(threads), once, "{threads} threads");
    }
}

#[test]
fn when_nothing_is_learned_images_pass() {
    let x = images(3);
    let augment = Augment::new(Distortion::ALL, &mut generator(1));
    assert_eq!(augment.infer(x.clone()), x);
}

#[test]
fn distorted_digits_keep_their_ink() {
    let x = images(50);
    let y = Augment::new(Distortion::ALL, &mut generator(1)).forward(x.clone());
    let ratio = y.sum() / x.sum();
    assert!((0.9..1.1).contains(&ratio), "{ratio}");
    assert!(y.iter().all(|ink| (0.0..=1.0).contains(ink)));
}
