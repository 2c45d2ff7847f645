//! VGG, GoogLeNet and ResNet: their blocks' gradients, their counts, and what they do.

use std::fs::File;
use std::path::Path;

use approx::assert_abs_diff_eq;
use ch08_deep::networks::deep_conv_net::IMAGE;
use ch08_deep::networks::family::{self, chapters_own, gradient_error};
use ch08_deep::networks::global_average::GlobalAverage;
use ch08_deep::networks::googlenet::{self, googlenet};
use ch08_deep::networks::inception::{Inception, Widths};
use ch08_deep::networks::residual::Residual;
use ch08_deep::networks::resnet::resnet;
use ch08_deep::networks::stack::{Shape, Stack};
use ch08_deep::networks::vgg::{self, group, vgg};
use common::data::digits;
use common::gradient::TOLERANCE;
use common::init::Init;
use common::layer::Layer;
use common::optimizer::Momentum;
use common::random::{Generator, Rng, distributions::StandardNormal, generator};
use common::store::weights;
use common::train::{Classification, Trainer, TrainingState};
use common::{Float, Tensor};
use ndarray::{Axis, Slice};
use ndarray_npy::NpzReader;
use testing::Program;

const WIDTHS: Widths = Widths { one: 2, three: (3, 4), five: (2, 3), pool: 1 };
const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch08_deep"));

fn normal(shape: &[usize], rng: &mut Generator) -> Tensor<f64> {
    Tensor::from_shape_simple_fn(shape, || rng.sample(StandardNormal))
}

const BLOCKS_IMAGE: Shape = (3, 6, 5);

fn right(name: &str, mut block: impl Layer<f64>, seed: u64) {
    let error = gradient_error(&mut block, BLOCKS_IMAGE, seed);
    assert!(error < TOLERANCE, "seed {seed}, {name}: {error:.1e}");
}

#[test]
fn every_block_has_the_right_gradients() {
    for seed in 1..6 {
        let rng = || generator(seed); // for each block, so that none depends on those before
        let image = BLOCKS_IMAGE;
        right("VGG", group(Stack::new(image), (3, 4, 3), &mut rng()).expect("it fits"), seed);
        right("inception", Inception::new(image, WIDTHS, &mut rng()).expect("it fits"), seed);
        right("residual", Residual::new(image, (3, 1), &mut rng()).expect("it fits"), seed);
        right("wider", Residual::new(image, (5, 1), &mut rng()).expect("it fits"), seed);
        right("stride 2", Residual::new(image, (3, 2), &mut rng()).expect("it fits"), seed);
        right("plain", Stack::new(image).plain((4, 2), &mut rng()).expect("it fits"), seed);
        right("the mean of each map", GlobalAverage::default(), seed);
        let whole = Stack::new(image).inception(WIDTHS, &mut rng()).expect("it fits");
        let whole = whole.residual((4, 2), &mut rng()).expect("it fits").global_average();
        right("all of them", whole.affine(3, Init::Xavier, &mut rng()), seed);
    }
}

/// Made by fixtures/make_blocks.py.
fn blocks_agree<F: Float>(precision: &str, tolerance: f64) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/blocks.npz");
    let mut file = NpzReader::new(File::open(path).expect("the fixture")).expect("an npz file");
    let (mut arrays, mut largest) = (0, 0.0_f64);
    let mut agrees = |name: &str, mut block: Box<dyn Layer<F>>| {
        let mut get = |key: &str| -> Tensor<f64> {
            file.by_name(&format!("{name}_{key}.npy"))
                .unwrap_or_else(|e| panic!("{name} {key}: {e}"))
        };
        for (i, p) in block.params().iter_mut().enumerate() {
            p.value.assign(&get(&format!("p{i}")).mapv(F::of));
        }
        let mut found = vec![("y".to_string(), block.forward(get("x").mapv(F::of)))];
        found.push(("dx".to_string(), block.backward(get("dy").mapv(F::of))));
        let gradients = block.params().into_iter().map(|p| p.grad.to_owned()).enumerate();
        found.extend(gradients.map(|(i, gradient)| (format!("g{i}"), gradient)));
        for (key, ours) in found {
            let theirs = get(&key);
            assert_eq!(ours.shape(), theirs.shape(), "{name} {key}");
            let scale = theirs.iter().fold(1e-3_f64, |most, x| most.max(x.abs()));
            for (ours, theirs) in ours.iter().zip(&theirs) {
                let difference = (ours.as_f64() - theirs).abs() / scale;
                assert!(difference <= tolerance, "{name} {key}: {ours}, PyTorch has {theirs}");
                largest = largest.max(difference);
            }
            arrays += 1;
        }
    };
    let (image, rng) = ((3, 7, 6), &mut generator(1));
    agrees("inception", Box::new(Inception::new(image, WIDTHS, rng).expect("it fits")));
    agrees("identity", Box::new(Residual::new(image, (3, 1), rng).expect("it fits")));
    agrees("projection", Box::new(Residual::new(image, (5, 2), rng).expect("it fits")));
    agrees("one", Box::new(Inception::new(image, WIDTHS, rng).expect("it fits")));
    agrees("average", Box::<GlobalAverage>::default());
    println!("{precision}: 5 blocks, {arrays} arrays; largest difference {largest:.1e}");
}

#[test]
fn blocks_are_those_of_pytorch_in_double_precision() {
    blocks_agree::<f64>("f64", 1e-10);
}

#[test]
fn blocks_are_those_of_pytorch_in_single_precision() {
    blocks_agree::<f32>("f32", 1e-4);
}

/// A gradient of another shape than the output's, and images of another kind.
#[test]
#[should_panic(expected = "GlobalAverage: expected a gradient of shape [2, 3], got [2, 4]")]
fn a_gradient_that_does_not_fit_is_named() {
    let mut average = GlobalAverage::default();
    average.forward(Tensor::<f64>::zeros(vec![2, 3, 4, 4]));
    average.backward(Tensor::<f64>::zeros(vec![2, 4]));
}

#[test]
fn small_filters_see_as_much_and_cost_less() {
    let ways = vgg::ways(1).expect("they fit");
    let parameters = |k: usize, n: usize| n * (64 * 64 * k * k + 64);
    let products = |k: usize, n: usize| n * 64 * 64 * k * k * 14 * 14;
    for (way, (seen, k, n)) in ways.iter().zip([(5, 5, 1), (5, 3, 2), (7, 7, 1), (7, 3, 3)]) {
        assert_eq!((way.1, way.2, way.3), (seen, parameters(k, n), products(k, n)), "{}", way.0);
    }
}

#[test]
fn the_first_inception_block_costs_what_the_paper_says() {
    let ways = googlenet::ways().expect("they fit");
    // Table 1 of the paper: 159 K weights (of 1024) and 128 M operations, biases not counted.
    let biases = 64 + 96 + 128 + 16 + 32 + 32;
    assert_eq!(ways[0], ("inception", 256, 163_328 + biases, 128_049_152));
    assert_eq!((ways[0].2 - biases) / 1024, 159);
    assert_eq!(ways[1], ("without 1×1", 416, 387_072 + 64 + 128 + 32, 303_464_448));
    assert_eq!(ways[2], ("plain 5×5", 256, 192 * 256 * 25 + 256, 192 * 256 * 25 * 28 * 28));
}

#[test]
fn branches_lie_behind_one_another() {
    let rng = &mut generator(5);
    let mut block = Inception::<f64>::new((3, 6, 5), WIDTHS, rng).expect("it fits");
    let x = normal(&[2, 3, 6, 5], rng);
    let y = block.forward(x.clone());
    assert_eq!(y.shape(), [2, 10, 6, 5]);
    assert_eq!(block.infer(x.clone()), y);
    // The first branch alone: filters of 1×1 are weighted sums of channels.
    let params = block.params();
    let w = params[0].value.to_shape((2, 3)).expect("two filters of 1×1").to_owned();
    let at = |c: usize| (0..3).map(|k| w[[c, k]] * x[[1, k, 4, 2]]).sum::<f64>();
    for c in 0..2 {
        assert_abs_diff_eq!(y[[1, c, 4, 2]], at(c).max(0.0), epsilon = 1e-12);
    }
    // Silence the last branch: only its channels fall silent.
    let mut params = block.params();
    let n = params.len();
    params[n - 2].value.fill(0.0);
    let silenced = block.infer(x);
    let channels = |y: &Tensor<f64>, from: usize, to: usize| {
        y.slice_axis(Axis(1), Slice::from(from..to)).to_owned()
    };
    assert_eq!(channels(&silenced, 0, 9), channels(&y, 0, 9));
    assert!(channels(&silenced, 9, 10).iter().all(|&y| y == 0.0));
}

#[test]
fn a_residual_block_whose_body_says_nothing_hands_on_what_came() {
    let rng = &mut generator(6);
    let mut block = Residual::<f64>::new((3, 6, 5), (3, 1), rng).expect("it fits");
    for p in block.params().iter_mut().filter(|p| p.name == "gamma") {
        p.value.fill(0.0);
    }
    let x = normal(&[2, 3, 6, 5], rng);
    let expected = x.mapv(|x| x.max(0.0));
    assert_eq!(block.infer(x.clone()), expected);
    assert_eq!(block.forward(x), expected);
    let dx = block.backward(Tensor::ones(expected.raw_dim()));
    assert_eq!(
        dx,
        expected.mapv(|y| if y > 0.0 { 1.0 } else { 0.0 }),
        "the gradient goes straight through"
    );
}

#[test]
fn depths_and_counts_of_the_networks() {
    let rng = &mut generator(1);
    for (blocks, depth, plain, shortcuts) in
        [(1, 8, 19_074, 19_810), (3, 20, 67_906, 68_642), (5, 32, 116_738, 117_474)]
    {
        let mut network = resnet::<f32>(blocks, false, rng).expect("it fits");
        let layers = network.params().iter().filter(|p| p.decays).count();
        assert_eq!((layers, network.parameters()), (depth, plain));
        let mut network = resnet::<f32>(blocks, true, rng).expect("it fits");
        let layers = network.params().iter().filter(|p| p.decays).count();
        assert_eq!((layers, network.parameters()), (depth + 2, shortcuts), "two projections");
    }
    for mut network in [
        vgg::<f32>(true, rng).expect("it fits"),
        vgg(false, rng).expect("it fits"),
        googlenet(true, rng).expect("it fits"),
        googlenet(false, rng).expect("it fits"),
        resnet(2, true, rng).expect("it fits"),
    ] {
        let y = network.forward(Tensor::zeros(vec![3, IMAGE.0, IMAGE.1, IMAGE.2]));
        assert_eq!(y.shape(), [3, 10]);
        network.backward(y);
    }
    let own = chapters_own(rng).expect("it fits");
    assert_eq!(own.macs, Some(8_772_340));
}

#[test]
fn a_stack_counts_what_it_does() {
    let rng = &mut generator(1);
    let stack = family::start::<f32>().conv(4, 3, rng).expect("it fits").relu();
    let stack = stack.conv_norm((6, 3, 2), rng).expect("it fits").max_pool(3, 1).expect("it fits");
    assert_eq!(stack.output(), (6, 14, 14));
    let mut stack = stack.global_average().dropout(0.5, rng).affine(10, Init::He, rng);
    assert_eq!(stack.output(), (10, 1, 1));
    assert_eq!(stack.macs(), 9 * 4 * 28 * 28 + 9 * 4 * 6 * 14 * 14 + 60);
    assert_eq!(stack.parameters(), 9 * 4 + 4 + 9 * 4 * 6 + 2 * 6 + 70);
    assert_eq!((stack.buffers().len(), stack.generators().len()), (2, 1));
}

#[test]
fn a_residual_network_learns_and_comes_back_from_its_file() {
    let (train, test) = (digits::draw(1, 1000), digits::draw(2, 200));
    let rng = &mut generator(1);
    let mut network = resnet::<f32>(1, true, rng).expect("it fits");
    let trainer = Trainer::new(6, 50);
    let mut momentum = Momentum::new(0.05);
    let history = trainer
        .fit(
            &mut Classification::new(&train, &test),
            &mut network,
            &mut momentum,
            &mut TrainingState::start(rng.clone()),
        )
        .expect("it learns");
    assert!(history.losses[0] > 2.0 && history.recent_loss() < 1.0, "{}", history.recent_loss());

    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("resnet.npz");
    weights::save(&mut network, &file).expect("it can be written");
    let mut again = resnet::<f32>(1, true, &mut generator(2)).expect("it fits");
    weights::load(&mut again, &file).expect("it can be read");
    let (x, _) = test.batch::<f32>(&[0, 1, 2]);
    assert_eq!(again.infer(x.clone()), network.infer(x), "running statistics are in the file");
}

#[test]
fn what_a_reader_may_mistype() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let refused = |arguments: &[&str], because: &str| {
        PROGRAM.refuses(folder.path(), arguments, because);
    };
    refused(&["resnet", "--depths", "9"], "expected 6·n + 2 layers, such as 8, 14, 20");
    refused(&["resnet", "--depths", "8,2"], "expected 6·n + 2 layers");
    refused(&["vgg", "--epochs", "0"], "expected a whole number of at least 1");
    let small = ["--data", "digits", "--train-size", "50"];
    refused(&[&["googlenet", "--batch-size", "51"], &small[..]].concat(), "at most 50");
}

#[test]
fn the_section_compares_and_draws() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let small = ["--data", "digits", "--train-size", "100", "--epochs", "1", "--depths", "8"];
    let output = PROGRAM.run(folder.path(), &[&["resnet"], &small[..]].concat());
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    for line in ["data: built-in digits (100 train", "\nplain 8  ", "\nresidual 8  ", "\n8  "] {
        assert!(text.contains(line), "{line:?} is missing in {text}");
    }
    assert!(folder.path().join("figures/ch08/resnet.png").exists(), "{text}");
    assert!(!Path::new("figures").exists());
}
