//! What a working day brings: of ten transactions seven sales orders, two corrections of stock, one purchase order.

use serde_json::json;

pub(crate) struct Transaction {
    pub(crate) body: String,
    /// The warehouse is told of it too.
    pub(crate) for_warehouse: bool,
}

/// One that happens now.
pub(crate) fn transaction(number: u32) -> Transaction {
    let (source, kind, subject, data) = match number % 10 {
        0 => {
            let line = json!({"line_no": 1, "product": "P1", "quantity": "12", "uom": "KGM", "price": "0.85"});
            let data = json!({
                "reference": format!("PO-{number}"), "vendor": "V1", "site": "S1", "delivery_date": "2026-11-20",
                "currency": "GBP", "lines": [line],
            });
            let subject = format!("purchase-order/PO-{number}");
            ("/planning", "purchase-order.approved", subject, data)
        }
        1 | 2 => {
            let data = json!({
                "site": "S1", "product": "P1", "adjusted_at": "2026-11-16T08:00:00Z", "quantity": "-3.5",
                "uom": "KGM", "reason": "damaged",
            });
            (
                "/warehouse/north",
                "stock.adjusted",
                "stock/S1/P1".to_owned(),
                data,
            )
        }
        _ => {
            let line = |line: u32| json!({"line_no": line, "recipe": format!("R{line}"), "portion_size": 2, "quantity": 1});
            let data = json!({
                "reference": format!("SO-{number}"), "site": "S1", "packing_date": "2026-11-23",
                "delivery_date": "2026-11-24", "lines": (1..=4).map(line).collect::<Vec<_>>(),
            });
            let subject = format!("sales-order/SO-{number}");
            ("/platform", "sales-order.confirmed", subject, data)
        }
    };
    let event = json!({
        "specversion": "1.0", "id": format!("e-{number}"), "source": source, "type": format!("larder.{kind}.v1"),
        "subject": subject, "time": lambda::now().to_string(), "entityversion": 1, "data": data,
    });
    Transaction {
        body: event.to_string(),
        for_warehouse: kind.starts_with("sales-order"),
    }
}
