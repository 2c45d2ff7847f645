//! Weights that others have learned: arrays by name, from `.npz` or `.safetensors`.

use std::fs;
use std::path::Path;

use common::store::{files, weights};
use common::{Error, Float, Result};
use half::{bf16, f16};
use ndarray::{ArrayD, IxDyn};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

/// More bytes than any network has that is meant here: VGG-19 with all its layers has 0.6 billion.
const MOST_BYTES: u64 = 2_000_000_000;

/// A file with arrays that have names.
pub enum Named<'a> {
    /// NumPy's, of which only what is asked for is read.
    Npz(&'a Path, Vec<String>),
    /// The bytes of a `.safetensors` file.
    SafeTensors(&'a Path, Vec<u8>),
}

impl<'a> Named<'a> {
    /// The file `path`; one whose name ends in `.safetensors` is taken for such a one, any other for NumPy's.
    ///
    /// # Errors
    /// If it cannot be read or is neither.
    pub fn open(path: &'a Path) -> Result<Self> {
        if path.extension().is_none_or(|extension| extension != "safetensors") {
            return Ok(Self::Npz(path, weights::names_in(path)?));
        }
        drop(files::open(path, "weights")?);
        let length = fs::metadata(path).map_err(Error::io("read", path))?.len();
        if length > MOST_BYTES {
            return Err(Error::format(path, format!("is too large: {length} bytes")));
        }
        let bytes = fs::read(path).map_err(Error::io("read", path))?;
        parse(path, &bytes)?;
        Ok(Self::SafeTensors(path, bytes))
    }

    /// Where it is.
    pub fn path(&self) -> &'a Path {
        match self {
            Self::Npz(path, _) | Self::SafeTensors(path, _) => path,
        }
    }

    /// Whether there is an array of this name.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::Npz(_, names) => names.iter().any(|other| other == name),
            Self::SafeTensors(path, bytes) => {
                parse(path, bytes).is_ok_and(|tensors| tensors.tensor(name).is_ok())
            }
        }
    }

    /// The array of this name and shape.
    ///
    /// # Errors
    /// If it is not there, is of another shape or type, or holds a number that is not finite.
    pub fn array<F: Float>(&self, name: &str, shape: &[usize]) -> Result<ArrayD<F>> {
        let wrong = |problem: String| Error::format(self.path(), format!("{name}: {problem}"));
        if !self.has(name) {
            return Err(wrong("is missing".to_string()));
        }
        match self {
            Self::Npz(path, _) => Ok(weights::read_some(path, &[(name, shape)])?.swap_remove(0)),
            Self::SafeTensors(path, bytes) => {
                let tensors = parse(path, bytes)?;
                let view = tensors.tensor(name).map_err(|e| wrong(e.to_string()))?;
                if view.shape() != shape {
                    return Err(wrong(format!(
                        "expected shape {shape:?}, found {:?}",
                        view.shape()
                    )));
                }
                let numbers: Vec<F> = numbers(&view).map_err(wrong)?;
                if numbers.iter().any(|x| !x.is_finite()) {
                    return Err(wrong("holds numbers that are not finite".to_string()));
                }
                ArrayD::from_shape_vec(IxDyn(shape), numbers).map_err(|e| wrong(e.to_string()))
            }
        }
    }
}

fn parse<'b>(path: &Path, bytes: &'b [u8]) -> Result<SafeTensors<'b>> {
    SafeTensors::deserialize(bytes)
        .map_err(|e| Error::format(path, format!("not a whole .safetensors file: {e}")))
}

fn numbers<F: Float>(view: &TensorView<'_>) -> Result<Vec<F>, String> {
    fn each<F: Float, const N: usize>(bytes: &[u8], of: impl Fn([u8; N]) -> f64) -> Vec<F> {
        bytes.as_chunks().0.iter().map(|&bytes| F::of(of(bytes))).collect()
    }
    let bytes = view.data();
    Ok(match view.dtype() {
        Dtype::F64 => each(bytes, f64::from_le_bytes),
        Dtype::F32 => each(bytes, |bytes| f32::from_le_bytes(bytes).into()),
        Dtype::F16 => each(bytes, |bytes| f16::from_le_bytes(bytes).into()),
        Dtype::BF16 => each(bytes, |bytes| bf16::from_le_bytes(bytes).into()),
        other => return Err(format!("expected numbers of 16, 32 or 64 bits, found {other:?}")),
    })
}
