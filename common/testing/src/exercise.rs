//! Exercises: ordinary tests that are ignored until the reader asks for them.

use std::thread;

/// A test that judges one exercise.
///
/// It runs on the reader's file, and only when asked for (`cargo test -- --ignored`); with the
/// feature `solutions` it runs on the reference solution like any other test.
#[macro_export]
macro_rules! exercise {
    ($(#[$doc:meta])* fn $name:ident() $body:block) => {
        $(#[$doc])*
        #[test]
        #[cfg_attr(not(feature = "solutions"), ignore = "an exercise: solve it, then run it with -- --ignored")]
        fn $name() {
            let _judged = $crate::Exercise {
                file: concat!(env!("CARGO_PKG_NAME"), "/exercises/", stringify!($name), ".rs"),
            };
            $body
        }
    };
}

/// Says which file to open when the test that holds it fails.
pub struct Exercise {
    /// The reader's file, from the root of the workspace.
    pub file: &'static str,
}

impl Drop for Exercise {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("\nnot solved yet: open {} and read what it asks for", self.file);
        }
    }
}
