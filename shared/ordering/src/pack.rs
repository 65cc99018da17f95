//! What quantities a vendor sells, and how a need becomes one of them.
//!
//! A quantity is a whole number of steps. Steps are exact fractions of the product's own unit, so a step of 362.15 kg
//! stays 362.15 kg however often it is bought; only what is shown in thousandths is rounded.

use domain::{Decimal, Unit};
use supply::Offer;

use crate::proposal::Milli;
use crate::rounding::rounded;

/// Thousandths of the product's unit in one of its unit times one step, both in millionths.
const SCALE: i128 = 1_000_000_000;

/// The quantities a vendor sells of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Packs {
    /// The unit it is ordered in.
    pub(crate) order_unit: Unit,
    /// A step in order units.
    pub(crate) step: Decimal,
    /// A step in 10^-12 of the product's unit.
    step_fine: i128,
    /// Least and most steps of a line.
    least: u64,
    most: Option<u64>,
    /// The least and most of a line as the vendor states them, in order units.
    stated: (Decimal, Option<Decimal>),
    /// The least quantity as the vendor states it.
    least_milli: Milli,
    price: Decimal,
    cases_per_pallet: Option<u32>,
}

/// Why no quantity of an offer can be ordered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoPacks {
    #[error("{0} ordered in do not convert to {1}; state base_per_order_uom")]
    Units(Unit, Unit),
    #[error("the step or the content of an order unit is not above 0")]
    Step,
    #[error("no multiple of {step} lies between the least ({least}) and the most ({most})")]
    Empty {
        step: Decimal,
        least: Decimal,
        most: Decimal,
    },
    #[error("the price is negative")]
    Price,
}

/// A need raised to what is sold, and what each rule adds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Raised {
    pub(crate) packs: u64,
    pub(crate) minimum: Milli,
    pub(crate) multiple: Milli,
    pub(crate) maximum: Milli,
}

impl Packs {
    /// The quantities of an offer for a product stocked in `unit`.
    ///
    /// Without a stated step pieces are sold one by one, and everything else by the thousandth.
    pub(crate) fn new(offer: &Offer, unit: Unit) -> Result<Self, NoPacks> {
        let order_unit = offer.order_unit.unwrap_or(unit);
        // Content of an order unit in 10^-6 of the product's unit.
        let content = match (offer.base_per_order_unit, order_unit.per(unit)) {
            (Some(stated), _) => i128::from(stated.millionths()),
            (None, Some((over, under))) => 1_000_000 * i128::from(over) / i128::from(under),
            (None, None) => return Err(NoPacks::Units(order_unit, unit)),
        };
        let step = offer.multiple.unwrap_or(match order_unit {
            Unit::Piece => Decimal::ONE,
            _ => Decimal::from_millionths(1_000),
        });
        if content <= 0 || step <= Decimal::ZERO {
            return Err(NoPacks::Step);
        }
        if offer.price < Decimal::ZERO {
            return Err(NoPacks::Price);
        }
        let steps = i128::from(step.millionths());
        let least_stated = offer.min.unwrap_or(Decimal::ZERO).max(Decimal::ZERO);
        let least = i128::from(least_stated.millionths());
        let least_steps = whole((least + steps - 1) / steps).max(1);
        let most = offer
            .max
            .map(|most| (most, i128::from(most.millionths()) / steps));
        if let Some((stated, most)) = most
            && most < i128::from(least_steps)
        {
            return Err(NoPacks::Empty {
                step,
                least: least_stated,
                most: stated,
            });
        }
        Ok(Self {
            order_unit,
            step,
            step_fine: steps * content,
            least: least_steps,
            most: most.map(|(_, steps)| whole(steps)),
            stated: (least_stated, offer.max),
            least_milli: rounded(least * content, SCALE),
            price: offer.price,
            cases_per_pallet: offer.cases_per_pallet,
        })
    }

    /// So many steps in thousandths of the product's unit, rounded half up.
    pub(crate) fn milli(&self, packs: u64) -> Milli {
        rounded(i128::from(packs).saturating_mul(self.step_fine), SCALE)
    }

    /// The fewest steps that hold a quantity.
    pub(crate) fn holding(&self, need: Milli) -> u64 {
        let fine = i128::from(need.max(0)) * SCALE;
        whole(fine.div_euclid(self.step_fine) + i128::from(fine.rem_euclid(self.step_fine) > 0))
    }

    /// A need raised to the least quantity, rounded up to the step, then cut to the most. No need buys nothing.
    pub(crate) fn raise(&self, need: Milli) -> Raised {
        if need <= 0 {
            return Raised::default();
        }
        let wanted = self.holding(need).max(self.least);
        let packs = self.most.map_or(wanted, |most| wanted.min(most));
        let least = need.max(self.least_milli);
        Raised {
            packs,
            minimum: least - need,
            multiple: self.milli(wanted) - least,
            maximum: self.milli(packs) - self.milli(wanted),
        }
    }

    /// The nearest number of steps that may be bought to one that is asked for.
    pub(crate) fn allowed(&self, packs: u64) -> u64 {
        if packs == 0 {
            return 0;
        }
        let packs = packs.max(self.least);
        self.most.map_or(packs, |most| packs.min(most))
    }

    /// Whether one more step may be bought.
    pub(crate) fn may_grow(&self, packs: u64) -> bool {
        self.most.is_none_or(|most| packs < most)
    }

    /// So many steps in order units.
    pub(crate) fn order_quantity(&self, packs: u64) -> Decimal {
        let millionths = i128::from(packs) * i128::from(self.step.millionths());
        Decimal::from_millionths(i64::try_from(millionths).unwrap_or(i64::MAX))
    }

    /// The product's own units in an order unit.
    pub(crate) fn content(&self) -> Decimal {
        let content = self.step_fine / i128::from(self.step.millionths());
        Decimal::from_millionths(i64::try_from(content).unwrap_or(i64::MAX))
    }

    /// The least of a line as the vendor states it, in order units.
    pub(crate) const fn stated_least(&self) -> Decimal {
        self.stated.0
    }

    /// The most of a line as the vendor states it, in order units.
    pub(crate) const fn stated_most(&self) -> Option<Decimal> {
        self.stated.1
    }

    /// Price of an order unit.
    pub(crate) const fn price(&self) -> Decimal {
        self.price
    }

    /// Price of so many steps.
    pub(crate) fn value(&self, packs: u64) -> Decimal {
        let quantity = i128::from(self.order_quantity(packs).millionths());
        let value = quantity.saturating_mul(i128::from(self.price.millionths()));
        Decimal::from_millionths(rounded(value, 1_000_000))
    }

    /// Price of a unit of the product.
    pub(crate) fn unit_price(&self) -> Decimal {
        // step price / step content = price × step / (step × content).
        let over = i128::from(self.price.millionths()) * i128::from(self.step.millionths());
        Decimal::from_millionths(rounded(over.saturating_mul(1_000_000), self.step_fine))
    }

    /// Pallets that so many steps fill, in 1/1000.
    pub(crate) fn pallets_milli(&self, packs: u64) -> Option<i64> {
        let cases = i128::from(self.cases_per_pallet.filter(|cases| *cases > 0)?);
        let quantity = i128::from(self.order_quantity(packs).millionths());
        Some(rounded(quantity, cases * 1_000))
    }
}

fn whole(steps: i128) -> u64 {
    u64::try_from(steps).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(min: &str, multiple: &str, max: &str) -> Offer {
        let number = |text: &str| text.parse().ok();
        Offer {
            product: "P1".parse().unwrap(),
            vendor: "V1".parse().unwrap(),
            site: None,
            price: "2.5".parse().unwrap(),
            order_unit: None,
            base_per_order_unit: None,
            min: number(min),
            multiple: number(multiple),
            max: number(max),
            cases_per_pallet: Some(80),
            priority: 1,
            origin: supply::Origin {
                file: "vendor_product.csv".to_owned(),
                line: 2,
            },
        }
    }

    fn kilos(min: &str, multiple: &str, max: &str) -> Packs {
        Packs::new(&offer(min, multiple, max), Unit::Kilogram).unwrap()
    }

    #[test]
    fn a_need_is_rounded_up_to_the_step_and_a_step_of_its_size_is_bought_once() {
        assert_eq!(kilos("", "1", "").raise(362_150).packs, 363);
        let batch = kilos("", "362.15", "");
        assert_eq!(batch.raise(362_150).packs, 1);
        assert_eq!(batch.milli(1), 362_150);
        assert_eq!(batch.raise(362_151).packs, 2);
        assert_eq!(kilos("", "1", "").raise(1_000).packs, 1);
    }

    #[test]
    fn the_parts_of_a_raised_need_sum_to_what_is_bought() {
        let packs = kilos("100", "30", "150");
        for need in [1, 60_000, 100_000, 119_999, 120_001, 500_000] {
            let raised = packs.raise(need);
            let bought = need + raised.minimum + raised.multiple + raised.maximum;
            assert_eq!(bought, packs.milli(raised.packs), "{need}");
            assert!((100_000..=150_000).contains(&bought), "{need}: {bought}");
        }
        assert_eq!(packs.raise(0), Raised::default());
    }

    #[test]
    fn terms_between_which_no_step_lies_are_refused() {
        let error = Packs::new(&offer("100", "70", "120"), Unit::Kilogram).unwrap_err();
        assert!(matches!(error, NoPacks::Empty { .. }));
        let mut cases = offer("", "", "");
        cases.order_unit = Some(Unit::Piece);
        let error = Packs::new(&cases, Unit::Kilogram).unwrap_err();
        assert_eq!(error, NoPacks::Units(Unit::Piece, Unit::Kilogram));
        let error = Packs::new(&offer("", "0", ""), Unit::Kilogram).unwrap_err();
        assert_eq!(error, NoPacks::Step);
    }

    #[test]
    fn cases_convert_to_the_products_unit_and_back() {
        let mut cases = offer("2", "1", "");
        cases.order_unit = Some(Unit::Piece);
        cases.base_per_order_unit = "12.5".parse().ok();
        let packs = Packs::new(&cases, Unit::Kilogram).unwrap();
        assert_eq!(packs.milli(3), 37_500);
        assert_eq!(packs.holding(packs.milli(3)), 3);
        assert_eq!(packs.order_quantity(3).to_string(), "3");
        assert_eq!(packs.value(3).to_string(), "7.5");
        assert_eq!(packs.unit_price().to_string(), "0.2");
        assert_eq!(packs.pallets_milli(20), Some(250));
        assert_eq!(packs.raise(1).packs, 2);
    }
}
