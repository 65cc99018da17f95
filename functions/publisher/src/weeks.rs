//! The weeks of a run: what is copied of each, and what is said of each.

use artifacts::Store;
use contracts::artifact::{
    ALLOCATION, FORECAST, KNOWN_SITES, ORDER_BOOK, RECIPE_PLAN, SOURCES, SUMMARY, UTILISATION,
};
use contracts::{
    Fault, ForecastSources, MESSAGE_LIMIT, ProposalReport, Reference, WeekOutcome, WeekReport,
    WeekSummary,
};
use dataset::results::KnownSite;
use dataset::stored_rows;
use domain::{Finding, MenuWeek};
use runs::Run;
use serde::Deserialize;

use crate::files::Copier;

/// How many known orders of a week have a site.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sited {
    pub(crate) week: MenuWeek,
    pub(crate) orders: u64,
    /// Of them those past their cut-off.
    pub(crate) hard: u64,
}

/// Copies a week's tables to the publication; gives how many known orders have a site.
pub(crate) async fn copy<S: Store>(
    run: &Run<'_, S>,
    week: MenuWeek,
    forecast: &Reference,
    files: &mut Copier<'_, impl Store>,
) -> Result<Sited, Fault> {
    let forecast = run.result(forecast).await?;
    let sources: ForecastSources = run.json(forecast.artifact(SOURCES)?).await?;
    let simulated = run.result(&sources.orders).await?;
    for name in FORECAST {
        files
            .put_of_week(week, name, &run.read(forecast.artifact(name)?).await?)
            .await?;
    }
    for name in ALLOCATION
        .into_iter()
        .chain(UTILISATION)
        .chain(RECIPE_PLAN)
        .chain(KNOWN_SITES)
        .chain([ORDER_BOOK])
    {
        files
            .put_of_week(week, name, &run.read(simulated.artifact(name)?).await?)
            .await?;
    }
    let known = run.read(simulated.artifact(KNOWN_SITES[1])?).await?;
    let known: Vec<KnownSite> = stored_rows(KNOWN_SITES[1], known);
    let hard = known.iter().filter(|order| order.hard == Some(true));
    Ok(Sited {
        week,
        orders: known.len() as u64,
        hard: hard.count() as u64,
    })
}

/// What is said of a week.
pub(crate) async fn report<S: Store>(
    run: &Run<'_, S>,
    outcome: &WeekOutcome,
    findings: &[Finding],
) -> Result<WeekReport, Fault> {
    Ok(match outcome {
        WeekOutcome::Forecast { forecast, .. } => {
            let forecast = run.result(forecast).await?;
            WeekReport::Planned(
                run.json::<Box<WeekSummary>>(forecast.artifact(SUMMARY)?)
                    .await?,
            )
        }
        WeekOutcome::Failed { week, error, cause } => WeekReport::Failed {
            week: *week,
            fault: error.clone(),
            message: message_of(cause),
            findings: findings
                .iter()
                .filter(|finding| finding.stops(*week))
                .cloned()
                .collect(),
        },
    })
}

/// The message in what the state machine caught: Lambda's JSON holds it, anything else is it.
pub(crate) fn message_of(cause: &str) -> String {
    #[derive(Deserialize)]
    struct LambdaError {
        #[serde(rename = "errorMessage")]
        message: String,
    }
    let message = serde_json::from_str::<LambdaError>(cause)
        .map_or_else(|_| cause.to_owned(), |error| error.message);
    message.chars().take(MESSAGE_LIMIT).collect()
}

/// What failed and why, in at most 256 characters; empty when nothing did.
pub(crate) fn failure_in_words(failed: &[&WeekReport], proposals: &ProposalReport) -> String {
    let weeks: Vec<String> = failed
        .iter()
        .map(|report| report.week().to_string())
        .collect();
    let of_weeks = match failed.first() {
        Some(WeekReport::Failed { fault, message, .. }) => match weeks.as_slice() {
            [week] => format!("{week} failed: {fault}: {message}"),
            weeks => format!(
                "{} weeks failed ({}); the first: {fault}: {message}",
                weeks.len(),
                weeks.join(", ")
            ),
        },
        _ => String::new(),
    };
    let text = match proposals {
        ProposalReport::Proposed(_) => of_weeks,
        ProposalReport::Failed { fault, message } if failed.is_empty() => {
            format!("no purchase orders are proposed: {fault}: {message}")
        }
        ProposalReport::Failed { fault, .. } => {
            format!("no purchase orders are proposed ({fault}); {of_weeks}")
        }
    };
    if text.chars().count() <= MESSAGE_LIMIT {
        return text;
    }
    let mut text: String = text.chars().take(MESSAGE_LIMIT - 1).collect();
    text.push('…');
    text
}

/// How the planned weeks' volumes were forecast.
pub(crate) fn volume_methods(reports: &[WeekReport]) -> String {
    let planned = reports.iter().filter_map(WeekReport::planned);
    let mut methods: Vec<&str> = planned.map(|week| week.volume_method.as_str()).collect();
    methods.sort_unstable();
    methods.dedup();
    methods.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_taken_out_of_what_lambda_reports() {
        let cause = r#"{"errorType":"Data.Rejected","errorMessage":"E201 error: …","trace":[]}"#;
        assert_eq!(message_of(cause), "E201 error: …");
        assert_eq!(message_of("plain text"), "plain text");
    }

    #[test]
    fn failures_are_told_in_256_characters() {
        let report = |week: &str| WeekReport::Failed {
            week: week.parse().unwrap(),
            fault: "Data.Rejected".to_owned(),
            message: "x".repeat(256),
            findings: Vec::new(),
        };
        let (one, two) = (report("2026-W47"), report("2026-W48"));
        let proposed = ProposalReport::Proposed(Box::default());
        assert_eq!(failure_in_words(&[], &proposed), "");
        let single = failure_in_words(&[&one], &proposed);
        assert!(single.starts_with("2026-W47 failed: Data.Rejected: xx"));
        let both = failure_in_words(&[&one, &two], &proposed);
        assert!(both.starts_with("2 weeks failed (2026-W47, 2026-W48); the first: "));
        assert_eq!(both.chars().count(), MESSAGE_LIMIT);
    }

    #[test]
    fn that_nothing_is_proposed_is_told_beside_failed_weeks_too() {
        let failed = ProposalReport::Failed {
            fault: "Data.Rejected".to_owned(),
            message: "P1".to_owned(),
        };
        let alone = failure_in_words(&[], &failed);
        assert_eq!(alone, "no purchase orders are proposed: Data.Rejected: P1");
        let week = WeekReport::Failed {
            week: "2026-W47".parse().unwrap(),
            fault: "Contract.Violation".to_owned(),
            message: "x".to_owned(),
            findings: Vec::new(),
        };
        assert_eq!(
            failure_in_words(&[&week], &failed),
            "no purchase orders are proposed (Data.Rejected); 2026-W47 failed: Contract.Violation: x"
        );
    }
}
