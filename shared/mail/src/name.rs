//! Names as they may stand in a message.

/// The most characters of a name.
pub(crate) const LONGEST: usize = 48;

/// Opens and closes a piece of text whose direction is its own.
const ISOLATE: [char; 2] = ['\u{2068}', '\u{2069}'];

/// A name without what could harm its surroundings, or a dash where nothing is left of it.
///
/// Control characters and marks of direction are left out, white space is one space, what is too long is cut; a name
/// in a script that runs from right to left is isolated, so that the number beside it stays where it is.
pub(crate) fn name(text: &str) -> String {
    cut(text, LONGEST)
}

/// The same to another length, for sentences that hold names.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    let mut clean = String::new();
    let mut length = 0;
    let mut turned = false;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let mut word = word.chars().filter(|c| !is_mark(*c)).peekable();
        if word.peek().is_none() {
            continue;
        }
        if length > 0 {
            clean.push(' ');
            length += 1;
        }
        for c in word {
            if length == longest {
                clean.pop();
                clean.push('…');
                return isolated(clean, turned);
            }
            turned |= is_right_to_left(c);
            clean.push(c);
            length += 1;
        }
    }
    if clean.is_empty() {
        return "–".to_owned();
    }
    isolated(clean, turned)
}

/// A name that is too long without its middle: what tells names apart often stands at their end.
pub(crate) fn middle(text: &str, longest: usize) -> String {
    let whole: Vec<char> = name(text)
        .chars()
        .filter(|c| !ISOLATE.contains(c))
        .collect();
    let turned = whole.iter().any(|c| is_right_to_left(*c));
    let (head, tail) = (longest.div_ceil(2), longest / 2 - 1);
    let short = match whole.len().checked_sub(tail) {
        Some(from) if whole.len() > longest => {
            let first = whole.iter().take(head);
            first.chain(&['…']).chain(whole.iter().skip(from)).collect()
        }
        _ => whole.into_iter().collect(),
    };
    isolated(short, turned)
}

fn isolated(text: String, turned: bool) -> String {
    if turned {
        format!("{}{text}{}", ISOLATE[0], ISOLATE[1])
    } else {
        text
    }
}

/// Marks of direction, of invisible width and of annotation.
const fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{061C}'
            | '\u{200B}'
            | '\u{200E}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

const fn is_right_to_left(c: char) -> bool {
    matches!(
        c,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_letters_and_loses_what_could_harm_its_surroundings() {
        for (text, clean) in [
            ("Leeds", "Leeds"),
            ("  two\tlines\r\nBcc: x@y  ", "two lines Bcc: x@y"),
            ("\u{202E}gnp.exe\u{202C}", "gnp.exe"),
            ("\u{7}\u{1b}[31mred", "[31mred"),
            ("👩‍🍳 chef", "👩‍🍳 chef"),
            ("\u{2066}\u{200F}", "–"),
            ("", "–"),
            ("שלום", "\u{2068}שלום\u{2069}"),
        ] {
            assert_eq!(name(text), clean, "{text:?}");
        }
    }

    #[test]
    fn what_tells_long_names_apart_is_kept() {
        assert_eq!(middle("Kitchen region 56", 18), "Kitchen region 56");
        assert_eq!(
            middle("Northern kitchen region 56", 18),
            "Northern …egion 56"
        );
        assert_eq!(middle(&"é".repeat(500), 18).chars().count(), 18);
    }

    #[test]
    fn a_long_name_is_cut_to_forty_eight_characters() {
        assert_eq!(name(&"é".repeat(48)), "é".repeat(48));
        let long = name(&"é".repeat(500));
        assert_eq!(long.chars().count(), LONGEST);
        assert!(long.ends_with("é…"));
    }
}
