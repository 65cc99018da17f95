//! What a site may pack on a day *for one week*.
//!
//! Where transit takes days, a packing day can serve two menu weeks: Sunday's boxes of one and Monday's of the
//! next. Weeks are planned apart, so the day's cap is split between them by the boxes that each usually sends
//! there. All weeks split alike, and the parts sum to the cap.

use std::collections::BTreeMap;

use dataset::PlanningData;
use dataset::tables::{SiteCap, Weekday};
use domain::{Date, MenuWeek, SiteId};
use snapshot::Cap;

use crate::HistoryFacts;

/// The caps of a data set, ready to be split.
pub(crate) struct Caps<'a> {
    data: &'a PlanningData,
    facts: &'a HistoryFacts,
    stated: BTreeMap<(&'a SiteId, Date), &'a SiteCap>,
    overrides: BTreeMap<(&'a SiteId, Date), Option<u32>>,
    transits: Vec<u32>,
}

impl<'a> Caps<'a> {
    pub(crate) fn new(
        data: &'a PlanningData,
        facts: &'a HistoryFacts,
        overrides: &'a [contracts::CapOverride],
    ) -> Self {
        let stated = data
            .site_cap
            .iter()
            .map(|row| ((&row.value.site_id, row.value.date), &row.value));
        let mut transits: Vec<u32> = data
            .area_site
            .iter()
            .map(|row| row.value.transit_days.unwrap_or(0))
            .collect();
        transits.sort_unstable();
        transits.dedup();
        Self {
            data,
            facts,
            stated: stated.collect(),
            overrides: overrides
                .iter()
                .map(|o| ((&o.site, o.date), o.boxes_max))
                .collect(),
            transits,
        }
    }

    /// A week's part of a cap; a site and day without a row has no limit.
    pub(crate) fn of(&self, site: &'a SiteId, date: Date, week: MenuWeek) -> Cap {
        let row = self.stated.get(&(site, date));
        let max = match self.overrides.get(&(site, date)) {
            Some(max) => max.map(u64::from),
            None => row.and_then(|row| row.boxes_max).map(u64::from),
        };
        let min = row.and_then(|row| row.boxes_min).map_or(0, u64::from);
        if min == 0 && max.unwrap_or(0) == 0 {
            return Cap { min, max };
        }
        let weights = self.weights(site, date);
        let min = part(min, &weights, week);
        Cap {
            min,
            max: max.map(|max| part(max, &weights, week)),
        }
    }

    /// For each week that may pack on the day at the site, the boxes it usually sends there.
    fn weights(&self, site: &SiteId, date: Date) -> BTreeMap<MenuWeek, f64> {
        let mut weights = BTreeMap::new();
        for transit in &self.transits {
            let delivered = date.saturating_add(jiff::Span::new().days(*transit));
            let weeks = self.data.menu_week.iter().map(|row| &row.value);
            for week in weeks.filter(|week| (week.start_date..=week.end_date).contains(&delivered))
            {
                let weekday = Weekday::of(delivered);
                let serves = |row: &&dataset::tables::AreaSite| {
                    row.site_id == *site
                        && row.transit_days.unwrap_or(0) == *transit
                        && row.weekday.is_none_or(|day| day == weekday)
                };
                let rows = self
                    .data
                    .area_site
                    .iter()
                    .map(|row| &row.value)
                    .filter(serves);
                let kits: f64 = rows
                    .map(|row| {
                        self.facts
                            .area_kits
                            .get(&row.area_id)
                            .copied()
                            .unwrap_or(0.0)
                    })
                    .sum();
                *weights.entry(week.week_id).or_insert(0.0) += kits;
            }
        }
        weights
    }
}

/// A week's part of a number that several weeks share: cut at the rounded running sums, so that parts add up.
fn part(number: u64, weights: &BTreeMap<MenuWeek, f64>, week: MenuWeek) -> u64 {
    let total: f64 = weights.values().sum();
    if weights.len() < 2 || total <= 0.0 {
        return number;
    }
    let cut = |sum: f64| (number as f64 * sum / total + 0.5) as u64;
    let before: f64 = weights.range(..week).map(|(_, weight)| weight).sum();
    let own = weights.get(&week).copied().unwrap_or(0.0);
    cut(before + own).min(number) - cut(before).min(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_cap_sum_to_it() {
        let week = |text: &str| text.parse::<MenuWeek>().unwrap();
        let weights: BTreeMap<_, _> = [
            (week("2026-W47"), 1.0),
            (week("2026-W48"), 1.3),
            (week("2026-W49"), 0.1),
        ]
        .into();
        for cap in [0, 1, 2, 7, 1000, 999_999] {
            let parts = weights.keys().map(|week| part(cap, &weights, *week));
            assert_eq!(parts.sum::<u64>(), cap);
        }
    }

    #[test]
    fn a_week_alone_has_the_whole_cap() {
        let week = "2026-W47".parse().unwrap();
        assert_eq!(part(10, &[(week, 0.0)].into(), week), 10);
    }
}
