//! When a delivery can come, and until when it can be ordered.

use domain::{Date, Decimal, Timestamp};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Longest lead time reckoned with, in days; more is as good as never.
const LONGEST_LEAD: i64 = 3_660;
/// Two weeks back hold every weekday of any calendar.
const BACK: i64 = 14;

/// A vendor's weekdays at a site, in the site's time zone.
///
/// A vendor without a calendar takes orders until midnight and delivers every day; in a calendar, a weekday without a
/// row is one on which neither happens.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    /// Monday first; `None` where the vendor has no calendar.
    days: Option<[Option<(Time, bool)>; 7]>,
}

/// A delivery that can be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slot {
    /// The day it arrives.
    pub delivery: Date,
    /// The latest moment to order it.
    pub order_by: Timestamp,
}

impl Calendar {
    /// A calendar from its rows: weekday (1 = Monday to 7), cut-off, whether goods arrive.
    pub fn new(zone: TimeZone, rows: impl IntoIterator<Item = (u8, Time, bool)>) -> Self {
        let mut days = None;
        for (weekday, cutoff, delivers) in rows {
            let days = days.get_or_insert([None; 7]);
            if let Some(day) = days.get_mut(usize::from(weekday).wrapping_sub(1)) {
                *day = Some((cutoff, delivers));
            }
        }
        Self { zone, days }
    }

    fn on(&self, day: Date) -> Option<(Time, bool)> {
        match &self.days {
            None => Some((Time::MAX, true)),
            Some(days) => days
                .get(day.weekday().to_monday_zero_offset() as usize)
                .copied()
                .flatten(),
        }
    }

    /// Whether goods ever arrive.
    pub fn delivers(&self) -> bool {
        self.days
            .is_none_or(|days| days.iter().flatten().any(|(_, delivers)| *delivers))
    }

    /// The delivery on a day, ordered at the latest moment; `None` when nothing arrives then or nothing can be
    /// ordered for it.
    pub fn slot(&self, delivery: Date, lead_days: u32) -> Option<Slot> {
        let lead = i64::from(lead_days);
        self.on(delivery).filter(|(_, delivers)| *delivers)?;
        let (day, cutoff) = (lead..lead + BACK)
            .map(|back| plus(delivery, -back))
            .find_map(|day| self.on(day).map(|(cutoff, _)| (day, cutoff)))?;
        let order_by = self.zone.to_timestamp(day.to_datetime(cutoff)).ok()?;
        Some(Slot { delivery, order_by })
    }

    /// Every delivery from `from` to `to` that can still be ordered at `now`, in order.
    pub fn slots(&self, from: Date, to: Date, lead_days: u32, now: Timestamp) -> Vec<Slot> {
        from.series(jiff::Span::new().days(1))
            .take_while(|day| *day <= to)
            .filter_map(|day| self.slot(day, lead_days))
            .filter(|slot| slot.order_by >= now)
            .collect()
    }

    /// The last delivery that comes by a day, whether or not it can still be ordered.
    pub fn last_by(&self, needed: Date, lead_days: u32) -> Option<Slot> {
        (0..BACK).find_map(|back| self.slot(plus(needed, -back), lead_days))
    }
}

/// A date some days later; the last or first there is where the calendar ends.
pub(crate) fn plus(date: Date, days: i64) -> Date {
    let span = jiff::Span::new().days(days.clamp(-LONGEST_LEAD, LONGEST_LEAD));
    date.saturating_add(span)
}

/// Days as whole ones, rounded up; negative ones are none.
pub(crate) fn whole_days(days: Decimal) -> u32 {
    let millionths = days.millionths().max(0);
    let days = (millionths.saturating_add(999_999) / 1_000_000).min(LONGEST_LEAD);
    days as u32
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    fn weekdays() -> Calendar {
        // Orders Monday to Friday until two, deliveries on Tuesdays and Fridays.
        let rows = (1..=5).map(|day| (day, time(14, 0, 0, 0), day == 2 || day == 5));
        Calendar::new(TimeZone::UTC, rows)
    }

    #[test]
    fn a_delivery_is_ordered_on_the_last_order_day_its_lead_time_before() {
        // Tuesday 17 November with two days' lead: Sunday and Saturday take no orders, Friday does.
        let slot = weekdays().slot(date(2026, 11, 17), 2).unwrap();
        assert_eq!(slot.order_by, "2026-11-13T14:00:00Z".parse().unwrap());
        assert_eq!(weekdays().slot(date(2026, 11, 18), 2), None);
    }

    #[test]
    fn what_can_no_longer_be_ordered_is_no_slot() {
        let now = "2026-11-13T14:00:01Z".parse().unwrap();
        let slots = weekdays().slots(date(2026, 11, 14), date(2026, 11, 24), 2, now);
        let days: Vec<Date> = slots.iter().map(|slot| slot.delivery).collect();
        assert_eq!(days, [date(2026, 11, 20), date(2026, 11, 24)]);
        let last = weekdays().last_by(date(2026, 11, 19), 2).unwrap();
        assert_eq!(last.delivery, date(2026, 11, 17));
    }

    #[test]
    fn a_vendor_without_a_calendar_delivers_every_day() {
        let always = Calendar::new(TimeZone::UTC, []);
        let slot = always.slot(date(2026, 11, 15), 0).unwrap();
        assert_eq!(slot.delivery, date(2026, 11, 15));
        let never = Calendar::new(TimeZone::UTC, [(1, time(9, 0, 0, 0), false)]);
        assert!(always.delivers() && !never.delivers());
        assert_eq!(never.last_by(date(2026, 11, 15), 0), None);
    }

    #[test]
    fn parts_of_days_count_as_whole_ones() {
        for (text, days) in [("0", 0), ("1.2", 2), ("2", 2), ("-1", 0)] {
            assert_eq!(whole_days(text.parse().unwrap()), days, "{text}");
        }
    }
}
