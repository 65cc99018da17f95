//! How current each table of the data set is, by what it says itself: a copy made this morning may hold last week.

use contracts::{Newest, TableFacts};
use dataset::tables::MenuWeekRow;
use dataset::{History, PlanningData, Table};
use domain::{Date, Timestamp};
use jiff::ToSpan;
use jiff::tz::TimeZone;

/// Every table that is there, by name.
pub(crate) fn facts(data: &PlanningData, sold: &History, as_of: Timestamp) -> Vec<TableFacts> {
    let zone = data.time_zone();
    let mut rows = data.row_counts();
    let history = dataset::tables::DemandHistory::SCHEMA.name;
    if !sold.sales().is_empty() {
        rows.insert(history, sold.sales().len() as u64);
    }
    rows.into_iter()
        .map(|(table, rows)| TableFacts {
            table: table.to_owned(),
            rows,
            newest: match table {
                "order_line" => {
                    let times = data.order_line.iter().map(|row| row.value.placed_at);
                    moment("placed_at", times, as_of)
                }
                "inv_level" => {
                    let times = data.inv_level.iter().map(|row| row.value.snapshot_at);
                    moment("snapshot_at", times, as_of)
                }
                "inv_change" => {
                    let times = data.inv_change.iter().map(|row| row.value.changed_at);
                    moment("changed_at", times, as_of)
                }
                "volume_forecast" => {
                    let times = data.volume_forecast.iter().map(|row| row.value.issued_at);
                    moment("issued_at", times, as_of)
                }
                "share_forecast" => {
                    let times = data.share_forecast.iter().map(|row| row.value.issued_at);
                    moment("issued_at", times, as_of)
                }
                "box_history" => {
                    let days = data.box_history.iter().map(|row| row.value.delivery_date);
                    let days = days.map(|day| (day.to_string(), day));
                    last_day("delivery_date", days, &zone, as_of)
                }
                table if table == history => {
                    let ends = |week| {
                        let mut rows = data.menu_week.iter().map(|row| &row.value);
                        rows.find(|row: &&MenuWeekRow| row.week_id == week)
                            .map(|row| (week.to_string(), row.end_date))
                    };
                    let days = sold.weeks_sold().into_iter().filter_map(ends);
                    last_day("week_id", days, &zone, as_of)
                }
                _ => None,
            },
        })
        .collect()
}

/// The newest time that was known at a moment; where all are later, the newest there is.
fn moment(
    column: &str,
    times: impl Iterator<Item = Timestamp> + Clone,
    as_of: Timestamp,
) -> Option<Newest> {
    let known = times.clone().filter(|time| *time <= as_of).max();
    let at = known.or(times.max())?;
    Some(Newest {
        column: column.to_owned(),
        value: at.to_string(),
        at,
    })
}

/// The same of days: a day is known when it is over.
fn last_day(
    column: &str,
    days: impl Iterator<Item = (String, Date)>,
    zone: &TimeZone,
    as_of: Timestamp,
) -> Option<Newest> {
    let over = |day: Date| {
        let next = day.saturating_add(1.day());
        Some(next.to_zoned(zone.clone()).ok()?.timestamp())
    };
    let mut all: Vec<(Timestamp, String)> = days
        .filter_map(|(value, day)| Some((over(day)?, value)))
        .collect();
    all.sort();
    let known = all.iter().rfind(|(at, _)| *at <= as_of);
    let (at, value) = known.or(all.last())?;
    Some(Newest {
        column: column.to_owned(),
        value: value.clone(),
        at: *at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_newest_is_the_last_that_was_known_when_the_run_was_planned() {
        let times = ["2026-11-14T08:00:00Z", "2026-11-15T08:00:00Z"].map(time);
        let newest = |as_of| moment("placed_at", times.into_iter(), time(as_of)).unwrap();
        assert_eq!(newest("2026-11-16T00:00:00Z").at, times[1]);
        assert_eq!(newest("2026-11-15T00:00:00Z").at, times[0]);
        // Data that is ahead is told as it is.
        assert_eq!(newest("2026-11-01T00:00:00Z").at, times[1]);
        assert_eq!(moment("placed_at", [].into_iter(), times[0]), None);
    }

    #[test]
    fn a_day_is_known_when_it_is_over_where_the_company_is() {
        let days = || {
            ["2026-11-14", "2026-11-15"]
                .map(|day| (day.to_owned(), day.parse::<Date>().unwrap()))
                .into_iter()
        };
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let newest = |as_of| last_day("delivery_date", days(), &zone, time(as_of)).unwrap();
        assert_eq!(newest("2026-11-15T23:00:00Z").value, "2026-11-15");
        assert_eq!(newest("2026-11-15T22:59:59Z").value, "2026-11-14");
    }
}
