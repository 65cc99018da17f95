//! `larder allocate`: a site for every order of a list, so that the recipes' volumes at the sites change least.

mod input;
mod words;

use std::fs;
use std::path::Path;

use allocation::orders::{Allocation, Budget, Made, least_change};
use contracts::{Fault, FaultName};
use domain::tally;
use report::plain;

use crate::args::AllocateArgs;
use crate::error::Error;
use crate::{print, validate};

use input::Input;

/// The file with each order's site.
const RESULT: &str = "allocation.csv";

/// Allocates, writes and prints; `false` when the files cannot be used.
pub(crate) fn allocate(args: &AllocateArgs) -> Result<bool, Error> {
    let (input, findings) = Input::read(&args.orders, &args.caps, args.previous.as_deref())?;
    let text: String = findings.iter().map(validate::described).collect();
    let text = plain(&text);
    if tally(&findings).0 > 0 {
        print(text.trim_end())?;
        return Ok(false);
    }
    let allocation = least_change(
        &input.orders,
        &input.routes,
        &input.bins,
        &input.previous,
        Budget::default(),
    );
    let place = args.out.join(RESULT);
    write(&place, &input, &allocation).map_err(|reason| {
        let message = format!("{} cannot be written: {reason}", place.display());
        Fault::new(FaultName::ConfigInvalid, message)
    })?;
    let made = Made::shown_by(&input.orders, &input.routes, input.bins.len());
    let said = [
        words::table(&input, &allocation),
        words::errors(&input, &allocation, args.previous.is_some()),
        words::shortage(&input, &allocation, &made),
        words::minimums(&input, &allocation, &made),
    ];
    let said = plain(&said.concat());
    print(&format!("{text}{said}{}", place.display()))?;
    Ok(true)
}

fn write(place: &Path, input: &Input, allocation: &Allocation) -> std::io::Result<()> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut writer = csv::Writer::from_path(place)?;
    writer.write_record(["order_id", "site_id"])?;
    for (order, bin) in input.names.iter().zip(&allocation.bins) {
        let site = bin.map_or("", |bin| input.sites[bin as usize].as_str());
        writer.write_record([order.as_str(), site])?;
    }
    writer.flush()
}
