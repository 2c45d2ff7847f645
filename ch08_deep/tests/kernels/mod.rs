//! A card for the exercises on kernels.

use std::env;
use std::sync::OnceLock;

use ch08_deep::gpu::device::{Checks, Gpu};
use ch08_deep::gpu::kernel::{Binding, Constant, Plan};

/// What a reader's kernel writes into `len` numbers, which begin as NaN; it is given these constants and
/// inputs. `None`, and a word, where there is no card.
///
/// # Panics
/// If the kernel does not compile, or there is no card and GPU_REQUIRED is set.
pub fn launch(
    kernel: &str,
    constants: &[(&'static str, usize)],
    groups: [usize; 3],
    inputs: &[&[f32]],
    len: usize,
) -> Option<Vec<f32>> {
    let gpu = gpu()?;
    let out = gpu.memory(len).expect("memory");
    gpu.write(&out, &vec![f32::NAN; len]);
    let read = inputs.iter().map(|numbers| {
        let memory = gpu.memory(numbers.len()).expect("memory");
        gpu.write(&memory, numbers);
        Binding::Read(memory)
    });
    let plan = Plan {
        label: "of the exercise".to_string(),
        source: kernel.to_string(),
        constants: constants.iter().map(|&(name, n)| (name, Constant::Count(n))).collect(),
        bindings: read.chain([Binding::Write(out.clone())]).collect(),
        groups,
        flop: 0.0,
    };
    let kernels = gpu.compile(&[plan]).unwrap_or_else(|e| panic!("{e}"));
    gpu.submit(&kernels);
    Some(gpu.read(&out).expect("what it wrote"))
}

/// The card, if there is one.
fn gpu() -> Option<&'static Gpu> {
    static GPU: OnceLock<Option<Gpu>> = OnceLock::new();
    let open = || match Gpu::open(None, Checks::All) {
        Ok(gpu) => Some(gpu),
        Err(e) if env::var_os("GPU_REQUIRED").is_some() => panic!("GPU_REQUIRED is set: {e}"),
        Err(e) => {
            testing::skipped(&e.to_string());
            None
        }
    };
    GPU.get_or_init(open).as_ref()
}
