//! A publication told by e-mail: subject, HTML, a text that reads well by itself, charts.
//!
//! Made from the run's summary alone, so the same summary gives the same bytes: date, Message-ID and the boundaries of
//! the parts derive from the plan and the content. Who it is from and to, the run's name and a mark are the
//! [`Envelope`]'s, which is put on when it is sent.
//!
//! Every name comes from a data set that somebody else wrote. Names are cleaned before anything else: no control
//! characters, no marks that turn the direction of what stands beside them, no more than forty-eight characters.

mod accuracy;
mod actions;
mod chart;
mod content;
mod envelope;
mod health;
mod html;
mod name;
mod plain;
mod subject;
mod weeks;

use contracts::RunSummary;
use domain::Timestamp;

pub use chart::Chart;
pub use envelope::Envelope;
pub use html::html;

/// Why no message could be made. It takes a defect here.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The template.
    #[error("the e-mail's template cannot be rendered: {0}")]
    Template(#[from] askama::Error),
    /// A chart.
    #[error("a chart of the e-mail cannot be drawn: {0}")]
    Chart(String),
    /// The parts.
    #[error("the e-mail's parts cannot be put together: {0}")]
    Parts(#[from] std::io::Error),
}

/// A publication as an e-mail, without the envelope.
#[derive(Debug, Clone)]
pub struct Message {
    pub(crate) subject: String,
    pub(crate) content: content::Content,
    pub(crate) charts: Vec<Chart>,
    /// The moment that the run was planned from: its date.
    pub(crate) as_of: Timestamp,
    /// What the message is of: its Message-ID and boundaries derive from it.
    pub(crate) digest: String,
}

impl Message {
    /// The message on a publication; `digest` is the publication's.
    ///
    /// # Errors
    /// When a chart cannot be drawn, which takes a defect here.
    pub fn of(summary: &RunSummary, digest: &str) -> Result<Self, MailError> {
        Ok(Self {
            subject: subject::of(summary),
            content: content::Content::of(summary),
            charts: chart::all(summary)?,
            as_of: summary.as_of,
            digest: digest.to_owned(),
        })
    }

    /// The verdict in one line.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Its charts, in the order they stand in.
    pub fn charts(&self) -> &[Chart] {
        &self.charts
    }
}
