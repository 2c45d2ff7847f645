//! The console blocks of the pages on the graphics card show what the program prints.

use std::path::Path;

use crate::gpu;

#[test]
fn pages_show_what_the_program_prints() {
    if gpu().is_some() {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let program = Path::new(env!("CARGO_BIN_EXE_ch08_deep"));
        testing::check_pages_of_feature(&workspace, "book/src/ch08", "ch08_deep", program, "gpu");
    }
}
