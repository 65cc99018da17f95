//! The weeks whose needs are bought for.
//!
//! They are the plan's weeks, and those that use stock before the last of them without being planned, such as the one
//! that has begun: it counts, from today on, as it was published last.

use std::collections::{BTreeMap, HashMap};

use artifacts::Store;
use contracts::artifact::{DRAWS, KNOWN_SITES, SNAPSHOT, SOURCES, SUMMARY};
use contracts::{
    DataFile, Fault, FaultName, ForecastSources, NeedsSource, PlannedWeek, Published, Reference,
    WeekOutcome, WeekSummary,
};
use dataset::results::KnownSite;
use dataset::stored_rows;
use domain::{Code, Date, Finding, MenuWeek, OrderId, Portions, SiteId};
use ordering::{Lift, Week};
use runs::Run;
use simulation::Packed;
use snapshot::{MenuItem, WeekSnapshot};

/// A week's needs as they were stored.
pub(crate) struct Needs {
    snapshot: WeekSnapshot,
    draws: Vec<u8>,
    known: Vec<KnownSite>,
    /// The data set that they were made from.
    pub(crate) data: BTreeMap<String, DataFile>,
    stand_in: bool,
    lift: Option<Lift>,
}

/// A week without a result of this run, and what stands in for it.
struct Absent {
    week: MenuWeek,
    published: Option<Published>,
    needs: Option<Needs>,
    finding: Option<Finding>,
}

/// The weeks as they ended, with what stands in for those that failed or are not planned.
pub(crate) struct Weeks {
    planned: Vec<(MenuWeek, Reference)>,
    absent: Vec<Absent>,
}

impl Weeks {
    /// Looks at how the weeks ended and reads what stands in; planned weeks are read later, if at all.
    pub(crate) async fn find<S: Store>(
        run: &Run<'_, S>,
        outcomes: &[WeekOutcome],
    ) -> Result<Self, Fault> {
        let mut weeks = Self {
            planned: Vec::new(),
            absent: Vec::new(),
        };
        for outcome in outcomes {
            match outcome {
                WeekOutcome::Forecast { week, forecast } => {
                    weeks.planned.push((*week, forecast.clone()));
                }
                WeekOutcome::Failed { week, .. } => weeks.absent.push(failed(run, *week).await?),
            }
        }
        for week in &run.plan.unplanned {
            weeks.absent.push(unplanned(run, week).await?);
        }
        Ok(weeks)
    }

    /// What each week's needs come from, in order of week.
    pub(crate) fn sources(&self) -> Vec<NeedsSource> {
        let planned = self.planned.iter().map(|(week, forecast)| {
            let (week, forecast) = (*week, forecast.clone());
            (week, NeedsSource::Planned { week, forecast })
        });
        let absent = self.absent.iter().map(|absent| {
            let week = absent.week;
            let source = match (&absent.published, &absent.needs) {
                (Some(published), Some(_)) => NeedsSource::StandIn {
                    week,
                    published: published.clone(),
                },
                _ => NeedsSource::Missing { week },
            };
            (week, source)
        });
        planned
            .chain(absent)
            .collect::<BTreeMap<_, _>>()
            .into_values()
            .collect()
    }

    /// Every week's needs, in order of week, and what is to be told of those without a result.
    pub(crate) async fn read<S: Store>(
        self,
        run: &Run<'_, S>,
    ) -> Result<(Vec<Needs>, Vec<Finding>), Fault> {
        let mut needs = BTreeMap::new();
        let mut findings = Vec::new();
        for (week, forecast) in self.planned {
            needs.insert(week, read(run, &forecast, false).await?);
        }
        for absent in self.absent {
            needs.extend(absent.needs.map(|stored| (absent.week, stored)));
            findings.extend(absent.finding);
        }
        Ok((needs.into_values().collect(), findings))
    }
}

/// A failed week with the result that was published last for it.
async fn failed<S: Store>(run: &Run<'_, S>, week: MenuWeek) -> Result<Absent, Fault> {
    let planned = run.plan.week(week);
    let published = planned.and_then(|planned| planned.published.clone());
    let (needs, why) = usable(run, published.as_ref()).await?;
    let finding = match (&needs, &published) {
        (Some(_), Some(published)) => {
            let message = format!(
                "{week} failed; what was published for it as of {} stands in, and its lines say so",
                published.as_of
            );
            let remedy = "correct the week and run again before ordering for it";
            Finding::new(Code::E513, "order-proposer", message, remedy)
        }
        _ => {
            let message = format!(
                "{week} failed and nothing stands in ({why}): needs of {week} are not in the proposals"
            );
            let remedy = "correct the week and run again before ordering";
            Finding::new(Code::E514, "order-proposer", message, remedy)
        }
    };
    Ok(Absent {
        week,
        published,
        needs,
        finding: Some(finding),
    })
}

/// A week that is packed without being planned, with the result that was published last for it.
async fn unplanned<S: Store>(run: &Run<'_, S>, unplanned: &PlannedWeek) -> Result<Absent, Fault> {
    let PlannedWeek { week, published } = unplanned.clone();
    let (needs, why) = usable(run, published.as_ref()).await?;
    let finding = needs.is_none().then(|| {
        let message = format!(
            "{week} is not planned and nothing says what it will use ({why}): stock counts as if it used nothing"
        );
        let remedy =
            "see that stock has what it takes as allocated, or plan it too with the input `weeks`";
        Finding::new(Code::E515, "order-proposer", message, remedy)
    });
    Ok(Absent {
        week,
        published,
        needs,
        finding,
    })
}

/// A published result, or why there is none to use. One that is gone or damaged is as good as none.
async fn usable<S: Store>(
    run: &Run<'_, S>,
    published: Option<&Published>,
) -> Result<(Option<Needs>, String), Fault> {
    let Some(published) = published else {
        return Ok((None, "it has never been published".to_owned()));
    };
    match last(run, published).await {
        Ok(needs) => Ok((Some(needs), String::new())),
        Err(fault) if runs::lost(&fault) => {
            let why = format!("its last publication cannot be used: {}", fault.message);
            Ok((None, why))
        }
        Err(fault) => Err(fault),
    }
}

/// The needs that proposals were made from.
///
/// # Errors
/// `Data.Rejected` when some are gone or damaged; the store's faults.
pub(crate) async fn stored<S: Store>(
    run: &Run<'_, S>,
    sources: &[NeedsSource],
) -> Result<Vec<Needs>, Fault> {
    let mut needs = Vec::with_capacity(sources.len());
    for source in sources {
        match source {
            NeedsSource::Planned { forecast, .. } => needs.push(read(run, forecast, false).await?),
            NeedsSource::StandIn { published, .. } => needs.push(last(run, published).await?),
            NeedsSource::Missing { .. } => {}
        }
    }
    Ok(needs)
}

/// A published result; it must hold as many draws as this run, since a draw is one state of the world in all weeks.
async fn last<S: Store>(run: &Run<'_, S>, published: &Published) -> Result<Needs, Fault> {
    let rejected = |message| Err(Fault::new(FaultName::DataRejected, message));
    let Some((earlier, _)) = Run::find(run.store(), &published.run).await? else {
        return rejected(format!("run {} is gone", published.run));
    };
    let needs = read(&earlier, &published.forecast, true).await?;
    let (held, wanted) = (needs.draws()?.replicates(), run.plan.settings.replicates);
    if held != wanted as usize {
        return rejected(format!("it holds {held} draws, and this run {wanted}"));
    }
    Ok(needs)
}

async fn read<S: Store>(
    run: &Run<'_, S>,
    forecast: &Reference,
    stand_in: bool,
) -> Result<Needs, Fault> {
    let forecast = run.result(forecast).await?;
    let sources: ForecastSources = run.json(forecast.artifact(SOURCES)?).await?;
    let extracted = run.result(&sources.snapshot).await?;
    let simulated = run.result(&sources.orders).await?;
    let known = run.read(simulated.artifact(KNOWN_SITES[1])?).await?;
    let snapshot: WeekSnapshot = run.json(extracted.artifact(SNAPSHOT)?).await?;
    let summary: WeekSummary = run.json(simulated.artifact(SUMMARY)?).await?;
    Ok(Needs {
        draws: run.read(simulated.artifact(DRAWS)?).await?,
        known: stored_rows(KNOWN_SITES[1], known),
        data: run.plan.data.clone(),
        stand_in,
        lift: lift(&snapshot, &summary),
        snapshot,
    })
}

/// What overrides of volume and shares have made of a week.
fn lift(snapshot: &WeekSnapshot, summary: &WeekSummary) -> Option<Lift> {
    if summary.overrides.is_empty() {
        return None;
    }
    let shares = summary.recipes.iter().filter_map(|recipe| {
        let change = recipe.share_override.as_ref()?;
        let item = |item: &MenuItem| item.recipe == recipe.recipe;
        let place = snapshot.menu.iter().position(item)?;
        Some((
            place,
            (change.before.millionths(), change.after.millionths()),
        ))
    });
    let by: Vec<String> = (summary.overrides.iter())
        .map(|applied| {
            let made = &applied.made;
            format!("{} ({}: {})", made.author, made.id, made.reason)
        })
        .collect();
    Some(Lift {
        volume: (summary.volume_override.as_ref()).map(|change| (change.before, change.after)),
        shares: shares.collect(),
        by: by.join(", "),
    })
}

impl Needs {
    /// The week's label.
    pub(crate) const fn week(&self) -> MenuWeek {
        self.snapshot.week
    }

    /// Its states of the world.
    pub(crate) fn draws(&self) -> Result<Packed<'_>, Fault> {
        let named =
            |error| Fault::new(FaultName::DataRejected, format!("{}: {error}", self.week()));
        Packed::open(&self.draws).map_err(named)
    }

    /// The week as purchases are planned from it.
    pub(crate) fn week_of<'a>(&'a self, draws: &'a Packed<'a>) -> Week<'a> {
        Week {
            snapshot: &self.snapshot,
            draws,
            known: self.known_kits(),
            stand_in: self.stand_in,
            lift: self.lift.clone(),
        }
    }

    /// Kits of known orders where they are packed.
    fn known_kits(&self) -> BTreeMap<(usize, Date, usize, Portions), u64> {
        let sites = self.snapshot.sites.iter().map(|site| &site.id);
        let sites: HashMap<&SiteId, usize> = sites.enumerate().map(|(at, id)| (id, at)).collect();
        let packed: HashMap<&OrderId, &KnownSite> =
            self.known.iter().map(|row| (&row.order_id, row)).collect();
        let mut kits = BTreeMap::new();
        for order in &self.snapshot.known {
            let place = packed.get(&order.order);
            let Some((site, day)) =
                place.and_then(|row| Some((*sites.get(&row.site_id)?, row.packing_date)))
            else {
                continue;
            };
            for item in &order.items {
                *kits.entry((site, day, *item, order.portions)).or_default() += 1;
            }
        }
        kits
    }
}
