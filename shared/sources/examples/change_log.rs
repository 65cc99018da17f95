//! How long a data set with many small change objects takes to pin, read and merge:
//! `cargo run --release -p sources --example change_log -- 10000 EMPTY-FOLDER`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement for people"
)]

use std::error::Error;
use std::time::Instant;

use artifacts::{Folder, Store};
use dataset::changes::{Batch, Stamp};
use dataset::tables::{InvChange, Signed, StockChange};
use domain::{Date, Decimal};
use sources::{DataCut, compact, pinned};

/// So many movements are in an object: a queue's batch.
const ROWS: u32 = 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut given = std::env::args().skip(1);
    let objects: u32 = given.next().ok_or("give a number of objects")?.parse()?;
    let store = Folder::new(given.next().ok_or("give an empty folder")?);
    let (day, today) = (Date::new(2026, 11, 1)?, Date::new(2026, 11, 10)?);
    for object in 0..objects {
        let mut batch = Batch::default();
        for row in 0..ROWS {
            let change = moved(object * ROWS + row)?;
            batch.set(&Stamp::new(change.change_id.as_str(), 1)?, &[change])?;
        }
        for object in batch.objects(day)? {
            store.create(&object.key, &object.bytes).await?;
        }
    }
    for state in ["as they came", "merged"] {
        let start = Instant::now();
        let cut = DataCut::take(&store).await?;
        let pinning = start.elapsed();
        let start = Instant::now();
        let files = pinned(&store, &cut.pins, |_| true).await?;
        let reading = start.elapsed();
        let start = Instant::now();
        let rows = files.load::<InvChange>().rows.len();
        let folding = start.elapsed();
        let count = cut.pins.len();
        println!(
            "{state}: {count} objects, {rows} rows; pinned {pinning:.2?}, read {reading:.2?}, folded {folding:.2?}"
        );
        if state == "as they came" {
            let start = Instant::now();
            compact(&store, day, today).await?;
            println!("merged in {:.2?}", start.elapsed());
        }
    }
    Ok(())
}

fn moved(at: u32) -> Result<InvChange, Box<dyn Error>> {
    Ok(InvChange {
        change_id: format!("/warehouse/stock#{at:08}")
            .parse()
            .map_err(|_| "no id")?,
        site_id: format!("S{}", at % 8).parse()?,
        product_id: format!("P{}", at % 1000).parse()?,
        lot: None,
        changed_at: "2026-11-01T10:00:00Z".parse()?,
        kind: StockChange::Moved,
        quantity: Signed(Decimal::from_millionths(-1_000_000)),
        expiry_date: None,
        order_id: None,
        line_no: None,
    })
}
