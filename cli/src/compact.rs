//! `larder compact`: many change objects become one.

use artifacts::{AnyStore, Store};
use jiff::ToSpan;
use jiff::tz::TimeZone;
use report::words::counted;

use crate::args::CompactArgs;
use crate::error::Error;
use crate::validate::described;
use crate::{clock, print};

/// Merges old change objects; `false` when one cannot be read and was left.
pub(crate) async fn compact(args: CompactArgs) -> Result<bool, Error> {
    let data = AnyStore::connect(&args.data).await?;
    let today = clock::now().to_zoned(TimeZone::UTC).date();
    let up_to = today.saturating_sub(i64::from(args.older_than).days());
    let merged = sources::compact(&data, up_to, today).await?;
    if merged.is_empty() {
        print(&format!("{}: nothing to merge", data.place("")))?;
    }
    let mut whole = true;
    for table in merged {
        let objects = counted(table.objects as u64, "change object", "change objects");
        print(&format!("{}: {objects} became one", table.table))?;
        for finding in &table.left {
            whole = false;
            print(&format!("left as it is: {}", described(finding)))?;
        }
    }
    Ok(whole)
}
