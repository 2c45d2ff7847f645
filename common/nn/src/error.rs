//! What can go wrong in the core, said in one line that tells the reader what to do.

/// What the core reports instead of panicking.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A training went wrong; the text says where, why and what to do.
    #[error("{0}")]
    Diverged(String),
    /// Values that do not go together; the text says what would.
    #[error("{0}")]
    Invalid(String),
}

/// A result whose error is [`enum@Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
