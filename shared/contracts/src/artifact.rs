//! Names of the artifacts that one step stores and another reads. A name that ends in `.zst` is packed.

/// `data-extractor`, once: what was sold, as the demand model wants it.
pub const OBSERVATIONS: &str = "observations.json.zst";
/// `data-extractor`, once: stock, inbound orders, vendors' terms, policies and overrides.
pub const SUPPLY: &str = "supply.json.zst";
/// `data-extractor`, once: how current each table is.
pub const CURRENCY: &str = "currency.json";
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
pub const KNOWN_SITES: [&str; 2] = ["known_sites.csv", "known_sites.parquet"];
/// `order-simulator`: boxes and caps by site and packing day.
pub const UTILISATION: [&str; 2] = ["utilisation.csv", "utilisation.parquet"];
/// A shadow: what differs from the active results, for programs and for people.
pub const DIFFERENCE: [&str; 2] = ["difference.json", "difference.md"];
/// `site-forecast`: products by site and day.
pub const FORECAST: [&str; 2] = ["forecast.csv", "forecast.parquet"];
/// `order-simulator` and, with the products, `site-forecast`: the week for people; `order-proposer`: the proposals.
pub const SUMMARY: &str = "summary.json";
/// `site-forecast` and `order-proposer`: the results it was made from.
pub const SOURCES: &str = "sources.json";
/// `order-proposer`: the lines, one row each.
pub const PROPOSALS: [&str; 2] = ["proposals.csv", "proposals.parquet"];
/// `order-proposer`: the orders by vendor, site and delivery day, for other systems.
pub const PROPOSALS_JSON: &str = "proposals.json";
/// `order-proposer`: every part of every line, down to its row of the data set.
pub const PEGGING: &str = "pegging.parquet";
/// `order-proposer`: the lines that most money is at risk with, with everything that the explanations say of them.
pub const REASONS: &str = "reasons.json.zst";
/// `order-proposer`: lines that changed since the last publication, and why; absent where none did.
pub const CHANGES: [&str; 2] = ["changes.csv", "changes.parquet"];
/// `order-proposer`: what can no longer be ordered in time.
pub const EXPEDITE: [&str; 2] = ["expedite.csv", "expedite.parquet"];
/// `order-proposer`: orders under a vendor's least value.
pub const SMALL_ORDERS: [&str; 2] = ["small_orders.csv", "small_orders.parquet"];
/// `order-proposer`: products that are needed and that nobody can bring.
pub const UNSUPPLIED: [&str; 2] = ["unsupplied.csv", "unsupplied.parquet"];
/// `order-proposer`: what arrives where and when, for warehouse and workforce.
pub const INBOUND_PLAN: [&str; 2] = ["inbound_plan.csv", "inbound_plan.parquet"];

/// `publisher`: the run as a workbook.
pub const WORKBOOK: &str = "larder.xlsx";

/// `order-proposer`: why every line of a site is what it is.
pub fn explanations(site: &domain::SiteId) -> String {
    format!("explanations/{}.json.zst", file_name(site.as_str()))
}

/// `order-proposer`: a vendor's orders, by ending.
pub fn of_vendor(vendor: &domain::VendorId, ending: &str) -> String {
    format!("proposals/{}.{ending}", file_name(vendor.as_str()))
}

/// `publisher`: the e-mail on a publication, as a mail program gets it and as a page of its own.
pub const MAIL: [&str; 2] = ["mail.eml", "mail.html"];

/// Below it every approved purchase order stands, beside the runs.
pub const ORDERS: &str = "orders";

/// Where the orders of a vendor, site and day of delivery stand in the run store.
pub fn orders_of(vendor: &domain::VendorId, site: &domain::SiteId, day: domain::Date) -> String {
    let (vendor, site) = (file_name(vendor.as_str()), file_name(site.as_str()));
    format!("{ORDERS}/{vendor}/{site}/{day}")
}

/// Where an approved order stands in the run store.
pub fn order(order: &crate::PurchaseOrder) -> String {
    let folder = orders_of(&order.vendor, &order.site, order.delivery_date);
    format!("{folder}/{}.json", order.sequence)
}

/// An id as a file name: what a file system or S3 could mistake is written as `%` and its byte in hexadecimal, and a
/// long name is cut and told apart by its digest.
fn file_name(id: &str) -> String {
    use std::fmt::Write as _;

    use sha2::{Digest, Sha256};

    const LONGEST: usize = 100;
    let mut name = String::new();
    for (at, byte) in id.bytes().enumerate() {
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if plain || (byte == b'.' && at > 0) {
            name.push(char::from(byte));
        } else {
            let _ = write!(name, "%{byte:02X}");
        }
    }
    if name.len() > LONGEST {
        name.truncate(LONGEST - 17);
        name.push('-');
        for byte in Sha256::digest(id).iter().take(8) {
            let _ = write!(name, "{byte:02x}");
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_safe_file_name_of_its_own() {
        assert_eq!(file_name("V-01.x"), "V-01.x");
        assert_eq!(file_name(".."), "%2E.");
        assert_eq!(file_name("a/b é"), "a%2Fb%20%C3%A9");
        let long = |last: &str| file_name(&format!("{}{last}", "é".repeat(63)));
        assert_eq!(long("a").len(), 100);
        assert_ne!(long("a"), long("b"));
    }
}
