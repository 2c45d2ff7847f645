//! One array of a weights file, read with distrust: what a file claims to hold is never believed.

use std::io::Read;

use ndarray::{ArrayD, ArrayViewD, Zip};
use ndarray_npy::{ReadNpyError, ReadNpyExt, ViewNpyError, ViewNpyExt};

use super::float16::Float16;
use crate::Float;

/// Bytes; NumPy itself reads no longer ones.
const LONGEST_HEADER: usize = 10_000;
/// A list of tuples in a tuple in a dictionary: no type that NumPy writes is more involved.
const DEEPEST: usize = 4;

/// The array of this shape in `entry`, which is a file as `numpy.save` writes it.
///
/// # Errors
/// If it is of another shape, of a type other than `f32`, `f64` or half precision, holds a number
/// that is not finite, or is broken.
pub fn read<F: Float>(entry: impl Read, shape: &[usize]) -> Result<ArrayD<F>, String> {
    let most = 8 * shape.iter().product::<usize>() + 2 * LONGEST_HEADER;
    let mut bytes = Vec::new();
    let read = entry.take(most as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|e| format!("cannot be unpacked ({e})"))?;
    if bytes.len() > most {
        return Err("larger than the network's array".to_string());
    }
    // Bytes may lie anywhere in memory; numbers are read where their type may lie.
    let gap = check_header(&bytes)?.wrapping_neg() % 8;
    let end = gap + bytes.len();
    let mut aligned = vec![0_u64; end.div_ceil(8)];
    let view: &mut [u8] = bytemuck::cast_slice_mut(&mut aligned);
    view[gap..end].copy_from_slice(&bytes);
    drop(bytes);
    make_little_endian(&mut view[gap..end]);
    check_values(numbers(&view[gap..end])?, shape)
}

/// Sees to it that the parser of the header, which is a literal of Python's, meets none that is made
/// to be its end: it calls itself for each bracket, and twice for each curly one. Returns where the
/// numbers begin.
fn check_header(bytes: &[u8]) -> Result<usize, String> {
    let (start, length) = match *bytes {
        [0x93, b'N', b'U', b'M', b'P', b'Y', 1, _, a, b, ..] => {
            (10, usize::from(u16::from_le_bytes([a, b])))
        }
        [0x93, b'N', b'U', b'M', b'P', b'Y', 2 | 3, _, a, b, c, d, ..] => {
            (12, u32::from_le_bytes([a, b, c, d]) as usize)
        }
        _ => return Err("is not in NumPy's format".to_string()),
    };
    if length > LONGEST_HEADER {
        return Err(format!("its header claims {length} bytes, more than {LONGEST_HEADER}"));
    }
    let header = bytes[start..].get(..length).ok_or("is cut short: it ends within its header")?;
    let mut depth = 0;
    for byte in header {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth > DEEPEST as i32 {
            return Err("its header has more brackets than any that NumPy writes".to_string());
        }
    }
    Ok(start + length)
}

/// Turns the numbers around if the header says that they are big-endian, and lets it say so no more.
fn make_little_endian(bytes: &mut [u8]) {
    let Ok(start) = check_header(bytes) else { return };
    let (header, numbers) = bytes.split_at_mut(start);
    for (order, size) in [('>', 2), ('>', 4), ('>', 8), ('=', 2), ('=', 4), ('=', 8)] {
        let name = format!("{order}f{size}");
        let quoted = |quote: char| format!("{quote}{name}{quote}").into_bytes();
        let found = [quoted('\''), quoted('"')]
            .iter()
            .find_map(|text| header.windows(text.len()).position(|window| window == text));
        let Some(at) = found else { continue };
        header[at + 1] = b'<'; // behind the quotation mark
        if order == '>' {
            numbers.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        }
        return;
    }
}

/// What NumPy calls the numbers of a type that cannot be read, such as float128 for `'<f16'`.
fn type_name(descriptor: &str) -> Option<String> {
    let bare = descriptor.trim_matches(['\'', '"']).trim_start_matches(['<', '>', '=', '|']);
    let (kind, size) = bare.split_at_checked(1)?;
    let bits = size.parse::<u32>().ok()?.checked_mul(8)?;
    Some(match kind {
        "f" => format!("float{bits}"),
        "c" => format!("complex{bits}"),
        "i" => format!("int{bits}"),
        "u" => format!("uint{bits}"),
        "b" => "bool".to_string(),
        "U" | "S" => "text".to_string(),
        _ => return None,
    })
}

fn numbers<F: Float>(bytes: &[u8]) -> Result<ArrayD<F>, String> {
    match ArrayViewD::<f32>::view_npy(bytes) {
        Err(ViewNpyError::WrongDescriptor(_)) => {}
        read => return read.map(|a| a.mapv(|x| F::of(f64::from(x)))).map_err(|e| e.to_string()),
    }
    match ArrayViewD::<f64>::view_npy(bytes) {
        Err(ViewNpyError::WrongDescriptor(_)) => {}
        read => return read.map(|a| a.mapv(F::of)).map_err(|e| e.to_string()),
    }
    match ArrayD::<Float16>::read_npy(bytes) {
        Err(ReadNpyError::WrongDescriptor(found)) => {
            let found = found.to_string();
            let wanted = "expected numbers of type f32, f64 or f16";
            Err(match type_name(&found) {
                Some(name) => format!(
                    "{wanted}, found {found}: {name} cannot be read; in Python: array.astype('float32')"
                ),
                None if found == "'|O'" => format!("{wanted}, found {found}: Python objects"),
                None => format!("{wanted}, found {found}"),
            })
        }
        read => read.map(|a| a.mapv(|x| F::of(x.0.to_f64()))).map_err(|e| e.to_string()),
    }
}

fn check_values<F: Float>(array: ArrayD<F>, shape: &[usize]) -> Result<ArrayD<F>, String> {
    if array.shape() != shape {
        return Err(format!("expected shape {shape:?}, found {:?}", array.shape()));
    }
    if Zip::from(&array).any(|x| !x.is_finite()) {
        return Err("holds numbers that are not finite".to_string());
    }
    Ok(array)
}
