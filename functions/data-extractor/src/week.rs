//! One week's snapshot from the data set.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{CapOverride, Fault, FaultName};
use dataset::PlanningData;
use dataset::tables::{AppliesTo, MenuWeekRow, OrderStatus, RecipeKind, Role};
use domain::{
    AreaId, Date, Decimal, Measure, MenuWeek, OrderId, Override, ProductId, RecipeId, SiteId,
    Timestamp,
};
use snapshot::{
    AreaFacts, BomRow, Counted, KnownBox, MenuItem, Offer, PackagingRow, ProductFacts, RouteFacts,
    ShareIssue, SiteFacts, Traits, VolumeIssue, WeekSnapshot,
};

use crate::HistoryFacts;
use crate::caps::Caps;
use crate::rows::Rows;

/// Places in the snapshot's lists, by id.
struct Places<'a> {
    sites: BTreeMap<&'a SiteId, usize>,
    areas: BTreeMap<&'a AreaId, usize>,
    items: BTreeMap<&'a RecipeId, usize>,
}

pub(crate) fn snapshot(
    data: &PlanningData,
    facts: &HistoryFacts,
    week: MenuWeek,
    as_of: Timestamp,
    overrides: &[CapOverride],
) -> Result<WeekSnapshot, Fault> {
    let dates = data
        .menu_week
        .iter()
        .map(|row| &row.value)
        .find(|row| row.week_id == week);
    let dates = dates.ok_or_else(|| {
        Fault::new(
            FaultName::DataRejected,
            format!("menu_week has no {week}; add its dates"),
        )
    })?;
    let (first, last) = data
        .packing_days()
        .of(week)
        .unwrap_or((dates.start_date, dates.end_date));
    let packing_days: Vec<Date> = first
        .series(jiff::Span::new().days(1))
        .take_while(|day| *day <= last)
        .collect();

    let sites: BTreeMap<&SiteId, _> = data
        .site
        .iter()
        .map(|row| &row.value)
        .filter(|site| site.active_from.is_none_or(|from| from <= last))
        .filter(|site| site.active_to.is_none_or(|to| first <= to))
        .map(|site| (&site.site_id, site))
        .collect();
    let areas: BTreeMap<&AreaId, _> = data
        .delivery_area
        .iter()
        .map(|row| (&row.value.area_id, &row.value))
        .collect();
    let menu: BTreeMap<&RecipeId, _> = data
        .menu_recipe
        .iter()
        .map(|row| &row.value)
        .filter(|row| row.week_id == week)
        .map(|row| (&row.recipe_id, row))
        .collect();
    let places = Places {
        sites: sites.keys().enumerate().map(|(at, id)| (*id, at)).collect(),
        areas: areas.keys().enumerate().map(|(at, id)| (*id, at)).collect(),
        items: menu.keys().enumerate().map(|(at, id)| (*id, at)).collect(),
    };

    let caps = Caps::new(data, facts, overrides);
    let site_caps = sites.values().map(|site| {
        let cap = |day: &Date| {
            let closed = site.active_from.is_some_and(|from| *day < from)
                || site.active_to.is_some_and(|to| to < *day);
            if closed {
                return snapshot::Cap {
                    min: 0,
                    max: Some(0),
                };
            }
            caps.of(&site.site_id, *day, week)
        };
        packing_days.iter().map(cap).collect()
    });
    let mut rows = Rows::default();
    let (products, bom, packaging) = materials(data, &places, &mut rows);
    let known = known(data, dates, &places, &mut rows);
    Ok(WeekSnapshot {
        week,
        start_date: dates.start_date,
        end_date: dates.end_date,
        as_of,
        lead_weeks: lead_weeks(data, facts, dates),
        caps: site_caps.collect(),
        sites: sites
            .values()
            .map(|site| SiteFacts {
                id: site.site_id.clone(),
                name: site.name.clone(),
                catch_all: site.role == Role::CatchAll,
            })
            .collect(),
        packing_days,
        areas: area_facts(data, &places, &areas.keys().copied().collect::<Vec<_>>()),
        menu: menu_items(data, week, &places, &menu.into_values().collect::<Vec<_>>()),
        products,
        bom,
        packaging,
        volume: volume(data, week, as_of, &places),
        shares: shares(data, week, as_of, &places),
        overrides: planners_overrides(data, dates, as_of),
        known,
        closed: dates
            .start_date
            .series(jiff::Span::new().days(1))
            .take_while(|date| *date <= dates.end_date)
            .map(|date| past_cut_off(data, dates, date, as_of))
            .collect(),
        withdrawn: withdrawn(data, as_of),
        recipes_per_box: data
            .settings()
            .and_then(|settings| settings.recipes_per_box.as_ref())
            .map(|stated| stated.shares().to_vec()),
        files: rows.files(),
    })
}

/// The overrides of volume and shares that hold for the week.
fn planners_overrides(data: &PlanningData, week: &MenuWeekRow, as_of: Timestamp) -> Vec<Override> {
    let mut in_force = data.overrides_in_force(as_of);
    in_force.retain(|made| {
        let keys = &made.keys;
        matches!(made.measure, Measure::Volume | Measure::Share)
            && keys.week.is_none_or(|own| own == week.week_id)
            && keys
                .date
                .is_none_or(|date| (week.start_date..=week.end_date).contains(&date))
    });
    in_force
}

/// Menu weeks from the last one with history to this one.
fn lead_weeks(data: &PlanningData, facts: &HistoryFacts, week: &MenuWeekRow) -> u32 {
    let between = data
        .menu_week
        .iter()
        .map(|row| row.value.week_id)
        .filter(|other| *other <= week.week_id && facts.last_week.is_none_or(|last| *other > last));
    (between.count() as u32).max(1)
}

fn area_facts(data: &PlanningData, places: &Places<'_>, areas: &[&AreaId]) -> Vec<AreaFacts> {
    let mut facts: Vec<AreaFacts> = areas
        .iter()
        .map(|id| AreaFacts {
            id: (*id).clone(),
            routes: Vec::new(),
        })
        .collect();
    for row in &data.area_site {
        let row = &row.value;
        let (Some(area), Some(site)) = (
            places.areas.get(&row.area_id),
            places.sites.get(&row.site_id),
        ) else {
            continue;
        };
        if let Some(area) = facts.get_mut(*area) {
            area.routes.push(RouteFacts {
                site: *site,
                weekday: row.weekday.map(dataset::tables::Weekday::number),
                preference: row.preference.unwrap_or(1),
                transit_days: row.transit_days.unwrap_or(0),
            });
        }
    }
    for area in &mut facts {
        area.routes
            .sort_by_key(|route| (route.preference, route.site, route.weekday));
    }
    facts
}

fn menu_items(
    data: &PlanningData,
    week: MenuWeek,
    places: &Places<'_>,
    menu: &[&dataset::tables::MenuRecipe],
) -> Vec<MenuItem> {
    let recipes: BTreeMap<&RecipeId, _> = data
        .recipe
        .iter()
        .map(|row| (&row.value.recipe_id, &row.value))
        .collect();
    // An area that has no row of its own for the week sees the whole menu.
    let mut offered: BTreeMap<&RecipeId, BTreeSet<usize>> = BTreeMap::new();
    let mut area_offers: BTreeMap<&RecipeId, Vec<(usize, Offer)>> = BTreeMap::new();
    let mut listed = BTreeSet::new();
    for row in data
        .menu_area_recipe
        .iter()
        .map(|row| &row.value)
        .filter(|row| row.week_id == week)
    {
        if let Some(area) = places.areas.get(&row.area_id) {
            listed.insert(*area);
            offered.entry(&row.recipe_id).or_default().insert(*area);
            let flag =
                |flag: Option<bool>| flag.map(|on| if on { Decimal::ONE } else { Decimal::ZERO });
            let offer = Offer {
                price: row.price,
                promo: flag(row.promo),
                homepage: flag(row.homepage),
            };
            let offers = area_offers.entry(&row.recipe_id).or_default();
            offers.push((*area, offer));
        }
    }
    let whole_menu: BTreeSet<usize> = places
        .areas
        .values()
        .copied()
        .filter(|area| !listed.contains(area))
        .collect();
    let mut made: BTreeMap<&RecipeId, BTreeSet<usize>> = BTreeMap::new();
    for row in data
        .site_recipe
        .iter()
        .map(|row| &row.value)
        .filter(|row| row.week_id == week)
    {
        if let Some(site) = places.sites.get(&row.site_id) {
            made.entry(&row.recipe_id).or_default().insert(*site);
        }
    }
    // A catch-all takes what no kitchen can, so it makes everything.
    let catch_alls = data
        .site
        .iter()
        .map(|row| &row.value)
        .filter(|site| site.role == Role::CatchAll);
    let catch_alls: BTreeSet<usize> = catch_alls
        .filter_map(|site| places.sites.get(&site.site_id))
        .copied()
        .collect();
    let limited = data.has::<dataset::tables::SiteRecipe>();

    area_offers
        .values_mut()
        .for_each(|offers| offers.sort_unstable_by_key(|(area, _)| *area));
    let mut item = |row: &&dataset::tables::MenuRecipe| {
        let facts = recipes.get(&row.recipe_id);
        let areas = || {
            let own = offered.get(&row.recipe_id).into_iter().flatten();
            own.chain(&whole_menu)
                .copied()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect()
        };
        let sites = || {
            let own = made.get(&row.recipe_id).into_iter().flatten();
            own.chain(&catch_alls)
                .copied()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect()
        };
        MenuItem {
            recipe: row.recipe_id.clone(),
            name: facts.map_or_else(|| row.recipe_id.to_string(), |facts| facts.name.clone()),
            traits: facts.map(|facts| traits(facts)).unwrap_or_default(),
            offer: Offer {
                price: row.price,
                promo: row.promo_share,
                homepage: row.homepage_share,
            },
            area_offers: area_offers.remove(&row.recipe_id).unwrap_or_default(),
            add_on: facts.is_some_and(|facts| facts.kind == Some(RecipeKind::AddOn)),
            max_boxes: row.max_boxes,
            offered: (!listed.is_empty()).then(areas),
            made_at: limited.then(sites),
        }
    };
    menu.iter().map(&mut item).collect()
}

/// What a recipe is, as far as the demand model asks.
pub(crate) fn traits(recipe: &dataset::tables::Recipe) -> Traits {
    Traits {
        category: recipe.category.clone(),
        cuisine: recipe.cuisine.clone(),
        protein: recipe.protein.clone(),
    }
}

/// The products needed, the bills of materials and the packaging.
fn materials<'a>(
    data: &'a PlanningData,
    places: &Places<'_>,
    origins: &mut Rows<'a>,
) -> (Vec<ProductFacts>, Vec<BomRow>, Vec<PackagingRow>) {
    let products: BTreeMap<&ProductId, _> = data
        .product
        .iter()
        .map(|row| (&row.value.product_id, &row.value))
        .collect();
    let bom: Vec<_> = data
        .recipe_bom
        .iter()
        .filter(|row| products.contains_key(&row.value.product_id))
        .filter_map(|row| Some((*places.items.get(&row.value.recipe_id)?, row)))
        .collect();
    let rules: Vec<_> = data
        .box_rule
        .iter()
        .filter(|row| products.contains_key(&row.value.product_id))
        .collect();
    let needed: BTreeSet<&ProductId> = bom
        .iter()
        .map(|(_, row)| &row.value.product_id)
        .chain(rules.iter().map(|row| &row.value.product_id))
        .collect();
    let place: BTreeMap<&ProductId, usize> = needed
        .iter()
        .enumerate()
        .map(|(at, id)| (*id, at))
        .collect();
    let at = |id: &ProductId| place.get(id).copied().unwrap_or_default();

    let mut rows: Vec<BomRow> = bom
        .into_iter()
        .map(|(item, row)| BomRow {
            item,
            portions: row.value.portion_size,
            product: at(&row.value.product_id),
            quantity: row.value.qty_per_kit,
            unit: row.value.uom,
            yield_factor: row.value.yield_factor,
            from: row.value.valid_from,
            to: row.value.valid_to,
            origin: origins.of(row),
        })
        .collect();
    rows.sort_by_key(|row| (row.item, row.portions, row.product, row.from));
    let mut packaging: Vec<PackagingRow> = rules
        .into_iter()
        .map(|row| PackagingRow {
            product: at(&row.value.product_id),
            counted: match row.value.applies_to {
                AppliesTo::Box => Counted::Box,
                AppliesTo::Recipe => Counted::Recipe,
                AppliesTo::Portion => Counted::Portion,
            },
            quantity: row.value.qty_expr,
            origin: origins.of(row),
        })
        .collect();
    packaging.sort_by_key(|row| (row.product, row.quantity));
    let facts = needed
        .into_iter()
        .filter_map(|id| products.get(id))
        .map(|product| ProductFacts {
            id: product.product_id.clone(),
            name: product.name.clone(),
            unit: product.uom,
            unit_cost: product.unit_cost,
        });
    (facts.collect(), rows, packaging)
}

/// The planners' latest forecast issued by the as-of time, area by area.
fn volume(
    data: &PlanningData,
    week: MenuWeek,
    as_of: Timestamp,
    places: &Places<'_>,
) -> Vec<VolumeIssue> {
    let mut latest = BTreeMap::new();
    let rows = data.volume_forecast.iter().map(|row| &row.value);
    for row in rows.filter(|row| row.week_id == week && row.issued_at <= as_of) {
        let area = match &row.area_id {
            None => None,
            Some(area) => match places.areas.get(area) {
                Some(place) => Some(*place),
                None => continue,
            },
        };
        let held = latest.entry(area).or_insert(row);
        if held.issued_at < row.issued_at {
            *held = row;
        }
    }
    let issue = |(area, row): (Option<usize>, &dataset::tables::VolumeForecast)| VolumeIssue {
        area,
        p50: row.p50,
        p10: row.p10,
        p90: row.p90,
    };
    latest.into_iter().map(issue).collect()
}

/// The planners' latest shares issued by the as-of time.
fn shares(
    data: &PlanningData,
    week: MenuWeek,
    as_of: Timestamp,
    places: &Places<'_>,
) -> Vec<ShareIssue> {
    let rows = || {
        let rows = data.share_forecast.iter().map(|row| &row.value);
        rows.filter(|row| row.week_id == week && row.issued_at <= as_of)
    };
    let Some(latest) = rows().map(|row| row.issued_at).max() else {
        return Vec::new();
    };
    let mut shares: Vec<ShareIssue> = rows()
        .filter(|row| row.issued_at == latest)
        .filter_map(|row| {
            let area = match &row.area_id {
                None => None,
                Some(area) => Some(*places.areas.get(area)?),
            };
            Some(ShareIssue {
                area,
                item: *places.items.get(&row.recipe_id)?,
                share: row.share,
            })
        })
        .collect();
    shares.sort_by_key(|share| (share.area, share.item));
    shares
}

/// The orders known for the week, in order of their ids; kits of recipes that are not on the menu are left out,
/// which a finding (E203) tells.
fn known<'a>(
    data: &'a PlanningData,
    week: &MenuWeekRow,
    places: &Places<'_>,
    origins: &mut Rows<'a>,
) -> Vec<KnownBox> {
    let mut orders: BTreeMap<&OrderId, KnownBox> = BTreeMap::new();
    let mut lines: Vec<_> = data
        .order_line
        .iter()
        .filter(|row| (week.start_date..=week.end_date).contains(&row.value.delivery_date))
        .filter(|row| {
            matches!(
                row.value.status,
                OrderStatus::Placed | OrderStatus::Confirmed
            )
        })
        .collect();
    lines.sort_by_key(|row| (&row.value.order_id, row.value.line_no));
    for line in lines {
        let row = &line.value;
        let Some(area) = places.areas.get(&row.area_id) else {
            continue;
        };
        let order = orders.entry(&row.order_id).or_insert_with(|| KnownBox {
            order: row.order_id.clone(),
            placed_at: row.placed_at,
            delivery_date: row.delivery_date,
            area: *area,
            portions: row.portion_size,
            items: Vec::new(),
            origin: origins.of(line),
        });
        if let Some(item) = places.items.get(&row.recipe_id) {
            order
                .items
                .extend((0..row.quantity.min(100)).map(|_| *item));
        }
    }
    orders
        .into_values()
        .filter(|order| !order.items.is_empty())
        .collect()
}

/// Whether the orders for a delivery date can no longer change: midnight before it, less the week's cut-off hours,
/// has passed.
fn past_cut_off(data: &PlanningData, week: &MenuWeekRow, date: Date, as_of: Timestamp) -> bool {
    let hours = jiff::Span::new().try_hours(week.cutoff_hours.unwrap_or(0));
    let midnight = date.to_zoned(data.time_zone());
    match (midnight, hours) {
        (Ok(midnight), Ok(hours)) => midnight
            .checked_sub(hours)
            .is_ok_and(|cut_off| cut_off.timestamp() <= as_of),
        _ => false,
    }
}

/// Orders withdrawn, and all orders, whose cut-off has passed.
fn withdrawn(data: &PlanningData, as_of: Timestamp) -> (u64, u64) {
    let mut weeks: Vec<&MenuWeekRow> = data.menu_week.iter().map(|row| &row.value).collect();
    weeks.sort_by_key(|week| week.start_date);
    let mut closed: BTreeMap<Date, bool> = BTreeMap::new();
    let mut orders: BTreeMap<&OrderId, bool> = BTreeMap::new();
    for row in data.order_line.iter().map(|row| &row.value) {
        let date = row.delivery_date;
        let closed = closed.entry(date).or_insert_with(|| {
            let after = weeks.partition_point(|week| week.start_date <= date);
            let week = after.checked_sub(1).and_then(|at| weeks.get(at));
            week.is_some_and(|week| date <= week.end_date && past_cut_off(data, week, date, as_of))
        });
        if *closed && row.status != OrderStatus::Simulated {
            let kept = orders.entry(&row.order_id).or_default();
            *kept |= row.status != OrderStatus::Cancelled;
        }
    }
    let kept = orders.values().filter(|kept| **kept).count() as u64;
    (orders.len() as u64 - kept, orders.len() as u64)
}
