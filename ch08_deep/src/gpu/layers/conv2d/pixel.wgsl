// The pixel that weight k of a filter, 0 to C·KH·KW, sees when the filter is at a place of image n.
fn pixel(n: u32, place: u32, k: u32) -> f32 {
    let tap = k % AREA;
    // What lies above or left of the image wraps round to huge numbers, outside it as well.
    let down = place / OW * STRIDE + tap / KW - PAD;
    let right = place % OW * STRIDE + tap % KW - PAD;
    if (down < H && right < W) { return x[((n * C + k / AREA) * H + down) * W + right]; }
    return 0.0;
}

