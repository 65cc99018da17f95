//! Text that a spreadsheet would calculate.

/// Whether a spreadsheet may take the text for a formula; some take the wide forms of Asian keyboards for the same. Files
/// between programs hold no such text: nothing may be put before it, as in files for people.
pub(crate) fn begins_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}
