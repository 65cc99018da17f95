//! An ERP with a REST API behind the port of [`erp`], described in a YAML file and not in code.
//!
//! A [`Profile`] says how each document is searched for, made, changed and cancelled, what the answers mean, and within
//! which limits the ERP is spoken to. Everything in it is checked when it is read. [`RestErp`] does what it says: it
//! writes requests from templates that can neither read nor send anything themselves, and follows no redirect.

mod adapter;
mod answers;
mod decimals;
mod filters;
mod limits;
mod network;
mod place;
mod profile;
mod records;
mod settings;
mod speaker;
mod template;
mod walk;

pub use adapter::{Prepared, RestErp};
pub use network::Connection;
pub use place::{BadPlace, Place, PlaceError};
pub use profile::{Profile, ProfileError};
pub use settings::{Settings, SettingsError};

/// Why the ERP cannot be spoken to as it is set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The settings do not fit the profile.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The address is none, or is one that is not spoken to.
    #[error("the ERP's address `{url}` {why}")]
    Address {
        /// The address.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// No client can be made.
    #[error("no HTTP client can be made")]
    Client(#[source] reqwest::Error),
}
