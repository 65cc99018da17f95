//! Messages that can never be applied, and why each must be parked.

use contracts::canonical::Reason;
use serde_json::{Value, json};

use crate::events::{MARK, envelope};
use crate::fragile::ALWAYS;
use crate::world::World;

/// A message that is to be parked.
#[derive(Debug, Clone)]
pub(crate) struct Bad {
    pub(crate) body: String,
    pub(crate) reason: Reason,
}

fn counted(product: &str, quantity: &str) -> Value {
    json!({
        "site": "S1", "product": product, "lot": "L9", "counted_at": "2026-11-16T08:00:00Z", "quantity": quantity,
        "uom": "KGM",
    })
}

/// One of each kind that any consumer parks; `number` tells those of one seed apart.
pub(crate) fn all(world: &World, number: u32) -> Vec<Bad> {
    let bad = |body: String, reason| Bad { body, reason };
    let about = |source| (source, "stock.counted", "stock/S1/P1/L9");
    let id = |what: &str| format!("{what}-{number}");
    let fine = |id: &str| envelope(world, about("/warehouse/north"), id, 1, counted("P1", "5"));
    let changed = |id: &str, change: &dyn Fn(&mut Value)| {
        let mut body: Value = serde_json::from_str(&fine(id)).unwrap();
        change(&mut body);
        body.to_string()
    };
    let negative = envelope(
        world,
        about("/warehouse/north"),
        &id("negative"),
        1,
        counted("P1", "-5"),
    );
    let foreign = envelope(
        world,
        about("/platform/shop"),
        &id("foreign"),
        1,
        counted("P1", "5"),
    );
    vec![
        bad(format!("no JSON, {MARK} {number}"), Reason::Malformed),
        bad(
            changed(&id("version"), &|body| {
                body["type"] = json!("larder.stock.counted.v9");
            }),
            Reason::WrongVersion,
        ),
        bad(
            changed(&id("type"), &|body| {
                body["type"] = json!("larder.customer.moved.v1");
            }),
            Reason::UnknownType,
        ),
        bad(
            changed("x", &|body| body["id"] = json!(number)),
            Reason::Envelope,
        ),
        bad(negative, Reason::Schema),
        bad(foreign, Reason::Owner),
    ]
}

/// One that names a product that nobody will ever know.
pub(crate) fn unknown_product(world: &World, number: u32) -> Bad {
    let about = ("/warehouse/north", "stock.counted", "stock/S1/BEET/L9");
    let id = format!("unknown-{number}");
    Bad {
        body: envelope(world, about, &id, 1, counted("BEET", "5")),
        reason: Reason::UnknownItem,
    }
}

/// One whose handling panics each time; it is an event of this kind, with these data.
pub(crate) fn panics(world: &World, number: u32, about: (&str, &str, &str), data: Value) -> Bad {
    Bad {
        body: envelope(world, about, &format!("{ALWAYS}-{number}"), 1, data),
        reason: Reason::Failed,
    }
}

/// One of more than a mebibyte.
pub(crate) fn too_large(world: &World) -> Bad {
    let about = ("/warehouse/north", "stock.counted", "stock/S1/P1/L9");
    let mut data = counted("P1", "5");
    data["note"] = json!("x".repeat(1 << 20));
    Bad {
        body: envelope(world, about, "large", 1, data),
        reason: Reason::TooLarge,
    }
}
