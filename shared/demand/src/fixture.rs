//! A plain week for unit tests.

use snapshot::{AreaFacts, MenuItem, WeekSnapshot};

/// So many areas and meals, about which nothing is known.
pub(crate) fn week(areas: usize, meals: usize) -> WeekSnapshot {
    let item = |at: usize| MenuItem::new(format!("R{at:03}").parse().unwrap());
    let area = |at: usize| AreaFacts {
        id: format!("A{at:03}").parse().unwrap(),
        routes: Vec::new(),
    };
    WeekSnapshot {
        areas: (0..areas).map(area).collect(),
        menu: (0..meals).map(item).collect(),
        ..WeekSnapshot::new(
            "2026-W40".parse().unwrap(),
            jiff::civil::date(2026, 9, 28),
            jiff::civil::date(2026, 10, 4),
            "2026-09-27T12:00:00Z".parse().unwrap(),
        )
    }
}
