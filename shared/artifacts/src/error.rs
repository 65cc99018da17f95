use contracts::{Fault, FaultName};

/// Why a store did not do what it was asked, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such object.
    #[error("{place} does not exist")]
    NotFound {
        /// Where it was looked for.
        place: String,
    },
    /// The object exists and holds other bytes.
    #[error("{place} exists already with other content; nothing was written")]
    Exists {
        /// Where it is.
        place: String,
    },
    /// The store may not be used so: a permission, a bucket that is not there.
    #[error("{place} cannot be used")]
    Denied {
        /// Where.
        place: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store did not answer in time, or failed in passing; trying again may help.
    #[error("{place} does not answer")]
    Unavailable {
        /// Where.
        place: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The key could leave the store's place.
    #[error("`{key}` is not a key: visible ASCII parts with `/` between, none of them `.` or `..`")]
    BadKey {
        /// The key.
        key: String,
    },
    /// The location is not one.
    #[error("`{location}` is not a location: {reason}")]
    BadLocation {
        /// What was given.
        location: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        let name = match &error {
            StoreError::NotFound { .. } => FaultName::DataNotReady,
            StoreError::Exists { .. } | StoreError::BadKey { .. } => FaultName::ContractViolation,
            StoreError::Denied { .. } | StoreError::BadLocation { .. } => FaultName::ConfigInvalid,
            StoreError::Unavailable { .. } => FaultName::DependencyUnavailable,
        };
        Self::from_error(name, &error)
    }
}
