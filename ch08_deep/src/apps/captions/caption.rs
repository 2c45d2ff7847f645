//! What is in the picture? A network that sees and one that speaks.

use clap::Args;
use common::Result;
use common::flags;
use common::model::parameter_count;
use common::program::Figures;
use common::program::job::Job;

use super::beam::captions;
use super::bleu::{bleu, exact_matches};
use super::captioner::Captioner;
use super::learning::{Captioning, Lesson};
use super::looks::{Look, Looks};
use super::mistakes::Mistakes;
use super::pairs::{Combinations, Pair, Pairs, images};
use super::sentence::without_end;
use super::sheet::{Said, Sheet};
use crate::apps::segmentation::strips::photograph;

/// Always the same pictures to judge by, of digits that nobody learns from.
const HELD_OUT: u64 = 999;
/// Pictures in the figure, and wrong ones besides.
const SHOWN: usize = 8;
const WRONG: usize = 4;
/// Right sentences in the figure of where it looks.
const LOOKS: usize = 3;

/// The flags of `caption`: how the network is made and taught.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("epochs", |arg| arg.default_value("10").help("How many epochs, each of new pictures")))]
#[command(mut_arg("batch_size", |arg| arg.default_value("32").help("Pictures in one step")))]
#[command(mut_arg("learning_rate", |arg| arg.default_value("0.002")))]
#[command(mut_arg("schedule", |arg| arg.default_value("cosine")))]
#[command(mut_arg("train_size", |arg| arg.help("Make pictures of the first N training digits only")))]
#[command(mut_arg("validate", |arg| arg.help("Judge by pictures of a random sixth of the training digits, which are not learned, instead of the test's: for trying out")))]
#[command(mut_arg("examine", |arg| arg.hide(true)))] // of pictures that are drawn anew there is no first N
pub struct Flags {
    #[command(flatten)]
    job: Job,
    /// New pictures in an epoch
    #[arg(long, value_name = "N", default_value = "8000", value_parser = flags::count)]
    pictures: usize,
    /// Pictures of unseen digits to judge by, as many of each kind
    #[arg(long, value_name = "N", default_value = "1000", value_parser = flags::count)]
    held_out: usize,
    /// Speak from memory: the picture as one vector, and no look back
    #[arg(long)]
    no_attention: bool,
    /// Also look for better sentences with N beginnings at once
    #[arg(long, value_name = "N", default_value = "3", value_parser = flags::count)]
    beam: usize,
}

/// Teaches the network, and prints and draws what it says of pictures that it has not seen.
///
/// # Errors
/// If data, checkpoint, weights or figures cannot be read or written, or training diverges.
pub fn run(flags: &Flags, figures: &Figures) -> Result<()> {
    flags.job.refuse(&["--examine"])?;
    let mut training = flags.job.begin(|rng| Captioner::new(!flags.no_attention, rng))?;
    let (train, test) = flags.job.digits()?;
    let pairs = Pairs::new(&train, Combinations::Seen, flags.job.seed.seed)?;
    let kinds = [("seen", Combinations::Seen), ("unseen", Combinations::Unseen)];
    let held_out = kinds.map(|(_, combinations)| {
        Pairs::new(&test, combinations, HELD_OUT).map(|pairs| pairs.draw(0..flags.held_out as u64))
    });
    let [seen, unseen] = held_out;
    let held_out = [seen?, unseen?];
    println!("parameters: {}", parameter_count(&mut training.model));
    if flags.job.learns() {
        training.of(&train)?;
        training.fit(&mut Captioning::new((&pairs, flags.pictures), &held_out[0]))?;
    }
    let model = training.model;
    let mut spoken = Vec::new();
    for ((name, _), pairs) in kinds.iter().zip(&held_out) {
        let pictures = images(pairs);
        for width in [1].into_iter().chain((flags.beam > 1).then_some(flags.beam)) {
            let said = captions(&model, &pictures, width);
            let (exact, bleu) = judge(&said, pairs);
            let how = if width == 1 { "greedy".to_string() } else { format!("beam of {width}") };
            println!("{name} combinations, {how}: exact {exact:.4}, BLEU-4 {bleu:.4}");
            if width == 1 {
                spoken = said;
            }
        }
    }
    let unseen = &held_out[1];
    println!("unseen combinations, greedy:");
    let right: Vec<_> = unseen.iter().map(Pair::sentence).collect();
    Mistakes::of(&spoken, &right).print();
    draw_sheet((figures, flags.no_attention), unseen, &spoken)?;
    if flags.no_attention { Ok(()) } else { draw_looks(figures, &model, unseen, &spoken) }
}

/// Exact matches and BLEU-4.
fn judge(said: &[Vec<usize>], pairs: &[Pair]) -> (f64, f64) {
    let right: Vec<_> = pairs.iter().map(Pair::sentence).collect();
    let said_words: Vec<&[usize]> = said.iter().map(|words| without_end(words)).collect();
    let right_words: Vec<_> = right.iter().map(|words| vec![without_end(words)]).collect();
    (exact_matches(said, &right), bleu(&said_words, &right_words))
}

/// The first pictures, and the first of those whose sentence is wrong.
fn draw_sheet(
    (figures, no_attention): (&Figures, bool),
    pairs: &[Pair],
    spoken: &[Vec<usize>],
) -> Result<()> {
    let wrong = |&i: &usize| spoken[i] != pairs[i].sentence();
    let first = 0..pairs.len().min(SHOWN);
    let more = (SHOWN..pairs.len()).filter(wrong).take(WRONG);
    let said = first.chain(more).map(|i| Said {
        image: photograph(pairs[i].image.view()),
        said: spoken[i].clone(),
        right: pairs[i].sentence(),
    });
    let sheet = Sheet {
        title: "What is said of pictures with pairs of digits that were never seen together".into(),
        said: said.collect(),
    };
    let name = if no_attention { "caption-no-attention.png" } else { "caption.png" };
    figures.draw(name, sheet.size(760), |area| sheet.draw(area))
}

/// Where it looks: in the first pictures, and in the first whose sentence is wrong.
fn draw_looks(
    figures: &Figures,
    model: &Captioner<f32>,
    pairs: &[Pair],
    spoken: &[Vec<usize>],
) -> Result<()> {
    let wrong = |&i: &usize| spoken[i] != pairs[i].sentence();
    let first = (0..pairs.len()).filter(|i| !wrong(i)).take(LOOKS);
    let shown: Vec<usize> = first.chain((0..pairs.len()).find(wrong)).collect();
    let of: Vec<Pair> = shown.iter().map(|&i| pairs[i].clone()).collect();
    let said: Vec<_> = shown.iter().map(|&i| spoken[i].clone()).collect();
    let seen = model.look(images(&of));
    let (_, _, shares) = model.say(&seen, Lesson::of(&said).read, &model.silence(of.len()));
    let Some(shares) = shares else { return Ok(()) };
    let looks = of.iter().zip(said).zip(shares.outer_iter()).map(|((pair, said), shares)| Look {
        image: photograph(pair.image.view()),
        said,
        shares: shares.to_owned(),
    });
    let looks = Looks {
        title: "Where it looks while it says a word; the last sentence is wrong".into(),
        looks: looks.collect(),
    };
    figures.draw("attention.png", looks.size(760), |area| looks.draw(area))
}
