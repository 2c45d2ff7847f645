// Which number a thread is for: workgroups of 256 threads stand in rows of 32,768 workgroups.
fn number(id: vec3u) -> u32 {
    return id.y * 8388608u + id.x;
}

