//! The console blocks of the chapter's pages show what its program prints.

use std::path::Path;

#[test]
fn pages_show_what_the_program_prints() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let program = Path::new(env!("CARGO_BIN_EXE_ch08_deep"));
    testing::check_pages(&workspace, "book/src/ch08", "ch08_deep", program);
}
