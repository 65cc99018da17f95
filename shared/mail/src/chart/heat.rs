//! How full every site is on every day of a week.

use std::collections::BTreeSet;

use contracts::{SiteDay, WeekSummary};
use domain::{Date, SiteId};
use report::words::{count, percent};

use super::svg::{Anchor, Style, Svg};
use super::{Drawing, Palette};
use crate::name::middle;
use crate::subject::short;

/// Sites that are drawn; those that are fullest.
const MOST_SITES: usize = 8;
/// Days that are drawn.
const MOST_DAYS: usize = 10;
const WIDTH: f64 = 640.0;
const LEFT: f64 = 150.0;
const HEAD: f64 = 26.0;
const ROW: f64 = 38.0;
const SITE: usize = 18;
/// Used part over which a site is marked, in thousandths.
const FULL: u128 = 970;

/// `None` where nothing is packed.
pub(super) fn draw(week: &WeekSummary, palette: &Palette) -> Option<Drawing> {
    let idle = |day: &&SiteDay| day.boxes > 0 || day.spread.p90 > 0;
    let days: BTreeSet<Date> = week
        .site_days
        .iter()
        .filter(idle)
        .map(|day| day.date)
        .collect();
    let days: Vec<Date> = days.into_iter().take(MOST_DAYS).collect();
    let sites = sites(week);
    if days.is_empty() || sites.is_empty() {
        return None;
    }
    let step = (WIDTH - LEFT - 4.0) / days.len() as f64;
    let mut svg = Svg::default();
    for (day, at) in days.iter().zip(0_u32..) {
        let middle = LEFT + step * (f64::from(at) + 0.5);
        let style = Style {
            size: 12,
            fill: palette.soft,
            bold: false,
        };
        let words = day.strftime("%a %-d").to_string();
        svg.text((middle, HEAD - 9.0), Anchor::Middle, style, &words);
    }
    for (site, row) in sites.iter().zip(0_u32..) {
        let top = HEAD + ROW * f64::from(row);
        let style = Style {
            size: 11,
            fill: palette.text,
            bold: true,
        };
        let place = (LEFT - 10.0, top + ROW / 2.0 + 3.0);
        svg.text(
            place,
            Anchor::End,
            style,
            &middle(site_name(week, site), SITE),
        );
        for (day, at) in days.iter().zip(0_u32..) {
            let found = |held: &&SiteDay| held.site == **site && held.date == *day;
            let place = (LEFT + step * f64::from(at), top);
            let size = (step - 3.0, ROW - 3.0);
            cell(
                &mut svg,
                palette,
                week.site_days.iter().find(found),
                place,
                size,
            );
        }
    }
    let height = HEAD + ROW * sites.len() as f64;
    Some(Drawing {
        name: format!("sites-{}", week.week),
        title: format!("{}: share of each site's cap", short(week.week)),
        alt: alt(week),
        size: (WIDTH as u32, height as u32),
        svg,
    })
}

fn cell(
    svg: &mut Svg,
    palette: &Palette,
    day: Option<&SiteDay>,
    (x, y): (f64, f64),
    (width, height): (f64, f64),
) {
    let (fill, ink, words, boxes) = match day.map(|day| (day, day.cap_max)) {
        None => (palette.closed, palette.soft, "–".to_owned(), String::new()),
        Some((_, Some(0))) => (
            palette.closed,
            palette.soft,
            "closed".to_owned(),
            String::new(),
        ),
        Some((day, None)) => (
            palette.shades[0],
            palette.shade_text[0],
            "no limit".to_owned(),
            count(day.boxes),
        ),
        Some((day, Some(cap))) => {
            let used = used(day);
            let words = percent(day.boxes, cap).unwrap_or_default();
            let shade = (used / 200).min(4) as usize;
            let (fill, ink) = if used > FULL {
                (palette.full, palette.full_text)
            } else {
                let at = |of: [&'static str; 5]| of.get(shade).copied().unwrap_or(of[4]);
                (at(palette.shades), at(palette.shade_text))
            };
            (fill, ink, words, count(day.boxes))
        }
    };
    svg.rect((x, y), (width, height), fill);
    let style = |size, bold| Style {
        size,
        fill: ink,
        bold,
    };
    let middle = x + width / 2.0;
    if boxes.is_empty() {
        svg.text(
            (middle, y + height / 2.0 + 4.0),
            Anchor::Middle,
            style(11, false),
            &words,
        );
    } else {
        svg.text((middle, y + 15.0), Anchor::Middle, style(12, true), &words);
        svg.text((middle, y + 29.0), Anchor::Middle, style(10, false), &boxes);
    }
}

/// The sites, in order of id; of too many those that are fullest on some day.
fn sites(week: &WeekSummary) -> Vec<&SiteId> {
    let mut sites: Vec<&SiteId> = week.site_days.iter().map(|day| &day.site).collect();
    sites.sort();
    sites.dedup();
    if sites.len() > MOST_SITES {
        let fullest = |site: &SiteId| {
            let days = week.site_days.iter().filter(|day| day.site == *site);
            days.map(used).max()
        };
        sites.sort_by_cached_key(|site| std::cmp::Reverse(fullest(site)));
        sites.truncate(MOST_SITES);
        sites.sort();
    }
    sites
}

/// The used part of the cap in thousandths; 0 without one.
fn used(day: &SiteDay) -> u128 {
    let cap = u128::from(day.cap_max.unwrap_or_default());
    (u128::from(day.boxes) * 1000)
        .checked_div(cap)
        .unwrap_or_default()
}

fn site_name<'a>(week: &'a WeekSummary, site: &'a SiteId) -> &'a str {
    let named = week.sites.iter().find(|(id, _)| id == site);
    named
        .map(|(_, name)| name.trim())
        .filter(|name| !name.is_empty())
        .unwrap_or(site.as_str())
}

/// The fullest days in words.
fn alt(week: &WeekSummary) -> String {
    let mut days: Vec<&SiteDay> = week.site_days.iter().filter(|day| used(day) > 0).collect();
    days.sort_by_key(|day| std::cmp::Reverse(used(day)));
    let words: Vec<String> = days
        .iter()
        .take(5)
        .filter_map(|day| {
            let name = middle(site_name(week, &day.site), SITE);
            let percent = percent(day.boxes, day.cap_max?)?;
            Some(format!("{name} {} {percent}", day.date.strftime("%a")))
        })
        .collect();
    let sites = sites(week).len();
    let all: BTreeSet<&SiteId> = week.site_days.iter().map(|day| &day.site).collect();
    let left = match all.len() - sites {
        0 => String::new(),
        more => format!(" {more} less full sites stand in the report."),
    };
    match words.as_slice() {
        [] => format!("{}: no site has a cap.{left}", short(week.week)),
        words => format!("{}: fullest {}.{left}", short(week.week), words.join(", ")),
    }
}
