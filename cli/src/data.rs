//! The demo company's data set, written where nothing else stands.

use artifacts::{AnyStore, Location, Store, StoreError};
use demo::Options;

use crate::args::{Company, DemoArgs, Scale};
use crate::error::Error;
use crate::print;

/// `larder demo`: writes the data set.
pub(crate) async fn demo(args: DemoArgs) -> Result<bool, Error> {
    let store = AnyStore::connect(&args.out).await?;
    let files = write(&store, args.company, args.seed).await?;
    print(&format!("{files} files in {}", store.place("")))?;
    Ok(true)
}

/// Where the demo data set that `larder run` plans by default stands.
pub(crate) fn default_location(company: Company) -> Location {
    let scale = match company.scale {
        Scale::Small => "small",
        Scale::Large => "large",
    };
    let tight = if company.tight { "-tight" } else { "" };
    Location::Folder(format!("larder-demo/{scale}{tight}").into())
}

/// Writes every file of the data set that is not there yet, and returns how many it has.
pub(crate) async fn write(store: &AnyStore, company: Company, seed: u64) -> Result<usize, Error> {
    let scale = match company.scale {
        Scale::Small => demo::Scale::Small,
        Scale::Large => demo::Scale::Large,
    };
    let options = Options {
        scale,
        tight: company.tight,
        seed,
    };
    let mut files = Vec::new();
    demo::write(&options, &mut |name, content| {
        files.push((name.to_owned(), content));
    })
    .map_err(|error| Error::Demo(error.to_string()))?;
    for (name, content) in &files {
        store
            .create(name, content)
            .await
            .map_err(|error| match error {
                StoreError::Exists { place } => Error::DemoChanged { place },
                other => other.into(),
            })?;
    }
    Ok(files.len())
}
