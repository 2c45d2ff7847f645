//! The reader's pictures for the filters: as they look on paper, not as they are stored.

use ch07_cnn::picture;
use image::{Rgba, RgbaImage};

#[test]
fn white_on_nothing_is_seen() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("white.png");
    let alpha = |x: u32| if (10..14).contains(&x) { 255 } else { 0 };
    let drawn = RgbaImage::from_fn(30, 20, |x, _| Rgba([255, 255, 255, alpha(x)]));
    drawn.save(&path).expect("it can be saved");
    let ink = picture::read(&path).expect("a sound picture");
    assert_eq!(ink.dim(), (20, 30));
    assert_eq!((ink[[5, 5]], ink[[5, 12]]), (1.0, 0.0));
}
