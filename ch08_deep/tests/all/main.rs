//! What must stay true of this chapter, one file an idea. They are one program because each that
//! trains networks would compile all layers anew.

mod augment;
mod best;
mod caption;
mod checkpoints;
mod detection;
mod distributed;
mod dqn;
mod family;
mod gan;
mod golden;
mod half;
mod recurrent_apps;
mod segmentation;
mod sprint;
mod style;
mod training;
