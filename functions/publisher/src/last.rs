//! The weeks' last publications: what stands where this run failed, and what its figures are compared with.

use artifacts::Store;
use contracts::artifact::SUMMARY;
use contracts::{
    Fault, FullSite, LastPlan, ProposalReport, Published, Verdict, WeekChange, WeekOutcome,
    WeekReport, WeekSummary,
};
use domain::MenuWeek;
use runs::Run;

/// The last publication of every week that the plan pins one for. One that is gone or damaged is left out: it is no
/// reason not to publish.
pub(crate) async fn plans<S: Store>(
    run: &Run<'_, S>,
    outcomes: &[WeekOutcome],
) -> Result<Vec<LastPlan>, Fault> {
    let mut plans = Vec::new();
    for outcome in outcomes {
        let week = outcome.week();
        let planned = run.plan.week(week);
        let Some(published) = planned.and_then(|planned| planned.published.as_ref()) else {
            continue;
        };
        let failed = matches!(outcome, WeekOutcome::Failed { .. });
        match read(run.store(), week, published, failed).await {
            Ok(last) => plans.extend(last),
            Err(fault) if runs::lost(&fault) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(plans)
}

/// Where nothing newer stands, its sites and days are told too.
async fn read(
    runs: &impl Store,
    week: MenuWeek,
    published: &Published,
    stands: bool,
) -> Result<Option<LastPlan>, Fault> {
    let Some((run, _)) = Run::find(runs, &published.run).await? else {
        return Ok(None);
    };
    let forecast = run.result(&published.forecast).await?;
    let summary: WeekSummary = run.json(forecast.artifact(SUMMARY)?).await?;
    Ok(Some(LastPlan {
        week,
        run: published.run.clone(),
        as_of: published.as_of,
        boxes: summary.boxes,
        planned_boxes: summary.planned_boxes,
        sites: if stands { summary.sites } else { Vec::new() },
        site_days: if stands {
            summary.site_days
        } else {
            Vec::new()
        },
    }))
}

/// What a person wants to know before anything else.
pub(crate) fn verdict(
    weeks: &[WeekReport],
    last: &[LastPlan],
    proposals: &ProposalReport,
) -> Verdict {
    let planned = || weeks.iter().filter_map(WeekReport::planned);
    let change = |week: &WeekSummary| WeekChange {
        week: week.week,
        boxes: week.boxes.p50,
        last: last
            .iter()
            .find(|last| last.week == week.week)
            .map(|last| last.boxes.p50),
    };
    Verdict {
        weeks: planned().map(change).collect(),
        next_cutoff: match proposals {
            ProposalReport::Proposed(summary) => summary.next_cutoff,
            ProposalReport::Failed { .. } => None,
        },
        fullest: fullest(planned()),
    }
}

/// The first of those that are equally full.
fn fullest<'a>(weeks: impl Iterator<Item = &'a WeekSummary>) -> Option<FullSite> {
    let mut fullest: Option<FullSite> = None;
    for week in weeks {
        for day in &week.site_days {
            let Some(cap) = day.cap_max.filter(|cap| *cap > 0) else {
                continue;
            };
            let fuller = fullest.as_ref().is_none_or(|held| {
                u128::from(day.boxes) * u128::from(held.cap)
                    > u128::from(held.boxes) * u128::from(cap)
            });
            if fuller {
                let name = week.sites.iter().find(|(site, _)| *site == day.site);
                fullest = Some(FullSite {
                    week: week.week,
                    site: day.site.clone(),
                    site_name: name.map(|(_, name)| name.clone()).unwrap_or_default(),
                    date: day.date,
                    boxes: day.boxes,
                    cap,
                });
            }
        }
    }
    fullest
}
