//! Laws of canonical events: what is written is read as it was, and nothing that arrives can do more than be refused.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use contracts::canonical::{
    Adjustment, Advice, AdvisedLine, Amount, CancelledOrder, Currency, CustomerOrder, Day, Delta,
    Dispatch, DispatchedOrder, Event, Fact, Heading, Kind, LARGEST_BODY, LineNo, Lines, Material,
    Menu, MenuItem, Moment, OrderLine, Part, Pieces, Product, PurchaseDocument, PurchaseLine,
    Quantity, Receipt, ReceivedLine, Recipe, RecipeKind, SalesOrder, Share, SiteCap, Source,
    StockCount, Words,
};
use domain::{Decimal, Portions, Timestamp, Unit};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Value, json};

const LARGEST: i64 = 1_000_000_000_000_000_000;

fn id<T: std::str::FromStr + std::fmt::Debug>() -> impl Strategy<Value = T> {
    // What ids may hold, the `/` and `%` of keys among it.
    "[!-~ü]([ !-~ü]{0,20}[!-~ü])?".prop_filter_map("an id", |text| text.parse().ok())
}

fn number<T: TryFrom<Decimal> + std::fmt::Debug>(
    range: std::ops::Range<i64>,
) -> impl Strategy<Value = T> {
    let number = |millionths| T::try_from(Decimal::from_millionths(millionths)).ok();
    range.prop_filter_map("a number that fits", number)
}

fn quantity() -> impl Strategy<Value = Quantity> {
    number(1..LARGEST)
}

fn amount() -> impl Strategy<Value = Amount> {
    number(0..LARGEST)
}

fn words() -> impl Strategy<Value = Words> {
    "[^\\p{C}\\p{Z}][^\\p{C}\\p{Z}\"\\\\]{0,30}".prop_map(|text| text.try_into().unwrap())
}

fn day() -> impl Strategy<Value = Day> {
    (2000..2100_i16, 1..=12_i8, 1..=28_i8).prop_map(|(year, month, day)| {
        let date = jiff::civil::date(year, month, day);
        date.try_into().unwrap()
    })
}

fn moment() -> impl Strategy<Value = Moment> {
    (946_684_800_000_000..4_102_444_800_000_000_i64)
        .prop_map(|us| Timestamp::from_microsecond(us).unwrap().try_into().unwrap())
}

fn unit() -> impl Strategy<Value = Unit> {
    let units = ["H87", "KGM", "GRM", "LTR", "MLT"];
    proptest::sample::select(units.to_vec()).prop_map(|code| code.parse().unwrap())
}

fn plates() -> impl Strategy<Value = Portions> {
    (1..=12_u8).prop_map(|plates| plates.try_into().unwrap())
}

fn pieces() -> impl Strategy<Value = Pieces> {
    (1..=1_000_000_u32).prop_map(|pieces| pieces.try_into().unwrap())
}

fn currency() -> impl Strategy<Value = Currency> {
    "[A-Z]{3}".prop_map(|code| code.try_into().unwrap())
}

fn nth(index: usize) -> LineNo {
    LineNo::try_from(index as u32 + 1).unwrap()
}

/// One to four lines, numbered in order.
fn lines<T: std::fmt::Debug>(
    line: impl Strategy<Value = T>,
    number: impl Fn(&mut T, LineNo),
) -> impl Strategy<Value = Lines<T>> {
    vec(line, 1..5).prop_map(move |mut lines| {
        for (index, line) in lines.iter_mut().enumerate() {
            number(line, nth(index));
        }
        lines.try_into().unwrap()
    })
}

fn product() -> impl Strategy<Value = Product> {
    let texts = (words(), unit(), of(words()), of(words()));
    let costs = (of(amount()), of(amount()), of(amount()));
    (
        id(),
        texts,
        (any::<Option<u32>>(), any::<Option<u32>>()),
        costs,
    )
        .prop_map(
            |(product, (name, uom, category, temperature_zone), days, costs)| Product {
                product,
                name,
                uom,
                category,
                temperature_zone,
                shelf_life_days: days.0,
                min_life_at_pack_days: days.1,
                unit_cost: costs.0,
                waste_cost: costs.1,
                shortage_cost: costs.2,
            },
        )
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let material = (
        plates(),
        id(),
        quantity(),
        unit(),
        of(number::<Share>(1..1_000_001)),
        of(day()),
    )
        .prop_map(
            |(portion_size, product, quantity, uom, yield_factor, valid_from)| Material {
                portion_size,
                product,
                quantity,
                uom,
                yield_factor,
                valid_from,
                valid_to: valid_from,
            },
        );
    let kind = of(proptest::sample::select(vec![
        RecipeKind::Meal,
        RecipeKind::AddOn,
    ]));
    let texts = (words(), of(words()), of(words()), of(words()), of(words()));
    (id(), kind, texts, any::<Option<u32>>(), material).prop_map(
        |(
            recipe,
            kind,
            (name, category, cuisine, protein, dietary_flags),
            cook_minutes,
            material,
        )| Recipe {
            recipe,
            name,
            kind,
            category,
            cuisine,
            protein,
            cook_minutes,
            dietary_flags,
            materials: vec![material].try_into().unwrap(),
        },
    )
}

fn menu() -> impl Strategy<Value = Menu> {
    let share = || of(number::<Part>(0..1_000_001));
    let counts = (any::<Option<u32>>(), any::<Option<u32>>());
    let item = (id(), of(amount()), share(), share(), counts).prop_map(
        |(recipe, price, promo_share, homepage_share, (menu_position, max_boxes))| MenuItem {
            recipe,
            price,
            promo_share,
            homepage_share,
            menu_position,
            max_boxes,
        },
    );
    (1..=52_u8, day(), any::<Option<u32>>(), item).prop_map(|(week, day, cutoff_hours, item)| {
        Menu {
            week: format!("2026-W{week:02}").parse().unwrap(),
            start_date: day,
            end_date: day,
            cutoff_hours,
            recipes: vec![item].try_into().unwrap(),
        }
    })
}

fn cap() -> impl Strategy<Value = SiteCap> {
    (id(), day(), any::<Option<u32>>(), any::<bool>()).prop_map(|(site, date, most, least)| {
        SiteCap {
            site,
            date,
            boxes_min: most.filter(|_| least),
            boxes_max: most,
        }
    })
}

fn order_lines() -> impl Strategy<Value = Lines<OrderLine>> {
    let line = (id(), plates(), pieces(), of(amount())).prop_map(
        |(recipe, portion_size, quantity, price)| OrderLine {
            line_no: nth(0),
            recipe,
            portion_size,
            quantity,
            price,
        },
    );
    lines(line, |line, number| line.line_no = number)
}

fn customer_order() -> impl Strategy<Value = CustomerOrder> {
    (
        id(),
        moment(),
        day(),
        id(),
        any::<bool>(),
        of(id()),
        order_lines(),
    )
        .prop_map(
            |(order, placed_at, delivery_date, area, confirmed, site, lines)| CustomerOrder {
                order,
                placed_at,
                delivery_date,
                area,
                confirmed,
                site,
                lines,
            },
        )
}

fn sales_order() -> impl Strategy<Value = SalesOrder> {
    (id(), id(), day(), of(currency()), order_lines()).prop_map(
        |(reference, site, date, currency, lines)| SalesOrder {
            reference,
            site,
            packing_date: date,
            delivery_date: date,
            currency,
            lines,
        },
    )
}

fn purchase() -> impl Strategy<Value = PurchaseDocument> {
    let more = (
        of(quantity()),
        of(unit()),
        of(amount()),
        of(amount()),
        of(moment()),
    );
    let line = (id(), quantity(), unit(), more, any::<bool>()).prop_map(
        |(
            product,
            quantity,
            uom,
            (order_quantity, order_uom, price, received, expected_at),
            closed,
        )| PurchaseLine {
            line_no: nth(0),
            product,
            quantity,
            uom,
            order_quantity,
            order_uom,
            price,
            received,
            expected_at,
            closed,
        },
    );
    let lines = lines(line, |line, number| line.line_no = number);
    let parties = (of(Just("an order before it".parse().unwrap())), id(), id());
    (id(), parties, day(), of(moment()), of(currency()), lines).prop_map(
        |(reference, (amends, vendor, site), delivery_date, expected_at, currency, lines)| {
            PurchaseDocument {
                reference,
                amends,
                vendor,
                site,
                delivery_date,
                expected_at,
                currency,
                lines,
            }
        },
    )
}

fn advice() -> impl Strategy<Value = Advice> {
    let line = (id(), quantity(), unit(), of(id()), of(day())).prop_map(
        |(product, quantity, uom, lot, expiry)| AdvisedLine {
            line_no: nth(0),
            order_line: nth(1),
            product,
            quantity,
            uom,
            lot,
            expiry,
        },
    );
    let lines = lines(line, |line, number| line.line_no = number);
    (id(), id(), id(), id(), moment(), lines).prop_map(
        |(reference, order, vendor, site, expected_at, lines)| Advice {
            reference,
            order,
            vendor,
            site,
            expected_at,
            lines,
        },
    )
}

fn receipt() -> impl Strategy<Value = Receipt> {
    let line = (id(), quantity(), unit(), of(id()), of(day())).prop_map(
        |(product, quantity, uom, lot, expiry)| ReceivedLine {
            line_no: nth(0),
            order_line: None,
            product,
            quantity,
            uom,
            lot,
            expiry,
        },
    );
    let lines = lines(line, |line, number| line.line_no = number);
    (id(), of(id()), id(), moment(), lines).prop_map(
        |(reference, order, site, received_at, lines)| Receipt {
            reference,
            order,
            site,
            received_at,
            lines,
        },
    )
}

fn adjustment() -> impl Strategy<Value = Adjustment> {
    let delta = number::<Delta>(1 - LARGEST..LARGEST);
    let place = (id(), id(), of(id()));
    (place, moment(), delta, unit(), of(day()), words()).prop_map(
        |((site, product, lot), adjusted_at, quantity, uom, expiry, reason)| Adjustment {
            site,
            product,
            lot,
            adjusted_at,
            quantity,
            uom,
            expiry,
            reason,
        },
    )
}

fn count() -> impl Strategy<Value = StockCount> {
    let place = (id(), id(), of(id()));
    (place, moment(), amount(), unit(), of(day())).prop_map(
        |((site, product, lot), counted_at, quantity, uom, expiry)| StockCount {
            site,
            product,
            lot,
            counted_at,
            quantity,
            uom,
            expiry,
        },
    )
}

fn dispatch() -> impl Strategy<Value = Dispatch> {
    let order = (id(), pieces()).prop_map(|(order, boxes)| DispatchedOrder { order, boxes });
    (id(), id(), moment(), lines(order, |_, _| ())).prop_map(
        |(reference, site, dispatched_at, orders)| Dispatch {
            reference,
            site,
            dispatched_at,
            orders,
        },
    )
}

fn cancelled() -> impl Strategy<Value = CancelledOrder> {
    let cancelled = (id(), moment());
    cancelled.prop_map(|(order, cancelled_at)| CancelledOrder {
        order,
        cancelled_at,
    })
}

fn fact() -> impl Strategy<Value = Fact> {
    let bought = [
        Fact::PurchaseOrderProposed,
        Fact::PurchaseOrderApproved,
        Fact::PurchaseOrderWithdrawn,
        Fact::PurchaseOrderPlaced,
        Fact::PurchaseOrderConfirmed,
        Fact::PurchaseOrderAmended,
        Fact::PurchaseOrderCancelled,
    ];
    let sold = [
        Fact::SalesOrderConfirmed,
        Fact::SalesOrderAmended,
        Fact::SalesOrderCancelled,
    ];
    prop_oneof![
        product().prop_map(Fact::ProductUpserted),
        recipe().prop_map(Fact::RecipePublished),
        menu().prop_map(Fact::MenuPublished),
        cap().prop_map(Fact::SiteCapSet),
        customer_order().prop_map(Fact::OrderLinesBooked),
        cancelled().prop_map(Fact::OrderLinesCancelled),
        (0..bought.len(), purchase()).prop_map(move |(kind, order)| bought[kind](order)),
        advice().prop_map(Fact::InboundAdvised),
        receipt().prop_map(Fact::GoodsReceived),
        adjustment().prop_map(Fact::StockAdjusted),
        count().prop_map(Fact::StockCounted),
        (0..sold.len(), sales_order()).prop_map(move |(kind, order)| sold[kind](order)),
        dispatch().prop_map(Fact::ShipmentDispatched),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let ids = ("[!-~]{1,100}", of("[!-~]{1,100}"), of("[!-~]{1,100}"));
    let trace = of("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    (
        ids,
        "(/[!-\"$-~]{0,80})?",
        1..=u64::MAX,
        any::<i32>(),
        trace,
        fact(),
    )
        .prop_map(
            |((id, correlation, cause), part, version, second, trace, data)| {
                let master = data.kind().entity().master();
                Event {
                    source: format!("/{master}{part}").parse::<Source>().unwrap(),
                    id,
                    version,
                    time: Timestamp::from_second(second.into()).unwrap(),
                    correlation,
                    cause,
                    trace,
                    data,
                }
            },
        )
}

/// Puts a value in the place of another, somewhere in the JSON.
fn broken(at: &mut Value, way: &[usize], with: &Value) {
    let next = match (&mut *at, way.first()) {
        (Value::Object(object), Some(step)) if !object.is_empty() => {
            let step = step % object.len();
            object.values_mut().nth(step)
        }
        (Value::Array(list), Some(step)) if !list.is_empty() => {
            let step = step % list.len();
            list.get_mut(step)
        }
        _ => None,
    };
    match next {
        Some(next) => broken(next, &way[1..], with),
        None => *at = with.clone(),
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(event in event()) {
        let json = event.to_json().unwrap();
        prop_assert_eq!(Event::parse(&json), Ok(event.clone()));
        prop_assert_eq!(Heading::of(&json), Heading::from(&event));
    }

    #[test]
    fn fields_that_nobody_knows_change_nothing(event in event(), name in "x[a-z]{3,9}") {
        let mut json: Value = serde_json::from_str(&event.to_json().unwrap()).unwrap();
        for pointer in ["", "/data"] {
            let object = json.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
            object.insert(name.clone(), json!([{"a": 1}]));
        }
        prop_assert_eq!(Event::parse(&json.to_string()), Ok(event));
    }

    #[test]
    fn only_the_master_of_an_entity_is_heard(event in event(), other in 0..3_usize) {
        let master = event.kind().entity().master();
        let others = contracts::canonical::System::ALL.into_iter().filter(|system| *system != master);
        let other = others.collect::<Vec<_>>()[other];
        let mut json: Value = serde_json::from_str(&event.to_json().unwrap()).unwrap();
        json["source"] = json!(format!("/{other}/x"));
        let rejection = Event::parse(&json.to_string()).unwrap_err();
        prop_assert_eq!(rejection.reason, contracts::canonical::Reason::Owner);
        prop_assert!(rejection.message.contains(master.as_str()), "{}", rejection);
    }

    #[test]
    fn whatever_arrives_is_read_or_refused(bytes in vec(any::<u8>(), 0..2_000)) {
        let body = String::from_utf8_lossy(&bytes);
        let _ = Heading::of(&body);
        prop_assert!(Event::parse(&body).is_err());
    }

    #[test]
    fn an_event_with_anything_wrong_in_it_is_read_or_refused_in_a_few_words(
        event in event(),
        way in vec(any::<usize>(), 0..5),
        with in prop_oneof![
            Just(json!(null)), Just(json!(-1)), Just(json!(1e300)), Just(json!([])), Just(json!({})),
            Just(json!("")), Just(json!("-5")), Just(json!("\u{0}\n")), Just(json!("x".repeat(10_000))),
        ],
    ) {
        let mut json: Value = serde_json::from_str(&event.to_json().unwrap()).unwrap();
        broken(&mut json, &way, &with);
        if let Err(rejection) = Event::parse(&json.to_string()) {
            prop_assert!(rejection.to_string().chars().count() < 800, "{}", rejection);
            prop_assert!(!rejection.message.is_empty() && !rejection.remedy.is_empty());
        }
    }
}

#[test]
fn every_kind_belongs_to_one_entity_and_is_found_by_its_name() {
    for kind in Kind::ALL {
        assert_eq!(Kind::named(kind.as_str()), Some(*kind));
        assert!(kind.entity().kinds().any(|other| other == *kind));
    }
    let entities = contracts::canonical::Entity::ALL.into_iter();
    assert!(
        entities
            .clone()
            .all(|entity| entity.kinds().next().is_some())
    );
    assert_eq!(
        entities.flat_map(|e| e.kinds().collect::<Vec<_>>()).count(),
        Kind::ALL.len()
    );
}

#[test]
fn a_body_nested_without_end_is_refused() {
    let body = "[".repeat(LARGEST_BODY);
    assert!(Event::parse(&body).is_err());
    assert_eq!(Heading::of(&body), Heading::default());
}
