//! Ctrl-C, and the signals by which a system asks a program to end: finish the step, keep what was
//! learned.

use std::ops::ControlFlow;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);
static HANDLER: Once = Once::new();

/// From now on Ctrl-C only asks the program to stop, and so do SIGTERM (a scheduler, a container) and
/// SIGHUP (a terminal that is closed); a second one ends it at once.
pub fn listen() {
    HANDLER.call_once(|| {
        // Without a handler Ctrl-C ends the program, which is no reason not to train.
        let _ = ctrlc::set_handler(|| {
            if REQUESTED.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        });
    });
}

/// Whether the program was asked to stop since [`listen`].
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// `Break` once the program was asked to stop, for whoever works step by step.
pub fn flow() -> ControlFlow<()> {
    if requested() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}
