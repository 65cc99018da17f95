//! An event: read from a message's body, and written.

use domain::Timestamp;
use serde_json::{Map, Value};

use super::kind::{Fact, Kind};
use super::rejection::Rejection;
use super::source::Source;
use super::wording::{self, shown};
use super::{DATA_SCHEMA, LARGEST_BODY};
use crate::events::{CloudEvent, EntityVersion};

/// Something that happened in one of the company's systems, as every other one is told.
///
/// It is known by its source and id, never by the message that carried it. What it is about and its kind follow from
/// its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Who says it.
    pub source: Source,
    /// Tells events of one source apart: 1 to 100 visible ASCII characters.
    pub id: String,
    /// Rises with each change of what it is about; 1 where versions mean nothing.
    pub version: u64,
    /// When it happened.
    pub time: Timestamp,
    /// What everything that belongs to one business transaction shares.
    pub correlation: Option<String>,
    /// The id of the event that led to this one.
    pub cause: Option<String>,
    /// W3C Trace Context, passed on as it came.
    pub trace: Option<String>,
    /// What it tells.
    pub data: Fact,
}

impl Event {
    /// Reads a message's body. Fields that nobody here knows are passed over.
    ///
    /// # Errors
    /// Why the event cannot be applied, in words for whoever is to put it right.
    pub fn parse(body: &str) -> Result<Self, Rejection> {
        if body.len() > LARGEST_BODY {
            return Err(wording::too_large(body.len()));
        }
        let value: Value =
            serde_json::from_str(body).map_err(|error| wording::malformed(&error))?;
        let Value::Object(attributes) = value else {
            return Err(wording::no_object());
        };
        let envelope = Envelope(&attributes);
        envelope.is("specversion", "1.0")?;
        let id = envelope.id("id")?.ok_or_else(|| wording::missing("id"))?;
        let source = envelope.source()?;
        let kind = envelope.kind()?;
        let master = kind.entity().master();
        if source.system() != master {
            return Err(wording::not_the_owner(&source, kind));
        }
        let time = envelope.time()?;
        let version = envelope.version(kind)?;
        envelope.media_type()?;
        let nothing = Value::Null;
        let data = attributes.get("data").unwrap_or(&nothing);
        if !data.is_object() {
            return Err(wording::no_data(data));
        }
        let fact = Fact::read(kind, data).map_err(|error| wording::unread(data, &error))?;
        fact.data()
            .check()
            .map_err(|wrong| wording::wrong(&wrong))?;
        let event = Self {
            source,
            id,
            version,
            time,
            correlation: envelope.id("correlationid")?,
            cause: envelope.id("causationid")?,
            trace: envelope.trace(),
            data: fact,
        };
        envelope.subject(&event.entity())?;
        Ok(event)
    }

    /// Its kind.
    pub const fn kind(&self) -> Kind {
        self.data.kind()
    }

    /// The key of what it is about.
    pub fn entity(&self) -> String {
        self.data.data().entity()
    }

    /// What it is known by: its source and its id, in one text.
    pub fn identity(&self) -> String {
        format!("{}#{}", self.source, self.id)
    }

    /// The event as structured JSON.
    ///
    /// # Errors
    /// None for the data there are; the type says so because every writer may fail.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let kind = self.kind();
        serde_json::to_string(&CloudEvent {
            specversion: "1.0".to_owned(),
            id: self.id.clone(),
            source: self.source.to_string(),
            kind: kind.to_string(),
            subject: self.entity(),
            time: self.time,
            datacontenttype: "application/json".to_owned(),
            dataschema: Some(format!("{DATA_SCHEMA}{kind}")),
            correlationid: self.correlation.clone(),
            causationid: self.cause.clone(),
            entityversion: Some(EntityVersion(self.version)),
            traceparent: self.trace.clone(),
            data: &self.data,
        })
    }
}

/// What can be told of a message whatever is wrong with it: for its parked record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    /// Its source, where it has a usable one.
    pub source: Option<Source>,
    /// Its id, where it has a usable one.
    pub id: Option<String>,
    /// Its kind, where that is known.
    pub kind: Option<Kind>,
    /// When it happened, where it says so.
    pub time: Option<Timestamp>,
    /// What its business transaction shares, where it says so.
    pub correlation: Option<String>,
}

impl Heading {
    /// What can be told of a body.
    pub fn of(body: &str) -> Self {
        let small = Some(body).filter(|body| body.len() <= LARGEST_BODY);
        let value = small.and_then(|body| serde_json::from_str(body).ok());
        let Some(Value::Object(attributes)) = value else {
            return Self::default();
        };
        let envelope = Envelope(&attributes);
        Self {
            source: envelope.source().ok(),
            id: envelope.id("id").ok().flatten(),
            kind: envelope.kind().ok(),
            time: envelope.time().ok(),
            correlation: envelope.id("correlationid").ok().flatten(),
        }
    }
}

impl From<&Event> for Heading {
    fn from(event: &Event) -> Self {
        Self {
            source: Some(event.source.clone()),
            id: Some(event.id.clone()),
            kind: Some(event.kind()),
            time: Some(event.time),
            correlation: event.correlation.clone(),
        }
    }
}

/// The attributes around the data.
struct Envelope<'a>(&'a Map<String, Value>);

impl<'a> Envelope<'a> {
    /// An attribute's text; an attribute that is null is not there.
    fn text(&self, name: &str) -> Result<Option<&'a str>, Rejection> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wording::attribute(name, &shown(other), "text in quotes")),
        }
    }

    fn needed(&self, name: &str) -> Result<&'a str, Rejection> {
        self.text(name)?.ok_or_else(|| wording::missing(name))
    }

    fn is(&self, name: &str, expected: &str) -> Result<(), Rejection> {
        let found = self.needed(name)?;
        if found == expected {
            return Ok(());
        }
        Err(wording::attribute(
            name,
            &wording::quoted(found),
            &format!("`{expected}`"),
        ))
    }

    fn id(&self, name: &str) -> Result<Option<String>, Rejection> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let fits = (1..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        let expected = "1 to 100 visible ASCII characters without spaces";
        let id = fits.then(|| text.to_owned());
        id.ok_or_else(|| wording::attribute(name, &wording::quoted(text), expected))
            .map(Some)
    }

    fn source(&self) -> Result<Source, Rejection> {
        let text = self.needed("source")?;
        text.parse().map_err(|error: super::Expected| {
            wording::attribute("source", &wording::quoted(text), &error.to_string())
        })
    }

    fn kind(&self) -> Result<Kind, Rejection> {
        let name = self.needed("type")?;
        let kind = Kind::named(name).ok_or_else(|| wording::unknown_type(name))?;
        let expected = format!("{DATA_SCHEMA}{kind}");
        match self.text("dataschema")? {
            Some(schema) if schema.starts_with(DATA_SCHEMA) && schema != expected => {
                Err(wording::other_schema(schema, &expected))
            }
            _ => Ok(kind),
        }
    }

    fn time(&self) -> Result<Timestamp, Rejection> {
        let text = self.needed("time")?;
        let time = Some(text).filter(|text| text.len() <= 40);
        time.and_then(|text| text.parse().ok()).ok_or_else(|| {
            let expected = "a time with its zone such as 2026-11-26T14:05:00Z";
            wording::attribute("time", &wording::quoted(text), expected)
        })
    }

    fn version(&self, kind: Kind) -> Result<u64, Rejection> {
        let expected = "a whole number of 1 or more";
        match self.0.get("entityversion") {
            None | Some(Value::Null) => match kind.once() {
                super::Once::Version => Err(wording::missing("entityversion")),
                super::Once::EventId | super::Once::Reference => Ok(1),
            },
            Some(value) => EntityVersion::of(value)
                .map(|version| version.0)
                .filter(|version| *version > 0)
                .ok_or_else(|| wording::attribute("entityversion", &shown(value), expected)),
        }
    }

    fn media_type(&self) -> Result<(), Rejection> {
        let Some(text) = self.text("datacontenttype")? else {
            return Ok(());
        };
        let bare = text.split(';').next().unwrap_or_default().trim();
        if bare.eq_ignore_ascii_case("application/json") {
            return Ok(());
        }
        let expected = "`application/json`";
        Err(wording::attribute(
            "datacontenttype",
            &wording::quoted(text),
            expected,
        ))
    }

    fn subject(&self, entity: &str) -> Result<(), Rejection> {
        let subject = self.needed("subject")?;
        if subject == entity {
            return Ok(());
        }
        let expected = format!("`{entity}`, which is what its data are about");
        Err(wording::attribute(
            "subject",
            &wording::quoted(subject),
            &expected,
        ))
    }

    /// A trace is only passed on: one that is no trace is dropped, and stops nothing.
    fn trace(&self) -> Option<String> {
        let text = self.text("traceparent").ok().flatten()?;
        let digits = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
        (text.len() == 55 && text.bytes().all(digits)).then(|| text.to_owned())
    }
}
