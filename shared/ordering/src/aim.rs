//! From what a delivery must cover in every draw to the net need it is aimed at.

use domain::Decimal;
use supply::Method;

use crate::proposal::{Milli, Risk};
use crate::rounding::rounded;

/// What a delivery must cover, and what of it can be used, in every draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// Shortage without it on the days it is for, ascending.
    short: Vec<Milli>,
    /// What can be used of it before it expires, ascending; `None` where it outlasts the plan.
    usable: Option<Vec<Milli>>,
}

/// What a unit short and a unit wasted cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Costs {
    pub(crate) short: Decimal,
    pub(crate) waste: Decimal,
}

/// A net need, before it is raised to what is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Aimed {
    pub(crate) need: Milli,
    pub(crate) held_by_waste: bool,
}

impl Outlook {
    pub(crate) fn new(mut short: Vec<Milli>, usable: Option<Vec<Milli>>) -> Self {
        short.sort_unstable();
        let usable = usable.map(|mut usable| {
            usable.sort_unstable();
            usable
        });
        Self { short, usable }
    }

    /// The service quantile of the shortage: the inverse of its empirical distribution function.
    pub(crate) fn quantile(&self, level: Decimal) -> Milli {
        let draws = self.short.len() as i128;
        let level = i128::from(level.millionths().clamp(0, 1_000_000));
        let rank = (level * draws + 999_999) / 1_000_000 - 1;
        self.at(rank.max(0) as usize)
    }

    fn at(&self, rank: usize) -> Milli {
        let last = self.short.len().saturating_sub(1);
        self.short.get(rank.min(last)).copied().unwrap_or(0)
    }

    /// The quantity that costs least: the smallest at which one unit more would, in the mean of the draws, cost as
    /// much in waste as it saves in shortage (the newsvendor's condition, counted instead of assumed).
    pub(crate) fn cheapest(&self, costs: Costs) -> Milli {
        let worth = |quantity: Milli| {
            let short = self.short.len() - self.short.partition_point(|short| *short <= quantity);
            let wasted = self.usable.as_ref().map_or(0, |usable| {
                usable.partition_point(|usable| *usable <= quantity)
            });
            i128::from(costs.short.millionths()) * short as i128
                > i128::from(costs.waste.millionths()) * wasted as i128
        };
        if !worth(0) {
            return 0;
        }
        // Costs are convex, with corners at what is short or usable in some draw.
        let corners = self.short.iter().chain(self.usable.iter().flatten());
        let mut corners: Vec<Milli> = corners.copied().filter(|corner| *corner > 0).collect();
        corners.sort_unstable();
        let at = corners.partition_point(|corner| worth(*corner));
        corners.get(at).or(corners.last()).copied().unwrap_or(0)
    }

    /// The most of which, in the mean of the draws, at most so much of 1000 is wasted: no unit of it is likelier to be
    /// wasted, taken at random. `None`: any quantity.
    fn without_waste(&self, per_mille: u32) -> Option<Milli> {
        let usable = self.usable.as_ref()?;
        let allowed = usable.len() as i128 * i128::from(per_mille);
        let mut sum = 0;
        for (below, usable_here) in (1..).zip(usable) {
            sum += i128::from(*usable_here);
            // Of a quantity that so many draws cannot use up, `below × quantity − sum` is wasted in them together. Its
            // share rises with the quantity, so the first draw whose next one is beyond the bound holds it.
            let over = 1000 * below - allowed;
            if over <= 0 {
                continue;
            }
            let most = (1000 * sum).div_euclid(over);
            let next = usable.get(below as usize);
            if next.is_none_or(|next| most <= i128::from(*next)) {
                return Some(Milli::try_from(most).unwrap_or(Milli::MAX));
            }
        }
        None
    }

    /// The net need that a policy aims at. `cover` is the mean need of the days a policy of days of cover asks for.
    pub(crate) fn aim(
        &self,
        method: Method,
        target: Decimal,
        costs: Costs,
        cover: Milli,
        waste_per_mille: u32,
    ) -> Aimed {
        let wanted = match method {
            Method::Quantile => self.quantile(target),
            Method::Days => cover,
            Method::Newsvendor => {
                return Aimed {
                    need: self.cheapest(costs),
                    held_by_waste: false,
                };
            }
        };
        let need = match self.without_waste(waste_per_mille.min(1000)) {
            Some(most) => wanted.min(most),
            None => wanted,
        };
        Aimed {
            need: need.max(0),
            held_by_waste: need < wanted,
        }
    }

    /// Draws of 1000 in which a quantity is enough.
    pub(crate) fn covered_per_mille(&self, quantity: Milli) -> u32 {
        let covered = self.short.partition_point(|short| *short <= quantity);
        per_mille(covered, self.short.len())
    }

    /// What a quantity risks.
    pub(crate) fn risk(&self, quantity: Milli) -> Risk {
        let draws = self.short.len().max(1) as i128;
        let mut risk = Risk {
            quantity,
            ..Risk::default()
        };
        let covered = self.short.partition_point(|short| *short <= quantity);
        let over = self.short.iter().skip(covered);
        let sum: i128 = over.map(|short| i128::from(short - quantity)).sum();
        risk.short = rounded(sum, draws);
        risk.short_per_mille = per_mille(self.short.len() - covered, self.short.len());
        if let Some(usable) = &self.usable {
            let wasted = usable.partition_point(|usable| *usable < quantity);
            let under = usable.iter().take(wasted);
            let sum: i128 = under.map(|usable| i128::from(quantity - usable)).sum();
            risk.waste = rounded(sum, draws);
            risk.waste_per_mille = per_mille(wasted, usable.len());
        }
        risk
    }

    /// Cost of a quantity: what is short and what is wasted, in the mean of the draws.
    pub(crate) fn cost(&self, quantity: Milli, costs: Costs) -> i128 {
        let risk = self.risk(quantity);
        i128::from(risk.short) * i128::from(costs.short.millionths())
            + i128::from(risk.waste) * i128::from(costs.waste.millionths())
    }

    /// The mean of the shortage.
    pub(crate) fn mean_short(&self) -> Milli {
        self.risk(0).short
    }
}

fn per_mille(part: usize, whole: usize) -> u32 {
    rounded(1000 * part as i128, whole.max(1) as i128) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tens() -> Vec<Milli> {
        (1..=10).map(|n| n * 10).collect()
    }

    #[test]
    fn a_service_quantile_is_one_of_the_draws() {
        let outlook = Outlook::new(tens(), None);
        for (level, need) in [
            ("0.9", 90),
            ("0.91", 100),
            ("1", 100),
            ("0.05", 10),
            ("0", 10),
        ] {
            assert_eq!(outlook.quantile(level.parse().unwrap()), need, "{level}");
        }
    }

    #[test]
    fn the_cheapest_quantity_is_the_critical_quantile_where_all_that_is_left_is_wasted() {
        let outlook = Outlook::new(tens(), Some(tens()));
        for (short, waste, need) in [
            ("3", "1", 80),
            ("1", "1", 50),
            ("1", "3", 30),
            ("0", "1", 0),
        ] {
            let costs = Costs {
                short: short.parse().unwrap(),
                waste: waste.parse().unwrap(),
            };
            let cheapest = outlook.cheapest(costs);
            let best = (0..=110).min_by_key(|q| outlook.cost(*q, costs)).unwrap();
            assert!((cheapest - need).abs() <= 10, "{short}:{waste} {cheapest}");
            // Rounding the means to thousandths makes neighbours equal.
            let gap = outlook.cost(cheapest, costs) - outlook.cost(best, costs);
            assert!(gap <= 4_000_000, "{short}:{waste} {cheapest} {best} {gap}");
        }
    }

    #[test]
    fn the_risk_of_waste_holds_a_quantile_back() {
        let costs = Costs {
            short: Decimal::ONE,
            waste: Decimal::ONE,
        };
        let outlook = Outlook::new(tens(), Some(vec![40; 10]));
        let aimed = outlook.aim(Method::Quantile, "0.9".parse().unwrap(), costs, 0, 200);
        // Of 50 a fifth is wasted.
        let held = Aimed {
            need: 50,
            held_by_waste: true,
        };
        assert_eq!(aimed, held);
        let keeps = Outlook::new(tens(), None);
        let aimed = keeps.aim(Method::Quantile, "0.9".parse().unwrap(), costs, 0, 200);
        assert_eq!(aimed.need, 90);
    }

    #[test]
    fn the_share_expected_to_be_wasted_is_bounded_as_closely_as_it_can_be() {
        let usable = tens();
        for limit in [0, 50, 200, 500, 900, 999] {
            let outlook = Outlook::new(Vec::new(), Some(usable.clone()));
            let most = outlook.without_waste(limit).unwrap();
            let wasted = |quantity: Milli| -> Milli {
                let each = usable.iter().map(|usable| (quantity - usable).max(0));
                each.sum()
            };
            let within = |quantity| 1000 * wasted(quantity) <= Milli::from(limit) * 10 * quantity;
            assert!(within(most) && !within(most + 1), "{limit}: {most}");
        }
        let outlook = Outlook::new(Vec::new(), Some(tens()));
        assert_eq!(outlook.without_waste(0), Some(10));
        assert_eq!(outlook.without_waste(1000), None);
        assert_eq!(Outlook::new(tens(), None).without_waste(0), None);
    }

    #[test]
    fn more_is_less_short_and_more_wasted() {
        let outlook = Outlook::new(tens(), Some(tens()));
        let risks = [0, 25, 50, 75, 100].map(|quantity| outlook.risk(quantity));
        for pair in risks.windows(2) {
            assert!(pair[0].short >= pair[1].short && pair[0].waste <= pair[1].waste);
        }
        assert_eq!((risks[0].short, risks[0].short_per_mille), (55, 1000));
        assert_eq!((risks[4].short, risks[4].waste), (0, 45));
    }
}
