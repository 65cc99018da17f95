//! `larder sync parked`: what waits for a person, and what the person decides.

use artifacts::AnyStore;
use contracts::{Decision, ParkedDecision};
use messaging::Topic;
use parking::{Held, Listed};
use report::plain;

use super::args::{DropArgs, ListArgs, RetryArgs, ShowArgs, Which};
use super::places::Places;
use crate::error::Error;
use crate::{clock, print};

/// Lists records, one a line.
pub(crate) async fn list(args: ListArgs) -> Result<bool, Error> {
    let runs = Places::read(&args.at)?.runs().await?;
    let mut listed = parking::list(&runs, args.flow.as_deref()).await?;
    listed.retain(|record| args.all || !record.decided);
    for held in parking::all(&runs, &listed).await? {
        let decided = held.decision.as_ref();
        let decided = decided.map(|made| format!(" [{}]", word(made.decision)));
        let rejection = &held.event.rejection;
        print(&plain(&format!(
            "{}  {}  {}: {}{}",
            held.listed.consumer,
            held.listed.name,
            rejection.reason.as_str(),
            rejection.message,
            decided.unwrap_or_default()
        )))?;
    }
    if listed.is_empty() {
        print("nothing waits for a decision")?;
    }
    Ok(true)
}

/// Shows one record.
pub(crate) async fn show(args: ShowArgs) -> Result<bool, Error> {
    let runs = Places::read(&args.at)?.runs().await?;
    let record = one(&parking::list(&runs, None).await?, &args.name)?;
    let held = parking::read(&runs, &record).await?;
    let rejection = &held.event.rejection;
    let decided = held.decision.as_ref().map_or_else(
        || "waits for a decision".to_owned(),
        |made| {
            let by = made.decided_by.as_deref();
            let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
            let why = made.reason.as_deref();
            let why = why.map(|why| format!(": {why}")).unwrap_or_default();
            format!("{} at {}{by}{why}", word(made.decision), made.decided_at)
        },
    );
    print(&plain(&format!(
        "{}\nflow     {}\nreason   {}: {}\nremedy   {}\ndecided  {decided}\n\n{}",
        record.key,
        record.consumer,
        rejection.reason.as_str(),
        rejection.message,
        rejection.remedy,
        held.event.body
    )))?;
    Ok(true)
}

/// Sends events again; `false` where one cannot be.
pub(crate) async fn retry(args: RetryArgs) -> Result<bool, Error> {
    let places = Places::read(&args.at)?;
    let (runs, topic) = (places.runs().await?, places.topic().await?);
    let mut whole = true;
    for held in open(&runs, &places, &args.which).await? {
        let decision = decision(Decision::Retried, args.by.clone(), args.reason.clone());
        // Sent first: whoever dies between the two sends it twice, which changes nothing.
        match parking::sent_again(&held) {
            Ok(notice) => {
                topic.publish(&notice).await?;
                parking::decide(&runs, &held.listed, &decision).await?;
                print(&format!("{}: sent again", held.listed.name))?;
            }
            Err(error) => {
                whole = false;
                print(&format!("not sent: {error}"))?;
            }
        }
    }
    Ok(whole)
}

/// Drops events.
pub(crate) async fn drop(args: DropArgs) -> Result<bool, Error> {
    let places = Places::read(&args.at)?;
    let runs = places.runs().await?;
    for held in open(&runs, &places, &args.which).await? {
        let (by, reason) = (Some(args.by.clone()), Some(args.reason.clone()));
        let decision = decision(Decision::Dropped, by, reason);
        parking::decide(&runs, &held.listed, &decision).await?;
        print(&format!("{}: dropped", held.listed.name))?;
    }
    Ok(true)
}

/// The records that are asked for and not decided.
async fn open(runs: &AnyStore, places: &Places, which: &Which) -> Result<Vec<Held>, Error> {
    if let Some(flow) = &which.flow {
        places.flow(flow)?;
    }
    let listed = parking::list(runs, which.flow.as_deref()).await?;
    let open: Vec<Listed> = listed
        .into_iter()
        .filter(|record| !record.decided)
        .collect();
    let chosen = if which.names.is_empty() {
        open
    } else {
        let names = which.names.iter().map(|name| one(&open, name));
        names.collect::<Result<_, _>>()?
    };
    if chosen.is_empty() {
        print("nothing waits for a decision")?;
    }
    Ok(parking::all(runs, &chosen).await?)
}

/// The one record of this name, or whose name alone begins so.
fn one(listed: &[Listed], name: &str) -> Result<Listed, Error> {
    if let Some(record) = listed.iter().find(|record| record.name == name) {
        return Ok(record.clone());
    }
    let mut begin = listed.iter().filter(|record| record.name.starts_with(name));
    match (begin.next(), begin.count()) {
        (Some(record), 0) => Ok(record.clone()),
        (Some(_), more) => Err(Error::Usage(format!(
            "the names of {} records begin with `{name}`; give more of one",
            more + 1
        ))),
        (None, _) => Err(Error::Usage(format!(
            "no record that waits for a decision is called `{name}`; see larder sync parked list --all"
        ))),
    }
}

fn decision(decision: Decision, by: Option<String>, reason: Option<String>) -> ParkedDecision {
    ParkedDecision {
        decision,
        reason,
        decided_by: by,
        decided_at: clock::now(),
    }
}

const fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Retried => "sent again",
        Decision::Dropped => "dropped",
    }
}
