//! The tables of a planning data set, one row type each. Keys identify a row; no table holds customer data.

mod values;

use domain::{
    AreaId, Date, Decimal, LotId, Measure, MenuWeek, OrderId, OverrideId, OverrideKeys, OverrideOp,
    Portions, ProductId, RecipeId, RuleId, SiteId, Timestamp, Unit, VendorId,
};
use jiff::civil::Time;

pub use crate::cell::Signed;
pub use values::{
    AppliesTo, ChangeId, InboundStatus, OrderStatus, PolicyMethod, RecipeKind, RecipesPerBox, Role,
    StockChange, Weekday,
};

use crate::{Schema, Table, table};

table! {
    /// Facts about the whole data set; at most one row.
    pub struct DataSet = "data_set", Optional {
        /// The moment the data describes; a run plans as of then.
        col as_of: Option<Timestamp>,
        /// The IANA time zone of cut-offs without one of their own.
        col time_zone: String,
        /// ISO 4217.
        col currency: Option<String>,
        /// Used where `box_history` is absent.
        col recipes_per_box: Option<RecipesPerBox>,
    }
}
table! {
    /// A menu week and the delivery dates it covers.
    pub struct MenuWeekRow = "menu_week", Required {
        /// The label.
        key week_id: MenuWeek,
        /// First delivery date.
        col start_date: Date,
        /// Last delivery date.
        col end_date: Date,
        /// Hours before delivery after which an order cannot change.
        col cutoff_hours: Option<u32>,
    }
}
table! {
    /// A recipe on a week's menu.
    pub struct MenuRecipe = "menu_recipe", Required {
        /// The menu week.
        entity week_id: MenuWeek,
        /// The recipe.
        key recipe_id: RecipeId,
        /// Price of a kit or a plate, as the company counts it.
        col price: Option<Decimal>,
        /// Share of areas that promote it.
        col promo_share: Option<Decimal>,
        /// Share of areas that show it on the home page.
        col homepage_share: Option<Decimal>,
        /// Place on the menu, 1 = first.
        col menu_position: Option<u32>,
        /// The most kits that can be sold in the week.
        col max_boxes: Option<u32>,
    }
}
table! {
    /// A recipe as one area sees it; no row means not offered there.
    pub struct MenuAreaRecipe = "menu_area_recipe", Optional {
        /// The menu week.
        entity week_id: MenuWeek,
        /// The area.
        key area_id: AreaId,
        /// The recipe.
        key recipe_id: RecipeId,
        /// Price there.
        col price: Option<Decimal>,
        /// Promoted there.
        col promo: Option<bool>,
        /// On the home page there.
        col homepage: Option<bool>,
    }
}
table! {
    /// A recipe.
    pub struct Recipe = "recipe", Required {
        /// The recipe.
        key recipe_id: RecipeId,
        /// Its name.
        col name: String,
        /// Meal (the default) or add-on.
        col kind: Option<RecipeKind>,
        /// Such as `Rice Bowl`.
        col category: Option<String>,
        /// Such as `Thai`.
        col cuisine: Option<String>,
        /// Such as `Chicken`.
        col protein: Option<String>,
        /// Minutes to cook.
        col cook_minutes: Option<u32>,
        /// Words separated by `;`, such as `vegan;gluten_free`.
        col dietary_flags: Option<String>,
    }
}
table! {
    /// How much of a product one kit of a recipe needs at one portion size.
    pub struct RecipeBom = "recipe_bom", Required {
        /// The recipe.
        entity recipe_id: RecipeId,
        /// The portion size.
        key portion_size: Portions,
        /// The product.
        key product_id: ProductId,
        /// Quantity in a kit.
        col qty_per_kit: Decimal,
        /// Its unit.
        col uom: Unit,
        /// Usable share of what is bought, above 0 and at most 1 (the default).
        col yield_factor: Option<Decimal>,
        /// First packing day it holds for.
        key valid_from: Option<Date>,
        /// Last packing day it holds for.
        col valid_to: Option<Date>,
    }
}
table! {
    /// Packaging that boxes need.
    pub struct BoxRule = "box_rule", Optional {
        /// The rule.
        key rule_id: RuleId,
        /// What is counted.
        col applies_to: AppliesTo,
        /// The product used.
        col product_id: ProductId,
        /// Quantity for each thing counted.
        col qty_expr: Decimal,
    }
}
table! {
    /// A stocked item.
    pub struct Product = "product", Required {
        /// The product.
        key product_id: ProductId,
        /// Its name.
        col name: String,
        /// The unit it is stocked in.
        col uom: Unit,
        /// Such as `fresh`.
        col category: Option<String>,
        /// Such as `chilled`.
        col temperature_zone: Option<String>,
        /// Days from receipt to expiry.
        col shelf_life_days: Option<u32>,
        /// Days that must be left at packing.
        col min_life_at_pack_days: Option<u32>,
        /// Cost of a unit.
        col unit_cost: Option<Decimal>,
        /// Cost of throwing a unit away.
        col waste_cost: Option<Decimal>,
        /// Cost of a unit short.
        col shortage_cost: Option<Decimal>,
    }
}
table! {
    /// A place that packs boxes.
    pub struct Site = "site", Required {
        /// The site.
        key site_id: SiteId,
        /// Its name.
        col name: String,
        /// Kitchen or catch-all.
        col role: Role,
        /// IANA time zone, else the data set's.
        col time_zone: Option<String>,
        /// First packing day.
        col active_from: Option<Date>,
        /// Last packing day.
        col active_to: Option<Date>,
    }
}
table! {
    /// How many boxes a site must and may pack on a day.
    pub struct SiteCap = "site_cap", Required {
        /// The site.
        key site_id: SiteId,
        /// The packing day.
        key date: Date,
        /// At least so many.
        col boxes_min: Option<u32>,
        /// At most so many; empty: no limit, 0: closed.
        col boxes_max: Option<u32>,
    }
}
table! {
    /// A recipe that a site can make in a week; without the file every site makes every recipe.
    pub struct SiteRecipe = "site_recipe", Optional {
        /// The site.
        entity site_id: SiteId,
        /// The menu week.
        entity week_id: MenuWeek,
        /// The recipe.
        key recipe_id: RecipeId,
    }
}
table! {
    /// A delivery area.
    pub struct DeliveryArea = "delivery_area", Required {
        /// The area.
        key area_id: AreaId,
        /// Its name.
        col name: String,
        /// Households in it.
        col households: Option<u32>,
    }
}
table! {
    /// A site that can serve an area.
    pub struct AreaSite = "area_site", Required {
        /// The area.
        key area_id: AreaId,
        /// The site.
        key site_id: SiteId,
        /// The delivery weekday; empty: every day.
        key weekday: Option<Weekday>,
        /// 1 = first choice (the default).
        col preference: Option<u32>,
        /// Days from packing to delivery (default 0).
        col transit_days: Option<u32>,
    }
}
table! {
    /// Recipe kits sold.
    pub struct DemandHistory = "demand_history", Required {
        /// The menu week.
        key week_id: MenuWeek,
        /// The area.
        key area_id: AreaId,
        /// The recipe.
        key recipe_id: RecipeId,
        /// The portion size.
        key portion_size: Portions,
        /// Kits sold.
        col quantity: u32,
        /// Price paid.
        col price: Option<Decimal>,
        /// Promoted.
        col promo: Option<bool>,
        /// On the home page.
        col homepage: Option<bool>,
        /// Sold out before the cut-off, so that demand was higher.
        col sold_out: Option<bool>,
    }
}
table! {
    /// Boxes delivered.
    pub struct BoxHistory = "box_history", Optional {
        /// The delivery date.
        key delivery_date: Date,
        /// The area.
        key area_id: AreaId,
        /// The portion size; empty: all.
        key portion_size: Option<Portions>,
        /// Distinct recipes in the box.
        key recipes_per_box: u8,
        /// Boxes.
        col boxes: u32,
    }
}
table! {
    /// The planners' own forecast of boxes; past issues are kept.
    pub struct VolumeForecast = "volume_forecast", Optional {
        /// The menu week forecast.
        key week_id: MenuWeek,
        /// When it was issued.
        key issued_at: Timestamp,
        /// The area; empty: all areas together.
        key area_id: Option<AreaId>,
        /// Median, in boxes.
        col p50: Decimal,
        /// One chance in ten of fewer.
        col p10: Option<Decimal>,
        /// One chance in ten of more.
        col p90: Option<Decimal>,
    }
}
table! {
    /// The planners' own forecast of a recipe's share of kits.
    pub struct ShareForecast = "share_forecast", Optional {
        /// The menu week.
        key week_id: MenuWeek,
        /// When it was issued.
        key issued_at: Timestamp,
        /// The recipe.
        key recipe_id: RecipeId,
        /// The area; empty: all.
        key area_id: Option<AreaId>,
        /// Share, 0 to 1.
        col share: Decimal,
    }
}
table! {
    /// A line of a customer's order: one recipe in one box.
    pub struct OrderLine = "order_line", Optional {
        /// The order: one box.
        entity order_id: OrderId,
        /// The line.
        key line_no: u32,
        /// When it was placed.
        col placed_at: Timestamp,
        /// When it is delivered.
        col delivery_date: Date,
        /// Where.
        col area_id: AreaId,
        /// The recipe.
        col recipe_id: RecipeId,
        /// The portion size.
        col portion_size: Portions,
        /// Kits.
        col quantity: u32,
        /// Where the order stands.
        col status: OrderStatus,
        /// The site that packs it, where decided.
        col site_id: Option<SiteId>,
    }
}
table! {
    /// A lot in stock. Of each site the last count up to the plan's time holds, with all of its lots.
    pub struct InvLevel = "inv_level", Optional {
        /// When it was counted.
        key snapshot_at: Timestamp,
        /// The site.
        key site_id: SiteId,
        /// The product.
        key product_id: ProductId,
        /// The lot.
        key lot: LotId,
        /// Quantity there.
        col on_hand: Decimal,
        /// Of it already promised.
        col allocated: Option<Decimal>,
        /// Last day it may be used.
        col expiry_date: Option<Date>,
    }
}
table! {
    /// A movement or a count of stock since a site's last count in `inv_level`. They hold in the order of their times:
    /// what was moved is added, what was counted stands from then on. A move without a lot that takes more than there
    /// is without one takes the rest from the product's lots, first expired first.
    pub struct InvChange = "inv_change", Optional {
        /// The movement, such as the event that reported it and its line; of a count what was counted, so that its
        /// newest version holds.
        key change_id: ChangeId,
        /// The site.
        col site_id: SiteId,
        /// The product.
        col product_id: ProductId,
        /// The lot; empty: not known which, and of a count all lots together.
        col lot: Option<LotId>,
        /// When it was moved or counted.
        col changed_at: Timestamp,
        /// `moved` or `counted`.
        col kind: StockChange,
        /// What was moved in (below 0: out), or what is there; in the product's unit.
        col quantity: Signed,
        /// Last day the lot may be used.
        col expiry_date: Option<Date>,
        /// Of goods received: the purchase order.
        col order_id: Option<OrderId>,
        /// Its line.
        col line_no: Option<u32>,
    }
}
table! {
    /// A line of a purchase order still to come or come already.
    pub struct InboundOrderLine = "inbound_order_line", Optional {
        /// The purchase order.
        entity order_id: OrderId,
        /// The line.
        key line_no: u32,
        /// The product.
        col product_id: ProductId,
        /// The site.
        col site_id: SiteId,
        /// The vendor.
        col vendor_id: VendorId,
        /// Quantity ordered.
        col qty_ordered: Decimal,
        /// Of it received, as its system reports it; what `inv_change` says was received counts where it is more.
        col qty_received: Decimal,
        /// When the rest is expected.
        col expected_at: Timestamp,
        /// Where the line stands.
        col status: InboundStatus,
    }
}
table! {
    /// A vendor.
    pub struct Vendor = "vendor", Optional {
        /// The vendor.
        key vendor_id: VendorId,
        /// Its name.
        col name: String,
        /// Least value of an order.
        col min_order_value: Option<Decimal>,
        /// ISO 4217.
        col currency: Option<String>,
    }
}
table! {
    /// A vendor's terms for a product. Those for a site stand before those for all.
    pub struct VendorProduct = "vendor_product", Optional {
        /// The vendor.
        key vendor_id: VendorId,
        /// The product.
        key product_id: ProductId,
        /// The site; empty: all.
        key site_id: Option<SiteId>,
        /// Price of an order unit.
        col price: Decimal,
        /// The unit ordered in, else the product's.
        col order_uom: Option<Unit>,
        /// The product's units in one order unit; needed where the two do not convert by themselves.
        col base_per_order_uom: Option<Decimal>,
        /// Least quantity of a line.
        col order_min: Option<Decimal>,
        /// Step of a line's quantity, above 0; the minimum is rounded up to one.
        col order_multiple: Option<Decimal>,
        /// Most quantity of a line.
        col order_max: Option<Decimal>,
        /// Cases on a pallet.
        col cases_per_pallet: Option<u32>,
        /// 1 = first choice (the default); of two alike the cheaper stands first.
        col priority: Option<u32>,
    }
}
table! {
    /// Days from order to arrival. The more specific row wins, and product is more specific than site; parts of a day
    /// count as a whole one. Without a row goods come on the day they are ordered.
    pub struct VendorLeadTime = "vendor_lead_time", Optional {
        /// The vendor.
        key vendor_id: VendorId,
        /// The product; empty: all.
        key product_id: Option<ProductId>,
        /// The site; empty: all.
        key site_id: Option<SiteId>,
        /// Mean days.
        col days: Signed,
        /// Standard deviation in days.
        col std_days: Option<Decimal>,
    }
}
table! {
    /// When a vendor takes orders and delivers. Where it has rows for a site, it does neither on a weekday without one;
    /// where it has none, it takes orders until midnight and delivers every day.
    pub struct VendorCalendar = "vendor_calendar", Optional {
        /// The vendor.
        entity vendor_id: VendorId,
        /// The site.
        entity site_id: SiteId,
        /// The weekday.
        key weekday: Weekday,
        /// Latest ordering on that weekday, the site's local time.
        col order_cutoff_time: Time,
        /// Whether goods arrive on that weekday.
        col delivers: bool,
    }
}
table! {
    /// How purchase quantities are aimed. The more specific row wins, and product is more specific than site.
    pub struct InvPolicy = "inv_policy", Optional {
        /// The site; empty: all.
        key site_id: Option<SiteId>,
        /// The product; empty: all.
        key product_id: Option<ProductId>,
        /// The method.
        col method: PolicyMethod,
        /// Its target: for `days` the days of need, else a quantile above 0 and below 1.
        col target: Decimal,
    }
}
table! {
    /// A planner's correction. Of several for one place the wider comes before the narrower (fewer keys before more),
    /// then the earlier made before the later; of two that set the same thing the later made alone counts. It holds
    /// for plans made from `created_at` on and before `expires_at`; keep it afterwards, and `larder backtest` says
    /// whether it helped.
    pub struct Override = "override", Optional {
        /// The override.
        key override_id: OverrideId,
        /// What it changes: `volume` (boxes expected; keys week, area, date of delivery), `share` (a recipe's share
        /// of the kits of meals, 0 to 1; keys recipe, week, area), `need` (of a product at a site; keys week, site,
        /// product, category, date of packing) or `quantity` (of a purchase order line; the keys of `need`, of which
        /// date is that of delivery to the site, and vendor).
        col measure: Measure,
        /// Where it holds, such as `week=2026-W48;area=A1`; a key that is not given means all.
        col keys: OverrideKeys,
        /// `set` replaces, `add` adds to, `multiply` multiplies what stands there.
        col op: OverrideOp,
        /// The number set, added (below 0: taken away) or multiplied by.
        col value: Signed,
        /// Why.
        col reason: String,
        /// Whose.
        col author: String,
        /// Since when.
        col created_at: Timestamp,
        /// Until when.
        col expires_at: Option<Timestamp>,
    }
}

/// Does something with every table of the data set: `each_table!(visit)` calls `visit!(RowType)` for each.
#[macro_export]
macro_rules! each_table {
    ($visit:ident) => {
        $visit!(DataSet);
        $visit!(MenuWeekRow);
        $visit!(MenuRecipe);
        $visit!(MenuAreaRecipe);
        $visit!(Recipe);
        $visit!(RecipeBom);
        $visit!(BoxRule);
        $visit!(Product);
        $visit!(Site);
        $visit!(SiteCap);
        $visit!(SiteRecipe);
        $visit!(DeliveryArea);
        $visit!(AreaSite);
        $visit!(DemandHistory);
        $visit!(BoxHistory);
        $visit!(VolumeForecast);
        $visit!(ShareForecast);
        $visit!(OrderLine);
        $visit!(InvLevel);
        $visit!(InvChange);
        $visit!(InboundOrderLine);
        $visit!(Vendor);
        $visit!(VendorProduct);
        $visit!(VendorLeadTime);
        $visit!(VendorCalendar);
        $visit!(InvPolicy);
        $visit!(Override);
    };
}

/// The schema of every table, in the order of this module.
pub fn schemas() -> Vec<&'static Schema> {
    let mut schemas = Vec::new();
    macro_rules! push {
        ($row:ident) => {
            schemas.push($row::SCHEMA)
        };
    }
    each_table!(push);
    schemas
}
