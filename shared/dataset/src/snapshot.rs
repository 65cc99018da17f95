//! The planning data set in memory: everything but `demand_history`, which [`History`](crate::History) holds.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Date, Decimal, Finding, MenuWeek, RecipeId, Scope, Volume};
use jiff::tz::TimeZone;

use crate::files::{Files, Loss, Row};
use crate::table::{Cells, Presence, Table};
use crate::tables::{
    AreaSite, BoxHistory, BoxRule, DataSet, DeliveryArea, InboundOrderLine, InvChange, InvLevel,
    InvPolicy, MenuAreaRecipe, MenuRecipe, MenuWeekRow, OrderLine, Override, Product, Recipe,
    RecipeBom, ShareForecast, Site, SiteCap, SiteRecipe, Vendor, VendorCalendar, VendorLeadTime,
    VendorProduct, VolumeForecast,
};
use crate::{Field, Loaded};

macro_rules! planning_data {
    ($($(#[$doc:meta])* $table:ident: $row:ident,)*) => {
        /// Every table of a data set except `demand_history`, typed, with where each row stood.
        ///
        /// A table that is absent or unreadable is empty here; [`has`](Self::has) tells the two from one that is
        /// there without rows.
        #[derive(Debug, Clone, Default)]
        pub struct PlanningData {
            $($(#[$doc])* pub $table: Vec<Row<$row>>,)*
            /// What could not be read, and what that stops.
            pub findings: Vec<Finding>,
            present: BTreeSet<&'static str>,
            names: BTreeMap<&'static str, String>,
        }

        impl PlanningData {
            /// How many rows each table that is there has, by name.
            pub fn row_counts(&self) -> BTreeMap<&'static str, u64> {
                let all = [$((<$row as Table>::SCHEMA.name, self.$table.len() as u64)),*];
                all.into_iter().filter(|(name, _)| self.present.contains(name)).collect()
            }
        }
    };
}

planning_data! {
    /// At most one row.
    data_set: DataSet,
    /// The weeks and their delivery dates.
    menu_week: MenuWeekRow,
    /// The menus.
    menu_recipe: MenuRecipe,
    /// The menus as single areas see them.
    menu_area_recipe: MenuAreaRecipe,
    /// The recipes.
    recipe: Recipe,
    /// The bills of materials.
    recipe_bom: RecipeBom,
    /// The packaging rules.
    box_rule: BoxRule,
    /// The products.
    product: Product,
    /// The sites.
    site: Site,
    /// What sites may pack on a day.
    site_cap: SiteCap,
    /// What sites can make; without the file every site makes every recipe.
    site_recipe: SiteRecipe,
    /// The delivery areas.
    delivery_area: DeliveryArea,
    /// Which site can serve which area.
    area_site: AreaSite,
    /// Boxes delivered.
    box_history: BoxHistory,
    /// The planners' own forecasts of boxes.
    volume_forecast: VolumeForecast,
    /// The planners' own forecasts of recipe shares.
    share_forecast: ShareForecast,
    /// Known customer orders.
    order_line: OrderLine,
    /// Stock.
    inv_level: InvLevel,
    /// Movements and counts of stock.
    inv_change: InvChange,
    /// Purchase orders under way.
    inbound_order_line: InboundOrderLine,
    /// The vendors.
    vendor: Vendor,
    /// Their terms.
    vendor_product: VendorProduct,
    /// Their lead times.
    vendor_lead_time: VendorLeadTime,
    /// When they take orders and deliver.
    vendor_calendar: VendorCalendar,
    /// How purchase quantities are aimed.
    inv_policy: InvPolicy,
    /// Planners' corrections.
    overrides: Override,
}

impl PlanningData {
    /// Reads every table but `demand_history`.
    ///
    /// Tables that decide what the loss of another's row stops are read first: a lost line of a bill of materials
    /// stops the weeks that have the recipe on the menu, a lost cap stops the week that would pack on its day, a
    /// lost lot of stock stops nothing and is reported with its quantity.
    pub fn load(files: &Files) -> Self {
        let mut data = Self::default();
        data.data_set = data.keep(files, |_| Loss::all());
        data.menu_week = data.keep(files, |_| Loss::all());
        data.menu_recipe = data.keep(files, week_of);
        data.menu_area_recipe = data.keep(files, week_of);
        data.site_recipe = data.keep(files, week_of);
        data.delivery_area = data.keep(files, |_| Loss::all());
        data.site = data.keep(files, |_| Loss::all());
        data.area_site = data.keep(files, |_| Loss::all());

        let menus = data.menus();
        let on_menu = |cells: &Cells<'_>| match RecipeId::parse(cells.named("recipe_id")) {
            Ok(recipe) => Loss::weeks(menus.get(&recipe).into_iter().flatten().copied()),
            Err(_) => Loss::all(),
        };
        data.recipe = data.keep(files, on_menu);
        data.recipe_bom = data.keep(files, on_menu);
        let calendar = data.packing_days();
        data.site_cap = data.keep(files, |cells| match Date::parse(cells.named("date")) {
            Ok(day) => Loss::weeks(calendar.weeks_packing_on(day)),
            Err(_) => Loss::all(),
        });

        data.product = data.keep(files, |_| Loss::record());
        data.box_rule = data.keep(files, |_| Loss::record());
        data.box_history = data.keep(files, |cells| boxes(cells, "boxes"));
        data.volume_forecast = data.keep(files, |cells| boxes(cells, "p50"));
        data.share_forecast = data.keep(files, |_| Loss::record());
        data.order_line = data.keep(files, |cells| boxes(cells, "quantity"));
        data.inv_level = data.keep(files, |cells| quantity(cells, "on_hand"));
        data.inv_change = data.keep(files, |cells| quantity(cells, "quantity"));
        data.inbound_order_line = data.keep(files, |cells| quantity(cells, "qty_ordered"));
        data.vendor = data.keep(files, |_| Loss::record());
        data.vendor_product = data.keep(files, |_| Loss::record());
        data.vendor_lead_time = data.keep(files, |_| Loss::record());
        data.vendor_calendar = data.keep(files, |_| Loss::record());
        data.inv_policy = data.keep(files, |_| Loss::record());
        data.overrides = data.keep(files, |_| Loss::record());
        data
    }

    /// Whether the table is there and readable; one that a data set cannot do without must have rows, too.
    pub fn has<T: Table>(&self) -> bool {
        self.has_table(T::SCHEMA.name)
    }

    pub(crate) fn has_table(&self, name: &str) -> bool {
        self.present.contains(name)
    }

    /// The file that a table stands in, or would stand in.
    pub fn file_of<T: Table>(&self) -> &str {
        self.names
            .get(T::SCHEMA.name)
            .map_or(T::SCHEMA.name, String::as_str)
    }

    /// The data set's settings, where it has them.
    pub fn settings(&self) -> Option<&DataSet> {
        self.data_set.first().map(|row| &row.value)
    }

    /// The time zone that dates are meant in; UTC where none is stated that the time zone database knows.
    pub fn time_zone(&self) -> TimeZone {
        self.settings()
            .and_then(|settings| TimeZone::get(&settings.time_zone).ok())
            .unwrap_or(TimeZone::UTC)
    }

    /// The weeks with each recipe on the menu.
    pub fn menus(&self) -> BTreeMap<RecipeId, BTreeSet<MenuWeek>> {
        let mut menus = BTreeMap::<_, BTreeSet<_>>::new();
        for Row { value: row, .. } in &self.menu_recipe {
            menus
                .entry(row.recipe_id.clone())
                .or_default()
                .insert(row.week_id);
        }
        menus
    }

    /// The days on which each week may be packed.
    pub fn packing_days(&self) -> PackingDays {
        PackingDays::new(
            self.menu_week.iter().map(|row| &row.value),
            self.area_site.iter().map(|row| &row.value),
        )
    }

    fn keep<T: Table>(&mut self, files: &Files, loss: impl Fn(&Cells<'_>) -> Loss) -> Vec<Row<T>> {
        let Loaded {
            rows,
            findings,
            present,
        } = files.load_weighed(&loss);
        self.findings.extend(findings);
        self.names.insert(T::SCHEMA.name, files.file_name::<T>());
        if present && (T::SCHEMA.presence == Presence::Optional || !rows.is_empty()) {
            self.present.insert(T::SCHEMA.name);
        }
        rows
    }
}

/// No lorry is on the road for longer; a greater `transit_days` is a typing error and must not widen every week.
const MAX_TRANSIT_DAYS: u32 = 14;

/// The date `days` before, or the first date there is.
pub(crate) fn earlier(date: Date, days: i64) -> Date {
    date.saturating_sub(jiff::Span::new().try_days(days).unwrap_or_default())
}

/// For each week, the first and the last day on which its boxes may be packed.
#[derive(Debug, Clone)]
pub struct PackingDays(Vec<(MenuWeek, Date, Date)>);

impl PackingDays {
    /// From the weeks' dates, and from how long the sites' boxes are on the road.
    pub fn new<'a>(
        weeks: impl IntoIterator<Item = &'a MenuWeekRow>,
        routes: impl IntoIterator<Item = &'a AreaSite>,
    ) -> Self {
        let transit = routes.into_iter().filter_map(|row| row.transit_days).max();
        let transit = i64::from(transit.unwrap_or(0).min(MAX_TRANSIT_DAYS));
        let days = |week: &MenuWeekRow| {
            let first = earlier(week.start_date, transit);
            (week.week_id, first, week.end_date)
        };
        Self(weeks.into_iter().map(days).collect())
    }

    /// The weeks that may pack on a date: more than one where transit takes days.
    pub fn weeks_packing_on(&self, date: Date) -> impl Iterator<Item = MenuWeek> {
        let hit = move |(_, first, last): &&(_, Date, Date)| (*first..=*last).contains(&date);
        self.0.iter().filter(hit).map(|(week, ..)| *week)
    }

    /// The first and last day of a week.
    pub fn of(&self, week: MenuWeek) -> Option<(Date, Date)> {
        self.0
            .iter()
            .find(|(other, ..)| *other == week)
            .map(|(_, first, last)| (*first, *last))
    }
}

fn week_of(cells: &Cells<'_>) -> Loss {
    MenuWeek::parse(cells.named("week_id")).map_or_else(|_| Loss::all(), |week| Loss::weeks([week]))
}

fn boxes(cells: &Cells<'_>, column: &str) -> Loss {
    let impact = Decimal::parse(cells.named(column)).map_or(Volume::Unknown, |boxes| {
        Volume::Boxes(u64::try_from(boxes.millionths() / 1_000_000).unwrap_or(0))
    });
    Loss {
        scope: Scope::Record,
        impact,
    }
}

fn quantity(cells: &Cells<'_>, column: &str) -> Loss {
    let impact = Decimal::parse(cells.named(column)).map_or(Volume::Unknown, Volume::Quantity);
    Loss {
        scope: Scope::Record,
        impact,
    }
}
