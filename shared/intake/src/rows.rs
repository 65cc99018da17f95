//! From an event to its rows.

use contracts::canonical::{
    Amount, CustomerOrder, Day, Event, Fact, Menu, Moment, Part, PurchaseDocument, PurchaseLine,
    Recipe, RecipeKind, Rejection, Share, SiteCap, Words,
};
use dataset::changes::Stamp;
use dataset::tables::{self, InboundOrderLine, InboundStatus, OrderLine, OrderStatus};
use domain::{Date, Decimal, Timestamp};
use jiff::tz::TimeZone;

use crate::catalogue::Catalogue;
use crate::change::{Change, Rows, unwritable};
use crate::stock;

/// What an event changes in the planning data set; `None` for one that planning has no use for.
///
/// # Errors
/// Why it cannot be taken. `UnknownItem` where it names a product or a site that the catalogue does not have: the
/// catalogue may be too old.
pub fn change(event: &Event, known: &Catalogue) -> Result<Option<Change>, Rejection> {
    let rows = match &event.data {
        Fact::ProductUpserted(product) => Rows::Product(Box::new(self::product(product))),
        Fact::RecipePublished(recipe) => self::recipe(recipe, known)?,
        Fact::MenuPublished(menu) => self::menu(menu),
        Fact::SiteCapSet(cap) => Rows::SiteCap(site_cap(cap, known)?),
        Fact::OrderLinesBooked(order) => Rows::Order(order_lines(order)),
        Fact::OrderLinesCancelled(order) => Rows::OrderGone(order.order.clone()),
        Fact::PurchaseOrderPlaced(order)
        | Fact::PurchaseOrderConfirmed(order)
        | Fact::PurchaseOrderAmended(order) => inbound(order, known, |line| {
            if line.closed {
                InboundStatus::Closed
            } else {
                InboundStatus::Open
            }
        })?,
        // It stays known, so that nobody counts what was approved under its reference.
        Fact::PurchaseOrderCancelled(order) => inbound(order, known, |_| InboundStatus::Cancelled)?,
        Fact::GoodsReceived(receipt) => stock::received(receipt, &event.entity(), known)?,
        Fact::StockAdjusted(adjustment) => stock::adjusted(adjustment, &event.identity(), known)?,
        Fact::StockCounted(count) => stock::counted(count, &event.entity(), known)?,
        Fact::PurchaseOrderProposed(_)
        | Fact::PurchaseOrderApproved(_)
        | Fact::PurchaseOrderWithdrawn(_)
        | Fact::InboundAdvised(_)
        | Fact::SalesOrderConfirmed(_)
        | Fact::SalesOrderAmended(_)
        | Fact::SalesOrderCancelled(_)
        | Fact::ShipmentDispatched(_) => return Ok(None),
    };
    let stamp = Stamp::new(&event.identity(), event.version).map_err(|error| unwritable(&error))?;
    Ok(Some(Change { stamp, rows }))
}

fn product(product: &contracts::canonical::Product) -> tables::Product {
    let words = |words: &Option<Words>| words.clone().map(String::from);
    tables::Product {
        product_id: product.product.clone(),
        name: product.name.as_str().to_owned(),
        uom: product.uom,
        category: words(&product.category),
        temperature_zone: words(&product.temperature_zone),
        shelf_life_days: product.shelf_life_days,
        min_life_at_pack_days: product.min_life_at_pack_days,
        unit_cost: product.unit_cost.map(Amount::get),
        waste_cost: product.waste_cost.map(Amount::get),
        shortage_cost: product.shortage_cost.map(Amount::get),
    }
}

fn recipe(recipe: &Recipe, known: &Catalogue) -> Result<Rows, Rejection> {
    let words = |words: &Option<Words>| words.clone().map(String::from);
    let row = tables::Recipe {
        recipe_id: recipe.recipe.clone(),
        name: recipe.name.as_str().to_owned(),
        kind: recipe.kind.map(|kind| match kind {
            RecipeKind::Meal => tables::RecipeKind::Meal,
            RecipeKind::AddOn => tables::RecipeKind::AddOn,
        }),
        category: words(&recipe.category),
        cuisine: words(&recipe.cuisine),
        protein: words(&recipe.protein),
        cook_minutes: recipe.cook_minutes,
        dietary_flags: words(&recipe.dietary_flags),
    };
    let materials = recipe.materials.iter().map(|material| {
        // The table holds units of its own; only that the quantity can be converted is looked at.
        known.own_quantity(&material.product, material.quantity, material.uom)?;
        Ok(tables::RecipeBom {
            recipe_id: recipe.recipe.clone(),
            portion_size: material.portion_size,
            product_id: material.product.clone(),
            qty_per_kit: material.quantity.get(),
            uom: material.uom,
            yield_factor: material.yield_factor.map(Share::get),
            valid_from: material.valid_from.map(Day::get),
            valid_to: material.valid_to.map(Day::get),
        })
    });
    let materials: Result<_, Rejection> = materials.collect();
    Ok(Rows::Recipe(Box::new(row), materials?))
}

fn menu(menu: &Menu) -> Rows {
    let week = tables::MenuWeekRow {
        week_id: menu.week,
        start_date: menu.start_date.get(),
        end_date: menu.end_date.get(),
        cutoff_hours: menu.cutoff_hours,
    };
    let recipes = menu.recipes.iter().map(|item| tables::MenuRecipe {
        week_id: menu.week,
        recipe_id: item.recipe.clone(),
        price: item.price.map(Amount::get),
        promo_share: item.promo_share.map(Part::get),
        homepage_share: item.homepage_share.map(Part::get),
        menu_position: item.menu_position,
        max_boxes: item.max_boxes,
    });
    Rows::Menu(week, recipes.collect())
}

fn site_cap(cap: &SiteCap, known: &Catalogue) -> Result<tables::SiteCap, Rejection> {
    known.clock(&cap.site)?;
    Ok(tables::SiteCap {
        site_id: cap.site.clone(),
        date: cap.date.get(),
        boxes_min: cap.boxes_min,
        boxes_max: cap.boxes_max,
    })
}

fn order_lines(order: &CustomerOrder) -> Vec<OrderLine> {
    let status = if order.confirmed {
        OrderStatus::Confirmed
    } else {
        OrderStatus::Placed
    };
    let lines = order.lines.iter().map(|line| OrderLine {
        order_id: order.order.clone(),
        line_no: line.line_no.get(),
        placed_at: order.placed_at.get(),
        delivery_date: order.delivery_date.get(),
        area_id: order.area.clone(),
        recipe_id: line.recipe.clone(),
        portion_size: line.portion_size,
        quantity: line.quantity.get(),
        status,
        site_id: order.site.clone(),
    });
    lines.collect()
}

/// The order's business reference is its id in the data set: the order that was approved here under it is then no longer
/// counted as under way, whatever has become of it.
fn inbound(
    order: &PurchaseDocument,
    known: &Catalogue,
    status: impl Fn(&PurchaseLine) -> InboundStatus,
) -> Result<Rows, Rejection> {
    let clock = known.clock(&order.site)?;
    let lines = order.lines.iter().map(|line| {
        let own = |quantity: Decimal| known.own(&line.product, quantity, line.uom);
        let agreed = line.expected_at.or(order.expected_at);
        let expected_at =
            agreed.map_or_else(|| end_of(order.delivery_date.get(), clock), Moment::get);
        Ok(InboundOrderLine {
            order_id: order.reference.clone(),
            line_no: line.line_no.get(),
            product_id: line.product.clone(),
            site_id: order.site.clone(),
            vendor_id: order.vendor.clone(),
            qty_ordered: own(line.quantity.get())?,
            qty_received: own(line.received.map_or(Decimal::ZERO, Amount::get))?,
            expected_at,
            status: status(line),
        })
    });
    let lines: Result<_, Rejection> = lines.collect();
    Ok(Rows::Inbound(lines?))
}

/// The last second of the day on the site's clock: no hour is agreed, and until then nothing is overdue.
fn end_of(day: Date, clock: &TimeZone) -> Timestamp {
    let end = day.at(23, 59, 59, 0);
    // Days are of this century, far from where moments end.
    end.to_zoned(clock.clone())
        .map_or(Timestamp::MAX, |end| end.timestamp())
}
