//! Planners' overrides that are not applied: E208, E510, E511, E512.

use domain::{Code, Finding, Override};

use super::view::View;
use crate::Row;
use crate::collect::Findings;
use crate::overrides::Verdict;
use crate::tables;

pub(super) fn check(view: &View<'_>, findings: &mut Findings) {
    for (row, made, verdict) in view.data.judge_overrides(view.context.as_of) {
        if let Some(finding) = found(view, row, &made, verdict) {
            findings.push(finding.at([row.line]));
        }
    }
}

fn found(
    view: &View<'_>,
    row: &Row<tables::Override>,
    made: &Override,
    verdict: Verdict,
) -> Option<Finding> {
    let id = &made.id;
    let not_applied = |code, why: String, remedy: &str| {
        let message = format!("override {id} is not applied: {why}");
        Some(Finding::new(code, &row.file, message, remedy))
    };
    // Overrides of weeks that nobody plans any more stay in the file to be scored.
    let concerns = made
        .keys
        .week
        .is_none_or(|week| view.context.weeks.contains(&week));
    match verdict {
        Verdict::Holds => None,
        Verdict::NotYet | Verdict::Expired if !concerns => None,
        Verdict::NotYet => {
            let why = format!("the plan is made as of {}, before it", view.context.as_of);
            let remedy = "plan as of a later time if it should hold";
            not_applied(Code::E510, why, remedy)
                .map(|finding| finding.of("created_at", &made.created_at.to_string()))
        }
        Verdict::Expired => {
            let end = made
                .expires_at
                .map_or_else(String::new, |end| end.to_string());
            let why = "it has expired".to_owned();
            let remedy = "set a later end if it should still hold";
            not_applied(Code::E510, why, remedy).map(|finding| finding.of("expires_at", &end))
        }
        Verdict::WrongKeys(why) => {
            let remedy = "correct its keys or its measure";
            not_applied(Code::E512, why, remedy)
                .map(|finding| finding.of("keys", &made.keys.to_string()))
        }
        Verdict::WrongValue(expected) => {
            let why = format!("{} {} takes {expected}", made.op, made.measure);
            not_applied(Code::E512, why, "correct its value")
                .map(|finding| finding.of("value", &made.value.to_string()))
        }
        Verdict::Unknown { key, why } => {
            let given = made.keys.to_string();
            let given = given.split(';').find(|part| part.starts_with(key));
            let remedy = "correct the key, or remove the override";
            not_applied(Code::E208, why.to_owned(), remedy)
                .map(|finding| finding.of("keys", given.unwrap_or(key)))
        }
        Verdict::Replaced(by) => {
            let why = format!("{by}, which is newer, sets the same");
            not_applied(Code::E511, why, "remove one of the two")
                .map(|finding| finding.of("keys", &made.keys.to_string()))
        }
    }
}
