//! The message as HTML: tables and inline styles, because mail programs know little else.

use askama::Template;

use crate::content::Content;
use crate::{Chart, Envelope, MailError, Message};

#[derive(Template)]
#[template(path = "mail.html", whitespace = "minimize")]
struct Page<'a> {
    subject: String,
    content: &'a Content,
    charts: &'a [Chart],
    /// Where each chart's pictures are: light, dark.
    pictures: Vec<(String, String)>,
    run: Option<&'a str>,
    link: Option<&'a str>,
    /// Whether it stands by itself and not in a mail program.
    alone: bool,
}

/// The message as a page of its own, its charts within it.
///
/// # Errors
/// When the template cannot be rendered, which takes a defect here.
pub fn html(message: &Message, envelope: &Envelope) -> Result<String, MailError> {
    let data = |png: &[u8]| format!("data:image/png;base64,{}", report::base64(png));
    let pictures = message.charts.iter();
    let pictures = pictures.map(|chart| (data(&chart.light), data(&chart.dark)));
    page(message, envelope, pictures.collect(), true)
}

/// The same for a mail program, the charts beside it.
pub(crate) fn by_content_id(message: &Message, envelope: &Envelope) -> Result<String, MailError> {
    let id = |chart: &Chart, mode: &str| format!("cid:{}-{mode}@larder.invalid", chart.name);
    let pictures = message.charts.iter();
    let pictures = pictures.map(|chart| (id(chart, "light"), id(chart, "dark")));
    page(message, envelope, pictures.collect(), false)
}

fn page(
    message: &Message,
    envelope: &Envelope,
    pictures: Vec<(String, String)>,
    alone: bool,
) -> Result<String, MailError> {
    let page = Page {
        subject: message.subject_in(envelope),
        content: &message.content,
        charts: &message.charts,
        pictures,
        run: envelope.run.as_deref(),
        link: envelope.link.as_deref(),
        alone,
    };
    Ok(page.render()?)
}
