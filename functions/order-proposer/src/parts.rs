//! The parts of a line's quantity, summed by kind.

use contracts::{Fault, FaultName};
use domain::{Decimal, ProductId};
use ordering::{Line, Milli, OverridePart, Source};

/// Sums of a line's waterfall, in 1/1000 of the product's unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) known: Milli,
    pub(crate) simulated: Milli,
    pub(crate) yield_loss: Milli,
    pub(crate) need_override: Milli,
    pub(crate) stock: Milli,
    pub(crate) inbound: Milli,
    pub(crate) proposals: Milli,
    pub(crate) quantity_override: Milli,
}

impl Parts {
    pub(crate) fn of(line: &Line) -> Self {
        let waterfall = &line.waterfall;
        let mut parts = Self {
            need_override: changes(&waterfall.need_overrides),
            quantity_override: changes(&waterfall.overridden),
            ..Self::default()
        };
        for peg in &waterfall.gross {
            parts.known += peg.known;
            parts.simulated += peg.simulated;
            parts.yield_loss += peg.yield_loss;
        }
        for used in &waterfall.used {
            match used.source {
                Source::Lot { .. } => parts.stock += used.quantity,
                Source::Inbound { .. } => parts.inbound += used.quantity,
                Source::Proposal { .. } => parts.proposals += used.quantity,
            }
        }
        parts
    }
}

fn changes(parts: &[OverridePart]) -> Milli {
    parts.iter().map(|part| part.change).sum()
}

/// A quantity as a decimal number, exactly.
pub(crate) fn exact(quantity: Milli, product: &ProductId) -> Result<Decimal, Fault> {
    forecast::decimal(quantity).ok_or_else(|| {
        let message = format!(
            "a quantity of {product} is 10^12 units or more; correct recipe_bom or the volume"
        );
        Fault::new(FaultName::DataRejected, message)
    })
}

/// What a quantity costs at the cost of a unit, rounded half up to a millionth.
pub(crate) fn cost(quantity: Milli, unit: Option<Decimal>) -> Option<Decimal> {
    let millionths = i128::from(quantity) * i128::from(unit?.millionths());
    let rounded = (2 * millionths + 1000).div_euclid(2000);
    i64::try_from(rounded).ok().map(Decimal::from_millionths)
}

/// The sum of money; what no column holds is the most there is.
pub(crate) fn total(values: impl IntoIterator<Item = Decimal>) -> Decimal {
    let sum: i128 = values
        .into_iter()
        .map(|value| i128::from(value.millionths()))
        .sum();
    Decimal::from_millionths(i64::try_from(sum).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_rounded_half_up_to_a_millionth() {
        let price = |text: &str| Some(text.parse().unwrap());
        assert_eq!(cost(1_500, price("2.4")), Some("3.6".parse().unwrap()));
        assert_eq!(cost(1, price("0.0005")), Some("0.000001".parse().unwrap()));
        assert_eq!(cost(1, price("0.000499")), Some(Decimal::ZERO));
        assert_eq!(cost(1, None), None);
    }
}
