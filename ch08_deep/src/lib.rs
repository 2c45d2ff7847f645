//! Chapter 8: deep networks.
//!
//! Small filters, many of them, one layer upon another: what the book has been building towards. And
//! what it takes to train them fast.
//!
//! | section | what it teaches | module |
//! |---|---|---|
//! | `train` | a deep network of 3×3 filters learns to read digits | [`networks::deep_conv_net`], [`train`] |
//! | `evaluate` | reading with weights from a file | [`evaluate`] |
//! | `misclassified` | the digits that are still read wrong | [`misclassified`] |
//! | `augment` | no image is seen twice: shifts, turns, elastic distortion | [`augment::elastic`], [`augment::distortion`], [`augment::distorting`], [`augment::variations`] |
//! | `best` | everything at once | [`best`] |
//! | `half` | numbers of 16 bits: half the memory, and what slips through | [`half::rounding`], [`half::in_half`], [`half::effects`] |
//! | `threads` | one step on several threads: faster, and the same bits | [`speed::threads`] |
//! | `bench` | how fast the book's networks are, and where a step's time goes | [`networks::measured`], [`speed::step`], [`speed::bench`], [`speed::timed`], [`speed::breakdown`], [`speed::breakdown_figure`] |
//! | `gpu` | the same networks on a graphics card; sections of its own: `info`, `matmul`, `train`, `bench` | [`gpu`] |
//! | `vgg`, `googlenet`, `resnet` | the family: small filters stacked, branches side by side, shortcuts | [`networks::vgg`], [`networks::googlenet`], [`networks::resnet`] |
//! | `detect rcnn` | proposals by connected ink, each cut out and read | [`apps::detection::components`], [`apps::detection::offsets`], [`apps::detection::rcnn`] |
//! | `detect` | one network that proposes and reads; what is found on the reader's sheet | [`apps::detection::anchors`], [`apps::detection::detector`], [`apps::detection::learning`], [`apps::detection::sheet`] |
//! | `detect draw-sheet` | a sheet of numbers, as a picture | [`apps::detection::drawn_sheet`] |
//! | `segment` | which pixels are which digit: a fully convolutional network | [`apps::segmentation::fcn`], [`apps::segmentation::digits`] |
//! | `segment stamps` | transposed convolution and unpooling in small numbers | [`apps::segmentation::stamps`] |
//! | `segment roads` | a SegNet on drawn roads, and a car that steers by its answer | [`apps::segmentation::segnet`], [`apps::segmentation::roads`], [`apps::segmentation::drive`] |
//! | `recurrent` | a plain recurrent unit and a memory cell, in small numbers | [`apps::captions::one_unit`] |
//! | `recall` | which recurrent layers learn to remember, and what is left of a gradient so many steps back | [`apps::captions::recall`], [`apps::captions::remembering`], [`apps::captions::fading`] |
//! | `language` | a network that reads this book character by character, beside what counting can do, and writes | [`apps::captions::language`], [`apps::captions::text`], [`apps::captions::counts`], [`apps::captions::reading`], [`apps::captions::writing`], [`apps::captions::units`] |
//! | `caption` | a network that sees and one that speaks: a sentence about two digits, and where it looks at each word | [`apps::captions::pairs`], [`apps::captions::sentence`], [`apps::captions::captioner`], [`apps::captions::gaze`], [`apps::captions::learning`], [`apps::captions::beam`], [`apps::captions::bleu`], [`apps::captions::caption`] |
//! | `style` | one picture in the manner of another: the image learns, by Gram matrices | [`apps::style::gram`], [`apps::style::statistics`], [`apps::style::total_variation`], [`apps::style::objective`], [`apps::style::painting`] |
//! | `style gallery` | one landscape in all [`apps::style::drawn`] manners | [`apps::style::gallery`] |
//! | `style textures` | a network that learns textures, to look through | [`apps::style::textures`], [`apps::style::learning`] |
//! | `gan` | digits that nobody wrote: a generator and a discriminator learn from each other | [`apps::gan::generator`], [`apps::gan::discriminator`], [`apps::gan::losses`], [`apps::gan::learning`], [`apps::gan::section`] |
//! | `play` | learning by playing: a deep Q-network holds a pole upright | [`apps::dqn::cartpole`], [`apps::dqn::replay`], [`apps::dqn::targets`], [`apps::dqn::exploration`], [`apps::dqn::agent`], [`apps::dqn::learning`] |
//! | `play catch`, `play breakout` | the same from pixels | [`apps::dqn::catch`], [`apps::dqn::breakout`], [`apps::dqn::q_network`] |
//! | `play watch` | a game in the terminal, or as an animation | [`apps::dqn::watch`] |
//! | `play fields` | the Bellman equation, and Q-learning with a table | [`apps::dqn::bellman`] |
//! | `play` | learning by playing: a deep Q-network holds a pole upright | [`apps::dqn::cartpole`], [`apps::dqn::replay`], [`apps::dqn::targets`], [`apps::dqn::exploration`], [`apps::dqn::agent`], [`apps::dqn::learning`] |
//! | `play catch`, `play breakout` | the same from pixels | [`apps::dqn::catch`], [`apps::dqn::breakout`], [`apps::dqn::q_network`] |
//! | `play watch` | a game in the terminal, or as an animation | [`apps::dqn::watch`] |
//! | `play fields` | the Bellman equation, and Q-learning with a table | [`apps::dqn::bellman`] |
//!
//! | `distributed` | several programs that MPI starts learn together: gradients are added up | [`distributed::added_up`], [`distributed::all_reduce`], [`distributed::shares`], [`distributed::step`], [`distributed::learning`] |
//! | `distributed rounds` | all-reduce by hand, round by round | [`distributed::rounds`] |
//! | `distributed scale` | what a message costs, and a model of 1,024 ranks | [`distributed::cost`], [`distributed::scale`] |
//! | `distributed batches` | large batches, and what the learning rate must do | [`distributed::batches`] |
//!
//! Ranks are a [`distributed::team`], of programs or, [`distributed::played`], of threads. They come to an
//! [`distributed::agreement`] on what went wrong, and find out at the start whether they are [`distributed::alike`].
//!
//! What the game makes is measured by a [`apps::gan::judge`], the [`apps::gan::frechet`] distance (with roots of
//! [`apps::gan::symmetric`] matrices) and the [`apps::gan::spread`] within each digit, and told in a [`apps::gan::report`].
//!
//! Both ways to detect share [`apps::detection::suppression`], [`apps::detection::average_precision`], and
//! their [`apps::detection::figures`] in one [`apps::detection::section`]. Both
//! segmentations share [`apps::segmentation::labelled`] pictures, the step of their [`apps::segmentation::learning`],
//! a [`apps::segmentation::report`] and [`apps::segmentation::strips`] of pictures. `recall` and `language`
//! share a [`apps::captions::symbol_model`] with any of the recurrent [`apps::captions::kinds`]; what `language`
//! draws is in [`apps::captions::language_figures`], and which numbers their flags take in [`apps::captions::ranges`].
//! What captions have wrong is counted
//! in [`apps::captions::mistakes`]; their figures are [`apps::captions::sheet`] and [`apps::captions::looks`].
//! An image that is painted looks at itself
//! through [`apps::style::features`], which are those of [`apps::style::filters`] or of [`apps::style::vgg`], made of
//! [`apps::style::frozen`] convolutions.
//! All games share one
//! [`apps::dqn::environment`], an [`apps::dqn::episode`], [`apps::dqn::frames`] and [`apps::dqn::figures`]; what a
//! training by play keeps in a checkpoint is in [`apps::dqn::kept`].
//!
//! All games share one [`apps::dqn::environment`], an [`apps::dqn::episode`], [`apps::dqn::frames`] and
//! [`apps::dqn::figures`]; what a training by play keeps in a checkpoint is in [`apps::dqn::kept`].
//!
//! The family's networks are made of blocks that are layers themselves: [`networks::stack`],
//! [`networks::inception`], [`networks::residual`], with [`networks::global_average`] in them.

pub mod apps;
pub mod augment;
pub mod best;
pub mod distributed;
pub mod evaluate;
pub mod gpu;
pub mod half;
pub mod misclassified;
pub mod networks;
pub mod speed;
pub mod sprint;
pub mod train;
