//! Style transfer: losses and gradients as PyTorch has them, pictures of any kind, stopped and resumed.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use ch08_deep::apps::style::drawn::{Manner, landscape};
use ch08_deep::apps::style::features::Features;
use ch08_deep::apps::style::filters::{classifier, features};
use ch08_deep::apps::style::named::Named;
use ch08_deep::apps::style::objective::{Objective, Weights};
use ch08_deep::apps::style::statistics::{Statistic, Style};
use ch08_deep::apps::style::total_variation::total_variation;
use ch08_deep::apps::style::vgg;
use common::layer::Layer;
use common::network::Network;
use common::random::generator;
use common::{Float, Tensor};
use image::{ImageFormat, Rgb, RgbImage};
use ndarray::{Array1, ArrayD, Ix2, IxDyn};
use ndarray_npy::{NpzReader, NpzWriter};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use testing::Program;

const PROGRAM: Program = Program(env!("CARGO_BIN_EXE_ch08_deep"));
const WEIGHTS: Weights = Weights { content: 0.06, style: 1.0, total_variation: 0.3 };
const NARROW: [usize; 5] = [4, 6, 8, 10, 10];

/// An array that fixtures/make_style.py has made.
fn fixture<F: Float>(name: &str) -> Tensor<F> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/style.npz");
    let mut file = NpzReader::new(File::open(path).expect("the fixture")).expect("an npz file");
    let array: ArrayD<f64> =
        file.by_name(&format!("{name}.npy")).unwrap_or_else(|e| panic!("{name}: {e}"));
    array.mapv(F::of)
}

#[track_caller]
fn agrees<F: Float>(name: &str, loss: F, gradient: &Tensor<F>, tolerance: f64) {
    let (wanted, wanted_gradient) =
        (fixture::<f64>(&format!("{name}_loss")), fixture::<f64>(&format!("{name}_gradient")));
    let wanted = wanted.sum();
    let off = (loss.as_f64() - wanted).abs() / wanted;
    assert!(off <= tolerance, "{name}: {loss}, PyTorch has {wanted}");
    assert_eq!(gradient.shape(), wanted_gradient.shape(), "{name}");
    let scale = wanted_gradient.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    for (ours, theirs) in gradient.iter().zip(&wanted_gradient) {
        let off = (ours.as_f64() - theirs).abs() / scale;
        assert!(off <= tolerance, "{name}: a slope of {ours}, PyTorch has {theirs}");
    }
}

fn parts_agree<F: Float>(tolerance: f64) {
    let matrix = |name: &str| fixture::<F>(name).into_dimensionality::<Ix2>().expect("a matrix");
    let (maps, style) = (matrix("maps"), matrix("style_maps"));
    for (name, statistic) in [("gram", Statistic::Gram), ("moments", Statistic::Moments)] {
        let (loss, gradient) = Style::of(style.view(), statistic).loss(maps.view());
        agrees(name, loss, &gradient.into_dyn(), tolerance);
    }
    let (loss, gradient) = total_variation(&fixture::<F>("variation_image"));
    agrees("variation", loss, &gradient, tolerance);
}

#[test]
fn losses_agree_with_pytorch() {
    parts_agree::<f64>(1e-10);
    parts_agree::<f32>(1e-5);
}

/// Filters and biases as the fixture has them, for the layer of this number in its network.
fn formula(number: usize, channels: usize, filters: usize) -> (Tensor<f64>, Tensor<f64>) {
    let scale = (4.0 / (9 * channels) as f64).sqrt();
    let count = filters * channels * 9;
    let w = (0..count).map(|i| (0.37 * (i as f64 * i as f64) + number as f64).sin() * scale);
    let b = (0..filters).map(|i| 0.1 * (i as f64 + number as f64).cos());
    let shape = IxDyn(&[filters, channels, 3, 3]);
    let w = Tensor::from_shape_vec(shape, w.collect()).expect("as many numbers");
    (w, b.collect::<Array1<f64>>().into_dyn())
}

/// The whole loss of the fixture's image and its gradient.
fn objective<F: Float>(features: &mut Features<F>, statistic: Statistic) -> (F, Tensor<F>) {
    let [image, content, style] = ["image", "content", "style"].map(fixture::<F>);
    let (loss, _, gradient) =
        Objective::new(features, &content, &style, (statistic, WEIGHTS)).loss(&image);
    (loss, gradient)
}

#[test]
fn the_small_network_agrees_with_pytorch() {
    let mut network: Network<f64> = classifier(&mut generator(1)).expect("it fits");
    for (number, layer) in network.params().chunks_exact_mut(3).take(6).enumerate() {
        let (filters, channels) = (layer[0].value.shape()[0], layer[0].value.shape()[1]);
        let (w, b) = formula(number, channels, filters);
        layer[0].value.assign(&w);
        layer[2].value.assign(&b);
    }
    for running in network.buffers().iter_mut().filter(|b| b.name == "running_var") {
        running.value.fill(1.0 - 1e-5); // with ε a variance of 1: normalisation changes nothing
    }
    let mut features = features(&mut network).expect("it fits");
    let (loss, gradient) = objective(&mut features, Statistic::Moments);
    agrees("small", loss, &gradient, 1e-10);
}

/// torchvision's names and the fixture's numbers; besides them what is not wanted: deeper layers and a
/// classifier.
fn vgg_arrays(depth: [usize; 5]) -> Vec<(String, Tensor<f64>)> {
    let (mut number, mut channels, mut arrays) = (0, 3, Vec::new());
    for (count, filters) in depth.into_iter().zip(NARROW) {
        for _ in 0..count {
            let (w, b) = formula(number, channels, filters);
            arrays.push((format!("features.{number}.weight"), w));
            arrays.push((format!("features.{number}.bias"), b));
            (number, channels) = (number + 2, filters);
        }
        number += 1;
    }
    arrays.push(("classifier.0.weight".to_string(), Tensor::ones(vec![7, 3])));
    arrays
}

fn write_npz(path: &Path, arrays: &[(String, Tensor<f64>)]) {
    let mut file = NpzWriter::new_compressed(File::create(path).expect("a file"));
    for (name, array) in arrays {
        file.add_array(name.as_str(), &array.mapv(|x| x)).expect("written");
    }
    file.finish().expect("written");
}

fn write_safetensors(path: &Path, arrays: &[(String, Tensor<f64>)]) {
    let bytes: Vec<Vec<u8>> = arrays
        .iter()
        .map(|(_, array)| array.iter().flat_map(|x| x.to_le_bytes()).collect())
        .collect();
    let views = arrays.iter().zip(&bytes).map(|((name, array), bytes)| {
        let view = TensorView::new(Dtype::F64, array.shape().to_vec(), bytes);
        (name.as_str(), view.expect("a tensor"))
    });
    let packed = safetensors::serialize(views, None).expect("packed");
    fs::write(path, packed).expect("written");
}

#[test]
fn both_vggs_agree_with_pytorch_from_both_kinds_of_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, depth, statistic) in [
        ("vgg16", [2, 2, 3, 3, 3], Statistic::Moments),
        ("vgg19", [2, 2, 4, 4, 4], Statistic::Gram),
    ] {
        let arrays = vgg_arrays(depth);
        let [npz, safe] =
            ["npz", "safetensors"].map(|kind| folder.path().join(name).with_extension(kind));
        write_npz(&npz, &arrays);
        write_safetensors(&safe, &arrays);
        for path in [npz, safe] {
            let file = Named::open(&path).expect("weights");
            let mut features: Features<f64> = vgg::features(&file, NARROW).expect("a VGG");
            let (loss, gradient) = objective(&mut features, statistic);
            agrees(name, loss, &gradient, 1e-10);
            let mut features: Features<f32> = vgg::features(&file, NARROW).expect("a VGG");
            let (loss, gradient) = objective(&mut features, statistic);
            agrees(name, loss, &gradient, 1e-3);
        }
    }
}

#[test]
fn weights_of_other_networks_are_refused_with_a_reason() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("w.safetensors");
    let refused = |arrays: &[(String, Tensor<f64>)], because: &str| {
        write_safetensors(&path, arrays);
        let features = vgg::features::<f32>(&Named::open(&path).expect("weights"), NARROW);
        let problem = features.err().expect("refused").to_string();
        assert!(problem.contains(because), "{problem}");
    };
    let whole = vgg_arrays([2, 2, 3, 3, 3]);
    refused(&whole[..4], "neither VGG-16 nor VGG-19");
    let named = |name: &str| whole.iter().position(|(other, _)| other == name).expect("there");
    let mut wide = whole.clone();
    wide[named("features.5.weight")].1 = Tensor::ones(vec![7, 4, 3, 3]);
    refused(&wide, "features.5.weight: expected shape [6, 4, 3, 3], found [7, 4, 3, 3]");
    let mut missing = whole.clone();
    missing.remove(named("features.7.bias"));
    refused(&missing, "features.7.bias: is missing");
    let mut infinite = whole;
    infinite[0].1[[0, 0, 0, 0]] = f64::INFINITY;
    refused(&infinite, "not finite");
    fs::write(&path, b"no weights").expect("written");
    assert!(Named::open(&path).err().expect("refused").to_string().contains("not a whole"));
}

#[test]
fn half_precision_is_read_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("w.safetensors");
    let bytes = [1.5_f32, -2.0].map(|x| half::bf16::from_f32(x).to_le_bytes()).concat();
    let view = TensorView::new(Dtype::BF16, vec![2], &bytes).expect("a tensor");
    let packed = safetensors::serialize([("b", view)], None).expect("packed");
    fs::write(&path, packed).expect("written");
    let array: Tensor<f32> = Named::open(&path).expect("weights").array("b", &[2]).expect("there");
    assert_eq!(array, ndarray::array![1.5, -2.0].into_dyn());
}

/// What the program prints; small and few steps unless `arguments` say otherwise.
fn painted(folder: &Path, arguments: &[&str]) -> String {
    let small = ["style", "--size", "64", "--sizes", "2", "--out", "figures"];
    let output = PROGRAM.run(folder, &[&small, arguments].concat());
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn result(folder: &Path) -> RgbImage {
    image::open(folder.join("figures/style-result.png")).expect("a picture").to_rgb8()
}

/// The style loss in the last line of its kind.
fn style_loss(text: &str) -> f64 {
    let line = text.lines().rfind(|line| line.contains(": style ")).expect("a line");
    let number = line.split(": style ").nth(1).and_then(|rest| rest.split(',').next());
    number.and_then(|number| number.parse().ok()).expect("a number")
}

#[test]
fn a_picture_is_painted_and_comes_closer_to_the_style() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let few = painted(folder.path(), &["--steps", "1", "--manner", "glass"]);
    let more = painted(folder.path(), &["--steps", "10", "--manner", "glass"]);
    for line in [
        "32×32, 10 steps: style ",
        "\n64×48, 10 steps: style ",
        "\npainting took ",
        "\npicture: figures/style-result.png\n",
        "\nfigure: figures/style.png\n",
        "\nfigure: figures/style-steps.png\n",
    ] {
        assert!(more.contains(line), "{line:?} is missing in {more}");
    }
    assert!(style_loss(&more) < 0.5 * style_loss(&few), "{few}{more}");
    assert_eq!(result(folder.path()).dimensions(), (64, 48));
}

#[test]
fn stopped_and_resumed_it_is_the_same_picture() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let save = |name: &str, picture: &RgbImage| {
        picture.save_with_format(folder.path().join(name), ImageFormat::Png).expect("written");
    };
    save("a.png", &landscape(64, 1));
    save("b.png", &Manner::Mosaic.draw(64, 1));
    let flags = ["a.png", "b.png", "--steps", "3", "--begin", "noise"];
    painted(folder.path(), &flags);
    let whole = result(folder.path());
    painted(folder.path(), &[&flags[..], &["--threads", "1"]].concat());
    assert!(result(folder.path()) == whole, "one thread");
    let strip = || fs::read(folder.path().join("figures/style-steps.png")).expect("a figure");
    let way = strip();
    let run = |more: &[&str]| {
        painted(folder.path(), &[&flags[..], &["--save", "style.npz"], more].concat())
    };
    for stop in ["1", "3", "5"] {
        run(&["--max-steps", stop]);
        assert!(result(folder.path()) != whole, "stopped after {stop} steps");
        let text = run(&["--resume"]);
        assert!(text.contains("resumed after "), "{text}");
        assert!(result(folder.path()) == whole, "stopped after {stop} steps");
        assert!(strip() == way, "pictures from the way, stopped after {stop} steps");
    }
    let other = ["style", "a.png", "a.png", "--size", "64", "--sizes", "2", "--steps", "3"];
    let resume = ["--begin", "noise", "--resume", "style.npz"];
    PROGRAM.refuses(folder.path(), &[&other[..], &resume].concat(), "was made with other pictures");
}

#[test]
fn pictures_of_any_size() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, picture: &RgbImage| {
        picture.save_with_format(folder.path().join(name), ImageFormat::Png).expect("written");
    };
    write("one.png", &RgbImage::from_pixel(1, 1, Rgb([200, 30, 30])));
    write("thin.png", &RgbImage::from_fn(700, 2, |x, _| Rgb([(x % 256) as u8, 90, 30])));
    write(
        "large.png",
        &RgbImage::from_fn(5400, 3800, |x, y| Rgb([(x / 22) as u8, (y / 16) as u8, 80])),
    );
    write("style.png", &Manner::Brush.draw(64, 1));
    for (content, size) in [("one.png", (64, 64)), ("thin.png", (64, 32)), ("large.png", (64, 45))]
    {
        painted(folder.path(), &[content, "style.png", "--steps", "2"]);
        assert_eq!(result(folder.path()).dimensions(), size, "{content}");
    }
    painted(folder.path(), &["style.png", "thin.png", "--steps", "1"]);
    let because = "one.png: has one colour everywhere: there is no style in it";
    PROGRAM.refuses(folder.path(), &["style", "style.png", "one.png"], because);
}

#[test]
fn what_cannot_be_used_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("broken.png"), "no picture").expect("written");
    let mut cut = Vec::new();
    let picture = landscape(64, 1);
    picture.write_to(&mut std::io::Cursor::new(&mut cut), ImageFormat::Png).expect("packed");
    let mut file = File::create(folder.path().join("cut.png")).expect("a file");
    file.write_all(&cut[..cut.len() / 2]).expect("written");
    write_npz(&folder.path().join("narrow.npz"), &vgg_arrays([2, 2, 4, 4, 4]));
    for (arguments, because) in [
        (&["broken.png"][..], "broken.png: is not a PNG or JPEG picture"),
        (&["cut.png"], "cut.png: cannot be read as a picture"),
        (&["nowhere.png"], "nowhere.png"),
        (&["--size", "31"], "expected a whole number from 32 to 2000"),
        (&["--sizes", "0"], "0 is not in 1..=6"),
        (&["--steps", "0"], "expected a whole number of at least 1"),
        (&["--style-weight", "-1"], "expected a number from 0 to"),
        (&["--content-weight", "nan"], "expected a number from 0 to"),
        (&["--learning-rate", "2"], "at most 1"),
        (&["--manner", "oil"], "brush, glass, woodcut, mosaic"),
        (&["a.png", "b.png", "--manner", "glass"], "cannot be used with"),
        (&["--vgg", "a.npz", "--features", "b.npz"], "cannot be used with"),
        (&["--vgg", "nowhere.npz"], "nowhere.npz"),
        (&["--vgg", "nowhere.safetensors"], "nowhere.safetensors"),
        (&["--vgg", "broken.png"], "not a whole .npz file"),
        (
            &["--vgg", "narrow.npz"],
            "features.0.weight: expected shape [64, 3, 3, 3], found [4, 3, 3, 3]",
        ),
        (&["--features", "narrow.npz"], "expected the arrays W1, W2, W3, W4, W5, W6, W7, b1"),
        (&["--resume"], "name it"),
        (&["--resume", "narrow.npz"], "not a checkpoint"),
        (&["--save", "."], "is a folder"),
        (&["textures", "--examine", "9"], "--examine chooses among given images"),
        (&["gallery", "--features", "nowhere.npz"], "cannot read nowhere.npz"),
    ] {
        PROGRAM.refuses(folder.path(), &[&["style"], arguments].concat(), because);
    }
}

/// Filters so large that the loss is no number any more: one line, and what was there before stays.
#[test]
fn what_diverges_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut network: Network<f32> = classifier(&mut generator(1)).expect("it fits");
    for param in network.params().iter_mut().filter(|p| p.name == "W") {
        param.value.fill(1e12);
    }
    let file = folder.path().join("huge.npz");
    common::store::weights::save(&mut network, &file).expect("saved");
    let flags = ["style", "--size", "32", "--steps", "2", "--features", "huge.npz"];
    PROGRAM.refuses(folder.path(), &flags, "step 1 went wrong: ");
}

#[test]
fn textures_are_learned_and_looked_through() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let flags = [
        "style",
        "textures",
        "--textures",
        "64",
        "--epochs",
        "1",
        "--save",
        "tex.npz",
        "--out",
        "f",
    ];
    let output = PROGRAM.run(folder.path(), &flags);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    for part in [
        "parameters: 289",
        "\nepoch  1/1: loss ",
        "\nweights: tex.npz\n",
        "\ntest accuracy: 0.",
        "\nfigure: f/style-textures.png\n",
    ] {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
    let quick = ["--steps", "2", "--features", "tex.npz"];
    let learned = painted(folder.path(), &quick);
    assert_ne!(style_loss(&learned), style_loss(&painted(folder.path(), &quick[..2])));
    let all = ["style", "gallery", "--size", "32", "--sizes", "1", "--steps", "1", "--out", "f"];
    let output = PROGRAM.run(folder.path(), &[&all[..], &["--features", "tex.npz"]].concat());
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.ends_with("figure: f/style-gallery.png\n"), "{output:?}");
    assert_eq!(text.matches(", learned filters:").count(), 4, "{text}");
}
