//! A plain week for unit tests.

use snapshot::{AreaFacts, MenuItem, Offer, Traits, WeekSnapshot};

/// So many areas and meals, about which nothing is known.
pub(crate) fn week(areas: usize, meals: usize) -> WeekSnapshot {
    let item = |at: usize| MenuItem {
        recipe: format!("R{at:03}").parse().unwrap(),
        name: String::new(),
        traits: Traits::default(),
        offer: Offer::default(),
        area_offers: Vec::new(),
        add_on: false,
        max_boxes: None,
        offered: None,
        made_at: None,
    };
    let area = |at: usize| AreaFacts {
        id: format!("A{at:03}").parse().unwrap(),
        routes: Vec::new(),
    };
    WeekSnapshot {
        week: "2026-W40".parse().unwrap(),
        start_date: jiff::civil::date(2026, 9, 28),
        end_date: jiff::civil::date(2026, 10, 4),
        as_of: "2026-09-27T12:00:00Z".parse().unwrap(),
        lead_weeks: 1,
        sites: Vec::new(),
        packing_days: Vec::new(),
        caps: Vec::new(),
        areas: (0..areas).map(area).collect(),
        menu: (0..meals).map(item).collect(),
        products: Vec::new(),
        bom: Vec::new(),
        packaging: Vec::new(),
        volume: Vec::new(),
        shares: Vec::new(),
        known: Vec::new(),
        closed: Vec::new(),
        withdrawn: (0, 0),
        recipes_per_box: None,
    }
}
