use std::fmt::Write as _;

use domain::{Date, OrderId, ParseIdError, SiteId, VendorId};
use sha2::{Digest, Sha256};

/// The longest part made from an id: with two of them and the largest sequence a reference has 64 characters.
const LONGEST: usize = 20;
/// Hexadecimal digits that tell apart ids of which a part does not hold everything.
const DIGITS: usize = 10;

/// What every system calls a purchase order: `PO-<vendor>-<site>-<yyyymmdd>-<sequence>`.
///
/// Between the hyphens stand letters, digits, `_` for a hyphen of the id, and where the id has anything else or is long
/// its beginning, `.` and a digest of it: no two orders have one reference, and every system can take it.
///
/// # Errors
/// None for ids as they are; the type says so because an order's id is checked wherever it is made.
pub fn reference(
    vendor: &VendorId,
    site: &SiteId,
    day: Date,
    sequence: u32,
) -> Result<OrderId, ParseIdError> {
    let (vendor, site) = (part(vendor.as_str()), part(site.as_str()));
    let day = day.strftime("%Y%m%d");
    format!("PO-{vendor}-{site}-{day}-{sequence}").parse()
}

fn part(id: &str) -> String {
    let whole = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let safe = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let mut name: String = id.chars().map(safe).collect();
    if !id.chars().all(whole) || name.len() > LONGEST {
        name.truncate(LONGEST - 1 - DIGITS);
        name.push('.');
        for byte in Sha256::digest(id).iter().take(DIGITS / 2) {
            let _ = write!(name, "{byte:02x}");
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(vendor: &str, site: &str, day: &str, sequence: u32) -> String {
        let day = day.parse().unwrap();
        let (vendor, site) = (vendor.parse().unwrap(), site.parse().unwrap());
        reference(&vendor, &site, day, sequence)
            .unwrap()
            .to_string()
    }

    #[test]
    fn a_reference_reads_vendor_site_day_and_sequence() {
        assert_eq!(
            of("V11", "NORTH", "2026-11-20", 1),
            "PO-V11-NORTH-20261120-1"
        );
        assert_eq!(
            of("V-1", "S", "2026-01-02", u32::MAX),
            "PO-V_1-S-20260102-4294967295"
        );
    }

    #[test]
    fn hyphens_long_and_foreign_ids_make_no_two_orders_one() {
        let day = "2026-11-20";
        assert_ne!(of("A-B", "C", day, 1), of("A", "B-C", day, 1));
        assert_ne!(of("A-B", "C", day, 1), of("A_B", "C", day, 1));
        assert_ne!(of("Müller", "C", day, 1), of("Möller", "C", day, 1));
        let long = "x".repeat(63);
        assert_ne!(
            of(&format!("{long}1"), "C", day, 1),
            of(&format!("{long}2"), "C", day, 1)
        );
    }

    proptest! {
        #[test]
        fn every_reference_is_an_order_id_of_safe_characters(
            vendor in "[^\\p{C}\\p{Z}]{1,64}", site in "[^\\p{C}\\p{Z}]{1,64}", sequence: u32,
        ) {
            let reference = of(&vendor, &site, "2026-11-20", sequence);
            prop_assert!(reference.len() <= 64);
            let safe = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            prop_assert!(reference.chars().all(safe));
        }

        #[test]
        fn different_ids_make_different_references(
            one in ("[ab_-]{1,4}", "[ab_-]{1,4}"), other in ("[ab_-]{1,4}", "[ab_-]{1,4}"),
        ) {
            let day = "2026-11-20";
            let same = of(&one.0, &one.1, day, 1) == of(&other.0, &other.1, day, 1);
            prop_assert_eq!(same, one == other);
        }
    }
}
