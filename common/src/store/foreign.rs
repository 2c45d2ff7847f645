//! Files of weights that other programs write, and how to make an `.npz` of them.

use std::path::Path;

/// What to do with a file that is no `.npz`, by its first bytes; `None` if they tell nothing.
pub(super) fn advice(path: &Path, first: &[u8]) -> Option<String> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    match first {
        [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => Some(format!(
            "is a single array; in Python, give all arrays their names: import numpy; numpy.savez('weights.npz', W1=numpy.load('{name}'), b1=…)"
        )),
        [0x80, 2..=5, ..] => Some(format!(
            "is a pickle of Python; in Python: import numpy, pickle; numpy.savez('weights.npz', **pickle.load(open('{name}', 'rb')))"
        )),
        [0x89, b'H', b'D', b'F', ..] => {
            Some("is an HDF5 file; write its arrays with numpy.savez in Python".to_string())
        }
        [_, _, _, _, _, _, _, 0, b'{', ..] => Some(format!(
            "is a .safetensors file; in Python: import numpy, safetensors.numpy; numpy.savez('weights.npz', **safetensors.numpy.load_file('{name}'))"
        )),
        _ => None,
    }
}

/// What to do with an archive that PyTorch wrote; such a one holds a pickle.
pub(super) fn torch_advice<'a>(
    path: &Path,
    mut names: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    names.any(|entry| entry.ends_with("data.pkl")).then(|| {
        format!(
            "was saved by PyTorch; in Python: import numpy, torch; numpy.savez('weights.npz', **{{k: v.numpy() for k, v in torch.load('{name}').items()}}), with the names W1, b1, …, and each Linear's weight transposed (.T)"
        )
    })
}
