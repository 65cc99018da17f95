//! Cells of CSV files as programs and as people read them.

use std::fmt::Write as _;

use crate::cell::Cell;

/// The value itself.
pub(crate) fn as_it_is(cell: &Cell<'_>, out: &mut String) {
    let _ = write!(out, "{cell}");
}

/// The value; before text that a spreadsheet would calculate stands an apostrophe, which makes it text there. Numbers
/// stay numbers.
///
/// A spreadsheet that splits at semicolons, as many languages have it, or at tabs sees cells within the text, so that
/// what follows one is looked at too.
pub(crate) fn harmless(cell: &Cell<'_>, out: &mut String) {
    let Cell::Text(text) = cell else {
        return as_it_is(cell, out);
    };
    let mut begins = true;
    for c in text.chars() {
        if begins && starts_formula(c) {
            out.push('\'');
        }
        out.push(c);
        begins = matches!(c, ';' | '\t' | '\r' | '\n');
    }
}

/// Whether a spreadsheet may calculate a cell that begins so; some take the wide forms of Asian keyboards for the same.
const fn starts_formula(c: char) -> bool {
    matches!(
        c,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
    )
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn shown(cell: &Cell<'_>) -> String {
        let mut out = String::new();
        harmless(cell, &mut out);
        out
    }

    #[test]
    fn text_that_would_be_calculated_begins_with_an_apostrophe() {
        for (text, written) in [
            ("Rice", "Rice"),
            ("a=b - c", "a=b - c"),
            ("", ""),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("＝1", "'＝1"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("Rice;=1", "Rice;'=1"),
            ("Rice; =1", "Rice; =1"),
        ] {
            assert_eq!(shown(&Cell::Text(Cow::Borrowed(text))), written, "{text:?}");
        }
    }

    #[test]
    fn numbers_below_zero_stay_numbers() {
        assert_eq!(shown(&Cell::Integer(-5)), "-5");
        let decimal = "-1.5".parse().unwrap();
        assert_eq!(shown(&Cell::Decimal(decimal)), "-1.5");
        assert_eq!(shown(&Cell::Empty), "");
    }
}
