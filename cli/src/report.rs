//! `larder report`: where a run's page is.

use artifacts::{AnyStore, Location, Store};

use crate::args::ReportArgs;
use crate::error::Error;
use crate::{finished, print};

/// Prints where the page of a run's newest publication is, or opens it in the system's browser.
pub(crate) async fn report(args: ReportArgs) -> Result<bool, Error> {
    let runs = AnyStore::connect(&args.place.runs()).await?;
    let output = AnyStore::connect(&args.place.out).await?;
    let (run, publication) = finished::publication(&runs, &args.run).await?;
    let folder = publisher::folder(&run, &publication).await?;
    let key = format!("{folder}/report.html");
    let page = output.place(&key);
    let published = output.list(&folder).await?;
    if !published.iter().any(|entry| entry.key == key) {
        return Err(Error::Usage(format!(
            "run {} is published elsewhere: {page} is not there; name the place with --out",
            args.run
        )));
    }
    print(&page)?;
    if args.open {
        if let Location::S3 { .. } = args.place.out {
            return Err(Error::Usage(
                "a browser opens pages of folders alone; open this one where the bucket is served"
                    .to_owned(),
            ));
        }
        open::that_detached(&page).map_err(|error| Error::Browser(error.to_string()))?;
    }
    Ok(true)
}
