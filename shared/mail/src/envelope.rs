//! What is put on a message when it is sent, and the bytes that come of it.

use std::fmt::Write as _;

use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;
use sha2::{Digest, Sha256};

use crate::{MailError, Message, html, plain};

/// Where a message without a sender says that it comes from; nobody can have it (RFC 2606).
const NOWHERE: &str = "larder.invalid";

/// From whom, to whom, and what is known only when it is sent.
///
/// The publication holds the message in an empty envelope, so that it is the same bytes wherever the run was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Envelope {
    /// The sender's address.
    pub from: Option<String>,
    /// The recipients' addresses.
    pub to: Vec<String>,
    /// The run's name.
    pub run: Option<String>,
    /// Where the report page stands.
    pub link: Option<String>,
    /// Whether the run was told before, with other content.
    pub update: bool,
    /// Whether it may have been sent before.
    pub repeat: bool,
}

impl Message {
    /// The subject in an envelope.
    pub fn subject_in(&self, envelope: &Envelope) -> String {
        let update = if envelope.update { "Update: " } else { "" };
        let repeat = if envelope.repeat { " (repeat)" } else { "" };
        format!("{update}{}{repeat}", self.subject)
    }

    /// The Message-ID in an envelope, without its brackets: of run and publication, and the same when it is sent again.
    pub fn id_in(&self, envelope: &Envelope) -> String {
        let of = (
            envelope.run.as_deref().unwrap_or_default(),
            self.digest.as_str(),
        );
        let domain = envelope
            .from
            .as_deref()
            .and_then(|from| from.rsplit_once('@'));
        let domain = domain.map(|(_, domain)| domain.trim_end_matches('>'));
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        let domain = domain.filter(|domain| !domain.is_empty() && domain.chars().all(allowed));
        format!("{}@{}", token(&[of.0, of.1]), domain.unwrap_or(NOWHERE))
    }

    /// The message in an envelope (RFC 5322): text, HTML with charts by Content-ID.
    ///
    /// # Errors
    /// When it cannot be put together, which takes a defect here.
    pub fn eml(&self, envelope: &Envelope) -> Result<Vec<u8>, MailError> {
        let id = self.id_in(envelope);
        let from = envelope.from.clone();
        let from = from.unwrap_or_else(|| format!("larder@{NOWHERE}"));
        let builder = MessageBuilder::new()
            .date(Date::new(self.as_of.as_second()))
            .message_id(id.as_str())
            .from(Address::new_address(Some("Larder"), from))
            .subject(Text::new(self.subject_in(envelope)))
            // Nobody's holiday should be told to a machine (RFC 3834).
            .header("Auto-Submitted", Text::new("auto-generated"));
        let builder = if envelope.to.is_empty() {
            let nobody: Vec<Address<'_>> = Vec::new();
            builder.to(Address::new_group(Some("undisclosed-recipients"), nobody))
        } else {
            let to = envelope.to.iter();
            let to = to.map(|to| Address::new_address(None::<&str>, to.as_str()));
            builder.to(Address::new_list(to.collect()))
        };
        Ok(builder.body(self.parts(envelope)?).write_to_vec()?)
    }

    fn parts(&self, envelope: &Envelope) -> Result<MimePart<'_>, MailError> {
        let multipart = |kind: &'static str, parts: Vec<MimePart<'static>>| {
            let boundary = token(&[self.digest.as_str(), kind]);
            MimePart::new(
                ContentType::new(kind).attribute("boundary", boundary),
                parts,
            )
        };
        let html = html::by_content_id(self, envelope)?;
        let mut related = vec![MimePart::new("text/html", html)];
        for chart in &self.charts {
            for (mode, png) in [("light", &chart.light), ("dark", &chart.dark)] {
                let id = format!("{}-{mode}@{NOWHERE}", chart.name);
                let file = format!("{}-{mode}.png", chart.name);
                let shown = ContentType::new("inline").attribute("filename", file);
                related.push(
                    MimePart::new("image/png", png.clone())
                        .header("Content-Disposition", shown)
                        .cid(id),
                );
            }
        }
        let text = MimePart::new("text/plain", plain::text(self, envelope)?);
        Ok(multipart(
            "multipart/alternative",
            vec![text, multipart("multipart/related", related)],
        ))
    }
}

/// Thirty-two letters that stand for these words, and for no others.
fn token(words: &[&str]) -> String {
    let digest = Sha256::digest(words.join("\n"));
    let mut token = String::new();
    for byte in digest.iter().take(16) {
        let _ = write!(token, "{byte:02x}");
    }
    token
}
