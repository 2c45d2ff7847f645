//! mdBook's warnings, which it logs and then goes on. In this book each is a mistake: an unclosed
//! tag, a footnote named twice.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Runs something and returns, with its result, the first warning or error that it logged, as one
/// line.
pub fn watch<T>(run: impl FnOnce() -> T) -> (T, Option<String>) {
    let first = Arc::default();
    let result = tracing::subscriber::with_default(Watcher(Arc::clone(&first)), run);
    let first = first.lock().unwrap_or_else(PoisonError::into_inner).take();
    (result, first)
}

/// Listens to what is logged, and keeps the first message that matters.
struct Watcher(Arc<Mutex<Option<String>>>);

impl Subscriber for Watcher {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN && metadata.target().starts_with("mdbook")
    }

    fn event(&self, event: &Event<'_>) {
        let mut message = Message::default();
        event.record(&mut message);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(message.0);
    }

    // Spans group messages; one message is all that is wanted here.
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// The text of one message.
#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}").split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }
}
