//! What other systems are told of approved orders.

use contracts::canonical::{
    Amount, Currency, Event, Expected, Fact, Lines, PurchaseDocument, PurchaseLine,
};
use contracts::{PurchaseOrder, PurchaseOrderLine};
use domain::Decimal;

/// Who says so.
const SOURCE: &str = "/planning/order-approver";

/// An order that no event can hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("order {reference} cannot be told: {reason}")]
pub struct UntellableError {
    /// The order.
    pub reference: String,
    /// What does not fit.
    pub reason: String,
}

/// That an order is approved: it is to be placed as it stands. The same order makes the same event.
///
/// # Errors
/// [`UntellableError`] for what the types of an order allow and no proposal holds, such as a line of nothing.
pub fn approved(order: &PurchaseOrder) -> Result<Event, UntellableError> {
    let fact = Fact::PurchaseOrderApproved(document(order)?);
    event(order, order.reference.to_string(), 1, fact)
}

/// That an order is withdrawn, because another one amends it.
///
/// # Errors
/// [`UntellableError`].
pub fn withdrawn(
    amended: &PurchaseOrder,
    amending: &PurchaseOrder,
) -> Result<Event, UntellableError> {
    let fact = Fact::PurchaseOrderWithdrawn(document(amended)?);
    let id = format!("{}.withdrawn", amended.reference);
    let mut event = event(amending, id, 2, fact)?;
    event.cause = Some(amending.reference.to_string());
    Ok(event)
}

fn event(
    by: &PurchaseOrder,
    id: String,
    version: u64,
    data: Fact,
) -> Result<Event, UntellableError> {
    Ok(Event {
        source: SOURCE
            .parse()
            .map_err(|error| untellable(by, "source", &error))?,
        id,
        version,
        time: by.approved_at,
        correlation: Some(by.proposal.run.to_string()),
        cause: None,
        trace: None,
        data,
    })
}

fn document(order: &PurchaseOrder) -> Result<PurchaseDocument, UntellableError> {
    let of = |field: &str, error: Expected| untellable(order, field, &error);
    let lines: Result<Vec<_>, _> = order
        .lines
        .iter()
        .map(|line| self::line(order, line))
        .collect();
    let currency = order.currency.clone().map(Currency::try_from).transpose();
    Ok(PurchaseDocument {
        reference: order.reference.clone(),
        amends: order.amends.clone(),
        vendor: order.vendor.clone(),
        site: order.site.clone(),
        delivery_date: order
            .delivery_date
            .try_into()
            .map_err(|error| of("delivery_date", error))?,
        expected_at: None,
        currency: currency.map_err(|error| of("currency", error))?,
        lines: Lines::try_from(lines?).map_err(|error| of("lines", error))?,
    })
}

fn line(order: &PurchaseOrder, line: &PurchaseOrderLine) -> Result<PurchaseLine, UntellableError> {
    let of = |field: &str, error: Expected| {
        untellable(order, &format!("line {}, {field}", line.line_no), &error)
    };
    let quantity = |field, number: Decimal| number.try_into().map_err(|error| of(field, error));
    Ok(PurchaseLine {
        line_no: line
            .line_no
            .try_into()
            .map_err(|error| of("line_no", error))?,
        product: line.product.clone(),
        quantity: quantity("quantity", line.quantity)?,
        uom: line.uom,
        order_quantity: Some(quantity("order_quantity", line.order_quantity)?),
        order_uom: Some(line.order_uom),
        price: Some(Amount::try_from(line.price).map_err(|error| of("price", error))?),
        received: None,
        expected_at: None,
        closed: false,
    })
}

fn untellable(order: &PurchaseOrder, field: &str, expected: &Expected) -> UntellableError {
    UntellableError {
        reference: order.reference.to_string(),
        reason: format!("{field} must be {expected}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::first;

    #[test]
    fn an_event_holds_the_whole_order_and_is_the_same_whenever_it_is_told() {
        let order = first(&[("leek", "10"), ("beet", "2.5")]);
        let event = approved(&order).unwrap();
        assert_eq!(
            (event.id.as_str(), event.version),
            ("PO-V1-S1-20261120-1", 1)
        );
        assert_eq!(event.time, order.approved_at);
        let json = event.to_json().unwrap();
        assert_eq!(Event::parse(&json), Ok(event), "{json}");
        assert_eq!(approved(&order).unwrap().to_json().unwrap(), json);
        let Fact::PurchaseOrderApproved(told) = approved(&order).unwrap().data else {
            unreachable!()
        };
        assert_eq!(told.currency.unwrap().as_str(), "GBP");
        let (line, held) = (&told.lines[0], &order.lines[0]);
        assert_eq!(line.order_quantity.unwrap().get(), held.order_quantity);
        assert_eq!(line.price.unwrap().get(), held.price);
    }

    #[test]
    fn an_amended_order_is_withdrawn_above_its_approval() {
        let one = first(&[("leek", "10")]);
        let mut two = first(&[("leek", "20")]);
        two.reference = "PO-V1-S1-20261120-2".parse().unwrap();
        two.amends = Some(one.reference.clone());
        let event = withdrawn(&one, &two).unwrap();
        assert_eq!(event.entity(), approved(&one).unwrap().entity());
        assert!(event.version > approved(&one).unwrap().version);
        assert_eq!(event.cause.as_deref(), Some("PO-V1-S1-20261120-2"));
        assert_eq!(Event::parse(&event.to_json().unwrap()), Ok(event));
    }

    #[test]
    fn what_no_event_holds_is_named() {
        let mut order = first(&[("leek", "10")]);
        order.lines[0].quantity = Decimal::ZERO;
        let said = approved(&order).unwrap_err().to_string();
        assert!(
            said.contains("line 1, quantity must be a number above 0"),
            "{said}"
        );
    }
}
