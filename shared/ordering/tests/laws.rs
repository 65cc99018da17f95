//! What holds of every proposal, whatever the needs, stock and terms.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use domain::{Decimal, Unit};
use ordering::{Line, SiteProposals};
use proptest::prelude::*;
use supply::{Method, Offer};
use support::{Company, day, id, lead, offer, vendor};

const DRAWS: usize = 8;
const DAYS: usize = 9;

/// Needs, stock, terms and policies of one to three products.
fn companies() -> impl Strategy<Value = Company> {
    prop::collection::vec(products(), 1..4).prop_flat_map(|products| {
        let vendors = (
            prop::option::of(1i64..400),
            prop::sample::select(vec!["0", "0.4", "1.5"]),
            prop::sample::subsequence(vec![1u8, 2, 3, 4, 5, 6, 7], 0..=7),
        );
        (Just(products), vendors, 0u32..400)
            .prop_map(|(products, vendors, waste)| company(&products, vendors, waste))
    })
}

#[derive(Debug, Clone)]
struct OneProduct {
    kits: Vec<Vec<u32>>,
    lots: Vec<(u32, Option<i64>)>,
    inbound: Vec<(u32, i64)>,
    terms: (Option<u32>, Option<u32>, Option<u32>, Option<u32>),
    life: Option<(u32, u32)>,
    policy: (Method, i64),
    second: bool,
    costs: (u32, u32),
}

fn products() -> impl Strategy<Value = OneProduct> {
    let kits = prop::collection::vec(prop::collection::vec(0u32..60, DRAWS), DAYS);
    let gaps = prop::collection::vec(prop::bool::weighted(0.7), DAYS);
    let kits = (kits, gaps).prop_map(|(mut kits, gaps)| {
        for (day, open) in kits.iter_mut().zip(gaps) {
            if !open {
                day.fill(0);
            }
        }
        kits
    });
    let lots = prop::collection::vec((0u32..200_000, prop::option::of(-2i64..12)), 0..3);
    let inbound = prop::collection::vec((0u32..100_000, -3i64..10), 0..3);
    // Thousandths of an order unit, and the content of one.
    let terms = (
        prop::option::of(0u32..150_000),
        prop::option::of(1u32..70_000),
        prop::option::of(1u32..300_000),
        prop::option::of(100u32..9_000),
    );
    let policy = prop_oneof![
        (500_000i64..=1_000_000).prop_map(|target| (Method::Quantile, target)),
        Just((Method::Newsvendor, 900_000)),
        (0i64..12_000_000).prop_map(|days| (Method::Days, days)),
    ];
    let life = prop::option::of((0u32..9, 0u32..3));
    (
        kits,
        lots,
        inbound,
        terms,
        life,
        policy,
        any::<bool>(),
        (0u32..20, 0u32..20),
    )
        .prop_map(
            |(kits, lots, inbound, terms, life, policy, second, costs)| OneProduct {
                kits,
                lots,
                inbound,
                terms,
                life,
                policy,
                second,
                costs,
            },
        )
}

fn milli(thousandths: u32) -> Decimal {
    Decimal::from_millionths(i64::from(thousandths) * 1_000)
}

fn company(
    products: &[OneProduct],
    (least, std, weekdays): (Option<i64>, &str, Vec<u8>),
    waste_per_mille: u32,
) -> Company {
    let mut company = Company::new(products.iter().map(|one| one.kits.clone()).collect());
    company.supply.policies.0.clear();
    company.settings.waste_per_mille = waste_per_mille;
    company.supply.terms.vendors[0].min_order_value =
        least.map(|least| Decimal::from_millionths(least * 1_000_000));
    company.supply.terms.lead_times[0] = lead("V1", "1", std);
    company.supply.terms.vendors.push(vendor("V2", None));
    company.supply.terms.lead_times.push(lead("V2", "2", "0"));
    for (at, one) in products.iter().enumerate() {
        for (quantity, expiry) in &one.lots {
            company = company.lot(at, &milli(*quantity).to_string(), expiry.map(day));
        }
        for (quantity, expected) in &one.inbound {
            company = company.inbound(at, &milli(*quantity).to_string(), day(*expected));
        }
        let facts = &mut company.supply.terms.products[at];
        facts.shelf_life_days = one.life.map(|(life, _)| life);
        facts.min_life_at_pack_days = one.life.map_or(0, |(_, left)| left);
        facts.shortage_cost = Some(milli(one.costs.0 * 1_000));
        facts.waste_cost = Some(milli(one.costs.1 * 1_000));
        company.supply.policies.0.push(supply::Policy {
            site: None,
            product: Some(id(&format!("P{at}"))),
            method: one.policy.0,
            target: Decimal::from_millionths(one.policy.1),
            origin: support::at(1),
        });
        let terms = company.offer(at);
        terms.min = one.terms.0.map(milli);
        terms.multiple = one.terms.1.map(milli);
        terms.max = one.terms.2.map(milli);
        if let Some(content) = one.terms.3 {
            terms.order_unit = Some(Unit::Piece);
            terms.base_per_order_unit = Some(milli(content));
        }
        if one.second {
            let mut second = offer(&format!("P{at}"), "V2", "3");
            second.priority = 2;
            company.supply.terms.offers.push(second);
        }
    }
    company
        .supply
        .terms
        .offers
        .sort_by(|a, b| (&a.product, &a.vendor).cmp(&(&b.product, &b.vendor)));
    company.delivering("V1", &weekdays)
}

fn terms_of<'a>(company: &'a Company, line: &Line) -> &'a Offer {
    let offers = &company.supply.terms.offers;
    let same =
        |offer: &&Offer| offer.product == line.key.product && offer.vendor == line.key.vendor;
    offers.iter().find(same).unwrap()
}

fn first_of(made: &SiteProposals, product: usize) -> Option<&Line> {
    let wanted = id(&format!("P{product}"));
    made.lines.iter().find(|line| line.key.product == wanted)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_waterfall_sums_to_its_quantity(company in companies()) {
        for line in company.proposals().lines {
            prop_assert_eq!(line.waterfall.quantity(), line.quantity, "{:?}", line);
            prop_assert!(line.quantity > 0);
            for peg in &line.waterfall.gross {
                prop_assert!(line.covers_from <= peg.day && peg.day <= line.covers_to);
            }
        }
    }

    #[test]
    fn a_line_is_a_multiple_between_the_least_and_the_most(company in companies()) {
        for line in company.proposals().lines {
            let terms = terms_of(&company, &line);
            let ordered = line.order_quantity.millionths();
            prop_assert_eq!(ordered, line.pack.millionths() * line.packs.cast_signed());
            prop_assert!(terms.min.is_none_or(|least| ordered >= least.millionths()));
            prop_assert!(terms.max.is_none_or(|most| ordered <= most.millionths()));
            // The quantity and the order quantity are the same thing in two units, to half a thousandth.
            let content = terms.base_per_order_unit.unwrap_or(Decimal::ONE).millionths();
            let fine = i128::from(ordered) * i128::from(content);
            prop_assert!((i128::from(line.quantity) * 1_000_000_000 - fine).abs() <= 500_000_000);
        }
    }

    #[test]
    fn a_product_that_nobody_needs_has_no_line(company in companies()) {
        let needed = |product: usize| company.kits.0[product].iter().flatten().any(|kits| *kits > 0);
        let made = company.proposals();
        for product in 0..company.kits.0.len() {
            if !needed(product) {
                prop_assert!(first_of(&made, product).is_none());
            }
        }
    }

    #[test]
    fn more_stock_never_raises_the_first_line(mut company in companies(), more in 1u32..200_000) {
        // A vendor's least order value trades products for one another; without it each stands alone.
        company.supply.terms.vendors[0].min_order_value = None;
        let before = company.proposals();
        let after = company.clone().lot(0, &milli(more).to_string(), None).proposals();
        if let Some(line) = first_of(&before, 0) {
            let same = after.lines.iter().find(|other| other.key == line.key);
            prop_assert!(same.is_none_or(|other| other.quantity <= line.quantity));
        }
        let sum = |made: &SiteProposals| made.expedite.iter().map(|short| short.short).sum::<i64>();
        prop_assert!(sum(&after) <= sum(&before));
    }

    #[test]
    fn one_pack_more_is_never_more_short_and_never_less_wasted(company in companies()) {
        for line in company.proposals().lines {
            let [less, more] = line.alternatives;
            prop_assert!(less.short >= line.risk.short && line.risk.short >= more.short);
            prop_assert!(less.waste <= line.risk.waste && line.risk.waste <= more.waste);
        }
    }

    #[test]
    fn an_order_reaches_its_vendors_least_value_or_is_left_out(company in companies()) {
        let made = company.proposals();
        let Some(least) = company.supply.terms.vendors[0].min_order_value else { return Ok(()) };
        let mut days: Vec<_> = made.lines.iter().filter(|line| line.key.vendor == id("V1")).collect();
        days.sort_by_key(|line| line.key.delivery);
        for order in days.chunk_by(|a, b| a.key.delivery == b.key.delivery) {
            let value: i64 = order.iter().map(|line| line.value.millionths()).sum();
            prop_assert!(value >= least.millionths());
        }
        for small in made.small_orders {
            let lines = made.lines.iter().filter(|line| line.key.vendor == small.vendor);
            let there = lines.filter(|line| line.key.delivery == small.delivery).count() > 0;
            prop_assert_eq!(there, small.filled);
        }
    }

    #[test]
    fn the_same_company_is_planned_the_same(company in companies()) {
        prop_assert_eq!(company.proposals(), company.proposals());
    }
}
