//! How an ERP is described.

mod check;
mod form;

use std::collections::BTreeMap;

use contracts::canonical::Kind;

pub(crate) use form::{
    Asked, Changes, Description, Document, Keep, Kept, Limits, Lookup, Meaning, Method, Request,
    Rule, SettingKind, Sought, Step,
};

/// A description that has been read and checked.
#[derive(Debug)]
pub struct Profile {
    pub(crate) described: Description,
    /// The document that an event of a kind is about, by its name.
    pub(crate) kinds: BTreeMap<Kind, String>,
}

/// What is wrong with a description.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {key}: {message}")]
pub struct ProfileError {
    file: String,
    key: String,
    message: String,
}

impl Profile {
    /// Tryton 8 by its REST API, with the modules purchase, sale and stock.
    pub const TRYTON_REST: &'static str = include_str!("../../profiles/tryton-rest.yaml");

    /// The names of the descriptions that come with Larder.
    pub const NAMES: [&'static str; 1] = ["tryton-rest"];

    /// The text of the description of this name.
    pub fn named(name: &str) -> Option<&'static str> {
        match name {
            "tryton-rest" => Some(Self::TRYTON_REST),
            _ => None,
        }
    }

    /// Reads a description: `file` is its name, for errors.
    ///
    /// # Errors
    /// The first place, by its key path, that cannot be as it is.
    pub fn parse(file: &str, text: &str) -> Result<Self, ProfileError> {
        let error = |key: &str, message: String| ProfileError {
            file: file.to_owned(),
            key: key.to_owned(),
            message,
        };
        // By way of YAML's own values, which refuse a key that stands twice.
        let yaml: serde_yaml_ng::Value =
            serde_yaml_ng::from_str(text).map_err(|bad| error("", bad.to_string()))?;
        let value = serde_json::to_value(yaml).map_err(|bad| error("", bad.to_string()))?;
        let mut described: Description = serde_path_to_error::deserialize(value)
            .map_err(|bad| error(&bad.path().to_string(), bad.inner().to_string()))?;
        check::whole(&mut described).map_err(|bad| error(&bad.key, bad.message))?;
        let kinds = check::kinds(&described).map_err(|bad| error(&bad.key, bad.message))?;
        Ok(Self { described, kinds })
    }

    pub(crate) fn document(&self, kind: Kind) -> Option<&Document> {
        self.described.documents.get(self.kinds.get(&kind)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profiles_here_are_whole() {
        Profile::parse("tryton-rest.yaml", Profile::TRYTON_REST).unwrap();
    }

    #[test]
    fn the_descriptions_in_the_documentation_are_whole() {
        let page = include_str!("../../../../docs/erp.md");
        let blocks = page.split("```yaml\n").skip(1);
        let blocks: Vec<_> = blocks.filter_map(|rest| rest.split("```").next()).collect();
        assert_eq!(blocks.len(), 2);
        for block in blocks {
            Profile::parse("docs/erp.md", block).unwrap();
        }
    }

    /// What is said of the profile with one place changed.
    fn complaint(place: &str, instead: &str) -> String {
        assert!(Profile::TRYTON_REST.contains(place), "{place}");
        let text = Profile::TRYTON_REST.replacen(place, instead, 1);
        Profile::parse("erp.yaml", &text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_is_named_by_file_and_key() {
        for (place, instead, expected) in [
            ("words: /message", "word: /message", "unknown field `word`"),
            (
                "words: /message",
                "words: message",
                "erp.yaml: words: `message` is no JSON pointer",
            ),
            (
                "concurrency: 4",
                "concurrency: 0",
                "limits.concurrency: must be more than 0",
            ),
            (
                "concurrency: 4",
                "concurrency: four",
                "limits.concurrency: invalid type",
            ),
            ("words: /message", "words: /a\nwords: /b", "duplicate entry"),
            (
                "means: look_again",
                "means: perhaps",
                "unknown variant `perhaps`",
            ),
            (
                "- include: mark",
                "- include: marks",
                "documents.purchase.make[0].include: there are no shared steps `marks`",
            ),
            (
                "from: currencies",
                "from: money",
                "there is no lookup `money`",
            ),
            (
                "larder.goods.received.v1",
                "larder.goods.lost.v1",
                "there are no events of type `larder.goods.lost.v1`",
            ),
            (
                "larder.goods.received.v1",
                "larder.product.upserted.v1",
                "is about `product` already",
            ),
            (
                "f: [state, description, lines]",
                "f: '{{ stat }}'",
                "nothing before it is called `stat`",
            ),
            (
                "when: state == \"draft\"",
                "when: state ==",
                "send.when: unexpected end",
            ),
        ] {
            let error = complaint(place, instead);
            assert!(error.contains(expected), "{error}");
        }
    }
}
