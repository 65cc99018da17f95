use contracts::canonical::{Consumer, Event, Fact, Once};
use effects::Wish;

/// What an event is to do in the ERP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// What the ledger calls it: unlike a reference, no two kinds of documents share it.
    pub key: String,
    /// What both systems call the document.
    pub reference: String,
    /// Rises with each change of it.
    pub version: u64,
    /// Whether it is to stand.
    pub wish: Wish,
    /// The event, which tells the rest.
    pub event: Event,
}

impl Effect {
    /// What an event is to do; nothing where it is not for the ERP.
    pub fn of(event: &Event) -> Option<Self> {
        if !event.kind().consumers().contains(&Consumer::ErpInject) {
            return None;
        }
        let key = match event.kind().once() {
            Once::EventId => event.identity(),
            Once::Version | Once::Reference => event.entity(),
        };
        let wish = match event.data {
            Fact::PurchaseOrderWithdrawn(_) | Fact::SalesOrderCancelled(_) => Wish::Cancelled,
            _ => Wish::Stands,
        };
        Some(Self {
            reference: reference(&event.data).unwrap_or_else(|| key.clone()),
            key,
            version: event.version,
            wish,
            event: event.clone(),
        })
    }
}

/// The name that the data themselves give the document.
fn reference(data: &Fact) -> Option<String> {
    let name = match data {
        Fact::ProductUpserted(product) => product.product.as_str(),
        Fact::PurchaseOrderApproved(order) | Fact::PurchaseOrderWithdrawn(order) => {
            order.reference.as_str()
        }
        Fact::SalesOrderConfirmed(order)
        | Fact::SalesOrderAmended(order)
        | Fact::SalesOrderCancelled(order) => order.reference.as_str(),
        Fact::GoodsReceived(receipt) => receipt.reference.as_str(),
        Fact::ShipmentDispatched(dispatch) => dispatch.reference.as_str(),
        _ => return None,
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn effect(kind: &str, source: &str, subject: &str, data: &Value) -> Option<Effect> {
        let event = json!({
            "specversion": "1.0", "id": "e-1", "source": source, "type": kind, "subject": subject,
            "time": "2026-11-16T08:00:00Z", "entityversion": 3, "data": data,
        });
        Effect::of(&Event::parse(&event.to_string()).unwrap())
    }

    fn stock() -> Value {
        json!({"site": "S1", "product": "P1", "quantity": "3.5", "uom": "KGM"})
    }

    #[test]
    fn an_order_is_known_by_its_reference_and_taken_back_by_a_withdrawal() {
        let order = json!({
            "reference": "PO-1", "vendor": "V1", "site": "S1", "delivery_date": "2026-11-20",
            "lines": [{"line_no": 1, "product": "P1", "quantity": "12", "uom": "KGM"}],
        });
        for (what, wish) in [("approved", Wish::Stands), ("withdrawn", Wish::Cancelled)] {
            let kind = format!("larder.purchase-order.{what}.v1");
            let of = effect(&kind, "/planning", "purchase-order/PO-1", &order).unwrap();
            assert_eq!((of.reference.as_str(), of.version), ("PO-1", 3));
            assert_eq!((of.key.as_str(), of.wish), ("purchase-order/PO-1", wish));
        }
    }

    #[test]
    fn each_adjustment_is_one_of_its_own_and_counts_of_the_same_stock_follow_one_another() {
        let mut data = stock();
        data["adjusted_at"] = json!("2026-11-16T07:59:00Z");
        data["reason"] = json!("damaged");
        let kind = "larder.stock.adjusted.v1";
        let adjusted = effect(kind, "/warehouse/north", "stock/S1/P1", &data).unwrap();
        assert_eq!(adjusted.key, "/warehouse/north#e-1");
        assert_eq!(adjusted.reference, adjusted.key);
        let mut data = stock();
        data["counted_at"] = json!("2026-11-16T07:59:00Z");
        let kind = "larder.stock.counted.v1";
        let counted = effect(kind, "/warehouse/north", "stock/S1/P1", &data).unwrap();
        assert_eq!(counted.key, "stock/S1/P1");
    }

    #[test]
    fn what_the_erp_tells_itself_has_no_effect_there() {
        let data = json!({"site": "S1", "date": "2026-11-20", "boxes_max": 10});
        let kind = "larder.site-cap.set.v1";
        let none = effect(kind, "/planning", "site-cap/S1/2026-11-20", &data);
        assert_eq!(none, None);
    }
}
