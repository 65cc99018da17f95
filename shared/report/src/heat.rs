//! What every site packs on every day, against its caps.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{LastPlan, SiteDay, WeekSummary};
use domain::{Date, SiteId};

use crate::words::{chance, count, day, percent};

/// Utilisation over which a site day is marked, in millionths.
const FULL: u128 = 970_000;

/// How full a site is on a day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    boxes: u64,
    cap: Option<u64>,
}

impl Load {
    pub(crate) const fn of(day: &SiteDay) -> Self {
        Self {
            boxes: day.boxes,
            cap: day.cap_max,
        }
    }

    /// The used part of the cap in millionths; 0 for a site that is closed or has no limit.
    pub(crate) fn used(self) -> u128 {
        let cap = u128::from(self.cap.unwrap_or_default());
        (u128::from(self.boxes) * 1_000_000)
            .checked_div(cap)
            .unwrap_or_default()
    }

    /// Whether more than 97 % of the cap is used.
    pub(crate) fn is_full(self) -> bool {
        self.used() > FULL
    }

    /// The used part of the cap, where there is one.
    pub(crate) fn percent(self) -> Option<String> {
        percent(self.boxes, self.cap?)
    }
}

/// A week's table of sites and days.
#[derive(Debug)]
pub(crate) struct Heat {
    pub(crate) days: Vec<String>,
    pub(crate) rows: Vec<Row>,
    /// Boxes of all sites: day by day.
    pub(crate) totals: Vec<String>,
    /// Boxes of all sites and days.
    pub(crate) total: String,
}

/// One site's days.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) site: String,
    pub(crate) id: String,
    pub(crate) cells: Vec<Cell>,
    pub(crate) total: String,
}

/// One site on one day. What the colour says stands in words too.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    pub(crate) class: String,
    pub(crate) number: String,
    pub(crate) detail: String,
    pub(crate) mark: String,
    /// The range over the draws, for those who point at the cell.
    pub(crate) range: String,
}

impl Heat {
    pub(crate) fn of(week: &WeekSummary) -> Self {
        let within = |date: Date| (week.start_date..=week.end_date).contains(&date);
        Self::of_days(&week.site_days, &week.sites, within)
    }

    /// The same of a week's last publication; `None` where it tells no days.
    pub(crate) fn of_last(last: &LastPlan) -> Option<Self> {
        let heat = || Self::of_days(&last.site_days, &last.sites, |_| false);
        (!last.site_days.is_empty()).then(heat)
    }

    fn of_days(
        site_days: &[SiteDay],
        names: &[(SiteId, String)],
        within: impl Fn(Date) -> bool,
    ) -> Self {
        // Days around the week that some box might be packed on, but none is.
        let idle = |day: &SiteDay| day.boxes == 0 && day.spread.p90 == 0;
        let dates: BTreeSet<Date> = site_days
            .iter()
            .filter(|day| within(day.date) || !idle(day))
            .map(|day| day.date)
            .collect();
        let mut sites: Vec<&SiteId> = site_days.iter().map(|day| &day.site).collect();
        sites.dedup();
        let at: BTreeMap<_, _> = site_days
            .iter()
            .map(|day| ((&day.site, day.date), day))
            .collect();
        let boxes = |of: &dyn Fn(&SiteDay) -> bool| {
            let of = site_days.iter().filter(|day| of(day));
            count(of.map(|day| day.boxes).sum())
        };
        let row = |site: &SiteId| Row {
            site: named(names, site).to_owned(),
            id: site.to_string(),
            cells: dates
                .iter()
                .map(|date| {
                    at.get(&(site, *date))
                        .map_or_else(Cell::none, |day| Cell::of(day))
                })
                .collect(),
            total: boxes(&|day| &day.site == site),
        };
        Self {
            days: dates.iter().map(|date| day(*date)).collect(),
            rows: sites.into_iter().map(row).collect(),
            totals: dates
                .iter()
                .map(|date| boxes(&|day| day.date == *date))
                .collect(),
            total: boxes(&|_| true),
        }
    }
}

impl Cell {
    fn none() -> Self {
        Self {
            class: "none".to_owned(),
            number: "–".to_owned(),
            ..Self::default()
        }
    }

    fn of(day: &SiteDay) -> Self {
        let load = Load::of(day);
        let boxes = count(day.boxes);
        let (class, number, detail) = match day.cap_max {
            None => ("open".to_owned(), boxes, "no limit".to_owned()),
            Some(0) => ("closed".to_owned(), "closed".to_owned(), String::new()),
            Some(cap) => {
                let shade = format!("shade-{}", (load.used() / 100_000).min(9));
                let class = if load.is_full() {
                    "full".to_owned()
                } else {
                    shade
                };
                (
                    class,
                    load.percent().unwrap_or_default(),
                    format!("{boxes} of {}", count(cap)),
                )
            }
        };
        let mark = match missed_minimum(day) {
            Some(minimum) => format!("under min. {}", count(minimum)),
            _ if day.below_min_per_mille > 0 => {
                format!("{} under min.", chance(day.below_min_per_mille))
            }
            _ if load.used() >= 1_000_000 => "full".to_owned(),
            _ if load.is_full() => "over 97 %".to_owned(),
            _ => String::new(),
        };
        let range = format!(
            "8 in 10 draws: {} to {} boxes",
            count(day.spread.p10),
            count(day.spread.p90)
        );
        Self {
            class,
            number,
            detail,
            mark,
            range,
        }
    }
}

/// The least that the site may pack on the day, where it packs less; a site that is closed has none.
pub(crate) fn missed_minimum(day: &SiteDay) -> Option<u64> {
    day.cap_min
        .filter(|minimum| day.boxes < *minimum && day.cap_max != Some(0))
}

/// A site's name, or its id where it has none.
pub(crate) fn site_name<'a>(week: &'a WeekSummary, site: &'a SiteId) -> &'a str {
    named(&week.sites, site)
}

fn named<'a>(names: &'a [(SiteId, String)], site: &'a SiteId) -> &'a str {
    let named = names.iter().find(|(id, _)| id == site);
    named
        .map(|(_, name)| name.trim())
        .filter(|name| !name.is_empty())
        .unwrap_or(site.as_str())
}
