//! One setting that says which ERP there is.

use std::num::NonZeroU32;
use std::str::FromStr;

use domain::Timestamp;
use secrets::{Secret, SecretError};
use serde::Deserialize;

use crate::{Connection, Profile, ProfileError, RestErp, Settings, SetupError};

/// What the name of a profile begins with that is a file's path.
const FILE: &str = "file:";

/// Where an ERP is, how it is spoken to, and the name of the secret that opens it: a setting in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Its address.
    url: String,
    /// The name of a profile, or `file:` and the path of one.
    profile: String,
    /// The name of the secret.
    secret: String,
    /// How many environments bring documents in at once; one more reads.
    injectors: NonZeroU32,
    #[serde(default)]
    loopback: bool,
    /// What the profile asks to know of the company.
    #[serde(default)]
    settings: Settings,
}

/// The setting cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "it should be JSON with url, profile, secret, injectors and settings, such as \
     {{\"url\": \"https://erp.example.org/larder/rest/\", \"profile\": \"tryton-rest\", \"secret\": \"larder/erp\", \
     \"injectors\": 2, \"settings\": {{\"company\": 1}}}}: {0}"
)]
pub struct BadPlace(String);

/// Why there is no way to the ERP.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Nobody here has such a profile.
    #[error("there is no profile `{0}`; there are: {known}", known = Profile::NAMES.join(", "))]
    NoProfile(String),
    /// The file of the profile cannot be read.
    #[error("the ERP's description `{path}` cannot be read")]
    Unread {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The profile is not right.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// What differs from the profile is not right.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// There is no way to the secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl FromStr for Place {
    type Err = BadPlace;

    fn from_str(text: &str) -> Result<Self, BadPlace> {
        serde_json::from_str(text).map_err(|error| BadPlace(error.to_string()))
    }
}

impl Place {
    /// The ERP there. Nothing is sent yet.
    ///
    /// # Errors
    /// [`PlaceError`].
    pub async fn connect(&self, clock: fn() -> Timestamp) -> Result<RestErp, PlaceError> {
        let profile = self.described()?;
        let connection = Connection {
            url: self.url.clone(),
            loopback: self.loopback,
            callers: self.injectors.saturating_add(1),
            settings: self.settings.clone(),
        };
        let secret = Secret::named(&self.secret, clock).await?;
        Ok(RestErp::new(profile, &connection, secret)?)
    }

    fn described(&self) -> Result<Profile, PlaceError> {
        if let Some(path) = self.profile.strip_prefix(FILE) {
            let text = std::fs::read_to_string(path).map_err(|source| PlaceError::Unread {
                path: path.to_owned(),
                source,
            })?;
            return Ok(Profile::parse(path, &text)?);
        }
        let text = Profile::named(&self.profile);
        let text = text.ok_or_else(|| PlaceError::NoProfile(self.profile.clone()))?;
        Ok(Profile::parse(&format!("{}.yaml", self.profile), text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_not_right_says_how_it_should_be() {
        let place: Result<Place, _> = "https://erp.example.org".parse();
        let said = place.unwrap_err().to_string();
        assert!(said.contains("\"profile\": \"tryton-rest\""), "{said}");
        let place = r#"{"url": "u", "profile": "p", "secret": "s", "injectors": 0}"#;
        assert!(place.parse::<Place>().is_err());
        let place = r#"{"url": "u", "profile": "p", "secret": "s", "injectors": 2, "rate": 9}"#;
        assert!(
            place
                .parse::<Place>()
                .unwrap_err()
                .to_string()
                .contains("rate")
        );
    }

    #[tokio::test]
    async fn a_company_may_bring_a_profile_of_its_own() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/answers/small.yaml");
        for (path, fits) in [(path.to_owned(), true), (format!("{path}.none"), false)] {
            let place = format!(
                r#"{{"url": "https://erp.example.org/", "profile": "file:{path}", "secret": "file:key", "injectors": 2}}"#
            );
            let place: Place = place.parse().unwrap();
            let connected = place.connect(|| Timestamp::UNIX_EPOCH).await;
            assert_eq!(connected.is_ok(), fits, "{connected:?}");
        }
    }

    #[tokio::test]
    async fn a_profile_that_nobody_has_is_named_beside_those_that_there_are() {
        let place = r#"{"url": "https://erp.example.org/", "profile": "ledgers", "secret": "file:key", "injectors": 2}"#;
        let place: Place = place.parse().unwrap();
        let said = place.connect(|| Timestamp::UNIX_EPOCH).await.unwrap_err();
        assert!(said.to_string().contains("`ledgers`"), "{said}");
        assert!(said.to_string().contains("tryton-rest"), "{said}");
    }
}
