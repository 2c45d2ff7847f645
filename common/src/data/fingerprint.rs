//! A number that tells one set of images and labels from another.

use ndarray::{Axis, s};
use sha2::{Digest, Sha256};

use super::Dataset;

/// What tells `data` from other data of its size: a number made from all its pixels and labels and
/// from its shape, so that it is the same on every machine, and another if one bit is.
///
/// All of MNIST takes some hundredths of a second.
pub fn fingerprint(data: &Dataset) -> u64 {
    of_first(data, data.len())
}

/// The [`fingerprint`] of the first `count` images alone, of which there are so many.
pub(super) fn of_first(data: &Dataset, count: usize) -> u64 {
    let images = data.images.slice(s![..count, .., .., ..]);
    let mut hash = Sha256::new();
    for &size in images.shape() {
        hash.update((size as u64).to_le_bytes());
    }
    for image in images.axis_iter(Axis(0)) {
        match image.as_slice() {
            Some(pixels) => hash.update(pixels),
            None => image.iter().for_each(|&pixel| hash.update([pixel])),
        }
    }
    hash.update(&data.labels[..count]);
    number(hash)
}

/// What tells these bytes from others: a number made from all of them, the same on every machine.
pub fn fingerprint_of_bytes(bytes: &[u8]) -> u64 {
    number(Sha256::new_with_prefix(bytes))
}

/// The first eight bytes of a hash.
fn number(hash: Sha256) -> u64 {
    let bytes = hash.finalize();
    (0..8).fold(0, |number, i| number << 8 | u64::from(bytes[i]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::digits;

    #[test]
    fn a_fingerprint_is_that_of_the_same_data_only() {
        let data = digits::draw(1, 30);
        let expected = fingerprint(&data);
        assert_eq!(fingerprint(&digits::draw(1, 30)), expected);
        let all: Vec<usize> = (0..30).collect();
        assert_eq!(fingerprint(&data.select(&all)), expected);

        let mut others = [(); 4].map(|()| data.clone());
        others[0].images[[29, 0, 27, 27]] ^= 1;
        others[1].labels[0] ^= 1;
        others[2].labels.swap(0, 1); // a 5 and a 2, say
        let shape = (30, 1, 14, 56);
        others[3].images = data.images.to_shape(shape).unwrap().to_owned();
        for other in others {
            assert_ne!(fingerprint(&other), expected);
        }
        assert_ne!(fingerprint(&digits::draw(2, 30)), expected);
    }

    #[test]
    fn the_first_images_have_the_fingerprint_of_a_set_of_them_alone() {
        let mut data = digits::draw(1, 30);
        let first = of_first(&data, 10);
        data.truncate(10);
        assert_eq!(fingerprint(&data), first);
    }

    #[test]
    fn threads_and_order_in_memory_change_nothing() {
        let [one, three] = [1, 3].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| fingerprint(&digits::draw(1, 30)))
        });
        assert_eq!(one, three);

        let mut data = digits::draw(1, 30);
        data.images.swap_axes(2, 3);
        let turned = fingerprint(&data);
        data.images = data.images.as_standard_layout().to_owned();
        assert_eq!(fingerprint(&data), turned);
    }

    /// Checkpoints keep it, so it may not change from one version to the next.
    #[test]
    fn a_fingerprint_stays_what_it_is() {
        let images = ndarray::arr3(&[[[0, 1], [2, 3]], [[4, 5], [6, 255]]]);
        let data = Dataset { images: images.insert_axis(Axis(1)), labels: vec![9, 0] };
        assert_eq!(fingerprint(&data), 0x764c_f9e9_8b77_38f2);
        // The first eight bytes of the published SHA-256 of "abc".
        assert_eq!(fingerprint_of_bytes(b"abc"), 0xba78_16bf_8f01_cfea);
    }
}
