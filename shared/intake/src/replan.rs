//! Whether a change asks for a new plan before the next one is due.

use std::collections::BTreeMap;
use std::str::FromStr;

use dataset::PlanningData;
use dataset::tables::{InvChange, StockChange};
use domain::{Decimal, LotId, ProductId, SiteId, Timestamp};
use jiff::SignedDuration;

use crate::change::{Change, Rows};

/// Which changes of stock are big: those of at least a share of what planning believes is there, of at least an amount in
/// the product's own unit, or either. None at all where neither is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StockRule {
    share: Option<Decimal>,
    amount: Option<Decimal>,
}

/// The text is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a share such as `25%`, an amount such as `500`, both as `25%,500`, or nothing")]
pub struct ParseRuleError;

impl FromStr for StockRule {
    type Err = ParseRuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut rule = Self::default();
        let parts = text.split(',').map(str::trim);
        for part in parts.filter(|_| !text.trim().is_empty()) {
            let (digits, place, scale) = match part.strip_suffix('%') {
                Some(digits) => (digits, &mut rule.share, 100),
                None => (part, &mut rule.amount, 1),
            };
            let number: Decimal = digits.parse().map_err(|_| ParseRuleError)?;
            if number <= Decimal::ZERO || place.is_some() {
                return Err(ParseRuleError);
            }
            *place = Some(Decimal::from_millionths(number.millionths() / scale));
        }
        Ok(rule)
    }
}

/// What planning believes is there, by site, product and lot.
#[derive(Debug, Clone, Default)]
pub struct Levels(BTreeMap<(SiteId, ProductId), BTreeMap<Option<LotId>, Decimal>>);

impl Levels {
    /// The stock that a plan as of this moment would count on.
    pub fn of(data: &PlanningData, as_of: Timestamp) -> Self {
        let mut levels = Self::default();
        for lot in data.supply(as_of).stock.lots {
            let place = (lot.site, lot.product);
            levels
                .0
                .entry(place)
                .or_default()
                .insert(lot.lot, lot.on_hand);
        }
        levels
    }

    /// Takes what was moved, or what was counted of a lot, or of the product where no lot is named.
    fn take(&mut self, row: &InvChange) {
        let place = (row.site_id.clone(), row.product_id.clone());
        let lots = self.0.entry(place).or_default();
        let quantity = row.quantity.0.millionths();
        let held = lots.get(&row.lot).copied().unwrap_or_default();
        let there = match row.kind {
            StockChange::Moved => held.millionths().saturating_add(quantity),
            StockChange::Counted => quantity,
        };
        if row.kind == StockChange::Counted && row.lot.is_none() {
            lots.clear();
        }
        lots.insert(row.lot.clone(), Decimal::from_millionths(there));
    }

    /// All of the product, and of it what a count of this lot would replace.
    fn held(&self, row: &InvChange) -> (Decimal, Decimal) {
        let place = (row.site_id.clone(), row.product_id.clone());
        let Some(lots) = self.0.get(&place) else {
            return (Decimal::ZERO, Decimal::ZERO);
        };
        let sum = |sum: i64, of: &Decimal| sum.saturating_add(of.millionths());
        let all = Decimal::from_millionths(lots.values().fold(0, sum).max(0));
        let replaced = match &row.lot {
            None => all,
            lot => lots.get(lot).copied().unwrap_or_default(),
        };
        (all, replaced)
    }
}

impl StockRule {
    /// Whether any change of stock is big by it.
    pub fn asks(&self) -> bool {
        *self != Self::default()
    }

    /// Whether stock changes so much by this row.
    fn is_big(&self, row: &InvChange, levels: &Levels) -> bool {
        let (all, replaced) = levels.held(row);
        let now = row.quantity.0.millionths();
        let change = match row.kind {
            StockChange::Moved => now.unsigned_abs(),
            StockChange::Counted => now.abs_diff(replaced.millionths()),
        };
        let share = |share: Decimal| {
            let least = i128::from(all.millionths()) * i128::from(share.millionths());
            change > 0 && i128::from(change) * 1_000_000 >= least
        };
        let amount = |amount: Decimal| change >= amount.millionths().unsigned_abs();
        self.share.is_some_and(share) || self.amount.is_some_and(amount)
    }
}

impl Change {
    /// Whether it asks for a new plan: a menu and a cap always do, stock where it changes much.
    pub fn asks_for_a_plan(&self, rule: &StockRule, levels: &Levels) -> bool {
        match &self.rows {
            Rows::Menu(..) | Rows::SiteCap(_) => true,
            Rows::Stock(row) => rule.is_big(row, levels),
            _ => false,
        }
    }

    /// Has the levels follow it, so that the next change is held against them.
    pub fn remember(&self, levels: &mut Levels) {
        match &self.rows {
            Rows::Stock(row) => levels.take(row),
            Rows::Received(rows) => rows.iter().for_each(|row| levels.take(row)),
            _ => {}
        }
    }
}

/// The window that a moment is in, by its beginning: all that asks for a plan within it is served by one.
pub fn window(now: Timestamp, length: SignedDuration) -> Timestamp {
    let length = length.as_secs().max(1);
    let begun = now.as_second().div_euclid(length) * length;
    Timestamp::from_second(begun).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use dataset::Signed;
    use dataset::changes::Stamp;

    use super::*;

    fn moved(quantity: &str, kind: StockChange, lot: Option<&str>) -> Change {
        let row = InvChange {
            change_id: "x".parse().unwrap(),
            site_id: "S1".parse().unwrap(),
            product_id: "P1".parse().unwrap(),
            lot: lot.map(|lot| lot.parse().unwrap()),
            changed_at: Timestamp::UNIX_EPOCH,
            kind,
            quantity: Signed(quantity.parse().unwrap()),
            expiry_date: None,
            order_id: None,
            line_no: None,
        };
        Change {
            stamp: Stamp::new("e", 1).unwrap(),
            rows: Rows::Stock(Box::new(row)),
        }
    }

    /// A hundred in two lots.
    fn levels() -> Levels {
        let mut levels = Levels::default();
        for (lot, there) in [("L1", "60"), ("L2", "40")] {
            moved(there, StockChange::Counted, Some(lot)).remember(&mut levels);
        }
        levels
    }

    #[test]
    fn a_change_of_stock_is_big_by_its_share_of_what_is_there_or_by_its_amount() {
        let asks =
            |rule: &str, change: &Change| change.asks_for_a_plan(&rule.parse().unwrap(), &levels());
        let (moved_24, moved_25) = (
            moved("-24", StockChange::Moved, None),
            moved("-25", StockChange::Moved, Some("L1")),
        );
        assert!(!asks("25%", &moved_24) && asks("25%", &moved_25));
        assert!(!asks("25", &moved_24) && asks("25", &moved_25));
        assert!(asks("90%,24", &moved_24) && !asks("", &moved_25));
        let counted = |there, lot| moved(there, StockChange::Counted, lot);
        assert!(!asks("25%", &counted("76", None)) && asks("25%", &counted("75", None)));
        assert!(
            !asks("25%", &counted("64", Some("L2"))) && asks("25%", &counted("65", Some("L2")))
        );
    }

    #[test]
    fn a_count_is_compared_with_the_one_before_it() {
        let (rule, mut levels) = ("25%".parse().unwrap(), levels());
        let counted = moved("50", StockChange::Counted, None);
        assert!(counted.asks_for_a_plan(&rule, &levels));
        counted.remember(&mut levels);
        assert!(!counted.asks_for_a_plan(&rule, &levels));
    }

    #[test]
    fn what_was_moved_since_the_count_is_not_there_any_more() {
        let (rule, mut levels) = ("25%".parse().unwrap(), levels());
        let taken = moved("-24", StockChange::Moved, Some("L1"));
        assert!(!taken.asks_for_a_plan(&rule, &levels));
        taken.remember(&mut levels);
        assert!(taken.asks_for_a_plan(&rule, &levels), "24 of 76");
        let found = moved("36", StockChange::Counted, Some("L1"));
        assert!(!found.asks_for_a_plan(&rule, &levels), "as was believed");
    }

    #[test]
    fn stock_that_was_never_counted_is_news_and_nothing_is_not() {
        let (rule, none) = ("25%".parse().unwrap(), Levels::default());
        assert!(moved("1", StockChange::Counted, None).asks_for_a_plan(&rule, &none));
        assert!(!moved("0", StockChange::Counted, None).asks_for_a_plan(&rule, &none));
    }

    #[test]
    fn a_rule_is_a_share_an_amount_or_both() {
        for (text, fits) in [
            ("", true),
            ("25%", true),
            ("0.5", true),
            ("25%, 500", true),
            ("500,25%", true),
            ("25%,25%", false),
            ("-1", false),
            ("0", false),
            ("much", false),
            ("1,", false),
        ] {
            assert_eq!(text.parse::<StockRule>().is_ok(), fits, "{text:?}");
        }
        assert!(!StockRule::default().asks());
    }

    #[test]
    fn moments_of_one_window_have_one_beginning() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let half = SignedDuration::from_mins(30);
        let begun = at("2026-11-16T08:30:00Z");
        for moment in ["2026-11-16T08:30:00Z", "2026-11-16T08:59:59.9Z"] {
            assert_eq!(window(at(moment), half), begun);
        }
        assert_ne!(window(at("2026-11-16T09:00:00Z"), half), begun);
    }
}
