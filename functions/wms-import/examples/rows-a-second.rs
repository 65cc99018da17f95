//! How many rows a second one core takes in, with twins in memory:
//! `cargo run --release -p wms-import --example rows-a-second`.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement reads the clock and is told"
)]

use std::fmt::Write as _;
use std::time::Instant;

use artifacts::{Memory, Store};
use wms_import::{Outcome, WmsImport};

const ROWS: usize = 50_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut goods_in =
        "receipt,line,order,order_line,site,product,quantity,uom,lot,expiry,received_at\n"
            .to_owned();
    let mut counts = "site,product,lot,quantity,uom,counted_at\n".to_owned();
    for row in 0..ROWS {
        let (receipt, line) = (row / 20, row % 20 + 1);
        writeln!(
            goods_in,
            "GR-{receipt},{line},PO-{receipt},{line},NORTH,P{line},118.5,KGM,L{row},2026-11-29,2026-11-20T08:00:00Z"
        )?;
        writeln!(counts, "NORTH,P{row},L1,12.5,KGM,2026-11-20T08:00:00Z")?;
    }
    for (kind, text) in [("goods-in", goods_in), ("counts", counts)] {
        let import = WmsImport::new(
            Memory::default(),
            messaging::Memory::default(),
            "".parse()?,
            lambda::now,
        );
        let key = format!("inbound/{kind}/all.csv");
        import.files().create(&key, text.as_bytes()).await?;
        let begin = Instant::now();
        let outcome = import.import(&key, false).await?;
        let rate = ROWS as f64 / begin.elapsed().as_secs_f64();
        assert!(matches!(outcome, Outcome::Taken(_)), "{outcome:?}");
        assert_eq!(import.topic().notices().len(), ROWS);
        println!("{kind}: {rate:.0} rows/s");
    }
    Ok(())
}
