//! What is dropped where: the key of a file says what it is.

use contracts::canonical::{Reason, Rejection};
use wms::FileKind;

/// The most characters of a file's name.
const LONGEST: usize = 150;

/// A file that the warehouse has dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Its key.
    pub key: String,
    /// Its kind.
    pub kind: FileKind,
    /// Its name without `.csv` and `.csv.gz`.
    pub name: String,
    /// Whether it is packed with gzip.
    pub packed: bool,
}

/// What a key names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A file.
    File(Dropped),
    /// The mark that a file is whole.
    Done(Dropped),
    /// A folder that a console has made.
    Folder,
}

impl Named {
    /// What the key names: `inbound/<kind>/<name>.csv`, or `.csv.gz`, or either with `.done` after it.
    ///
    /// # Errors
    /// Why nothing of that name is taken, for whoever has dropped it.
    pub fn of(key: &str) -> Result<Self, Rejection> {
        let refused = |message: String| {
            let kinds = FileKind::ALL.into_iter().filter(|kind| kind.comes_in());
            let kinds: Vec<_> = kinds.map(FileKind::as_str).collect();
            let remedy = format!(
                "drop it as inbound/<kind>/<name>.csv or .csv.gz, where the kind is one of {} and the name has letters, \
                 digits, `.`, `-` and `_`",
                kinds.join(", ")
            );
            Rejection::new(Reason::Schema, message, remedy)
        };
        if key.ends_with('/') {
            return Ok(Self::Folder);
        }
        let shown: String = key.chars().take(200).filter(|c| !c.is_control()).collect();
        let mut parts = key.split('/');
        let (Some("inbound"), Some(kind), Some(file), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(refused(format!("`{shown}` is no place for a file")));
        };
        let kind = kind.parse().ok().filter(|kind: &FileKind| kind.comes_in());
        let Some(kind) = kind else {
            return Err(refused(format!("`{shown}` is of no kind that is taken")));
        };
        let (file, done) = match file.strip_suffix(".done") {
            Some(file) => (file, true),
            None => (file, false),
        };
        let (file, packed) = match file.strip_suffix(".gz") {
            Some(file) => (file, true),
            None => (file, false),
        };
        let name = file.strip_suffix(".csv").filter(|name| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
            (1..=LONGEST).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(plain)
        });
        let Some(name) = name else {
            return Err(refused(format!("`{shown}` has a name that is not taken")));
        };
        let dropped = Dropped {
            key: key.strip_suffix(".done").unwrap_or(key).to_owned(),
            kind,
            name: name.to_owned(),
            packed,
        };
        Ok(if done {
            Self::Done(dropped)
        } else {
            Self::File(dropped)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_what_a_file_is() {
        let named = |key: &str| Named::of(key).unwrap();
        let dropped = |key: &str, name: &str, packed| Dropped {
            key: key.to_owned(),
            kind: FileKind::GoodsIn,
            name: name.to_owned(),
            packed,
        };
        let plain = dropped("inbound/goods-in/GRN_1.a.csv", "GRN_1.a", false);
        let packed = dropped("inbound/goods-in/x.csv.gz", "x", true);
        assert_eq!(
            named("inbound/goods-in/GRN_1.a.csv"),
            Named::File(plain.clone())
        );
        assert_eq!(
            named("inbound/goods-in/GRN_1.a.csv.done"),
            Named::Done(plain)
        );
        assert_eq!(
            named("inbound/goods-in/x.csv.gz"),
            Named::File(packed.clone())
        );
        assert_eq!(named("inbound/goods-in/x.csv.gz.done"), Named::Done(packed));
        assert_eq!(named("inbound/goods-in/"), Named::Folder);
    }

    #[test]
    fn a_key_that_could_be_anything_else_is_refused() {
        for key in [
            "inbound/x.csv",
            "inbound/goods-in/a/b.csv",
            "outbound/goods-in/x.csv",
            "inbound/inbound-orders/x.csv",
            "inbound/elsewhere/x.csv",
            "inbound/goods-in/x.txt",
            "inbound/goods-in/.csv",
            "inbound/goods-in/..csv",
            "inbound/goods-in/a b.csv",
            "inbound/goods-in/a\\b.csv",
            "inbound/goods-in/ä.csv",
            &format!("inbound/goods-in/{}.csv", "x".repeat(151)),
        ] {
            let refused = Named::of(key).unwrap_err();
            assert!(
                refused
                    .remedy
                    .contains("goods-in, adjustments, counts, dispatches")
            );
        }
    }
}
