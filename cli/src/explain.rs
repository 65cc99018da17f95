//! `larder explain`: why a purchase quantity is proposed.

use std::collections::BTreeMap;

use artifacts::AnyStore;
use contracts::{DataFile, Fault, FaultName};
use domain::{Date, ProductId, SiteId};
use order_proposer::Stored;
use ordering::{Line, LineKey, SiteProposals};
use proposals::ProposalRow;
use report::plain;
use report::why::{Why, why};
use report::words::{chance, day, thousandths};
use serde::Serialize;
use supply::Supply;

use crate::args::ExplainArgs;
use crate::error::Error;
use crate::{finished, print};

/// A line with its reasons, as `--json` gives it.
#[derive(Debug, Serialize)]
struct Explained<'a> {
    /// In words.
    why: Why,
    /// Every part, exactly.
    line: &'a Line,
    /// The sha256 of the files that its parts stand in.
    files: BTreeMap<&'a str, &'a DataFile>,
}

/// Explains the lines asked for; `false` when a product of a site has none.
pub(crate) async fn explain(args: ExplainArgs) -> Result<bool, Error> {
    let runs = AnyStore::connect(&args.place.runs()).await?;
    let (run, result) = finished::proposals(&runs, &args.run).await?;
    let stored = Stored::open(&run, &result).await?;
    let supply = stored.supply().await?;
    let rows = stored.lines().await?;
    let wanted = wanted(&rows, &args);
    if wanted.is_empty() {
        return nothing(&stored, &supply, &args).await;
    }
    let mut sites: BTreeMap<&SiteId, Vec<&LineKey>> = BTreeMap::new();
    for key in &wanted {
        sites.entry(&key.site).or_default().push(key);
    }
    let mut lines: BTreeMap<LineKey, Line> = BTreeMap::new();
    for (site, keys) in sites {
        let made = stored.site(site).await?;
        let of_site = made.into_iter().flat_map(|made| made.lines);
        let of_site = of_site.filter(|line| keys.contains(&&line.key));
        lines.extend(of_site.map(|line| (line.key.clone(), line)));
    }
    let explained: Vec<Explained<'_>> = wanted
        .iter()
        .filter_map(|key| lines.get(key))
        .map(|line| Explained {
            why: why(line, &supply),
            line,
            files: files(line, stored.files()),
        })
        .collect();
    if args.json {
        let json = serde_json::to_string_pretty(&explained)
            .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
        print(&json)?;
        return Ok(true);
    }
    for (at, one) in explained.iter().enumerate() {
        if at > 0 {
            print("")?;
        }
        print(&plain(&told(one)))?;
    }
    let others = rows.len() - wanted.len();
    if args.product.is_some() {
        let others = rows.iter().filter(|row| matches(row, &args)).count() - wanted.len();
        if others > 0 {
            print(&format!(
                "\n{others} more lines of this product here; see them with --all, or one with --date"
            ))?;
        }
    } else if others > 0 {
        print(&format!(
            "\n{others} more lines; name a site and a product, or say --largest {}",
            rows.len()
        ))?;
    }
    Ok(true)
}

/// Whether a line is of what was asked for.
fn matches(row: &ProposalRow, args: &ExplainArgs) -> bool {
    args.site.as_ref().is_none_or(|site| *site == row.site_id)
        && (args.product.as_ref()).is_none_or(|product| *product == row.product_id)
        && (args.vendor.as_ref()).is_none_or(|vendor| *vendor == row.vendor_id)
        && args.date.is_none_or(|date| date == row.delivery_date)
}

/// The lines asked for: of a product at a site the one to order first, else those of most value.
fn wanted(rows: &[ProposalRow], args: &ExplainArgs) -> Vec<LineKey> {
    let mut rows: Vec<&ProposalRow> = rows.iter().filter(|row| matches(row, args)).collect();
    if args.product.is_some() {
        rows.sort_by_key(|row| (row.order_by, row.delivery_date));
        let first = if args.all { rows.len() } else { 1 };
        rows.truncate(first);
    } else {
        rows.sort_by_key(|row| std::cmp::Reverse(row.value));
        rows.truncate(args.largest);
    }
    rows.into_iter().map(ProposalRow::key).collect()
}

/// The files that a line's parts stand in.
fn files<'a>(line: &Line, all: &'a BTreeMap<String, DataFile>) -> BTreeMap<&'a str, &'a DataFile> {
    let waterfall = &line.waterfall;
    let pegs = waterfall.gross.iter().flat_map(|peg| &peg.rows);
    let overrides = waterfall.need_overrides.iter().chain(&waterfall.overridden);
    let used = waterfall.used.iter().chain(&waterfall.expired);
    let named = pegs
        .chain(&line.terms)
        .chain(overrides.map(|part| &part.origin))
        .chain(used.filter_map(|part| part.source.origin()));
    named
        .filter_map(|origin| all.get_key_value(&origin.file))
        .map(|(name, file)| (name.as_str(), file))
        .collect()
}

/// A line as people read it.
fn told(explained: &Explained<'_>) -> String {
    let Explained { why, files, .. } = explained;
    let mut text = format!("{}\n\n", wrapped(&why.paragraph));
    let width = |column: fn(&report::why::PartRow) -> &str| {
        why.parts
            .iter()
            .map(|row| column(row).chars().count())
            .max()
            .unwrap_or(0)
    };
    let (first, second) = (width(|row| &row.part), width(|row| &row.quantity));
    for row in &why.parts {
        let line = format!(
            "  {:first$}  {:>second$}  {}",
            row.part, row.quantity, row.from
        );
        text += line.trim_end();
        text.push('\n');
    }
    text.push('\n');
    for row in &why.alternatives {
        text += &format_args!(
            "  {:14}  {:>second$}  short {} on average ({}), wasted {}\n",
            row.what, row.quantity, row.short, row.chance, row.waste
        )
        .to_string();
    }
    text += "\n  sha256 of the files\n";
    for (name, file) in files {
        text += &format_args!("  {name}  {}\n", file.sha256).to_string();
    }
    text
}

/// Why there is no line: what is known of the product at the site.
async fn nothing(
    stored: &Stored<'_, '_, AnyStore>,
    supply: &Supply,
    args: &ExplainArgs,
) -> Result<bool, Error> {
    let (Some(site), Some(product)) = (&args.site, &args.product) else {
        print("No line is proposed for what was asked for.")?;
        return Ok(false);
    };
    if supply.terms.product(product).is_none() {
        return Err(Error::Usage(format!("there is no product {product}")));
    }
    let Some(made) = stored.site(site).await? else {
        return Err(Error::Usage(format!("there is no site {site} in this run")));
    };
    print(&why_none(&made, product, args.date))?;
    Ok(false)
}

fn why_none(made: &SiteProposals, product: &ProductId, date: Option<Date>) -> String {
    let site = &made.site;
    let mut text = match date {
        Some(date) => format!(
            "No delivery of {product} to {site} on {} is proposed.",
            day(date)
        ),
        None => format!("Nothing of {product} is proposed for {site}."),
    };
    if let Some(missing) = made.unsupplied.iter().find(|one| one.product == *product) {
        text += &format_args!(
            " It is needed from {} on ({} short in the mean), but {}.",
            day(missing.needed),
            thousandths(missing.short, missing.unit),
            missing.reason
        )
        .to_string();
    } else if let Some(late) = made.expedite.iter().find(|one| one.product == *product) {
        text += &format_args!(
            " It runs short from {} to {} ({} in the mean, chance {}), before anything that can still be ordered arrives.",
            day(late.needed),
            day(late.until),
            thousandths(late.short, late.unit),
            chance(late.short_per_mille)
        )
        .to_string();
    } else if (made.small_orders.iter())
        .any(|order| !order.filled && order.products.contains(product))
    {
        text += " Orders that would have brought it were under their vendor's least value and left out, because filling them up costs more than the shortage.";
    } else {
        text += " What is in stock and on order is enough for what is needed, or nothing is.";
    }
    text
}

/// Lines of at most so many characters.
fn wrapped(text: &str) -> String {
    const WIDTH: usize = 100;
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let length = lines.last().map_or(0, |line| line.chars().count());
        match lines.last_mut() {
            Some(line) if length + 1 + word.chars().count() <= WIDTH => {
                if length > 0 {
                    line.push(' ');
                }
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}
