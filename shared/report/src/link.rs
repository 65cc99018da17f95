//! Links into the page.

use std::fmt::Write as _;

use domain::{Date, ProductId, SiteId, VendorId};

/// The part of the page's address that opens a line's reasons: `#orders/V10/S1/2026-11-20/P1`.
pub fn line_link(vendor: &VendorId, site: &SiteId, delivery: Date, product: &ProductId) -> String {
    format!(
        "#orders/{}/{}/{delivery}/{}",
        encoded(vendor.as_str()),
        encoded(site.as_str()),
        encoded(product.as_str())
    )
}

/// Percent-encoded but for what RFC 3986 calls unreserved.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_the_line_whatever_its_ids_are() {
        let link = line_link(
            &"V 1/é".parse().unwrap(),
            &"S1".parse().unwrap(),
            "2026-11-20".parse().unwrap(),
            &"P#1".parse().unwrap(),
        );
        assert_eq!(link, "#orders/V%201%2F%C3%A9/S1/2026-11-20/P%231");
    }
}
