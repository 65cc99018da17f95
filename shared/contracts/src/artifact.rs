//! Names of the artifacts that one step stores and another reads. A name that ends in `.zst` is packed.

/// `data-extractor`, once: what was sold, as the demand model wants it.
pub const OBSERVATIONS: &str = "observations.json.zst";
/// `data-extractor`, once: stock, inbound orders, vendors' terms, policies and overrides.
pub const SUPPLY: &str = "supply.json.zst";
/// `data-extractor`, once: what the weeks need to know about the history.
pub const FACTS: &str = "facts.json";
/// `data-extractor`: the findings; once all of them, for a week those that concern it alone.
pub const FINDINGS: &str = "findings.json.zst";
/// `data-extractor`: the week's snapshot.
pub const SNAPSHOT: &str = "snapshot.json.zst";
/// `order-simulator`, once: the fitted demand model.
pub const MODEL: &str = "model.json.zst";
/// `order-simulator`: the states of the world as counts.
pub const DRAWS: &str = "draws.planes";
/// `order-simulator`: the expected state of the world as orders, in the columns of `order_line`.
pub const ORDER_BOOK: &str = "order_book.parquet";
/// `order-simulator`: boxes by area, delivery date, site and packing day.
pub const ALLOCATION: [&str; 2] = ["allocation.csv", "allocation.parquet"];
/// `order-simulator`: the plan's kits by site, packing day and recipe.
pub const RECIPE_PLAN: [&str; 2] = ["recipe_plan.csv", "recipe_plan.parquet"];
/// `order-simulator`: the site and packing day of each known order.
pub const KNOWN_SITES: &str = "known_sites.parquet";
/// `order-simulator`: boxes and caps by site and packing day.
pub const UTILISATION: [&str; 2] = ["utilisation.csv", "utilisation.parquet"];
/// A shadow: what differs from the active results, for programs and for people.
pub const DIFFERENCE: [&str; 2] = ["difference.json", "difference.md"];
/// `site-forecast`: products by site and day.
pub const FORECAST: [&str; 2] = ["forecast.csv", "forecast.parquet"];
/// `order-simulator` and, with the products, `site-forecast`: the week for people.
pub const SUMMARY: &str = "summary.json";
/// `site-forecast`: the results it was made from.
pub const SOURCES: &str = "sources.json";
