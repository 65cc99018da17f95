//! Rows of every table come back unchanged from CSV and from Parquet.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use dataset::tables::{
    AreaSite, BoxHistory, BoxRule, DataSet, DeliveryArea, DemandHistory, InboundOrderLine,
    InvChange, InvLevel, InvPolicy, MenuAreaRecipe, MenuRecipe, MenuWeekRow, OrderLine, Override,
    Product, Recipe, RecipeBom, ShareForecast, Site, SiteCap, SiteRecipe, Vendor, VendorCalendar,
    VendorLeadTime, VendorProduct, VolumeForecast,
};
use dataset::{Body, Files, Kind, Presence, Table, each_table, write_csv, write_parquet};
use domain::{Code, Date, Decimal, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::Union;
use proptest::test_runner::{Config, TestRunner};

#[test]
fn every_table_comes_back_unchanged_from_csv_and_parquet() {
    let mut tables = 0;
    macro_rules! visit {
        ($row:ident) => {
            round_trips::<$row>();
            tables += 1;
        };
    }
    each_table!(visit);
    assert_eq!(tables, 27);
}

fn round_trips<T: Table + Clone + PartialEq + std::fmt::Debug>() {
    let schema = T::SCHEMA;
    let cells: Vec<_> = schema
        .columns
        .iter()
        .map(|column| {
            let filled = cell(schema.name, column.name, column.kind);
            if column.required {
                filled
            } else {
                prop_oneof![1 => Just(String::new()), 3 => filled].boxed()
            }
        })
        .collect();
    let config = Config {
        cases: 32,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&vec(cells, 1..12), |texts| {
            let mut csv = csv::Writer::from_writer(Vec::new());
            csv.write_record(schema.columns.iter().map(|column| column.name))
                .unwrap();
            texts.iter().for_each(|row| csv.write_record(row).unwrap());
            let read = read::<T>("csv", csv.into_inner().unwrap());
            prop_assert!(!read.is_empty());
            let shown = read.iter().map(|row| shown(row));
            for row in shown {
                prop_assert!(texts.contains(&row), "{row:?} of {texts:?}");
            }

            let mut csv = Vec::new();
            write_csv(read.iter().cloned(), &mut csv).unwrap();
            let again = self::read::<T>("csv", csv);
            prop_assert_eq!(&again, &read);

            let mut parquet = Vec::new();
            write_parquet(again, &mut parquet).unwrap();
            prop_assert_eq!(&self::read::<T>("parquet", parquet), &read);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{}: {error}", schema.name));
}

fn read<T: Table>(ending: &str, bytes: Vec<u8>) -> Vec<T> {
    let mut files = Files::default();
    files.insert(
        &format!("{}.{ending}", T::SCHEMA.name),
        Body::Bytes(bytes.into()),
    );
    let loaded = files.load::<T>();
    // Two rows may have drawn one key.
    let bad: Vec<_> = loaded
        .findings
        .iter()
        .filter(|f| f.code != Code::E103)
        .collect();
    assert!(bad.is_empty(), "{bad:?}");
    loaded.rows.into_iter().map(|row| row.value).collect()
}

fn shown<T: Table>(row: &T) -> Vec<String> {
    let mut cells = Vec::new();
    row.cells(&mut cells);
    cells.iter().map(ToString::to_string).collect()
}

#[test]
fn a_parquet_file_without_rows_reads_as_an_empty_table() {
    let mut parquet = Vec::new();
    write_parquet(Vec::<Vendor>::new(), &mut parquet).unwrap();
    assert_eq!(Vendor::SCHEMA.presence, Presence::Optional);
    assert!(read::<Vendor>("parquet", parquet).is_empty());
}

#[test]
fn parquet_bytes_depend_on_the_rows_alone() {
    let rows = || {
        let name = "Farm".to_owned();
        let vendor_id = "V1".parse().unwrap();
        [Vendor {
            vendor_id,
            name,
            min_order_value: Some(Decimal::ONE),
            currency: None,
        }]
    };
    let [mut first, mut second] = [Vec::new(), Vec::new()];
    write_parquet(rows(), &mut first).unwrap();
    write_parquet(rows(), &mut second).unwrap();
    assert_eq!(first, second);
}

/// The text of a cell as its column writes it.
fn cell(table: &str, name: &'static str, kind: Kind) -> BoxedStrategy<String> {
    match (name, kind) {
        ("week_id", _) => (2000..2100i32, 1..=52u8)
            .prop_map(|(year, week)| format!("{year}-W{week:02}"))
            .boxed(),
        ("uom" | "order_uom", _) => words(&["H87", "KGM", "GRM", "LTR", "MLT"]),
        ("kind", _) if table == "inv_change" => words(&["moved", "counted"]),
        ("kind", _) => words(&["meal", "add_on"]),
        ("role", _) => words(&["kitchen", "catch_all"]),
        ("applies_to", _) => words(&["box", "recipe", "portion"]),
        ("method", _) => words(&["quantile", "newsvendor", "days"]),
        ("measure", _) => words(&["volume", "share", "need", "quantity"]),
        ("keys", _) => words(&[
            "week=2026-W48",
            "week=2026-W48;area=A 1;recipe=R=1",
            "site=S1;product=P1;category=fresh fish;vendor=V1;date=2026-11-26",
        ]),
        ("op", _) => words(&["set", "add", "multiply"]),
        ("status", _) if table == "order_line" => {
            words(&["placed", "confirmed", "cancelled", "simulated"])
        }
        ("status", _) => words(&["open", "closed", "cancelled"]),
        ("order_cutoff_time", _) => (0..24u8, 0..60u8)
            .prop_map(|(hour, minute)| format!("{hour:02}:{minute:02}"))
            .boxed(),
        ("recipes_per_box", Kind::Text) => words(&["1", "12", "2:0.3;3:0.5;4:0.2", "5:0.999"]),
        (_, Kind::Text) if name.ends_with("_id") || name == "lot" => {
            "[!-~àß水]([ -~àß水]{0,62}[!-~àß水])?".boxed()
        }
        (_, Kind::Text) => "[ -~àß水\n\r\t\"',;]{1,40}".boxed(),
        ("promo" | "homepage" | "sold_out" | "delivers", _) => words(&["0", "1"]),
        ("portion_size", _) => (1..=12u8).prop_map(|n| n.to_string()).boxed(),
        ("weekday", _) => (1..=7u8).prop_map(|n| n.to_string()).boxed(),
        ("recipes_per_box", _) => any::<u8>().prop_map(|n| n.to_string()).boxed(),
        (_, Kind::Integer) => any::<u32>().prop_map(|n| n.to_string()).boxed(),
        ("days" | "value", Kind::Decimal) => (-999_999_999_999_999_999
            ..=999_999_999_999_999_999i64)
            .prop_map(|n| Decimal::from_millionths(n).to_string())
            .boxed(),
        (_, Kind::Decimal) => prop_oneof![
            (0..=999_999_999_999_999_999i64),
            (0..=2_000_000i64),
            (0..=1000i64).prop_map(|n| n * 1_000_000)
        ]
        .prop_map(|n| Decimal::from_millionths(n).to_string())
        .boxed(),
        (_, Kind::Date) => (-300_000..2_900_000i32)
            .prop_map(|days| {
                let day = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(days));
                day.unwrap_or(Date::MAX)
                    .max(jiff::civil::date(1000, 1, 1))
                    .to_string()
            })
            .boxed(),
        (_, Kind::Timestamp) => (-1_000_000_000_000_000..=4_000_000_000_000_000i64)
            .prop_map(|micros| Timestamp::from_microsecond(micros).unwrap().to_string())
            .boxed(),
    }
}

fn words(words: &'static [&'static str]) -> BoxedStrategy<String> {
    Union::new(words.iter().map(|word| Just((*word).to_owned()))).boxed()
}
