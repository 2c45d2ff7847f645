use std::io::Write;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::*;

/// A file in a folder of its own, which goes when this does.
fn stored(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn idx(sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(data);
    bytes
}

/// The error for these bytes, without the path; asserts that it is one line.
fn image_problem(bytes: &[u8]) -> String {
    let (_folder, path) = stored(bytes);
    problem(&path, read_images(&path).map(drop))
}

fn label_problem(bytes: &[u8]) -> String {
    let (_folder, path) = stored(bytes);
    problem(&path, read_labels(&path).map(drop))
}

fn problem(path: &Path, outcome: Result<()>) -> String {
    let text = outcome.unwrap_err().to_string();
    assert!(!text.contains('\n') && text.len() < 300, "{text}");
    text.strip_prefix(&format!("{}: ", path.display())).expect(&text).to_owned()
}

fn two_images() -> Vec<u8> {
    idx(&[2, 2, 3], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
}

#[test]
fn reads_plain_and_gzipped() {
    let halves = [gzip(&two_images()[..9]), gzip(&two_images()[9..])].concat();
    for bytes in [two_images(), gzip(&two_images()), halves] {
        let (_folder, path) = stored(&bytes);
        let images = read_images(&path).unwrap();
        assert_eq!(images.dim(), (2, 1, 2, 3));
        assert_eq!(images[[1, 0, 1, 2]], 12);
        assert!(images.iter().copied().eq(1..=12));
        assert_eq!(read_images_from(&bytes, &path).unwrap(), images);
    }
    for bytes in [idx(&[3], &[9, 0, 4]), gzip(&idx(&[3], &[9, 0, 4]))] {
        let (_folder, path) = stored(&bytes);
        assert_eq!(read_labels(&path).unwrap(), [9, 0, 4]);
        assert_eq!(read_labels_from(&bytes, &path).unwrap(), [9, 0, 4]);
    }
}

#[test]
fn cut_anywhere_is_an_error() {
    for whole in [two_images(), gzip(&two_images())] {
        for length in 0..whole.len() {
            let text = image_problem(&whole[..length]);
            assert!(text.starts_with("is empty") || text.starts_with("is cut short"), "{text}");
        }
    }
    assert_eq!(image_problem(&[]), "is empty; a file of images belongs here");
    assert_eq!(image_problem(&two_images()[..15]), "is cut short: it ends within its header");
    let short = "is cut short: only 5 of 12 bytes of data came";
    assert_eq!(image_problem(&two_images()[..21]), short);
    assert_eq!(image_problem(&gzip(&two_images()[..21])), short);
    let packed = gzip(&two_images());
    let text = image_problem(&packed[..packed.len() - 1]);
    assert_eq!(text, "is cut short: it ends within its checksum");
}

#[test]
fn any_byte_changed_is_an_error_or_other_pixels_but_no_panic() {
    let packed = gzip(&two_images());
    for whole in [two_images(), packed] {
        for at in 0..whole.len() {
            for flip in [1, 0x80, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] ^= flip;
                let (_folder, path) = stored(&bytes);
                if let Err(error) = read_images(&path) {
                    let told = matches!(error, Error::Format { .. } | Error::Invalid(_));
                    assert!(told, "{error}");
                }
            }
        }
    }
    let mut wrong_sum = gzip(&two_images());
    let at = wrong_sum.len() - 8;
    wrong_sum[at] ^= 1;
    let text = image_problem(&wrong_sum);
    assert!(text.starts_with("is damaged: corrupt gzip stream"), "{text}");
}

#[test]
fn more_than_claimed_is_an_error() {
    let mut long = two_images();
    long.push(0);
    let more = "holds more than its header says, which is 12 bytes of data";
    assert_eq!(image_problem(&long), more);
    assert_eq!(image_problem(&gzip(&long)), more);
    assert_eq!(image_problem(&[gzip(&two_images()), gzip(b"x")].concat()), more);
    let text = image_problem(&[&gzip(&two_images())[..], b"not gzip, and longer"].concat());
    assert_eq!(text, "is damaged: what follows the gzip data is neither more of it nor zeros");
}

#[test]
fn zeros_behind_gzip_data_are_passed_over_as_gzip_does() {
    let [first, second] = [gzip(&two_images()[..9]), gzip(&two_images()[9..])];
    // More zeros than a file's buffer holds, and so few that the next member begins in the middle of it.
    for zeros in [vec![0; 1], vec![0; 511], vec![0; 20_000]] {
        for bytes in [
            [&gzip(&two_images())[..], &zeros].concat(),
            [&first[..], &zeros, &second, &zeros].concat(),
        ] {
            let (_folder, path) = stored(&bytes);
            assert_eq!(read_images(&path).unwrap().len(), 12);
            assert_eq!(read_images_from(&bytes, &path).unwrap().len(), 12);
        }
    }
    let text = image_problem(&[&gzip(&two_images())[..], &[0; 600], b"?"].concat());
    assert_eq!(text, "is damaged: what follows the gzip data is neither more of it nor zeros");
    let text = image_problem(&[&gzip(&two_images())[..], &[0; 600], &first].concat());
    assert_eq!(text, "holds more than its header says, which is 12 bytes of data");
}

#[test]
fn claims_beyond_reason_are_errors_before_anything_is_allocated() {
    let huge = idx(&[1 << 31, 28, 28], &[0; 100]);
    let text = "claims 2147483648×28×28 bytes of images, more than 200 MiB";
    assert_eq!(image_problem(&huge), text);
    assert_eq!(image_problem(&gzip(&huge)), text);
    let text = image_problem(&idx(&[u32::MAX; 3], &[]));
    assert_eq!(text, "claims 4294967295×4294967295×4294967295 bytes of images, more than 200 MiB");
    // Just under the limit: the file's own length must refuse it.
    let big = idx(&[200 << 20], &[0; 100]);
    assert_eq!(label_problem(&big), "is cut short: only 100 of 209715200 bytes of data came");
    let packed = gzip(&big);
    let length = packed.len();
    let text = format!("claims 209715200 bytes, more than {length} bytes can unpack to");
    assert_eq!(label_problem(&packed), text);
    for sizes in [[0, 28, 28], [2, 0, 3], [u32::MAX, u32::MAX, 0]] {
        let text = image_problem(&idx(&sizes, &[]));
        assert!(text.starts_with("holds no images: its header says "), "{text}");
    }
    assert_eq!(label_problem(&idx(&[0], &[])), "holds no labels: its header says 0");
}

#[test]
fn a_bomb_is_not_unpacked() {
    // 200 MiB of zeros in 200 parts, of which the header claims 784 bytes.
    let bomb = [gzip(&idx(&[1, 28, 28], &[])), gzip(&[0; 1 << 20]).repeat(200)].concat();
    let more = "holds more than its header says, which is 784 bytes of data";
    assert_eq!(image_problem(&bomb), more);
    // If this read on, the test would not end.
    let text = read_data(io::repeat(0), 784, Path::new("endless")).unwrap_err().to_string();
    assert_eq!(text, format!("endless: {more}"));
}

#[test]
fn labels_over_nine_are_errors() {
    let text = "label 2 (counted from 0) is 10, not 0 to 9; there are 4 classes, from 1 to 255";
    assert_eq!(label_problem(&idx(&[5], &[1, 9, 10, 255, 9])), text);
}

#[test]
fn other_things_than_idx_files_are_named() {
    let text = "is not an IDX file of images: it begins with \"<!DO\" where \"\\x00\\x00\\x08\\x03\" belongs";
    assert_eq!(image_problem(b"<!DOCTYPE html><html>\n403 Forbidden"), text);
    let text = image_problem(b"\x89PNG\r\n\x1a\n0000");
    assert!(text.contains("begins with \"\\x89PNG\""), "{text}");
    let text = image_problem(&gzip(b"\n\n\n\n"));
    assert!(text.contains("begins with \"\\n\\n\\n\\n\""), "{text}");
    let text = image_problem(b"\0\0\x0a\x03");
    assert!(text.contains("begins with \"\\x00\\x00\\n\\x03\""), "{text}");
    assert_eq!(image_problem(&gzip(b"")), "is cut short: it ends within its header");

    let folder = tempfile::tempdir().unwrap();
    let text = problem(folder.path(), read_images(folder.path()).map(drop));
    assert_eq!(text, "is not a file; a file of images belongs here");
    let text = read_labels(&folder.path().join("none")).unwrap_err().to_string();
    assert!(text.starts_with("cannot read ") && text.contains("none: No such file"), "{text}");
}

/// Sound files of another type or shape are no damage: they are told by another kind of error, and by
/// what they hold.
#[test]
fn sound_files_of_other_data_are_told_from_damage() {
    let (_folder, path) = stored(&idx(&[2], &[1, 2]));
    assert!(matches!(read_images(&path), Err(Error::Invalid(_))));
    assert!(matches!(read_labels(&path).map(|labels| labels.len()), Ok(2)));
    let text = problem(&path, read_images(&path).map(drop));
    assert_eq!(
        text,
        "holds a 1-dimensional array of bytes; images are a 3-dimensional array of bytes"
    );
    for (kind, name) in [
        (0x09, "signed bytes"),
        (0x0b, "16-bit integers"),
        (0x0c, "32-bit integers"),
        (0x0d, "32-bit floats"),
        (0x0e, "64-bit floats"),
    ] {
        let text = label_problem(&gzip(&[0, 0, kind, 2, 0, 0, 0, 1, 0, 0, 0, 8]));
        let labels = "labels are a 1-dimensional array of bytes";
        assert_eq!(text, format!("holds a 2-dimensional array of {name}; {labels}"));
    }
    let (_folder, path) = stored(&idx(&[2], &[1, 26]));
    assert!(matches!(read_labels(&path), Err(Error::Invalid(_))));
}
