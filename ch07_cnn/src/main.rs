//! The sections of chapter 7 as subcommands; with none given, `train`.

use std::process::ExitCode;

use ch07_cnn::{
    alexnet, convolution, evaluate, feature_maps, filters, gradient_check, lenet, pooling,
    three_ways, train,
};
use clap::{Parser, Subcommand};
use common::flags::SeedFlag;
use common::program;
use common::program::comparison::CompareFlags;

/// Chapter 7: convolutional networks.
///
/// Without a section, trains the convolutional network on digits.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    section: Option<Section>,
    #[command(flatten)]
    main: train::Flags,
}

#[derive(Subcommand)]
enum Section {
    /// A filter slides over an image: padding, stride, channels, sizes
    Convolution,
    /// Seven loops, whole-batch im2col and the fast convolution: times and memory
    Im2col(three_ways::Flags),
    /// Max and average pooling, and what a shift by one pixel changes
    Pooling,
    /// Every layer of the chapter against numerical gradients
    GradientCheck(SeedFlag),
    /// Learn to read digits (the main job)
    Train(train::Flags),
    /// Read the test images with weights from a file
    Evaluate(evaluate::Flags),
    /// The first layer's filters before and after training
    Filters(filters::Flags),
    /// A picture through the trained filters
    FeatureMaps(feature_maps::Flags),
    /// LeNet-5 of 1998, beside two other networks
    Lenet(CompareFlags),
    /// A small AlexNet, beside two other networks
    Alexnet(CompareFlags),
}

fn main() -> ExitCode {
    program::run("ch07", |cli: Cli, figures| {
        match cli.section.unwrap_or(Section::Train(cli.main)) {
            Section::Convolution => convolution::run(),
            Section::Im2col(flags) => three_ways::run(&flags),
            Section::Pooling => pooling::run(),
            Section::GradientCheck(flags) => gradient_check::run(&flags),
            Section::Train(flags) => train::run(&flags, figures),
            Section::Evaluate(flags) => evaluate::run(&flags),
            Section::Filters(flags) => filters::run(&flags, figures),
            Section::FeatureMaps(flags) => feature_maps::run(&flags, figures),
            Section::Lenet(flags) => lenet::run(&flags),
            Section::Alexnet(flags) => alexnet::run(&flags),
        }
    })
}
