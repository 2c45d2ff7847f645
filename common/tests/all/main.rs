//! What must stay true of `common`, one file an idea. They are one program because each that trains
//! networks would compile all layers anew.

mod agreement;
mod attention;
mod conv_pool;
mod divergence;
mod names;
mod numbers;
mod optimizers;
mod properties;
mod recurrent;
mod roi;
mod techniques;
mod upsampling;
mod weights;
