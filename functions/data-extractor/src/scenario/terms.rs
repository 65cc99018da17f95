//! What a what-if changes of vendors' terms.

use contracts::{Fault, TermsChange};
use dataset::tables::{Signed, VendorLeadTime, VendorProduct};
use dataset::{PlanningData, Row};
use domain::{ProductId, SiteId, VendorId};

use super::{added, known, missing, refused};

pub(super) fn apply(
    data: &mut PlanningData,
    terms: &TermsChange,
    place: &str,
) -> Result<(), Fault> {
    let vendors = data.vendor.iter().map(|row| &row.value.vendor_id);
    known(&terms.vendor, vendors, &format!("{place}.vendor"), "vendor")?;
    if let Some(site) = &terms.site {
        let sites = data.site.iter().map(|row| &row.value.site_id);
        known(site, sites, &format!("{place}.site"), "site")?;
        apart(data, terms);
    }
    if !data
        .vendor_product
        .iter()
        .any(|row| holds(terms, &row.value))
    {
        let sold = data.vendor_product.iter().map(|row| &row.value);
        let sold = sold.filter(|row| row.vendor_id == terms.vendor);
        let what = format!("sold by {} there", terms.vendor);
        let product = terms
            .product
            .as_ref()
            .map_or("every product", ProductId::as_str);
        let sold = sold.map(|row| &row.product_id);
        return Err(missing(&format!("{place}.product"), product, &what, sold));
    }
    if terms.available == Some(false) {
        data.vendor_product.retain(|row| !holds(terms, &row.value));
    }
    for row in data.vendor_product.iter_mut().map(|row| &mut row.value) {
        if holds(terms, row) {
            row.price = terms.price.unwrap_or(row.price);
            row.order_min = terms.order_min.or(row.order_min);
            row.order_multiple = terms.order_multiple.or(row.order_multiple);
            row.order_max = terms.order_max.or(row.order_max);
            row.priority = terms.priority.or(row.priority);
        }
    }
    if let Some(days) = terms.lead_days {
        lead_time(data, terms, Signed(days));
    }
    let Some(value) = terms.min_order_value else {
        return Ok(());
    };
    if terms.product.is_some() || terms.site.is_some() {
        let why = "is a vendor's for all it sells everywhere; give it without product and site";
        return Err(refused(&format!("{place}.min_order_value"), &value, why));
    }
    for row in data.vendor.iter_mut().map(|row| &mut row.value) {
        if row.vendor_id == terms.vendor {
            row.min_order_value = Some(value);
        }
    }
    Ok(())
}

fn names(
    terms: &TermsChange,
    vendor: &VendorId,
    product: Option<&ProductId>,
    site: Option<&SiteId>,
) -> bool {
    *vendor == terms.vendor
        && (terms.product.is_none() || terms.product.as_ref() == product)
        && (terms.site.is_none() || terms.site.as_ref() == site)
}

fn holds(terms: &TermsChange, row: &VendorProduct) -> bool {
    names(
        terms,
        &row.vendor_id,
        Some(&row.product_id),
        row.site_id.as_ref(),
    )
}

/// Gives the site rows of its own where a row holds for all sites, so that the others keep theirs.
fn apart(data: &mut PlanningData, terms: &TermsChange) {
    let everywhere = |row: &VendorProduct| {
        row.site_id.is_none()
            && row.vendor_id == terms.vendor
            && terms
                .product
                .as_ref()
                .is_none_or(|product| row.product_id == *product)
    };
    let sites: Vec<SiteId> = data
        .site
        .iter()
        .map(|row| row.value.site_id.clone())
        .collect();
    let (split, mut rows): (Vec<_>, Vec<_>) = std::mem::take(&mut data.vendor_product)
        .into_iter()
        .partition(|row| everywhere(&row.value));
    for row in split {
        let own = |of: &SiteId| {
            let taken = |other: &Row<VendorProduct>| {
                let other = &other.value;
                other.site_id.as_ref() == Some(of)
                    && other.vendor_id == row.value.vendor_id
                    && other.product_id == row.value.product_id
            };
            !rows.iter().any(taken)
        };
        let alone: Vec<SiteId> = sites.iter().filter(|of| own(of)).cloned().collect();
        rows.extend(alone.into_iter().map(|of| {
            let mut row = row.clone();
            row.value.site_id = Some(of);
            row
        }));
    }
    data.vendor_product = rows;
}

/// The row for exactly this place and all narrower ones; the narrower would win otherwise.
fn lead_time(data: &mut PlanningData, terms: &TermsChange, days: Signed) {
    for row in data.vendor_lead_time.iter_mut().map(|row| &mut row.value) {
        if names(
            terms,
            &row.vendor_id,
            row.product_id.as_ref(),
            row.site_id.as_ref(),
        ) {
            row.days = days;
        }
    }
    let exact = |row: &Row<VendorLeadTime>| {
        let row = &row.value;
        row.vendor_id == terms.vendor
            && row.product_id == terms.product
            && row.site_id == terms.site
    };
    if !data.vendor_lead_time.iter().any(exact) {
        data.vendor_lead_time.push(added(VendorLeadTime {
            vendor_id: terms.vendor.clone(),
            product_id: terms.product.clone(),
            site_id: terms.site.clone(),
            days,
            std_days: None,
        }));
    }
}
