//! What people write by hand, read so that an error says what to write.

use std::fmt;
use std::marker::PhantomData;

use domain::Timestamp;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

/// So much of a text that is no time is shown.
const SHOWN: usize = 40;

/// Reads a JSON object and nothing else: a struct can also be read from a list, and `[]` would pass for `{}`.
///
/// # Errors
/// The format's, when it is no object or one of another kind.
pub fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Object<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object such as {}")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }

    deserializer.deserialize_map(Object(PhantomData))
}

/// A moment, if any.
pub(crate) fn moment<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| {
        let start: String = text.chars().take(SHOWN).collect();
        D::Error::custom(format_args!(
            "`{start}` is not a time such as 2026-11-15T12:00:00Z"
        ))
    })
}
