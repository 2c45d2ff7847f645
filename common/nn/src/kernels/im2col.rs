//! im2col: the patches under all positions of a window as the columns of a matrix, and back.

use std::ops::AddAssign;

use super::conv::geometry::Geometry;

// ANCHOR: im2col
/// Writes the patches of `image` into `columns`, (C·KH·KW)×positions: one column for each position.
/// What lies in the border is not written: `columns` begins as zeros and stays zero there.
pub(crate) fn im2col<T: Copy>(geometry: &Geometry, image: &[T], columns: &mut [T]) {
    let (count, stride) = (geometry.positions(), geometry.window().stride());
    geometry.for_each_run(|k, positions, first| {
        let row = &mut columns[k * count..][positions];
        if stride == 1 {
            row.copy_from_slice(&image[first..first + row.len()]);
        } else {
            let pixels = image[first..].iter().step_by(stride);
            row.iter_mut().zip(pixels).for_each(|(copy, &pixel)| *copy = pixel);
        }
    });
}

/// The transpose of [`im2col`]: adds every number of `columns` to the pixel that it was copied from.
pub(crate) fn col2im<T: Copy + AddAssign>(geometry: &Geometry, columns: &[T], image: &mut [T]) {
    let (count, stride) = (geometry.positions(), geometry.window().stride());
    geometry.for_each_run(|k, positions, first| {
        let row = &columns[k * count..][positions];
        if stride == 1 {
            let pixels = &mut image[first..first + row.len()];
            pixels.iter_mut().zip(row).for_each(|(pixel, &copy)| *pixel += copy);
        } else {
            let pixels = image[first..].iter_mut().step_by(stride);
            pixels.zip(row).for_each(|(pixel, &copy)| *pixel += copy);
        }
    });
}
// ANCHOR_END: im2col

#[cfg(test)]
mod tests {
    use super::super::conv::geometry::Window;
    use super::*;

    #[test]
    fn col2im_is_the_transpose_of_im2col() {
        // ⟨im2col(x), c⟩ = ⟨x, col2im(c)⟩ for any x and c; whole numbers make it exact.
        for (size, stride, pad) in [((3, 2), 1, 0), ((2, 3), 2, 1), ((1, 4), 3, 2), ((2, 2), 3, 5)]
        {
            let window = Window::new(size, stride, pad).expect("a window");
            let geometry = window.on((2, 5, 6)).expect("it fits");
            let x: Vec<i64> = (0..geometry.image() as i64).map(|i| i * 7 % 11 - 5).collect();
            let c: Vec<i64> = (0..(geometry.patch() * geometry.positions()) as i64)
                .map(|i| i * 5 % 13 - 6)
                .collect();
            let (mut columns, mut image) = (vec![0; c.len()], vec![0; x.len()]);
            im2col(&geometry, &x, &mut columns);
            col2im(&geometry, &c, &mut image);
            let dot = |a: &[i64], b: &[i64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<i64>();
            assert_eq!(dot(&columns, &c), dot(&x, &image), "{size:?} {stride} {pad}");
        }
    }
}
