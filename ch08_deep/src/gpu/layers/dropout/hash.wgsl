// A random number for a number: the same for the same, so that backward draws what forward drew, and
// nothing has to be kept (PCG's RXS-M-XS; Jarzynski and Olano, 2020).
fn hash(x: u32) -> u32 {
    let s = x * 747796405u + 2891336453u;
    let w = ((s >> ((s >> 28u) + 4u)) ^ s) * 277803737u;
    return (w >> 22u) ^ w;
}

// Whether dropout lets number i of a step pass.
fn kept(i: u32, step: u32) -> bool {
    let key = hash(step ^ hash(KEY));
    return f32(hash(i ^ key) >> 8u) / 16777216.0 >= RATE;
}
