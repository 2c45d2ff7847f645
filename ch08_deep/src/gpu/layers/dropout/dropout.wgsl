// Numbers that dropout silences become 0, the others grow, in place: x on the way forward, dy backward.
@group(0) @binding(0) var<storage, read> steps: array<Step>;
@group(0) @binding(1) var<storage, read> now: array<u32>;
@group(0) @binding(2) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = number(id);
    if (i >= LEN) { return; }
    x[i] = select(0.0, x[i] * SCALE, kept(i, steps[now[0]].number) && passes(i));
}
