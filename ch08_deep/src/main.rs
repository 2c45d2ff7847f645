//! The sections of chapter 8 as subcommands; with none given, `train`.

use std::process::ExitCode;

use ch08_deep::apps::{captions, detection, dqn, gan, segmentation, style};
use ch08_deep::augment::variations;
use ch08_deep::half::effects;
use ch08_deep::networks::family::FamilyFlags;
use ch08_deep::networks::{googlenet, resnet, vgg};
use ch08_deep::speed::{bench, threads};
use ch08_deep::{best, distributed, evaluate, gpu, misclassified, sprint, train};
use clap::{Parser, Subcommand};
use common::program;

/// Chapter 8: deep networks.
///
/// Without a section, trains the deep convolutional network on digits.
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
    /// Learn to read digits (the main job)
    Train(train::Flags),
    /// Images shifted, turned, bent while the network learns: what they look like and are worth
    Augment(variations::Flags),
    /// Everything at once: one network of at most a million parameters, as good as we can make it
    Best(best::Flags),
    /// How fast to 99 %: a small network that learns in seconds
    Sprint(sprint::Flags),
    /// Numbers of 16 bits: what they do to weights, answers and gradients
    Half(effects::Flags),
    /// Read the test images with weights from a file
    Evaluate(evaluate::Flags),
    /// The digits that are still read wrong
    Misclassified(misclassified::Flags),
    /// One step on 1, 2 and more threads: faster, and the same bits
    Threads(threads::Flags),
    /// How fast the book's networks learn and read
    Bench(bench::Flags),
    /// A small VGG: 3×3 upon 3×3, beside large filters
    Vgg(FamilyFlags),
    /// A small GoogLeNet: inception blocks, beside plain 5×5
    Googlenet(FamilyFlags),
    /// Small ResNets: 8, 20 and 32 layers with shortcuts and without
    Resnet(resnet::Flags),
    /// Where is it? Several digits in one picture, found and named
    Detect(Box<detection::section::Flags>),
    /// Which pixels are which digit? A fully convolutional network; with `roads`, a SegNet that steers
    Segment(Box<segmentation::Flags>),
    /// A plain recurrent unit and a memory cell, step by step in small numbers
    Recurrent,
    /// Why an LSTM? Remembering one symbol over many steps, and how gradients fade on their way back
    Recall(Box<captions::recall::Flags>),
    /// A network that reads this book character by character, and writes
    Language(Box<captions::language::Flags>),
    /// What is in the picture? Two digits, and a sentence about them, word by word
    Caption(Box<captions::caption::Flags>),
    /// One picture in the manner of another: the image learns, not the network
    Style(Box<style::Flags>),
    /// Digits that nobody wrote: a generator and a discriminator learn from each other
    Gan(Box<gan::section::Flags>),
    /// Several programs or machines learn together, with the same bits as one (needs --features mpi)
    Distributed(Box<distributed::Flags>),
    /// Learning by playing: deep Q-networks on CartPole, Catch and Breakout
    Play(Box<dqn::Flags>),
    /// The same networks on your graphics card (built with --features gpu)
    Gpu(Box<gpu::section::Flags>),
}

fn main() -> ExitCode {
    program::run("ch08", |cli: Cli, figures| {
        match cli.section.unwrap_or(Section::Train(cli.main)) {
            Section::Train(flags) => train::run(&flags, figures),
            Section::Augment(flags) => variations::run(&flags, figures),
            Section::Best(flags) => best::run(&flags, figures),
            Section::Sprint(flags) => sprint::run(&flags, figures),
            Section::Half(flags) => effects::run(&flags, figures),
            Section::Evaluate(flags) => evaluate::run(&flags),
            Section::Misclassified(flags) => misclassified::run(&flags, figures),
            Section::Threads(flags) => threads::run(&flags),
            Section::Bench(flags) => bench::run(&flags, figures),
            Section::Vgg(flags) => vgg::run(&flags),
            Section::Googlenet(flags) => googlenet::run(&flags),
            Section::Resnet(flags) => resnet::run(&flags, figures),
            Section::Detect(flags) => detection::section::run(&flags, figures),
            Section::Segment(flags) => segmentation::run(&flags, figures),
            Section::Recurrent => captions::one_unit::run(),
            Section::Recall(flags) => captions::recall::run(&flags, figures),
            Section::Language(flags) => captions::language::run(&flags, figures),
            Section::Caption(flags) => captions::caption::run(&flags, figures),
            Section::Style(flags) => style::run(&flags, figures),
            Section::Gan(flags) => gan::section::run(&flags, figures),
            Section::Distributed(flags) => distributed::run(&flags, figures),
            Section::Play(flags) => dqn::run(&flags, figures),
            Section::Gpu(flags) => gpu::section::run(&flags, figures),
        }
    })
}
