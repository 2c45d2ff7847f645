// The images of a step, from bytes (four in a word) to numbers from 0 to 1.
@group(0) @binding(0) var<storage, read> steps: array<Step>;
@group(0) @binding(1) var<storage, read> now: array<u32>;
@group(0) @binding(2) var<storage, read> indices: array<u32>;
@group(0) @binding(3) var<storage, read> pixels: array<u32>;
@group(0) @binding(4) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = number(id);
    if (i >= LEN) { return; }
    let image = indices[steps[now[0]].first + i / SIZE];
    let byte = image * SIZE + i % SIZE;
    x[i] = f32((pixels[byte / 4u] >> (8u * (byte % 4u))) & 255u) / 255.0;
}
