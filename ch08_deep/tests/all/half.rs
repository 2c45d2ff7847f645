//! Half precision: what it holds, what it loses, and what a scale saves.

use std::sync::Arc;

use ch08_deep::half::in_half::{InHalf, Seen};
use ch08_deep::half::rounding::Rounding;
use common::layer::Layer;
use common::layers::Affine;
use common::network::Network;
use common::random::{Rng, distributions::StandardNormal, generator};
use ndarray::{Array2, array};
use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch08_deep"));

#[test]
fn the_nearest_number_and_what_becomes_of_the_smallest_and_largest() {
    let mut rounding = Rounding::default();
    let smallest = 2_f32.powi(-24);
    for (x, expected) in [
        (1.0, 1.0),
        (1.0 / 3.0, 1365.0 / 4096.0),
        (1.0 + 2_f32.powi(-11), 1.0), // half-way: to the one that ends in 0
        (1.0 + 3.0 * 2_f32.powi(-11), 1.0 + 2_f32.powi(-9)),
        (65504.0, 65504.0),
        (65519.9, 65504.0),
        (65520.0, f32::INFINITY),
        (-smallest, -smallest),
        (0.5 * smallest, 0.0),
        (0.51 * smallest, smallest),
        (0.0, 0.0),
    ] {
        assert_eq!(rounding.round(x), expected, "{x}");
    }
    assert_eq!((rounding.numbers, rounding.vanished, rounding.infinite), (10, 1, 1));
    assert_eq!(rounding.largest, 65520.0);
    assert!((rounding.error - 15.9).abs() < 1e-2, "{}", rounding.error);
    assert!(rounding.relative <= 2_f32.powi(-11));
}

#[test]
fn numbers_with_all_their_bits_are_off_by_a_2048th_at_most() {
    let rng = &mut generator(1);
    let (mut rounding, mut other) = (Rounding::default(), Rounding::default());
    for _ in 0..10_000 {
        rounding.round(rng.sample::<f32, _>(StandardNormal));
        other.round(1e-3 * rng.sample::<f32, _>(StandardNormal));
    }
    assert!((4.5e-4..=4.8829e-4).contains(&rounding.relative), "{}", rounding.relative);
    let powers = |r: &Rounding| r.powers.iter().sum::<usize>();
    assert_eq!((powers(&rounding), rounding.vanished), (10_000, 0));
    rounding.add(&other);
    assert_eq!((rounding.numbers, powers(&rounding)), (20_000, 20_000));
}

/// One affine layer 1→1 with weight 1, in half precision.
fn one(seen: &Arc<Seen>) -> Network<f32> {
    let affine = Affine::from_weights(array![[1.0]], array![0.0]);
    Network::new().with(affine).map(|layer| InHalf::new(layer, seen))
}

#[test]
fn activations_and_gradients_are_rounded() {
    let seen = Arc::new(Seen::default());
    let mut network = one(&seen);
    let x: Array2<f32> = array![[1.0 / 3.0]];
    assert_eq!(network.infer(x.clone().into_dyn())[[0, 0]], 1365.0 / 4096.0);
    assert_eq!(network.forward(x.into_dyn())[[0, 0]], 1365.0 / 4096.0);
    assert_eq!(network.backward(array![[0.1_f32]].into_dyn())[[0, 0]], 0.099_975_586);
    assert_eq!((seen.forward().numbers, seen.backward().numbers), (2, 1));
}

#[test]
fn a_scale_saves_what_would_vanish() {
    let tiny = 1e-8_f32;
    for (scale, vanished) in [(1.0, 1), (1024.0, 0)] {
        let seen = Arc::new(Seen::default());
        let mut network = one(&seen);
        network.forward(array![[1.0_f32]].into_dyn());
        network.backward_params(array![[tiny * scale]].into_dyn());
        let found = network.params()[0].grad[[0, 0]] / scale;
        assert_eq!(seen.backward().vanished, vanished, "scale {scale}");
        let expected = if vanished == 1 { 0.0 } else { tiny };
        assert!((found - expected).abs() <= 3e-3 * tiny, "scale {scale}: {found}");
    }
}

#[test]
fn a_file_in_half_precision_is_a_weights_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| {
        let output = PROGRAM.run(folder.path(), arguments);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let text = run(&["half", "--data", "digits", "--train-size", "100", "--save", "half.npz"]);
    for line in ["\nweights: half.npz\n", "\nfigure: figures/ch08/half.png\n"] {
        assert!(text.contains(line), "{line:?} is missing in {text}");
    }
    let bytes = |precision: &str| -> f64 {
        let line = text.lines().find(|line| line.starts_with("file: ")).expect("two sizes");
        let words: Vec<_> = line.split(' ').collect();
        let at = words.iter().position(|&word| word == precision).expect("a precision");
        words[at - if precision == "single," { 3 } else { 2 }].parse().expect("a number")
    };
    let ratio = bytes("half") / bytes("single,");
    assert!((0.45..0.55).contains(&ratio), "{ratio}");

    // What the table says of rounded weights is what the file gives.
    let row = text.lines().find(|line| line.contains("weights in half")).expect("a row");
    let accuracy = row.split_whitespace().nth(3).expect("an accuracy");
    let read = run(&["evaluate", "--data", "digits", "--weights", "half.npz"]);
    assert!(read.contains(&format!("test accuracy: {accuracy}\n")), "{read} {row}");
}
