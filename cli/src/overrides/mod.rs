//! `larder override`: what planners want instead of what is proposed.

mod file;

use std::path::PathBuf;

use artifacts::Location;
use dataset::Signed;
use dataset::tables::Override;
use domain::{Measure, OverrideId, OverrideKeys, OverrideOp, Timestamp};
use report::words::counted;
use workbook::{Unusable, Wanted};

use crate::args::{Company, ImportArgs};
use crate::error::Error;
use crate::{clock, data, print};

use file::OverrideFile;

/// The table in the data set's folder.
const FILE: &str = "override.csv";

/// Makes overrides of a workbook's wanted quantities, all or none.
pub(crate) fn import(args: &ImportArgs) -> Result<bool, Error> {
    let folder = folder(args.data.clone())?;
    let named =
        |error: &dyn std::fmt::Display| Error::Import(format!("{}: {error}", args.file.display()));
    let bytes = std::fs::read(&args.file).map_err(|error| named(&error))?;
    let wanted = workbook::wanted(&bytes).map_err(|errors| named(&listed(&errors)))?;
    let maker = Maker::new(args)?;
    let place = folder.join(FILE);
    let mut file = OverrideFile::open(&folder, FILE)?;
    let (mut added, mut held) = (0, 0);
    let mut lines = Vec::new();
    for one in &wanted {
        let row = maker.row(one, &file).map_err(|error| named(&error))?;
        if file.holds(&row, maker.at) {
            held += 1;
            continue;
        }
        added += 1;
        lines.push(format!(
            "{}  {} set to {}: {}",
            row.override_id, row.keys, row.value.0, row.reason
        ));
        file.add(row);
    }
    if added > 0 {
        file.write(&place)?;
    }
    for line in lines {
        print(&line)?;
    }
    let added = counted(added, "override", "overrides");
    let held = match held {
        0 => String::new(),
        held => format!("; {held} already there"),
    };
    print(&format!("{added} added to {}{held}", place.display()))?;
    Ok(true)
}

/// The data set's folder.
fn folder(data: Option<Location>) -> Result<PathBuf, Error> {
    match data.unwrap_or_else(|| data::default_location(Company::default())) {
        Location::Folder(folder) if folder.is_dir() => Ok(folder),
        Location::Folder(folder) => Err(Error::Usage(format!(
            "there is no folder {}; name the data set's with --data",
            folder.display()
        ))),
        Location::S3 { bucket, prefix } => Err(Error::Usage(format!(
            "overrides are added to a folder: copy s3://{bucket}/{prefix}{FILE} into one, name it with --data, and copy \
             the file back"
        ))),
    }
}

fn listed(errors: &[Unusable]) -> String {
    let errors: Vec<String> = errors.iter().map(Unusable::to_string).collect();
    format!("nothing is imported\n{}", errors.join("\n"))
}

/// What makes overrides.
struct Maker<'a> {
    author: &'a str,
    reason: Option<&'a str>,
    at: Timestamp,
    expires_at: Option<Timestamp>,
}

impl<'a> Maker<'a> {
    fn new(args: &'a ImportArgs) -> Result<Self, Error> {
        let said = |name: &str, text: &'a str| {
            let fits = !text.trim().is_empty() && !text.chars().any(char::is_control);
            let bad = || Error::Usage(format!("{name} `{text}`: give a line of text"));
            fits.then(|| text.trim()).ok_or_else(bad)
        };
        // Whole seconds: a person reads the file.
        let now = args.at.unwrap_or_else(clock::now).as_second();
        Ok(Self {
            author: said("--author", &args.author)?,
            reason: (args.reason.as_deref())
                .map(|reason| said("--reason", reason))
                .transpose()?,
            at: Timestamp::from_second(now).unwrap_or_default(),
            expires_at: args.expires_at,
        })
    }

    fn row(&self, wanted: &Wanted, file: &OverrideFile) -> Result<Override, String> {
        let keys = OverrideKeys {
            site: Some(wanted.site.clone()),
            product: Some(wanted.product.clone()),
            vendor: Some(wanted.vendor.clone()),
            date: Some(wanted.delivery),
            ..OverrideKeys::default()
        };
        let reason = wanted.reason.as_deref().or(self.reason).ok_or_else(|| {
            format!(
                "nothing is imported\nrow {} has no reason; fill it in, or say --reason for all such rows",
                wanted.row
            )
        })?;
        // Of the same quantity wanted again after another, the number tells the two apart.
        let name = format!("{keys}={}#{}", wanted.quantity, file.made_for(&keys));
        let digest = artifacts::sha256(name.as_bytes()).to_string();
        let id: OverrideId = (format!("WB-{}", digest.get(..16).unwrap_or(&digest)).parse())
            .map_err(|_| format!("row {} has keys that cannot be named", wanted.row))?;
        Ok(Override {
            override_id: id,
            measure: Measure::Quantity,
            keys,
            op: OverrideOp::Set,
            value: Signed(wanted.quantity),
            reason: reason.to_owned(),
            author: self.author.to_owned(),
            created_at: self.at,
            expires_at: self.expires_at,
        })
    }
}
