use contracts::canonical::{Reason, Rejection};
use dataset::changes::{Batch, ChangeError, Stamp};
use dataset::tables::{
    InboundOrderLine, InvChange, MenuRecipe, MenuWeekRow, OrderLine, Product, Recipe, RecipeBom,
    SiteCap,
};
use dataset::{Cell, Field};
use domain::OrderId;

/// What an event changes in the planning data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which event says so, and at which version.
    pub stamp: Stamp,
    /// The rows that hold from then on.
    pub rows: Rows,
}

/// The rows of one event: each is all that its entity has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// A product.
    Product(Box<Product>),
    /// A recipe and its bill of materials.
    Recipe(Box<Recipe>, Vec<RecipeBom>),
    /// A menu week and its menu.
    Menu(MenuWeekRow, Vec<MenuRecipe>),
    /// What a site packs on a day.
    SiteCap(SiteCap),
    /// A customer's order.
    Order(Vec<OrderLine>),
    /// A customer's order that is withdrawn.
    OrderGone(OrderId),
    /// A purchase order.
    Inbound(Vec<InboundOrderLine>),
    /// Goods that have come.
    Received(Vec<InvChange>),
    /// Stock that was adjusted or counted.
    Stock(Box<InvChange>),
}

impl Change {
    /// Adds the rows to a batch of changes.
    ///
    /// # Errors
    /// Why they cannot stand in the change log.
    pub fn put(&self, batch: &mut Batch) -> Result<(), Rejection> {
        let stamp = &self.stamp;
        let put = match &self.rows {
            Rows::Product(row) => batch.set(stamp, [row.as_ref()]),
            Rows::Recipe(row, materials) => batch
                .set(stamp, [row.as_ref()])
                .and_then(|()| batch.set(stamp, materials)),
            Rows::Menu(row, recipes) => batch
                .set(stamp, [row])
                .and_then(|()| batch.set(stamp, recipes)),
            Rows::SiteCap(row) => batch.set(stamp, [row]),
            Rows::Order(rows) => batch.set(stamp, rows),
            Rows::OrderGone(order) => {
                let entity: [Cell<'_>; 1] = [order.cell()];
                batch.remove::<OrderLine>(stamp, &entity)
            }
            Rows::Inbound(rows) => batch.set(stamp, rows),
            Rows::Received(rows) => batch.set(stamp, rows),
            Rows::Stock(row) => batch.set(stamp, [row.as_ref()]),
        };
        put.map_err(|error| unwritable(&error))
    }
}

/// What the events' limits let through and the data set's files have no room for.
pub(crate) fn unwritable(error: &ChangeError) -> Rejection {
    let message = format!("the change log cannot hold it: {error}");
    let remedy = "correct it where the event comes from and send it again with a new id";
    Rejection::new(Reason::Schema, message, remedy)
}
