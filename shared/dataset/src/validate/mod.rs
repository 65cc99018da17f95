//! The catalogue's checks on a data set that could be read.
//!
//! One function a rule, one module a family. A rule looks only at what the weeks to plan need, unless it says
//! otherwise: an old menu with a mistake in it is nobody's problem any more.

mod consistency;
mod menu;
mod overrides;
mod quantities;
mod range;
mod reference;
mod supply;
mod time;
mod view;

use domain::{Finding, MenuWeek, Scope, Timestamp};

use crate::collect::Findings;
use crate::files::Files;
use crate::history::History;
use crate::snapshot::PlanningData;
use view::View;

/// What a data set is checked for.
#[derive(Debug, Clone)]
pub struct Context {
    /// The time the plan is made for.
    pub as_of: Timestamp,
    /// The weeks to plan.
    pub weeks: Vec<MenuWeek>,
    /// Stock counted longer before `as_of` is too old.
    pub snapshot_max_age_hours: u32,
}

impl Context {
    /// A context in which stock may have been counted a day ago.
    pub fn new(as_of: Timestamp, weeks: impl IntoIterator<Item = MenuWeek>) -> Self {
        Self {
            as_of,
            weeks: weeks.into_iter().collect(),
            snapshot_max_age_hours: 24,
        }
    }
}

/// Checks data that could be read; what could not be read stands in the `findings` of `data` and `history`.
///
/// The findings are in the order of their codes, the same for the same data.
pub fn validate(data: &PlanningData, history: &History, context: &Context) -> Vec<Finding> {
    let view = View::new(data, history, context);
    let mut findings = Findings::default();
    for family in [
        reference::check,
        menu::check,
        supply::check,
        range::check,
        time::check,
        consistency::check,
        quantities::check,
        overrides::check,
    ] {
        family(&view, &mut findings);
    }
    let mut findings = findings.into_vec();
    findings.sort();
    findings
}

/// Reads a whole data set and checks it: the findings of reading and of [`validate`], in order.
pub fn check(files: &Files, context: &Context) -> (PlanningData, History, Vec<Finding>) {
    let data = PlanningData::load(files);
    let history = History::load(files, &data);
    let findings = findings(&data, &history, context);
    (data, history, findings)
}

/// The findings of reading a data set and of [`validate`], in order.
///
/// What stops only weeks that nobody plans stops nothing here.
pub fn findings(data: &PlanningData, history: &History, context: &Context) -> Vec<Finding> {
    let mut findings = validate(data, history, context);
    findings.extend(data.findings.iter().chain(&history.findings).cloned());
    for finding in &mut findings {
        if let Scope::Weeks(weeks) = &mut finding.scope {
            weeks.retain(|week| context.weeks.contains(week));
            if weeks.is_empty() {
                finding.scope = Scope::Record;
            }
        }
    }
    findings.sort();
    findings
}
