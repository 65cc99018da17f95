//! What the company's systems tell planning, and what the data set must say in the end.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::{World, moment};

/// Stands in fields that belong into no log.
pub(crate) const MARK: &str = "PERSONAL";

/// Products that the data set has from the beginning, and one that an event tells of.
pub(crate) const PRODUCTS: [&str; 4] = ["P1", "P2", "P3", "P4"];
pub(crate) const NEW_PRODUCT: &str = "N1";

/// What an event means for the data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Means {
    /// The entity is so, and is gone where this is empty.
    Holds(String),
    /// So much more at a place.
    Moves(String, i64),
}

/// An event that is fine.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) identity: String,
    pub(crate) body: String,
    pub(crate) entity: String,
    pub(crate) version: u64,
    pub(crate) means: Means,
    /// Whether it names a product that another event tells of, which may come too late.
    pub(crate) may_come_too_early: bool,
}

/// A message's body.
pub(crate) fn envelope(
    world: &World,
    (source, kind, subject): (&str, &str, &str),
    id: &str,
    version: u64,
    mut data: Value,
) -> String {
    data["customer"] = json!(format!("Jane Roe {MARK}"));
    json!({
        "specversion": "1.0", "id": id, "source": source, "type": format!("larder.{kind}.v1"),
        "subject": subject, "time": moment(world.now()).to_string(), "correlationid": format!("c-{id}"),
        "entityversion": version, "data": data,
    })
    .to_string()
}

/// Makes up events.
pub(crate) struct Teller<'a> {
    world: &'a World,
    told: u32,
    versions: BTreeMap<String, u64>,
}

impl<'a> Teller<'a> {
    pub(crate) const fn new(world: &'a World) -> Self {
        Self {
            world,
            told: 0,
            versions: BTreeMap::new(),
        }
    }

    /// The next event.
    pub(crate) fn next(&mut self) -> Told {
        match self.world.below(16) {
            0 => self.product(),
            1 => self.recipe(),
            2 => self.menu(),
            3 => self.cap(),
            4..7 => self.order(),
            7..9 => self.purchase(),
            9 => self.receipt(),
            10..12 => self.count(),
            _ => self.adjustment(),
        }
    }

    fn any(&self, what: &str, of: i64) -> String {
        format!("{what}{}", 1 + self.world.below(of))
    }

    /// An event of the entity's next version; `data` and meaning are made from that.
    fn tell(
        &mut self,
        (source, kind, entity): (&str, &str, &str),
        data: impl FnOnce(u64) -> (Value, Means),
    ) -> Told {
        self.told += 1;
        let version = self.versions.entry(entity.to_owned()).or_default();
        *version += 1;
        let version = *version;
        // In no order: a later event must not hold because of its id.
        let id = format!("e{:03}", self.told * 617 % 1_000);
        let (data, means) = data(version);
        Told {
            identity: format!("{source}#{id}"),
            body: envelope(self.world, (source, kind, entity), &id, version, data),
            entity: entity.to_owned(),
            version,
            means,
            may_come_too_early: false,
        }
    }

    fn product(&mut self) -> Told {
        let product = if self.world.happens(500) {
            NEW_PRODUCT.to_owned()
        } else {
            self.any("P", 4)
        };
        let about = (
            "/platform/products",
            "product.upserted",
            format!("product/{product}"),
        );
        self.tell((about.0, about.1, &about.2), |version| {
            let name = format!("{MARK} {version}");
            (
                json!({"product": product, "name": name, "uom": "KGM"}),
                Means::Holds(name),
            )
        })
    }

    fn recipe(&mut self) -> Told {
        let recipe = self.any("R", 2);
        let entity = format!("recipe/{recipe}");
        self.tell(("/platform/recipes", "recipe.published", &entity), |version| {
            let products = PRODUCTS.iter().take(1 + version as usize % 3);
            let materials: Vec<_> = products
                .map(|product| json!({"portion_size": 2, "product": product, "quantity": version.to_string(), "uom": "KGM"}))
                .collect();
            let means = format!("R {version}{}", format!(" {version}").repeat(materials.len()));
            let data = json!({"recipe": recipe, "name": format!("R {version}"), "materials": materials});
            (data, Means::Holds(means))
        })
    }

    fn menu(&mut self) -> Told {
        self.tell(("/platform/menus", "menu.published", "menu/2026-W48"), |version| {
            let recipes: Vec<_> = (0..=version % 3)
                .map(|at| json!({"recipe": format!("R{at}"), "max_boxes": version}))
                .collect();
            let means = format!("week{}", format!(" {version}").repeat(recipes.len()));
            let data = json!({
                "week": "2026-W48", "start_date": "2026-11-21", "end_date": "2026-11-27", "recipes": recipes,
            });
            (data, Means::Holds(means))
        })
    }

    fn cap(&mut self) -> Told {
        let site = self.any("S", 2);
        let entity = format!("site-cap/{site}/2026-11-24");
        self.tell(("/planning/caps", "site-cap.set", &entity), |version| {
            let data = json!({"site": site, "date": "2026-11-24", "boxes_max": version});
            (data, Means::Holds(version.to_string()))
        })
    }

    fn order(&mut self) -> Told {
        let order = self.any("O", 3);
        let entity = format!("order/{order}");
        if self.world.happens(200) {
            return self.tell(
                ("/platform/orders", "order-lines.cancelled", &entity),
                |_| {
                    let data = json!({"order": order, "cancelled_at": "2026-11-16T09:00:00Z"});
                    (data, Means::Holds(String::new()))
                },
            );
        }
        self.tell(("/platform/orders", "order-lines.booked", &entity), |version| {
            let lines: Vec<_> = (0..=version % 3)
                .map(|at| json!({"line_no": at + 1, "recipe": "R1", "portion_size": 2, "quantity": version}))
                .collect();
            let means = vec![version.to_string(); lines.len()].join(" ");
            let data = json!({
                "order": order, "placed_at": "2026-11-15T19:12:44Z", "delivery_date": "2026-11-24", "area": "A1",
                "confirmed": true, "lines": lines,
            });
            (data, Means::Holds(means))
        })
    }

    fn purchase(&mut self) -> Told {
        let order = self.any("PO-", 3);
        let entity = format!("purchase-order/{order}");
        let kind = match self.world.below(4) {
            0 => "purchase-order.cancelled",
            1 => "purchase-order.amended",
            _ => "purchase-order.placed",
        };
        self.tell(("/erp/purchase", kind, &entity), |version| {
            let lines: Vec<_> = (0..=version % 2)
                .map(|at| json!({"line_no": at + 1, "product": "P1", "quantity": version.to_string(), "uom": "KGM"}))
                .collect();
            let status = if kind.ends_with("cancelled") { "Cancelled" } else { "Open" };
            let means = vec![format!("{version} {status}"); lines.len()].join(" ");
            let data = json!({
                "reference": order, "vendor": "V1", "site": "S1", "delivery_date": "2026-11-20", "lines": lines,
            });
            (data, Means::Holds(means))
        })
    }

    fn receipt(&mut self) -> Told {
        let reference = format!("GRN-{}", self.told);
        let entity = format!("goods-receipt/{reference}");
        let (site, quantity) = (self.any("S", 2), 1 + self.world.below(50));
        self.tell(("/warehouse/north", "goods.received", &entity), |_| {
            let data = json!({
                "reference": reference, "site": site, "received_at": "2026-11-16T08:00:00Z",
                "lines": [{"line_no": 1, "product": "P1", "quantity": quantity.to_string(), "uom": "KGM", "lot": "L1"}],
            });
            (data, Means::Moves(format!("{site}/P1/L1"), quantity * 1_000))
        })
    }

    fn count(&mut self) -> Told {
        let (site, product) = (self.any("S", 2), self.any("P", 2));
        let entity = format!("stock/{site}/{product}/L1");
        self.tell(("/warehouse/north", "stock.counted", &entity), |version| {
            let data = json!({
                "site": site, "product": product, "lot": "L1", "counted_at": "2026-11-16T08:00:00Z",
                "quantity": version.to_string(), "uom": "KGM",
            });
            (data, Means::Holds(version.to_string()))
        })
    }

    fn adjustment(&mut self) -> Told {
        let new = self.world.happens(80);
        let product = if new {
            NEW_PRODUCT.to_owned()
        } else {
            self.any("P", 4)
        };
        let (site, grams) = (self.any("S", 2), self.world.below(20_000) - 10_000);
        let grams = if grams == 0 { 1 } else { grams };
        let entity = format!("stock/{site}/{product}/L1");
        let about = ("/warehouse/north", "stock.adjusted", entity.as_str());
        let told = self.tell(about, |_| {
            let data = json!({
                "site": site, "product": product, "lot": "L1", "adjusted_at": "2026-11-16T08:00:00Z",
                "quantity": grams.to_string(), "uom": "GRM", "reason": format!("{MARK} dropped it"),
            });
            (data, Means::Moves(format!("{site}/{product}/L1"), grams))
        });
        Told {
            may_come_too_early: new,
            ..told
        }
    }
}
