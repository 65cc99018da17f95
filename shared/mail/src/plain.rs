//! The message as a text that reads well by itself.

use askama::Template;

use crate::content::Content;
use crate::{Chart, Envelope, MailError, Message};

#[derive(Template)]
#[template(path = "mail.txt")]
struct Text<'a> {
    subject: String,
    content: &'a Content,
    charts: &'a [Chart],
    run: Option<&'a str>,
    link: Option<&'a str>,
}

pub(crate) fn text(message: &Message, envelope: &Envelope) -> Result<String, MailError> {
    let text = Text {
        subject: message.subject_in(envelope),
        content: &message.content,
        charts: &message.charts,
        run: envelope.run.as_deref(),
        link: envelope.link.as_deref(),
    };
    Ok(text.render()?)
}
