//! What happens before the first step: files are read, or digits are drawn.

use std::fs::File;
use std::io::Write;

use common::data::{digits, idx};
use divan::{Bencher, counter::ItemsCount};
use flate2::{Compression, write::GzEncoder};

fn main() {
    divan::main();
}

const IMAGES: usize = 10_000;

/// A file of digits as MNIST has them: a header of four numbers, and a byte for each pixel.
fn file(folder: &std::path::Path, gzip: bool) -> std::path::PathBuf {
    let digits = digits::draw(1, IMAGES);
    let header = [0x803, IMAGES as u32, 28, 28].map(u32::to_be_bytes);
    let pixels = digits.images.as_slice().expect("in order");
    let bytes = [header.as_flattened(), pixels].concat();
    let path = folder.join(if gzip { "images.gz" } else { "images" });
    let mut file = File::create(&path).expect("a file");
    match gzip {
        true => GzEncoder::new(file, Compression::default()).write_all(&bytes).expect("written"),
        false => file.write_all(&bytes).expect("written"),
    }
    path
}

/// Items are images.
#[divan::bench(args = [false, true])]
fn read_idx(bencher: Bencher, gzip: bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(folder.path(), gzip);
    bencher.counter(ItemsCount::new(IMAGES)).bench_local(|| idx::read_images(&path));
}

/// Items are images.
#[divan::bench]
fn draw_digits(bencher: Bencher) {
    bencher.counter(ItemsCount::new(1000_u32)).bench_local(|| digits::draw(1, 1000));
}

/// 100 images as numbers.
#[divan::bench]
fn batch(bencher: Bencher) {
    let digits = digits::draw(1, 1000);
    let indices: Vec<usize> = (0..100).map(|i| i * 7 % 1000).collect();
    bencher.counter(ItemsCount::new(100_u32)).bench_local(|| digits.batch::<f32>(&indices));
}
