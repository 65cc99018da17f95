//! Events as the other systems send them.

use serde_json::{Value, json};

fn event(source: &str, kind: &str, subject: &str, version: u64, data: &Value) -> Value {
    json!({
        "specversion": "1.0", "id": format!("{}-{version}", subject.replace('/', ".")), "source": source,
        "type": format!("larder.{kind}.v1"), "subject": subject, "time": "2026-11-16T08:00:00Z",
        "entityversion": version, "data": data,
    })
}

pub(crate) fn product(id: &str, version: u64, name: &str, uom: &str) -> Value {
    let data = json!({"product": id, "name": name, "uom": uom});
    event(
        "/platform",
        "product.upserted",
        &format!("product/{id}"),
        version,
        &data,
    )
}

/// An approved purchase order of one line.
pub(crate) fn approved(reference: &str, version: u64, product: &str, quantity: &str) -> Value {
    purchase("approved", reference, version, product, quantity)
}

/// The same, taken back.
pub(crate) fn withdrawn(reference: &str, version: u64, product: &str) -> Value {
    purchase("withdrawn", reference, version, product, "1")
}

fn purchase(what: &str, reference: &str, version: u64, product: &str, quantity: &str) -> Value {
    let data = json!({
        "reference": reference, "vendor": "V1", "site": "S1", "delivery_date": "2026-11-20", "currency": "GBP",
        "lines": [{"line_no": 7, "product": product, "quantity": quantity, "uom": "KGM", "price": "0.85"}],
    });
    let subject = format!("purchase-order/{reference}");
    event(
        "/planning",
        &format!("purchase-order.{what}"),
        &subject,
        version,
        &data,
    )
}

/// A receipt of one line of an order.
pub(crate) fn received(
    reference: &str,
    order: Option<&str>,
    product: &str,
    quantity: &str,
) -> Value {
    let mut line =
        json!({"line_no": 1, "product": product, "quantity": quantity, "uom": "KGM", "lot": "L1"});
    let mut data =
        json!({"reference": reference, "site": "S1", "received_at": "2026-11-20T06:00:00Z"});
    if let Some(order) = order {
        data["order"] = json!(order);
        line["order_line"] = json!(7);
    }
    data["lines"] = json!([line]);
    event(
        "/warehouse",
        "goods.received",
        &format!("goods-receipt/{reference}"),
        1,
        &data,
    )
}

pub(crate) fn adjusted(id: &str, product: &str, quantity: &str) -> Value {
    let data = json!({
        "site": "S1", "product": product, "adjusted_at": "2026-11-21T06:00:00Z", "quantity": quantity, "uom": "KGM",
        "reason": "damaged",
    });
    let mut event = event(
        "/warehouse",
        "stock.adjusted",
        &format!("stock/S1/{product}"),
        1,
        &data,
    );
    event["id"] = json!(id);
    event
}

pub(crate) fn counted(product: &str, version: u64, quantity: &str) -> Value {
    let data = json!({
        "site": "S1", "product": product, "counted_at": "2026-11-21T06:00:00Z", "quantity": quantity, "uom": "KGM",
    });
    event(
        "/warehouse",
        "stock.counted",
        &format!("stock/S1/{product}"),
        version,
        &data,
    )
}

/// A sales order, confirmed, amended or cancelled.
pub(crate) fn sale(what: &str, reference: &str, version: u64, kits: u32) -> Value {
    let data = json!({
        "reference": reference, "site": "S1", "packing_date": "2099-11-20", "delivery_date": "2099-11-21",
        "lines": [{"line_no": 1, "recipe": "R1", "portion_size": 2, "quantity": kits, "price": "19.95"}],
    });
    event(
        "/platform",
        &format!("sales-order.{what}"),
        &format!("sales-order/{reference}"),
        version,
        &data,
    )
}
