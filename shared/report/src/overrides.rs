//! Planners' overrides in words.

use contracts::{AppliedOverride, WeekSummary};
use domain::{Decimal, Measure, Override, OverrideOp};

use crate::words::{count, tenths};

/// A week's overrides.
#[derive(Debug)]
pub(crate) struct Overrides {
    pub(crate) week: String,
    pub(crate) lines: Vec<String>,
}

impl Overrides {
    /// `None` where there are none.
    pub(crate) fn of(week: &WeekSummary) -> Option<Self> {
        (!week.overrides.is_empty()).then(|| Self {
            week: week.week.to_string(),
            lines: lines(week),
        })
    }
}

/// A line for each override that was applied to a week: `OV-1 (area=A1): volume × 1.1 by planner until 2026-12-01,
/// 500 → 550 boxes. A local fair`.
pub(crate) fn lines(week: &WeekSummary) -> Vec<String> {
    week.overrides.iter().map(line).collect()
}

fn line(applied: &AppliedOverride) -> String {
    let made = &applied.made;
    let changed = applied.changed;
    let (before, after) = (
        in_words(made, changed.before),
        in_words(made, changed.after),
    );
    let of = if made.measure == Measure::Volume {
        "boxes"
    } else {
        "of the kits"
    };
    let until = made.expires_at.map_or_else(String::new, |end| {
        end.strftime(" until %-d %b %Y").to_string()
    });
    format!(
        "{} ({}): {} {} by {}{until}, {before} → {after} {of}. {}",
        made.id,
        made.keys,
        made.measure,
        done(made),
        made.author,
        made.reason
    )
}

fn done(made: &Override) -> String {
    match made.op {
        OverrideOp::Set => format!("set to {}", made.value),
        OverrideOp::Add if made.value < Decimal::ZERO => {
            format!("− {}", made.value.to_string().trim_start_matches('-'))
        }
        OverrideOp::Add => format!("+ {}", made.value),
        OverrideOp::Multiply => format!("× {}", made.value),
    }
}

fn in_words(made: &Override, value: Decimal) -> String {
    if made.measure == Measure::Volume {
        return count((value.millionths().unsigned_abs() + 500_000) / 1_000_000);
    }
    tenths(value)
}
