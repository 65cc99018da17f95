//! Text from a data set as a cell shows it.

use std::borrow::Cow;

/// The most characters of a cell; a cell holds 32,767, and nobody reads so many.
const LONGEST: usize = 2_000;

/// The text without what no reader can see or what turns the text around it: control characters and marks that
/// embed or override the direction of writing. What is cut off is marked by `…`.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    let fits = text.len() <= LONGEST || text.chars().nth(LONGEST).is_none();
    if fits && !text.chars().any(hidden) {
        return Cow::Borrowed(text);
    }
    let mut visible = text.chars().filter(|c| !hidden(*c));
    let mut kept: String = visible.by_ref().take(LONGEST).collect();
    if visible.next().is_some() {
        kept.pop();
        kept.push('…');
    }
    Cow::Owned(kept)
}

/// Whether a character is left out.
fn hidden(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    // Not characters, and not allowed in XML.
    let forbidden = matches!(c, '\u{fffe}' | '\u{ffff}');
    c.is_control() || turns || forbidden
}

/// Whether a spreadsheet would take the text for a formula if a person typed it.
pub(crate) fn looks_like_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_left_out_and_what_is_too_long_is_marked() {
        assert_eq!(shown("Rice & beans 🍚"), "Rice & beans 🍚");
        assert_eq!(shown("a\u{202e}b\u{0}c\u{ffff}\td"), "abcd");
        let long = shown(&"x".repeat(LONGEST + 1)).into_owned();
        assert_eq!(long.chars().count(), LONGEST);
        assert!(long.ends_with('…'));
        assert_eq!(shown(&"ä".repeat(LONGEST)), "ä".repeat(LONGEST));
    }
}
