//! Pictures, on the way that `classify` reads them. PNG's checksums are not checked here: the crate
//! `png` leaves them out when it is fuzzed.
#![no_main]

use std::io::Cursor;
use std::path::Path;

use ch03_forward::{classify, ink, sample_net::SampleNet};
use common::data::picture;
use fuzz::check_error;
use image::ImageReader;
use libfuzzer_sys::fuzz_target;

/// Larger ones that are not refused take too long to try a million of them.
const MOST_PIXELS: u64 = 1 << 14;

thread_local! {
    static NET: SampleNet = SampleNet::load(None).expect("sound weights");
}

fuzz_target!(|bytes: &[u8]| {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().expect("in memory");
    if let Ok((width, height)) = reader.into_dimensions() {
        let pixels = u64::from(width) * u64::from(height);
        if (MOST_PIXELS..100_000_000).contains(&pixels) {
            return;
        }
    }
    match picture::read_from(Cursor::new(bytes), Path::new("file")) {
        // To look at a picture takes a hundred times as long as to decode it: one in sixteen is.
        Ok(picture) if bytes.iter().fold(0, |sum: u8, &byte| sum.wrapping_add(byte)) % 16 == 0 => {
            if let Ok(seen) = ink::see(&picture) {
                let probabilities = NET.with(|net| classify::probabilities(net, &seen));
                assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-3);
            }
        }
        Ok(_) => {}
        Err(error) => check_error(&error),
    }
});
