// What differs from step to step. It lies on the card for many steps, and the card counts them.
struct Step {
    first: u32,  // where its images stand in the list of indices
    count: u32,  // how many of them there are
    number: u32, // of the step in the whole training, from 0
    rate: f32,   // the learning rate
    means: f32,  // Adam: 1 / (1 - beta1^t), which undoes the pull of the means towards zero
    squares: f32, // Adam: 1 / (1 - beta2^t), the same for the squares
}
