//! Dates and clocks.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Code, Date, Finding, MenuWeek, Portions, ProductId, RecipeId, SiteId, Volume};
use jiff::civil::Time;
use jiff::tz::AmbiguousOffset;

use super::view::{View, horizon};
use crate::Row;
use crate::collect::Findings;
use crate::tables::{DataSet, MenuWeekRow, RecipeBom, VendorCalendar, Weekday};

/// No menu week is longer.
const MOST_WEEK_DAYS: i32 = 14;

pub(super) fn check(view: &View<'_>, findings: &mut Findings) {
    time_zones_unknown(view, findings);
    validity_overlaps_or_gaps(view, findings);
    cutoffs_at_clock_changes(view, findings);
    week_dates(view, findings);
    dates_cross(view, findings);
}

/// E102: time zones have names of the IANA database.
fn time_zones_unknown(view: &View<'_>, findings: &mut Findings) {
    let mut report = |file: &str, line: u64, name: &str| {
        if view.zone_named(name).is_none() {
            let message = "the time zone is unknown".to_owned();
            let remedy = "put a name of the IANA database there, such as Europe/London";
            let finding = Finding::new(Code::E102, file, message, remedy).at([line]);
            findings.push(finding.of("time_zone", name).blocks_all());
        }
    };
    for Row {
        file,
        line,
        value: DataSet { time_zone, .. },
    } in &view.data.data_set
    {
        report(file, *line, time_zone);
    }
    for Row {
        file,
        line,
        value: site,
    } in &view.data.site
    {
        if let Some(name) = &site.time_zone {
            report(file, *line, name);
        }
    }
}

/// E403: on every packing day of a week to plan, each line of a recipe's bill of materials that has validity
/// dates holds once: no two at a time, and none missing between two.
fn validity_overlaps_or_gaps(view: &View<'_>, findings: &mut Findings) {
    for (recipe, lines) in &view.bom {
        let dated = |row: &&Row<RecipeBom>| row.value.valid_from.or(row.value.valid_to).is_some();
        if !lines.iter().any(dated) {
            continue;
        }
        let days: BTreeSet<(Date, MenuWeek)> = view
            .weeks_with(recipe)
            .flat_map(|week| {
                view.packing_days(week)
                    .into_iter()
                    .map(move |day| (day, week))
            })
            .collect();
        let mut sizes: BTreeMap<Portions, BTreeMap<&ProductId, Vec<&Row<RecipeBom>>>> =
            BTreeMap::new();
        for row in lines
            .iter()
            .filter(|row| view.sizes_of(recipe).contains(&row.value.portion_size))
            // A line that never holds is a finding of its own.
            .filter(|row| crossed(row.value.valid_from, row.value.valid_to).is_none())
        {
            let products = sizes.entry(row.value.portion_size).or_default();
            products.entry(&row.value.product_id).or_default().push(row);
        }
        for (size, products) in sizes {
            let all: Vec<_> = products.values().flatten().copied().collect();
            let whole = Holding::new(&all, &days);
            if let Some((day, weeks)) = whole.first_day(|valid, _, _| valid == 0) {
                let message =
                    format!("no line of portion size {size} of recipe {recipe} holds on {day}");
                findings.push(validity_finding(view, recipe, &all, message, weeks));
                continue;
            }
            for (product, rows) in products {
                let holding = Holding::new(&rows, &days);
                let line = format!("product {product} in portion size {size} of recipe {recipe}");
                if let Some((day, weeks)) = holding.first_day(|valid, _, _| valid > 1) {
                    let message = format!("two lines for {line} hold on {day}");
                    findings.push(validity_finding(view, recipe, &rows, message, weeks));
                } else if let Some((day, weeks)) =
                    holding.first_day(|valid, past, future| valid == 0 && past && future)
                {
                    let message = format!("the lines for {line} leave a gap on {day}");
                    findings.push(validity_finding(view, recipe, &rows, message, weeks));
                }
            }
        }
    }
}

/// How lines of a bill of materials hold over days.
struct Holding<'r, 'd> {
    rows: &'r [&'r Row<RecipeBom>],
    days: &'d BTreeSet<(Date, MenuWeek)>,
}

impl<'r, 'd> Holding<'r, 'd> {
    fn new(rows: &'r [&'r Row<RecipeBom>], days: &'d BTreeSet<(Date, MenuWeek)>) -> Self {
        Self { rows, days }
    }

    /// The first day, and all weeks with one, for which `bad` holds of the number of lines valid and of whether
    /// some held before and some will later.
    fn first_day(
        &self,
        bad: impl Fn(usize, bool, bool) -> bool,
    ) -> Option<(Date, BTreeSet<MenuWeek>)> {
        let is_bad = |day: Date| {
            let begun = |row: &RecipeBom| row.valid_from.is_none_or(|from| from <= day);
            let ended = |row: &RecipeBom| row.valid_to.is_some_and(|to| to < day);
            let rows = || self.rows.iter().map(|row| &row.value);
            let valid = rows().filter(|row| begun(row) && !ended(row)).count();
            bad(valid, rows().any(ended), rows().any(|row| !begun(row)))
        };
        let days: Vec<_> = self.days.iter().filter(|(day, _)| is_bad(*day)).collect();
        let (first, _) = days.first()?;
        Some((*first, days.iter().map(|(_, week)| *week).collect()))
    }
}

fn validity_finding(
    view: &View<'_>,
    recipe: &RecipeId,
    rows: &[&Row<RecipeBom>],
    message: String,
    weeks: BTreeSet<MenuWeek>,
) -> Finding {
    let file = rows.first().map_or("recipe_bom", |row| &row.file);
    let remedy = "let each line begin the day after the one before it ends";
    let mut finding = Finding::new(Code::E403, file, message, remedy);
    finding.column = Some("valid_from".to_owned());
    finding
        .at(rows.iter().map(|row| row.line))
        .weighing(Volume::Boxes(view.recent.kits_a_week(recipe)))
        .blocks(weeks)
}

/// E405: an order cut-off stands exactly once on every day it holds for.
fn cutoffs_at_clock_changes(view: &View<'_>, findings: &mut Findings) {
    let Some(last) = view.last_day() else { return };
    let mut cutoffs: BTreeMap<(&SiteId, Weekday, Time), Vec<&Row<VendorCalendar>>> =
        BTreeMap::new();
    for row in &view.data.vendor_calendar {
        let line = &row.value;
        let key = (&line.site_id, line.weekday, line.order_cutoff_time);
        cutoffs.entry(key).or_default().push(row);
    }
    for ((site, weekday, time), rows) in cutoffs {
        let (Some(zone), Some(first)) = (view.zone_of(site), rows.first()) else {
            continue;
        };
        for day in horizon(view.today(), last).filter(|day| Weekday::of(*day) == weekday) {
            let stands = match zone.to_ambiguous_timestamp(day.to_datetime(time)).offset() {
                AmbiguousOffset::Unambiguous { .. } => continue,
                AmbiguousOffset::Gap { .. } => "does not exist",
                AmbiguousOffset::Fold { .. } => "stands twice",
            };
            let message =
                format!("at site {site} the time {stands} on {day}, when the clocks change");
            let remedy = "choose a cut-off outside that hour";
            let text = format!("{:02}:{:02}", time.hour(), time.minute());
            let finding = Finding::new(Code::E405, &first.file, message, remedy);
            findings.push(
                finding
                    .at(rows.iter().map(|row| row.line))
                    .of("order_cutoff_time", &text),
            );
        }
    }
}

/// E406: a week to plan ends after it starts, is at most two weeks long and shares no day with another.
fn week_dates(view: &View<'_>, findings: &mut Findings) {
    for row in &view.planned {
        let week = &row.value;
        let report = |column: &str, value: Date, message: String| {
            Finding::new(
                Code::E406,
                &row.file,
                message,
                "correct the dates of the week",
            )
            .at([row.line])
            .of(column, &value.to_string())
            .blocks([week.week_id])
        };
        let days = (week.end_date - week.start_date).get_days() + 1;
        if days < 1 {
            let message = format!(
                "{} ends before it starts on {}",
                week.week_id, week.start_date
            );
            findings.push(report("end_date", week.end_date, message));
        } else if days > MOST_WEEK_DAYS {
            let message = format!(
                "{} is {days} days long, more than {MOST_WEEK_DAYS}",
                week.week_id
            );
            findings.push(report("end_date", week.end_date, message));
        }
        let shared = |other: &&Row<MenuWeekRow>| {
            let other = &other.value;
            other.week_id != week.week_id
                && other.start_date <= week.end_date
                && week.start_date <= other.end_date
        };
        if let Some(other) = view.data.menu_week.iter().find(shared) {
            let message = format!("{} shares days with {}", week.week_id, other.value.week_id);
            findings.push(report("start_date", week.start_date, message));
        }
    }
}

/// The first and last day where they stand the wrong way round.
fn crossed(from: Option<Date>, to: Option<Date>) -> Option<(Date, Date)> {
    from.zip(to).filter(|(from, to)| from > to)
}

/// E408: what holds from one day to another ends after it begins; else it never holds. Where no other line of a bill of
/// materials stands in for such a one, kits would lack the product, so it stops the weeks with the recipe on the menu.
fn dates_cross(view: &View<'_>, findings: &mut Findings) {
    for row in &view.data.site {
        let site = &row.value;
        if let Some((from, to)) = crossed(site.active_from, site.active_to) {
            let message = format!(
                "site {} is never active: it ends before it begins on {from}",
                site.site_id
            );
            let remedy = "correct active_from or active_to";
            let finding = Finding::new(Code::E408, &row.file, message, remedy);
            findings.push(finding.at([row.line]).of("active_to", &to.to_string()));
        }
    }
    for row in &view.data.recipe_bom {
        let line = &row.value;
        if let Some((from, to)) = crossed(line.valid_from, line.valid_to) {
            let message = format!(
                "the line for product {} in portion size {} of recipe {} never holds: it ends before it begins on {from}",
                line.product_id, line.portion_size, line.recipe_id
            );
            let remedy = "correct valid_from or valid_to";
            let finding = Finding::new(Code::E408, &row.file, message, remedy)
                .at([row.line])
                .of("valid_to", &to.to_string())
                .weighing(Volume::Boxes(view.recent.kits_a_week(&line.recipe_id)));
            let alike = |other: &Row<RecipeBom>| {
                let other = &other.value;
                (other.portion_size, &other.product_id) == (line.portion_size, &line.product_id)
                    && crossed(other.valid_from, other.valid_to).is_none()
            };
            let others = view.bom.get(&line.recipe_id).into_iter().flatten();
            let missed = others.filter(|row| alike(row)).count() == 0
                && view.sizes_of(&line.recipe_id).contains(&line.portion_size);
            let weeks = view.weeks_with(&line.recipe_id).filter(|_| missed);
            findings.push(finding.blocks(weeks));
        }
    }
}
