//! How much memory a long demand history takes: writes one, loads it and prints the process's peak.
//!
//! ```text
//! cargo run --release -p dataset --example history_memory -- [rows] [csv|parquet]
//! ```
#![expect(clippy::print_stdout, reason = "an example speaks to whoever runs it")]

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;

use dataset::tables::{DeliveryArea, DemandHistory, MenuWeekRow, Recipe};
use dataset::{Body, Files, History, PlanningData, Table, write_csv, write_parquet};
use domain::{Date, Decimal, MenuWeek};

const RECIPES: usize = 240;
const AREAS: usize = 100;
const SIZES: [u8; 2] = [2, 4];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let rows: usize = arguments
        .next()
        .map_or(Ok(5_000_000), |rows| rows.parse())?;
    let ending = arguments.next().unwrap_or_else(|| "csv".to_owned());
    let weeks = rows.div_ceil(RECIPES * AREAS * SIZES.len()).max(1);

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("demand_history");
    let sink = BufWriter::new(File::create(&path)?);
    let sales = (0..rows).filter_map(sale);
    match ending.as_str() {
        "parquet" => write_parquet(sales, sink)?,
        _ => write_csv(sales, sink)?,
    }
    let before = peak()?;

    let mut files = Files::default();
    files.insert(
        &format!("demand_history.{ending}"),
        Body::File(File::open(&path)?),
    );
    insert(&mut files, (0..weeks).filter_map(week_row))?;
    insert(&mut files, (0..AREAS).filter_map(area_row))?;
    insert(&mut files, (0..RECIPES).filter_map(recipe_row))?;
    let data = PlanningData::load(&files);
    let history = History::load(&files, &data);

    println!(
        "{} rows of {ending} read, {} findings",
        history.sales().len(),
        history.findings.len()
    );
    println!("peak before reading: {before}, after: {}", peak()?);
    Ok(())
}

fn week(at: usize) -> Option<MenuWeek> {
    "2024-W01"
        .parse::<MenuWeek>()
        .ok()?
        .plus(i64::try_from(at).ok()?)
}

fn sale(at: usize) -> Option<DemandHistory> {
    let (rest, size) = (at / SIZES.len(), at % SIZES.len());
    let (rest, recipe) = (rest / RECIPES, rest % RECIPES);
    Some(DemandHistory {
        week_id: week(rest / AREAS)?,
        area_id: format!("A{:03}", rest % AREAS).parse().ok()?,
        recipe_id: format!("R{recipe:03}").parse().ok()?,
        portion_size: SIZES.get(size).copied()?.try_into().ok()?,
        quantity: (at % 997) as u32,
        price: Some(Decimal::from_millionths(9_990_000)),
        promo: Some(at.is_multiple_of(7)),
        homepage: None,
        sold_out: None,
    })
}

fn week_row(at: usize) -> Option<MenuWeekRow> {
    let start: Date = "2024-01-01".parse().ok()?;
    let start_date = start
        .checked_add(jiff::Span::new().weeks(i64::try_from(at).ok()?))
        .ok()?;
    let end_date = start_date.checked_add(jiff::Span::new().days(6)).ok()?;
    Some(MenuWeekRow {
        week_id: week(at)?,
        start_date,
        end_date,
        cutoff_hours: None,
    })
}

fn area_row(at: usize) -> Option<DeliveryArea> {
    let area_id = format!("A{at:03}").parse().ok()?;
    Some(DeliveryArea {
        area_id,
        name: "area".to_owned(),
        households: None,
    })
}

fn recipe_row(at: usize) -> Option<Recipe> {
    Some(Recipe {
        recipe_id: format!("R{at:03}").parse().ok()?,
        name: "recipe".to_owned(),
        kind: None,
        category: None,
        cuisine: None,
        protein: None,
        cook_minutes: None,
        dietary_flags: None,
    })
}

fn insert<T: Table>(
    files: &mut Files,
    rows: impl IntoIterator<Item = T>,
) -> Result<(), Box<dyn Error>> {
    let mut bytes = Vec::new();
    write_csv(rows, &mut bytes)?;
    files.insert(
        &format!("{}.csv", T::SCHEMA.name),
        Body::Bytes(bytes.into()),
    );
    Ok(())
}

/// The process's peak resident memory so far, as Linux counts it.
fn peak() -> Result<String, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line
        .ok_or("no VmHWM in /proc/self/status")?
        .trim()
        .to_owned())
}
