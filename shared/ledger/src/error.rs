/// Why a ledger could not answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// It does not serve now.
    #[error("the ledger {place} does not answer: {reason}")]
    Unavailable {
        /// Where it is.
        place: String,
        /// What it said.
        reason: String,
    },
    /// It will not serve as it is set up: a permission, a table that is not there.
    #[error("the ledger {place} cannot be used: {reason}")]
    Denied {
        /// Where it is.
        place: String,
        /// What it said.
        reason: String,
    },
    /// It holds something that is no entry of ours.
    #[error("the ledger {place} holds an entry that cannot be read: {reason}")]
    Damaged {
        /// Where it is.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A place for a ledger that cannot be one.
    #[error("`{place}` is no place for a ledger: {reason}")]
    BadPlace {
        /// What was given.
        place: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}
