//! `![what it shows](train.png "what to see")`: a picture that a run drew, with a caption.

use crate::{Slip, svg::escape};
use std::{fs::File, io::Read, path::Path};

/// Turns an image into a `<figure>` on a single line; `path` is relative to `folder`, the page's
/// own.
///
/// The size comes from the file, so that the text below does not jump when the picture arrives.
pub fn render(alt: &str, path: &str, caption: &str, folder: &Path) -> Result<String, Slip> {
    if alt.trim().is_empty() {
        return Err(Slip::new(
            0,
            format!("figure `{path}` has no text for those who cannot see it: `![text]({path} …)`"),
        ));
    }
    if caption.trim().is_empty() {
        return Err(Slip::new(
            0,
            format!("figure `{path}` has no caption: `![…]({path} \"caption\")`"),
        ));
    }
    let (width, height) = size(&folder.join(path))
        .map_err(|what| Slip::new(0, format!("figure `{path}`: {what}")))?;
    let (alt, path, caption) = (escape(alt), escape(path), escape(caption));
    Ok(format!(
        "<figure class=\"picture\"><img src=\"{path}\" alt=\"{alt}\" width=\"{width}\" height=\"{height}\" \
         loading=\"lazy\"><figcaption>{caption}</figcaption></figure>\n"
    ))
}

/// Width and height of a PNG or GIF file, which its first bytes hold: signature, chunk length, `IHDR`,
/// width, height, with the most significant byte first; or signature, width, height, with that byte last.
fn size(path: &Path) -> Result<(u32, u32), String> {
    let mut header = Vec::new();
    File::open(path)
        .and_then(|file| file.take(24).read_to_end(&mut header))
        .map_err(|error| error.to_string())?;
    match header[..] {
        [
            0x89,
            b'P',
            b'N',
            b'G',
            b'\r',
            b'\n',
            0x1a,
            b'\n',
            _,
            _,
            _,
            _,
            b'I',
            b'H',
            b'D',
            b'R',
            a,
            b,
            c,
            d,
            e,
            f,
            g,
            h,
        ] => Ok((u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', a, b, c, d, ..] => {
            Ok((u16::from_le_bytes([a, b]).into(), u16::from_le_bytes([c, d]).into()))
        }
        _ => Err("neither a PNG nor a GIF file".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render_with_file(alt: &str, path: &str, caption: &str) -> Result<String, Slip> {
        let folder = tempfile::tempdir().unwrap();
        let header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x03\x20\0\0\x02\x58\x08";
        std::fs::write(folder.path().join("a.png"), header).unwrap();
        std::fs::write(folder.path().join("b.png"), "no picture").unwrap();
        std::fs::write(folder.path().join("d.gif"), b"GIF89a\xf0\0\x2c\x01\xf7").unwrap();
        render(alt, path, caption, folder.path())
    }

    #[test]
    fn a_picture_comes_with_its_size_and_caption() {
        let html = render_with_file("a \"curve\"", "a.png", "It falls & falls.").unwrap();
        assert!(html.contains("width=\"800\" height=\"600\""), "{html}");
        assert!(html.contains("alt=\"a &quot;curve&quot;\""), "{html}");
        assert!(html.contains("<figcaption>It falls &amp; falls.</figcaption>"), "{html}");
        let html = render_with_file("a ball", "d.gif", "It flies.").unwrap();
        assert!(html.contains("width=\"240\" height=\"300\""), "{html}");
    }

    #[test]
    fn every_missing_part_is_a_slip() {
        let what = |alt, path, caption| render_with_file(alt, path, caption).unwrap_err().what;
        assert!(what("", "a.png", "caption").contains("cannot see it"));
        assert!(what("alt", "a.png", "").contains("no caption"));
        assert!(what("alt", "b.png", "caption").contains("neither a PNG"));
        assert!(what("alt", "c.png", "caption").starts_with("figure `c.png`: "));
    }
}
