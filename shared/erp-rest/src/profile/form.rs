//! The form of a description, as it is written.

use std::collections::BTreeMap;

use contracts::canonical::Reason;
use serde::Deserialize;

/// An ERP, described.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    /// What people call it.
    pub(crate) name: String,
    /// What differs from company to company.
    #[serde(default)]
    pub(crate) settings: BTreeMap<String, Setting>,
    /// Headers of every request; `secret` is the key.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) limits: Limits,
    /// What answers mean; the first rule that fits holds.
    #[serde(default)]
    pub(crate) answers: Vec<Rule>,
    /// Where a refusal's words stand in the answer.
    #[serde(default)]
    pub(crate) words: Option<String>,
    /// Macros that stand before every template.
    #[serde(default)]
    pub(crate) macros: String,
    #[serde(default)]
    pub(crate) lookups: BTreeMap<String, Lookup>,
    /// Steps that several operations share.
    #[serde(default)]
    pub(crate) shared: BTreeMap<String, Vec<Step>>,
    pub(crate) documents: BTreeMap<String, Document>,
    /// How its purchase orders are read, where they are.
    #[serde(default)]
    pub(crate) changes: Option<Changes>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Setting {
    /// What it is, for whoever sets it.
    pub(crate) about: String,
    pub(crate) kind: SettingKind,
    #[serde(default)]
    pub(crate) default: Option<serde_json::Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SettingKind {
    Number,
    Text,
    /// Texts by name.
    Map,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    /// How long all requests of one operation may take together.
    pub(crate) client_timeout_seconds: u32,
    /// How long the ERP works on a request at most.
    pub(crate) system_limit_seconds: u32,
    /// For clocks that differ and for pauses.
    pub(crate) margin_seconds: u32,
    /// Operations at once, of all callers together.
    pub(crate) concurrency: u32,
    /// Requests a second, of all callers together.
    pub(crate) per_second: u32,
    /// Bytes of a request's body.
    pub(crate) largest_request: usize,
    /// Bytes of an answer's body.
    pub(crate) largest_answer: usize,
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Meaning {
    /// It is done.
    Done,
    /// A document of that reference is there.
    Exists,
    /// It was done before.
    AlreadyDone,
    /// Something has changed since it was looked at; the next delivery looks again.
    LookAgain,
    /// What it is about is not there, or not yet.
    Gone,
    /// It may be done on another day.
    NotNow,
    /// It will not be done.
    Refused,
    /// The key is not accepted.
    Unauthorized,
    /// Nobody knows.
    Unknown,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    #[serde(default)]
    pub(crate) status: Vec<u16>,
    /// Where in the answer the text is looked for; all of it where nothing is said.
    #[serde(default)]
    pub(crate) pointer: Option<String>,
    #[serde(default)]
    pub(crate) contains: Option<String>,
    pub(crate) means: Meaning,
    /// What a person is told to do where it is refused.
    #[serde(default)]
    pub(crate) remedy: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Below the address; what stands in it is percent-encoded.
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) query: BTreeMap<String, Many>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// JSON, and so is everything that stands in it.
    #[serde(default)]
    pub(crate) body: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Many {
    One(String),
    Several(Vec<String>),
}

impl Many {
    pub(crate) fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }
}

/// Names and where in an answer their values stand.
pub(crate) type Keep = BTreeMap<String, String>;

/// Things of the ERP by our codes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lookup {
    /// `codes` is what is looked for.
    pub(crate) request: Request,
    /// Where in the answer their list stands.
    #[serde(default)]
    pub(crate) each: String,
    /// Where in each its code stands.
    pub(crate) code: String,
    pub(crate) keep: Keep,
    /// What people call one, such as `vendor`.
    pub(crate) called: String,
    /// Whether one that is not there is passed over.
    #[serde(default)]
    pub(crate) optional: bool,
}

/// A document of the ERP.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    /// The types of the events that are about it.
    pub(crate) events: Vec<String>,
    /// Whether the ERP keeps its reference unique.
    #[serde(default)]
    pub(crate) unique: bool,
    pub(crate) search: Search,
    pub(crate) make: Vec<Step>,
    pub(crate) change: Vec<Step>,
    #[serde(default)]
    pub(crate) cancel: Option<Vec<Step>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    pub(crate) request: Request,
    #[serde(default)]
    pub(crate) each: String,
    pub(crate) id: String,
}

/// One step of an operation.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// The steps of this name.
    Include(String),
    /// Names for values.
    Let(BTreeMap<String, String>),
    /// Looks codes up.
    Lookup(Sought),
    /// Asks and changes nothing.
    Read(Asked),
    /// Gives up in words.
    Refuse(Refusal),
    /// Changes something.
    Send(Asked),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sought {
    pub(crate) from: String,
    pub(crate) codes: String,
    #[serde(rename = "as")]
    pub(crate) named: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[serde(default)]
    pub(crate) when: Option<String>,
    pub(crate) request: Request,
    #[serde(default)]
    pub(crate) keep: Keep,
    /// Values that hold once it is done.
    #[serde(default)]
    pub(crate) set: BTreeMap<String, String>,
    /// Whether it may be sent each time: what is refused after it is refused for good.
    #[serde(default)]
    pub(crate) harmless: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refusal {
    pub(crate) when: String,
    pub(crate) reason: Reason,
    pub(crate) message: String,
    pub(crate) remedy: String,
}

/// What the ERP tells of its purchase orders.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Changes {
    /// `after.version`, `after.id` and `limit` say what is asked for.
    pub(crate) request: Request,
    #[serde(default)]
    pub(crate) each: String,
    /// Rows in one answer.
    pub(crate) limit: u32,
    /// What was made before and seen after: read again each time.
    pub(crate) overlap_seconds: u32,
    pub(crate) row: Kept,
    /// `prefix`, `after.id` and `limit` say which references are asked for.
    pub(crate) references: References,
}

/// Expressions over a `row`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    pub(crate) id: String,
    /// Microseconds since 1970, or another number that rises.
    pub(crate) version: String,
    /// `draft`, `placed` or `cancelled`.
    pub(crate) standing: String,
    /// A template: the purchase order as an event tells it.
    pub(crate) order: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct References {
    pub(crate) request: Request,
    #[serde(default)]
    pub(crate) each: String,
    pub(crate) id: String,
    pub(crate) reference: String,
}
