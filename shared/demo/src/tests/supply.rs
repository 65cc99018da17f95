//! Recipes' products, stock, terms, sites and areas.

use std::collections::{BTreeMap, BTreeSet};

use dataset::Files;
use dataset::tables::{
    AreaSite, BoxHistory, DataSet, DeliveryArea, InboundOrderLine, InboundStatus, InvLevel,
    MenuRecipe, MenuWeekRow, Product, RecipeBom, Role, Site, SiteCap, SiteRecipe, VendorProduct,
    VolumeForecast, Weekday,
};
use domain::{AreaId, Decimal, SiteId, Unit};

use super::{all, history_ends, rows};

#[test]
fn a_kit_for_four_is_not_two_for_two_and_portions_of_a_product_stay_alike() {
    for (_, files) in all() {
        let bom = rows::<RecipeBom>(files);
        let mut sizes: BTreeMap<_, BTreeMap<u8, Decimal>> = BTreeMap::new();
        let mut portions: BTreeMap<_, Vec<f64>> = BTreeMap::new();
        for row in &bom {
            let size = row.portion_size.get();
            sizes
                .entry((&row.recipe_id, &row.product_id))
                .or_default()
                .insert(size, row.qty_per_kit);
            let each = row.qty_per_kit.to_f64() / f64::from(size);
            portions.entry(&row.product_id).or_default().push(each);
        }
        let recipes: BTreeSet<_> = bom.iter().map(|row| &row.recipe_id).collect();
        let differs: BTreeSet<_> = sizes
            .iter()
            .filter(|(_, kit)| kit[&4].millionths() != 2 * kit[&2].millionths())
            .map(|((recipe, _), _)| *recipe)
            .collect();
        assert_eq!(recipes, differs);
        assert!(sizes.values().all(|kit| kit.len() == 4));
        for (product, each) in portions {
            let least = each.iter().copied().fold(f64::INFINITY, f64::min);
            let most = each.iter().copied().fold(0.0, f64::max);
            assert!(most < 6.0 * least, "{product}: {least} to {most} a portion");
        }
        let units: BTreeMap<_, _> = rows::<Product>(files)
            .into_iter()
            .map(|row| (row.product_id, row.uom))
            .collect();
        assert!(
            bom.iter()
                .all(|row| row.uom.per(units[&row.product_id]).is_some())
        );
        assert!(
            [Unit::Gram, Unit::Piece, Unit::Millilitre]
                .iter()
                .all(|unit| bom.iter().any(|row| row.uom == *unit))
        );
    }
}

#[test]
fn stock_and_terms_keep_their_own_rules() {
    for (_, files) in all() {
        let levels = rows::<InvLevel>(files);
        assert!(
            levels
                .iter()
                .all(|row| row.allocated.is_none_or(|part| part <= row.on_hand))
        );
        assert!(
            levels
                .iter()
                .any(|row| row.allocated.is_some_and(|part| part > Decimal::ZERO))
        );
        let products = rows::<Product>(files);
        let mut sold = BTreeSet::new();
        for row in rows::<VendorProduct>(files) {
            let multiple = row.order_multiple.unwrap().millionths();
            assert!(multiple > 0 && row.order_min.unwrap().millionths() % multiple == 0);
            assert!(
                row.order_max
                    .is_none_or(|most| most.millionths() % multiple == 0)
            );
            assert!(row.price > Decimal::ZERO);
            sold.insert(row.product_id);
        }
        assert!(products.iter().all(|row| sold.contains(&row.product_id)));
        let inbound = rows::<InboundOrderLine>(files);
        assert!(
            inbound
                .iter()
                .all(|row| row.qty_received <= row.qty_ordered)
        );
        let as_of = rows::<DataSet>(files)[0].as_of.unwrap();
        assert!(
            inbound
                .iter()
                .all(|row| row.status != InboundStatus::Open || row.expected_at > as_of),
            "overdue"
        );
    }
}

#[test]
fn kitchens_have_caps_on_every_date_to_come_and_not_every_kitchen_makes_every_recipe() {
    for (options, files) in all() {
        let sites = rows::<Site>(files);
        let caps = rows::<SiteCap>(files);
        assert_eq!(caps.len(), sites.len() * 84);
        assert!(
            caps.iter()
                .all(|row| row.boxes_min.unwrap_or(0) <= row.boxes_max.unwrap_or(u32::MAX))
        );
        assert!(caps.iter().any(|row| row.boxes_min.is_some()));
        assert_eq!(
            caps.iter().filter(|row| row.boxes_max == Some(0)).count(),
            1
        );
        let catch_alls = sites
            .iter()
            .filter(|site| site.role == Role::CatchAll)
            .count();
        assert_eq!(catch_alls, usize::from(!options.tight));
        let menu = rows::<MenuRecipe>(files)
            .into_iter()
            .filter(|row| row.week_id > history_ends())
            .count();
        let mut made: BTreeMap<SiteId, usize> = BTreeMap::new();
        for row in rows::<SiteRecipe>(files) {
            *made.entry(row.site_id).or_default() += 1;
        }
        let part = |site: &str| made[&site.parse::<SiteId>().unwrap()] as f64 / menu as f64;
        assert!((part("CENTRAL") - 1.0).abs() < 1e-9);
        assert!((0.75..0.95).contains(&part("SOUTH")), "{}", part("SOUTH"));
    }
}

/// The share of each area's boxes that a weekday has, 1 = Monday, over all of the past.
fn profile(files: &Files) -> BTreeMap<u8, f64> {
    let mut boxes: BTreeMap<u8, f64> = BTreeMap::new();
    for row in rows::<BoxHistory>(files) {
        *boxes
            .entry(Weekday::of(row.delivery_date).number())
            .or_default() += f64::from(row.boxes);
    }
    let total: f64 = boxes.values().sum();
    boxes
        .into_iter()
        .map(|(day, boxes)| (day, boxes / total))
        .collect()
}

#[test]
fn every_area_has_a_site_on_every_weekday() {
    for (_, files) in all() {
        let served = rows::<AreaSite>(files);
        for area in rows::<DeliveryArea>(files) {
            let daily = |row: &AreaSite| row.area_id == area.area_id && row.weekday.is_none();
            assert!(served.iter().any(daily), "{}", area.area_id);
        }
    }
}

#[test]
fn a_tight_company_cannot_pack_the_boxes_of_areas_that_have_one_kitchen_only() {
    for (options, files) in all() {
        let mut sites: BTreeMap<AreaId, BTreeSet<SiteId>> = BTreeMap::new();
        for row in rows::<AreaSite>(files) {
            sites.entry(row.area_id).or_default().insert(row.site_id);
        }
        let north: BTreeSet<SiteId> = BTreeSet::from(["NORTH".parse().unwrap()]);
        let forecast = rows::<VolumeForecast>(files);
        let last = forecast.iter().map(|row| row.issued_at).max().unwrap();
        let profile = profile(files);
        let mut short = 0;
        for week in rows::<MenuWeekRow>(files)
            .iter()
            .filter(|row| row.week_id > history_ends())
        {
            let bound: f64 = forecast
                .iter()
                .filter(|row| row.week_id == week.week_id && row.issued_at == last)
                .filter(|row| sites[row.area_id.as_ref().unwrap()] == north)
                .map(|row| row.p50.to_f64())
                .sum();
            for cap in rows::<SiteCap>(files) {
                let within = (week.start_date..=week.end_date).contains(&cap.date);
                if within && north.contains(&cap.site_id) {
                    let need = bound * profile[&Weekday::of(cap.date).number()];
                    short += usize::from(need > 1.1 * f64::from(cap.boxes_max.unwrap()));
                }
            }
        }
        assert_eq!(short > 0, options.tight, "{short} days are short");
    }
}

#[test]
fn an_ample_company_has_caps_a_bit_above_what_a_usual_day_needs() {
    for (_, files) in all().iter().filter(|(options, _)| !options.tight) {
        let forecast = rows::<VolumeForecast>(files);
        let last = forecast.iter().map(|row| row.issued_at).max().unwrap();
        for week in rows::<MenuWeekRow>(files)
            .iter()
            .filter(|row| row.week_id > history_ends())
        {
            let need: f64 = forecast
                .iter()
                .filter(|row| row.week_id == week.week_id && row.issued_at == last)
                .map(|row| row.p50.to_f64())
                .sum();
            let caps: u32 = rows::<SiteCap>(files)
                .iter()
                .filter(|cap| (week.start_date..=week.end_date).contains(&cap.date))
                .filter_map(|cap| cap.boxes_max)
                .sum();
            let ratio = f64::from(caps) / need;
            assert!((0.9..1.35).contains(&ratio), "{}: {ratio}", week.week_id);
        }
    }
}
