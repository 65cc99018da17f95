//! Rounding, in one place: half up, and of parts so that they sum.

use crate::proposal::Milli;

/// `over` / `under`, rounded half up.
pub(crate) fn rounded(over: i128, under: i128) -> i64 {
    let quotient = (2 * over + under).div_euclid(2 * under.max(1));
    i64::try_from(quotient).unwrap_or(i64::MAX)
}

/// Each of `over` / `under`, rounded so that the parts sum to their sum rounded: a part is what the running sum gains.
pub(crate) fn rounded_parts(over: impl IntoIterator<Item = i128>, under: i128) -> Vec<Milli> {
    let (mut passed, mut given) = (0, 0);
    let part = |over| {
        passed += over;
        let up_to = rounded(passed, under);
        let part = up_to - given;
        given = up_to;
        part
    };
    over.into_iter().map(part).collect()
}
