//! The one list of the book's figures: which command draws which.

/// One run of a chapter's program, and the figures it leaves behind.
#[derive(Debug)]
pub struct Drawing {
    /// The package whose program draws, such as `ch05_backprop`.
    pub package: &'static str,
    /// Its arguments, separated by spaces. A name that ends in `.npz` is a weights file that one
    /// drawing saves and others read.
    pub args: &'static str,
    /// The module that the arguments lead to; what it uses is followed from there.
    pub module: &'static str,
    /// Whether it learns from digits, so that without MNIST the figure would be another.
    pub digits: bool,
    /// Whether it takes more than about a minute on two cores.
    pub long: bool,
    /// The figures, by the names that the pages use.
    pub figures: &'static [&'static str],
    /// The name under which the program draws the (only) figure, where the book uses another.
    pub drawn_as: Option<&'static str>,
    /// The feature that the program has to be built with.
    pub feature: Option<&'static str>,
}

impl Drawing {
    /// The chapter's folder among the figures and the pages: `ch05`.
    pub fn chapter(&self) -> &'static str {
        &self.package[..4]
    }

    /// The command as a reader types it.
    pub fn command(&self) -> String {
        let feature = self.feature.map(|name| format!(" --features {name}")).unwrap_or_default();
        format!("cargo run -p {}{feature} -- {}", self.package, self.args)
    }

    /// What cargo is told about the program: its package, and the feature.
    pub fn program(&self) -> Vec<&'static str> {
        let feature = self.feature.iter().flat_map(|name| ["--features", name]);
        ["-p", self.package].into_iter().chain(feature).collect()
    }

    /// Each figure as the book calls it, `ch05/train.png`, and the file name that is drawn.
    pub fn files(&self) -> impl Iterator<Item = (String, &'static str)> {
        self.figures
            .iter()
            .map(|&name| (format!("{}/{name}", self.chapter()), self.drawn_as.unwrap_or(name)))
    }

    const fn on_digits(self) -> Self {
        Self { digits: true, ..self }
    }

    const fn long(self) -> Self {
        Self { long: true, ..self }
    }

    const fn drawn_as(self, name: &'static str) -> Self {
        Self { drawn_as: Some(name), ..self }
    }

    const fn with_feature(self, name: &'static str) -> Self {
        Self { feature: Some(name), ..self }
    }
}

const fn drawing(
    package: &'static str,
    args: &'static str,
    module: &'static str,
    figures: &'static [&'static str],
) -> Drawing {
    Drawing {
        package,
        args,
        module,
        digits: false,
        long: false,
        figures,
        drawn_as: None,
        feature: None,
    }
}

const CH01: &str = "ch01_numpy_basics";
const CH02: &str = "ch02_perceptron";
const CH03: &str = "ch03_forward";
const CH04: &str = "ch04_learning";
const CH05: &str = "ch05_backprop";
const CH06: &str = "ch06_techniques";
const CH07: &str = "ch07_cnn";
const CH08: &str = "ch08_deep";

/// All drawings in the order of the book. What saves weights stands before what reads them.
pub const DRAWINGS: &[Drawing] = &[
    drawing(CH01, "plots", "plots", &["sin.png", "sin-cos.png"]),
    drawing(CH01, "images", "images", &["picture.png", "digits.png"]).on_digits(),
    drawing(CH02, "boundary", "boundary", &["boundary.png", "xor_lines.png"]),
    drawing(CH02, "xor", "xor", &["xor.png"]),
    drawing(CH02, "learn", "learn", &["learn.png", "learn_lines.png"]),
    drawing(CH03, "activations", "activations", &["activations.png"]),
    drawing(CH03, "digits", "digits", &["digits.png"]).on_digits(),
    drawing(CH03, "infer", "infer", &["infer.png"]).on_digits(),
    drawing(CH03, "classify ch03_forward/pictures/three.jpg", "classify", &["classify.png"]),
    drawing(
        CH03,
        "classify ch03_forward/pictures/shadow.jpg",
        "classify",
        &["classify-shadow.png"],
    )
    .drawn_as("classify.png"),
    drawing(CH04, "loss", "loss", &["loss.png"]),
    drawing(CH04, "mini-batch", "mini_batch", &["mini-batch.png"]).on_digits(),
    drawing(CH04, "numerical-diff", "numerical_diff", &["tangent.png", "step-size.png"]),
    drawing(CH04, "gradient-field", "gradient_field", &["surface.png", "gradient-field.png"]),
    drawing(CH04, "descent", "descent", &["descent.png", "descent-distance.png"]),
    drawing(CH04, "train", "train", &["small-digits.png", "train.png"]).on_digits(),
    drawing(CH05, "apple", "apple", &["apple.png"]),
    drawing(CH05, "apple-orange", "apple_orange", &["apple-orange.png"]),
    drawing(CH05, "train", "train", &["train.png"]).on_digits(),
    drawing(CH05, "xor", "xor", &["xor.png"]),
    drawing(CH05, "approximate", "approximate", &["approximate.png"]),
    drawing(CH05, "regression", "regression", &["regression.png"]),
    drawing(CH06, "optimizers", "optimizers", &["optimizers.png"]),
    drawing(CH06, "optimizers-mnist", "optimizers_mnist", &["optimizers-mnist.png"]).on_digits(),
    drawing(
        CH06,
        "activations",
        "activations",
        &["activations-sigmoid.png", "activations-tanh.png", "activations-relu.png"],
    ),
    drawing(CH06, "init", "init", &["init.png"]).on_digits(),
    drawing(CH06, "batch-norm", "batch_norm", &["batch-norm.png"]).on_digits(),
    drawing(CH06, "weight-decay", "weight_decay", &["weight-decay.png"]).on_digits(),
    drawing(CH06, "dropout", "dropout", &["dropout.png"]).on_digits(),
    drawing(CH06, "early-stopping", "early_stopping", &["early-stopping.png"]).on_digits(),
    drawing(CH06, "hyperparameters", "hyperparameters", &["hyperparameters.png"]).on_digits(),
    drawing(CH06, "pitfalls", "pitfalls", &["pitfalls.png"]).on_digits(),
    drawing(CH07, "train --epochs 20 --save simple.npz", "train", &["train.png"])
        .on_digits()
        .long(),
    drawing(CH07, "filters --weights simple.npz", "filters", &["filters.png"]).on_digits(),
    drawing(CH07, "feature-maps --weights simple.npz", "feature_maps", &["feature-maps.png"])
        .on_digits(),
    drawing(CH08, "train --epochs 20 --save deep.npz", "train", &["train.png"]).on_digits().long(),
    drawing(CH08, "misclassified --weights deep.npz", "misclassified", &["misclassified.png"])
        .on_digits(),
    drawing(CH08, "augment", "augment/variations", &["augment.png"]).on_digits().long(),
    drawing(CH08, "best --save best.npz", "best", &["best.png"]).on_digits().long(),
    drawing(CH08, "sprint", "sprint", &["sprint.png"]).on_digits(),
    drawing(CH08, "half --weights deep.npz", "half/effects", &["half.png"]).on_digits(),
    drawing(CH08, "resnet", "networks/resnet", &["resnet.png"]).on_digits().long(),
    drawing(CH08, "detect rcnn", "apps/detection/rcnn", &["rcnn.png"]).on_digits().long(),
    drawing(
        CH08,
        "detect",
        "apps/detection/section",
        &["detect.png", "detect_steps.png", "detect_curves.png", "detect_errors.png"],
    )
    .on_digits()
    .long(),
    drawing(CH08, "detect ch08_deep/pictures/sheet.jpg", "apps/detection/section", &["sheet.png"]),
    drawing(
        CH08,
        "segment --no-skips --save coarse.npz",
        "apps/segmentation/digits",
        &["segment-no-skips.png"],
    )
    .on_digits()
    .long(),
    drawing(
        CH08,
        "segment --beside coarse.npz",
        "apps/segmentation/digits",
        &["segment.png", "segment-wide.png"],
    )
    .on_digits()
    .long(),
    drawing(CH08, "segment roads", "apps/segmentation/roads", &["roads.png", "roads-drive.png"])
        .long(),
    drawing(CH08, "recall", "apps/captions/recall", &["recall.png", "recall-gradients.png"]).long(),
    drawing(CH08, "language", "apps/captions/language", &["language.png", "language-unit.png"])
        .long(),
    drawing(CH08, "caption", "apps/captions/caption", &["caption.png", "attention.png"])
        .on_digits()
        .long(),
    drawing(CH08, "style", "apps/style/section", &["style.png", "style-steps.png"]),
    drawing(
        CH08,
        "style textures --save textures.npz",
        "apps/style/learning",
        &["style-textures.png"],
    )
    .long(),
    drawing(
        CH08,
        "style gallery --features textures.npz --size 192",
        "apps/style/gallery",
        &["style-gallery.png"],
    )
    .long(),
    drawing(
        CH08,
        "gan --save gan.npz",
        "apps/gan/section",
        &["gan.png", "gan-game.png", "gan-progress.png", "gan-walk.png"],
    )
    .on_digits()
    .long(),
    drawing(
        CH08,
        "gan --weights gan.npz --lag 50 --learning-rate 0.005 --epochs 1 --train-size 20000",
        "apps/gan/section",
        &["gan-lag.png", "gan-lag-game.png"],
    )
    .on_digits()
    .long(),
    drawing(CH08, "distributed scale", "distributed/scale", &["scale.png"]),
    drawing(CH08, "distributed batches", "distributed/batches", &["batches.png"])
        .on_digits()
        .long(),
    drawing(CH08, "play --runs 10", "apps/dqn/section", &["cartpole.png", "cartpole-frames.png"])
        .long(),
    drawing(CH08, "play catch", "apps/dqn/section", &["catch.png", "catch-frames.png"]).long(),
    drawing(
        CH08,
        "play breakout",
        "apps/dqn/section",
        &["breakout.png", "breakout-frames.png", "breakout.gif"],
    )
    .long(),
    drawing(CH08, "bench deep_conv --layers", "speed/bench", &["layers-deep_conv-train.png"]),
    drawing(CH08, "gpu matmul 512", "gpu/matmul", &["gpu-roofline.png"]).with_feature("gpu"),
];

/// Those drawings that one of the names asks for: a chapter, `ch05`, or a figure, `ch05/train.png`
/// (with or without the folder before it). All of them if there are no names.
///
/// # Errors
/// If a name fits nothing: the name, and what there is.
pub fn choose(names: &[String]) -> Result<Vec<&'static Drawing>, String> {
    let fits = |drawing: &Drawing, name: &str| {
        let name = name.trim_start_matches("book/src/figures/").trim_end_matches('/');
        name == drawing.chapter() || drawing.files().any(|(figure, _)| figure == name)
    };
    for name in names {
        let of_chapter = |drawing: &&Drawing| name.contains(drawing.chapter());
        if !DRAWINGS.iter().any(|drawing| fits(drawing, name)) {
            let near: Vec<_> = DRAWINGS
                .iter()
                .filter(of_chapter)
                .flat_map(|drawing| drawing.files().map(|(figure, _)| figure))
                .collect();
            let there_is = if near.is_empty() { "ch01 to ch08".into() } else { near.join(", ") };
            return Err(format!("the book has no figure `{name}`; there are {there_is}"));
        }
    }
    Ok(DRAWINGS
        .iter()
        .filter(|drawing| names.is_empty() || names.iter().any(|name| fits(drawing, name)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(names: &[&str]) -> Result<Vec<String>, String> {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        Ok(choose(&names)?.iter().flat_map(|drawing| drawing.files()).map(|(f, _)| f).collect())
    }

    #[test]
    fn names_choose_figures_and_chapters() {
        assert_eq!(chosen(&["ch05/train.png"]).unwrap(), ["ch05/train.png"]);
        assert_eq!(chosen(&["book/src/figures/ch02/xor.png"]).unwrap(), ["ch02/xor.png"]);
        assert_eq!(chosen(&["ch05"]).unwrap().len(), 6);
        assert_eq!(choose(&[]).unwrap().len(), DRAWINGS.len());
    }

    #[test]
    fn a_name_that_fits_nothing_is_answered_with_what_there_is() {
        let message = chosen(&["ch05/trian.png"]).unwrap_err();
        assert!(message.contains("`ch05/trian.png`") && message.contains("ch05/train.png"));
        assert!(chosen(&["ch09"]).unwrap_err().contains("ch01 to ch08"));
    }

    #[test]
    fn weights_are_saved_before_they_are_read() {
        let mut saved = Vec::new();
        for drawing in DRAWINGS {
            let words: Vec<_> = drawing.args.split(' ').collect();
            for pair in words.windows(2) {
                match pair {
                    ["--save", file] => saved.push(*file),
                    ["--weights" | "--beside" | "--features", file] => {
                        assert!(saved.contains(file), "{}", drawing.command())
                    }
                    _ => {}
                }
            }
        }
    }
}
