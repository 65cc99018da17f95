//! What S3 says when an object is created.

use serde::Deserialize;

/// A message that is no notification of S3.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadNotification {
    /// It cannot be read.
    #[error("the message is no notification of S3")]
    Unreadable,
    /// A key in it cannot be read.
    #[error("a key in the notification cannot be decoded")]
    Key,
}

#[derive(Deserialize)]
struct Notification {
    #[serde(rename = "Event")]
    event: Option<String>,
    #[serde(rename = "Records")]
    records: Option<Vec<Record>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_name: String,
    s3: Place,
}

#[derive(Deserialize)]
struct Place {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    key: String,
}

/// The keys of the objects that a notification says were created. The one that S3 sends when it is set up names none.
///
/// # Errors
/// [`BadNotification`].
pub fn created(body: &str) -> Result<Vec<String>, BadNotification> {
    let notification: Notification =
        serde_json::from_str(body).map_err(|_| BadNotification::Unreadable)?;
    let records = match (notification.records, notification.event.as_deref()) {
        (Some(records), _) => records,
        (None, Some("s3:TestEvent")) => return Ok(Vec::new()),
        (None, _) => return Err(BadNotification::Unreadable),
    };
    let records = records.into_iter();
    let created = records.filter(|record| record.event_name.contains("ObjectCreated:"));
    let keys = created.map(|record| decoded(&record.s3.object.key).ok_or(BadNotification::Key));
    keys.collect()
}

/// A key as it is: S3 writes keys in notifications as forms are, a space as `+`. Decoded once, so that what looks decoded
/// twice stays what it is called.
fn decoded(key: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notification(key: &str) -> String {
        format!(
            r#"{{"Records":[{{"eventName":"ObjectCreated:Put","s3":{{"bucket":{{"name":"b"}},"object":{{"key":"{key}","size":3}}}}}}]}}"#
        )
    }

    #[test]
    fn keys_are_decoded_once() {
        for (key, expected) in [
            ("inbound/goods-in/x.csv", "inbound/goods-in/x.csv"),
            ("inbound/a+b%2B%C3%A4.csv", "inbound/a b+ä.csv"),
            ("inbound/%252E%252E/x", "inbound/%2E%2E/x"),
        ] {
            assert_eq!(created(&notification(key)), Ok(vec![expected.to_owned()]));
        }
        for key in ["%", "%4", "%zz", "%FF"] {
            assert_eq!(
                created(&notification(key)),
                Err(BadNotification::Key),
                "{key}"
            );
        }
    }

    #[test]
    fn what_tells_of_no_object_names_none() {
        let test = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#;
        assert_eq!(created(test), Ok(Vec::new()));
        let removed = notification("x").replace("ObjectCreated:Put", "ObjectRemoved:Delete");
        assert_eq!(created(&removed), Ok(Vec::new()));
        for other in ["", "{}", "[]", r#"{"Event":"other"}"#] {
            assert_eq!(created(other), Err(BadNotification::Unreadable), "{other}");
        }
    }
}
