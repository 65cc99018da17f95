//! Writes the e-mail of a stored summary to a folder: `cargo run -p mail --example letter -- summary.json folder`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a tool for those who change the e-mail"
)]

use std::path::PathBuf;

fn main() {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let summary = arguments.next().expect("a summary.json");
    let folder = arguments.next().expect("a folder");
    let summary = serde_json::from_slice(&std::fs::read(summary).unwrap()).unwrap();
    let message = mail::Message::of(&summary, "0123456789abcdef").unwrap();
    let envelope = mail::Envelope::default();
    std::fs::create_dir_all(&folder).unwrap();
    let html = mail::html(&message, &envelope).unwrap();
    std::fs::write(folder.join("mail.html"), html).unwrap();
    std::fs::write(folder.join("mail.eml"), message.eml(&envelope).unwrap()).unwrap();
}
