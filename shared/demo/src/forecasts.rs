//! The planners' own forecasts of boxes, with past issues, and their corrections.

use dataset::tables::{Override, Signed, VolumeForecast};
use domain::{Decimal, Measure, OverrideKeys, OverrideOp};
use random::normal_quantile;

use crate::Company;
use crate::make::{DAY, HOUR, at, parsed, signed, stream, whole};
use crate::size::{BOX_WEEKS, FUTURE};

/// Standard deviation of the log error that a week of lead adds in all areas alike.
pub(crate) const STEP: f64 = 0.02;
/// The same for one area.
pub(crate) const AREA_STEP: f64 = 0.012;
/// Weeks ahead that every issue covers; the current one covers all weeks to come.
const LEADS: usize = 4;

/// The rows of `volume_forecast`: an issue every Friday morning.
pub(crate) fn volume_rows(company: &Company) -> impl Iterator<Item = VolumeForecast> {
    let history = company.size.history;
    let past = (history - BOX_WEEKS..history + LEADS - 1).flat_map(move |week| {
        // The issue `lead` weeks ahead of a week to come may be still to come itself.
        let least = (week + 2).saturating_sub(history).max(1);
        (least..=LEADS).rev().map(move |lead| (week, lead))
    });
    let current = (0..FUTURE).map(move |ahead| (history + ahead, ahead + 1));
    past.chain(current)
        .flat_map(move |(week, lead)| issue(company, week, lead))
}

fn issue(company: &Company, week: usize, lead: usize) -> impl Iterator<Item = VolumeForecast> {
    let steps = lead as f64;
    let shared = error(company, &[week], lead) * STEP;
    let spread = (steps * (STEP * STEP + AREA_STEP * AREA_STEP)).sqrt();
    let band = libm::exp(normal_quantile(0.9) * spread);
    let current = week + 1 == company.size.history + lead;
    // Weeks from the current issue, which is from the Friday before the first week to come, two days ago.
    let behind = signed(company.size.history + lead) - signed(week + 1);
    let issued_at = at(-behind * 7 * DAY - 2 * DAY - 3 * HOUR);
    company.areas.iter().enumerate().map(move |(area, id)| {
        let own = error(company, &[week, area], lead) * AREA_STEP;
        let boxes = company.truth.area_boxes(week, area) * libm::exp(shared + own);
        VolumeForecast {
            week_id: company.weeks[week].id,
            issued_at,
            area_id: Some(id.clone()),
            p50: whole(boxes),
            p10: current.then(|| whole(boxes / band)),
            p90: current.then(|| whole(boxes * band)),
        }
    })
}

/// A sum of `lead` standard normal numbers, which later issues share as far as they reach.
fn error(company: &Company, of: &[usize], lead: usize) -> f64 {
    let mut draw = stream(company.seed, "forecast error", of);
    (0..lead).map(|_| draw.normal()).sum()
}

/// The rows of `override`.
pub(crate) fn override_rows(company: &Company) -> impl Iterator<Item = Override> {
    let week = |ahead: usize| company.weeks[company.size.history + ahead].id;
    [
        (
            "OV-1",
            week(2),
            1_040_000,
            "Voucher campaign to lapsed customers",
        ),
        (
            "OV-2",
            week(5),
            950_000,
            "Many households travel before the holidays",
        ),
    ]
    .into_iter()
    .map(|(id, week, factor, reason)| Override {
        override_id: parsed(id),
        measure: Measure::Volume,
        keys: OverrideKeys {
            week: Some(week),
            ..OverrideKeys::default()
        },
        op: OverrideOp::Multiply,
        value: Signed(Decimal::from_millionths(factor)),
        reason: reason.to_owned(),
        author: "planning".to_owned(),
        created_at: at(-3 * DAY),
        expires_at: Some(at(42 * DAY)),
    })
}
