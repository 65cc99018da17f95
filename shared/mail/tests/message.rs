//! What people get: the subject, the text, the HTML, and the bytes on the wire.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use mail::{Envelope, Message};
use support::run;

/// What mail programs cut a message at.
const LONGEST_HTML: usize = 100 * 1024;

fn envelope() -> Envelope {
    Envelope {
        from: Some("larder@example.org".to_owned()),
        to: vec![
            "planners@example.org".to_owned(),
            "stock@example.org".to_owned(),
        ],
        run: Some("2026-11-20T1200Z-0f3c".to_owned()),
        link: Some("https://reports.example.org/x/report.html".to_owned()),
        update: false,
        repeat: false,
    }
}

fn message(summary: &contracts::RunSummary) -> Message {
    Message::of(summary, "0f3c9a").unwrap()
}

/// The headers, the text and the HTML of a message, decoded.
fn read(eml: &[u8]) -> (String, String, String) {
    let eml = String::from_utf8(eml.to_vec()).unwrap();
    let (headers, body) = eml.split_once("\r\n\r\n").unwrap();
    let part = |kind: &str| {
        let from = body.find(&format!("Content-Type: {kind}")).unwrap();
        let (headers, rest) = body[from..].split_once("\r\n\r\n").unwrap();
        let (content, _) = rest.split_once("\r\n--").unwrap();
        if headers.contains("base64") {
            base64(content)
        } else {
            assert!(headers.contains("quoted-printable"), "{headers}");
            quoted_printable(content)
        }
    };
    (headers.to_owned(), part("text/plain"), part("text/html"))
}

/// RFC 4648, section 4, in lines.
fn base64(text: &str) -> String {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text
        .bytes()
        .filter(|byte| !b"\r\n=".contains(byte))
        .collect();
    let mut bytes = Vec::new();
    for chunk in letters.chunks(4) {
        let word = chunk
            .iter()
            .fold(0, |word, letter| word << 6 | u32::from(value(*letter)));
        let word = word << (6 * (4 - chunk.len()));
        bytes.extend_from_slice(&word.to_be_bytes()[1..chunk.len()]);
    }
    String::from_utf8(bytes).unwrap()
}

/// RFC 2045, section 6.7.
fn quoted_printable(text: &str) -> String {
    let mut bytes = Vec::new();
    let text = text.replace("=\r\n", "");
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'=' {
            let digits = std::str::from_utf8(&after[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_subject_is_the_verdict() {
    assert_eq!(
        message(&run(4, 5, "S02")).subject(),
        "3/4 weeks ok, W51 FAILED · W48 203,100 boxes (+1.8 %) · 7 actions before 14:00 · S02 Thu 98 %"
    );
    let mut summary = run(4, 5, "S02");
    summary.scenario = Some("rain".to_owned());
    assert!(message(&summary).subject().starts_with("What-if rain: 3/4"));
}

#[test]
fn the_largest_run_is_told_in_less_than_mail_programs_show_and_says_what_is_left_out() {
    for name in ["a name of ordinary length", &"<é&\">".repeat(100)] {
        let message = message(&run(53, 100, name));
        let (_, text, html) = read(&message.eml(&envelope()).unwrap());
        assert!(html.len() < LONGEST_HTML, "{} bytes", html.len());
        for more in [
            "45 more weeks",
            "1,102 more orders",
            "59 more products",
            "3,200 more lines",
            "1,550 more new recipes",
            "292 more findings",
        ] {
            assert!(html.contains(more) && text.contains(more), "{more}");
        }
    }
}

#[test]
fn html_and_text_tell_the_same_in_the_same_order() {
    let (_, text, html) = read(&message(&run(4, 5, "Leeds")).eml(&envelope()).unwrap());
    for told in [&text.to_lowercase(), &html.to_lowercase()] {
        let mut from = 0;
        for heading in [
            "3/4 weeks ok",
            "the last good plan holds until this is mended: 199,500 boxes",
            "do today",
            "12 lines",
            "leeds: 1,200 kg needed, 80.0 kg covered",
            "£812",
            "short before anything can arrive",
            "w48: median 203,100",
            "biggest changes",
            "new recipes",
            "accuracy",
            "data health",
            "limit 24 hours",
            "run 2026-11-20t1200z-0f3c",
            "larder explain --run 2026-11-20t1200z-0f3c --product p1 --site s01 --date 2026-11-25",
        ] {
            let found = told[from..].find(heading);
            assert!(found.is_some(), "`{heading}` is not after {from}: {told}");
            from += found.unwrap();
        }
    }
    let lines = text.lines().filter(|line| line.contains('<'));
    assert_eq!(lines.count(), 0, "{text}");
}

#[test]
fn hostile_names_harm_nothing() {
    for name in [
        "<script>alert(1)</script><img src=x onerror=a()>",
        "=cmd|' /C calc'!A0",
        "\u{202E}txt.exe\u{2066}",
        "x\r\nBcc: everybody@example.org\r\n\r\n<b>",
        "👩‍🍳🥕",
        "\0\u{1b}[31m",
        &"W".repeat(500),
        "&amp; \"quoted\" 'too'",
        "מרק ירקות",
    ] {
        let mut summary = run(3, 14, name);
        summary.scenario = Some(name.chars().filter(|c| !c.is_control()).take(60).collect());
        summary.changes = vec![name.to_owned()];
        let message = message(&summary);
        let eml = message.eml(&envelope()).unwrap();
        let (headers, text, html) = read(&eml);
        assert_eq!(headers.matches("\r\nBcc").count(), 0, "{headers}");
        let known = |line: &str| {
            line.starts_with([' ', '\t'])
                || [
                    "Auto-Submitted",
                    "Content-Type",
                    "Date",
                    "From",
                    "MIME-Version",
                    "Message-ID",
                    "Subject",
                    "To",
                ]
                .iter()
                .any(|name| line.starts_with(&format!("{name}: ")))
        };
        assert!(headers.lines().all(known), "{headers}");
        for told in [&text, &html, &message.subject().to_owned()] {
            let marks = [
                '\u{202A}', '\u{202E}', '\u{2066}', '\u{200E}', '\0', '\u{1b}',
            ];
            assert!(!told.contains(marks), "{name:?}");
            // Sentences that hold names are longer than names.
            assert!(!told.contains(&"W".repeat(301)));
            assert!(!told.contains(&format!("<b>{}", "W".repeat(49))));
        }
        assert!(
            !html.contains("<script") && !html.contains("<img src=x"),
            "{name:?}"
        );
        assert!(message.subject().chars().count() <= 220);
        // Where a name is drawn, the picture is still one.
        assert!(
            message
                .charts()
                .iter()
                .all(|chart| chart.light.starts_with(b"\x89PNG"))
        );
    }
}

#[test]
fn every_picture_is_shown_by_its_content_id_and_has_words_and_both_modes() {
    let message = message(&run(4, 5, "Leeds"));
    let eml = message.eml(&envelope()).unwrap();
    let (_, _, html) = read(&eml);
    let eml = String::from_utf8(eml).unwrap();
    let shown: Vec<&str> = html
        .split("src=\"cid:")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    // The fan and three weeks' sites, for light and for dark mode.
    assert_eq!(shown.len(), 8);
    for id in shown {
        assert!(eml.contains(&format!("Content-ID: <{id}>")), "{id}");
    }
    assert_eq!(
        html.matches("<img ").count(),
        html.matches("alt=\"").count()
    );
    assert!(!html.contains("alt=\"\""));
    assert!(html.contains("color-scheme") && html.contains("prefers-color-scheme:dark"));
    assert!(!html.contains("src=\"http"));
    let page = mail::html(&message, &Envelope::default()).unwrap();
    assert_eq!(page.matches("src=\"data:image/png;base64,").count(), 8);
    assert!(!page.contains("cid:") && page.contains("Content-Security-Policy"));
}

#[test]
fn the_same_content_is_the_same_bytes_and_a_mark_changes_the_subject_alone() {
    let (one, two) = (message(&run(4, 5, "Leeds")), message(&run(4, 5, "Leeds")));
    let plain = one.eml(&envelope()).unwrap();
    assert!(plain == two.eml(&envelope()).unwrap());
    let marked = Envelope {
        update: true,
        repeat: true,
        ..envelope()
    };
    assert_eq!(one.id_in(&envelope()), one.id_in(&marked));
    assert!(one.id_in(&envelope()).ends_with("@example.org"));
    let subject = one.subject_in(&marked);
    assert!(subject.starts_with("Update: 3/4") && subject.ends_with(" (repeat)"));
    let other = Envelope {
        run: Some("another".to_owned()),
        ..envelope()
    };
    assert_ne!(one.id_in(&envelope()), one.id_in(&other));
    let headers = String::from_utf8(plain).unwrap();
    assert!(
        headers.contains("Date: Fri, 20 Nov 2026 12:00:00 +0000\r\n"),
        "{}",
        &headers[..400]
    );
}
