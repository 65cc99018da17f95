//! What other systems are told of a publication.

use artifacts::Store;
use contracts::artifact::{ALLOCATION, FORECAST, KNOWN_SITES, PROPOSALS_JSON};
use contracts::{
    CloudEvent, Fault, ForecastPublished, OrdersSited, Outcome, PublishedFile, RunSummary,
    WeekPublished, WeekReport,
};
use messaging::{Notice, Topic};
use runs::Run;

use crate::files::Copier;
use crate::weeks::Sited;

/// The events of a publication, the forecast's first. Their ids are the publication's, so that a receiver can pass over
/// one that was sent twice.
pub(crate) fn of<S: Store, O: Store>(
    run: &Run<'_, S>,
    outcome: Outcome,
    summary: &RunSummary,
    files: &Copier<'_, O>,
    manifest: PublishedFile,
    sited: &[Sited],
) -> Result<Vec<Notice>, Fault> {
    let digest = files.folder.rsplit('/').next().unwrap_or_default();
    let id = format!("{}.{digest}", run.id);
    let forecast = ForecastPublished {
        run: run.id.clone(),
        scenario: run.plan.scenario.clone(),
        outcome,
        folder: files.folder.to_owned(),
        manifest,
        proposals: files.told(PROPOSALS_JSON),
        weeks: summary
            .weeks
            .iter()
            .filter_map(|report| week(report, files))
            .collect(),
    };
    let (folder, time) = (files.folder, run.plan.as_of);
    let forecast = CloudEvent::new(id.clone(), folder.to_owned(), time, forecast);
    let mut notices = vec![Notice::of(&forecast)?];
    for Sited { week, orders, hard } in sited {
        let Some(file) = files.told(&format!("{week}/{}", KNOWN_SITES[1])) else {
            continue;
        };
        let sited = OrdersSited {
            run: run.id.clone(),
            scenario: run.plan.scenario.clone(),
            week: *week,
            file,
            orders: *orders,
            hard: *hard,
            soft: orders - hard,
        };
        let event = CloudEvent::new(
            format!("{id}.{week}"),
            format!("{folder}/{week}"),
            time,
            sited,
        );
        notices.push(Notice::of(&event)?);
    }
    Ok(notices)
}

fn week<O: Store>(report: &WeekReport, files: &Copier<'_, O>) -> Option<WeekPublished> {
    match report {
        WeekReport::Planned(summary) => {
            let week = summary.week;
            Some(WeekPublished::Planned {
                week,
                start_date: summary.start_date,
                boxes: summary.boxes.p50,
                forecast: files.told(&format!("{week}/{}", FORECAST[1]))?,
                allocation: files.told(&format!("{week}/{}", ALLOCATION[1]))?,
            })
        }
        WeekReport::Failed { week, fault, .. } => Some(WeekPublished::Failed {
            week: *week,
            fault: fault.clone(),
        }),
    }
}

/// Sends them all.
///
/// A topic that will not take an event for good is a defect of the deployment: other systems would wait for ever, so
/// that, unlike a refused e-mail, it does stop the publication.
pub(crate) async fn send(notices: &[Notice], topic: &impl Topic) -> Result<(), Fault> {
    for notice in notices {
        topic.publish(notice).await.map_err(|error| {
            let message = format!("event {}: {error}", notice.kind);
            Fault::new(error.fault_name(), message)
        })?;
    }
    Ok(())
}
