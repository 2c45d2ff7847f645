//! Half precision in `.npz` files: what NumPy calls `float16`.

use std::io::{Read, Write};

use half::f16;
use ndarray_npy::{ReadDataError, ReadableElement, WritableElement, WriteDataError};
use py_literal::Value;

/// How a file names the type: little-endian, a floating-point number, two bytes.
const DESCRIPTOR: &str = "<f2";

/// A number of 16 bits, for files; all sums are done in `f32` or `f64`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Float16(pub f16);

impl WritableElement for Float16 {
    fn type_descriptor() -> Value {
        Value::String(DESCRIPTOR.to_string())
    }

    fn write<W: Write>(&self, mut writer: W) -> Result<(), WriteDataError> {
        Ok(writer.write_all(&self.0.to_le_bytes())?)
    }

    fn write_slice<W: Write>(slice: &[Self], mut writer: W) -> Result<(), WriteDataError> {
        let bytes: Vec<u8> = slice.iter().flat_map(|x| x.0.to_le_bytes()).collect();
        Ok(writer.write_all(&bytes)?)
    }
}

impl ReadableElement for Float16 {
    fn read_to_end_exact_vec<R: Read>(
        mut reader: R,
        descriptor: &Value,
        len: usize,
    ) -> Result<Vec<Self>, ReadDataError> {
        if !matches!(descriptor, Value::String(name) if name == DESCRIPTOR) {
            return Err(ReadDataError::WrongDescriptor(descriptor.clone()));
        }
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes)?;
        let (pairs, rest) = bytes.as_chunks::<2>();
        if pairs.len() < len {
            return Err(ReadDataError::MissingData);
        }
        match 2 * (pairs.len() - len) + rest.len() {
            0 => Ok(pairs.iter().map(|&pair| Self(f16::from_le_bytes(pair))).collect()),
            extra => Err(ReadDataError::ExtraBytes(extra)),
        }
    }
}
