//! What other systems are told: CloudEvents 1.0 in structured JSON. They carry references, never data.

use domain::{Date, MenuWeek, Sha256, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::plan::RunId;
use crate::step::Outcome;

/// The `source` of every event.
pub const EVENT_SOURCE: &str = "/larder/publisher";

/// An event in its envelope. Its id derives from the publication: the same event sent again has the same id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CloudEvent<T> {
    /// The version of CloudEvents: `1.0`.
    pub specversion: String,
    /// Tells events of one source apart; whoever has seen it may pass over the event.
    pub id: String,
    /// Who says it.
    pub source: String,
    /// What has happened, with the version of `data`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is about: the publication's folder, or a week in it.
    pub subject: String,
    /// The moment that the run was planned from.
    pub time: Timestamp,
    /// `application/json`.
    pub datacontenttype: String,
    /// Which schema the data obey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataschema: Option<String>,
    /// What everything that belongs to one business transaction shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlationid: Option<String>,
    /// The id of the event that led to this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causationid: Option<String>,
    /// Rises with each change of what the event is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entityversion: Option<EntityVersion>,
    /// W3C Trace Context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// What is told.
    pub data: T,
}

/// The version of what an event is about. A whole number of CloudEvents has 32 bits; one that is larger is written as
/// text, and both are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub struct EntityVersion(pub u64);

impl EntityVersion {
    /// The version in a JSON value.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        let digits = |text: &&String| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let version = match value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => Some(text).filter(digits).and_then(|text| text.parse().ok()),
            _ => None,
        };
        version.map(Self)
    }
}

impl TryFrom<Value> for EntityVersion {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        Self::of(&value).ok_or("a whole number of 0 or more, as a number or in quotes")
    }
}

impl From<EntityVersion> for Value {
    fn from(version: EntityVersion) -> Self {
        i32::try_from(version.0).map_or_else(|_| version.0.to_string().into(), Self::from)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for EntityVersion {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EntityVersion".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"anyOf": [
            {"type": "integer", "minimum": 1, "maximum": i32::MAX},
            {"type": "string", "pattern": "^[1-9][0-9]{0,19}$"},
        ]})
    }
}

/// What an event tells.
pub trait EventData: Serialize {
    /// Its type, with a version that changes when a reader of the old one would go wrong.
    const KIND: &'static str;
}

impl<T: EventData> CloudEvent<T> {
    /// An event of a publication.
    pub fn new(id: String, subject: String, time: Timestamp, data: T) -> Self {
        Self {
            specversion: "1.0".to_owned(),
            id,
            source: EVENT_SOURCE.to_owned(),
            kind: T::KIND.to_owned(),
            subject,
            time,
            datacontenttype: "application/json".to_owned(),
            dataschema: None,
            correlationid: None,
            causationid: None,
            entityversion: None,
            traceparent: None,
            data,
        }
    }
}

/// A published file: where it is in the output location, and what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublishedFile {
    /// Its key in the output location.
    pub key: String,
    /// What it holds.
    pub sha256: Sha256,
    /// How long it is.
    pub bytes: u64,
}

/// A forecast is published: every file of it stands, and `latest` follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ForecastPublished {
    /// The run.
    pub run: RunId,
    /// The what-if that it is, if any; what-ifs are told only when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// Whether everything was done.
    pub outcome: Outcome,
    /// The publication's folder in the output location; `manifest.json` in it names every file.
    pub folder: String,
    /// The list of files.
    pub manifest: PublishedFile,
    /// The proposed purchase orders, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposals: Option<PublishedFile>,
    /// The weeks, in order.
    pub weeks: Vec<WeekPublished>,
}

impl EventData for ForecastPublished {
    const KIND: &'static str = "larder.forecast.published.v1";
}

/// How a week was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum WeekPublished {
    /// With a forecast.
    Planned {
        /// The week.
        week: MenuWeek,
        /// Its first delivery date.
        start_date: Date,
        /// Median of its boxes.
        boxes: u64,
        /// Products by site and day.
        forecast: PublishedFile,
        /// Boxes by area, delivery date, site and packing day.
        allocation: PublishedFile,
    },
    /// It failed; its last publication holds.
    Failed {
        /// The week.
        week: MenuWeek,
        /// The fault's name.
        fault: String,
    },
}

/// A week's known orders have sites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrdersSited {
    /// The run.
    pub run: RunId,
    /// The what-if that it is, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// The week.
    pub week: MenuWeek,
    /// Parquet: one row an order, with its site, its packing day and whether its site is hard.
    pub file: PublishedFile,
    /// Orders in the file.
    pub orders: u64,
    /// Of them those past their delivery date's cut-off: their sites are meant to stand.
    pub hard: u64,
    /// The others: a later run may move them.
    pub soft: u64,
}

impl EventData for OrdersSited {
    const KIND: &'static str = "larder.orders.sited.v1";
}
