//! How late a delivery is, in every draw.

use std::collections::HashMap;

use domain::{Date, Decimal, SiteId, VendorId};
use random::{Stream, word};

/// Latest a delivery is reckoned to be, in days.
const LATEST: f64 = 60.0;

/// Standard normal numbers per delivery: what one vendor brings to the site on one day is late together.
#[derive(Debug)]
pub(crate) struct Lateness {
    stream: Stream,
    replicates: usize,
    held: HashMap<(VendorId, Date), Vec<f64>>,
}

impl Lateness {
    pub(crate) fn new(seed: u64, site: &SiteId, replicates: usize) -> Self {
        Self {
            stream: Stream::new(seed, &[word("lateness"), word(site.as_str())]),
            replicates,
            held: HashMap::new(),
        }
    }

    /// Whole days late by draw, 0 on the mean path, which stands last; `None` where the vendor is always on time.
    ///
    /// Lateness is normal with the lead time's deviation; what would come early comes on its day.
    pub(crate) fn days(&mut self, vendor: &VendorId, day: Date, std: Decimal) -> Option<Vec<u16>> {
        if std <= Decimal::ZERO {
            return None;
        }
        let key = (vendor.clone(), day);
        let normals = self.held.entry(key).or_insert_with(|| {
            let delivery = self.stream.fork(word(vendor.as_str())).fork(
                u64::from(day.year().cast_unsigned()) * 400
                    + u64::from(day.day_of_year().cast_unsigned()),
            );
            (0..self.replicates)
                .map(|draw| delivery.fork(draw as u64).normal())
                .collect()
        });
        let std = std.to_f64();
        let late = |z: &f64| (z * std + 0.5).floor().clamp(0.0, LATEST) as u16;
        let mut days: Vec<u16> = normals.iter().map(late).collect();
        days.push(0);
        days.iter().any(|late| *late > 0).then_some(days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_one_delivery_in_six_is_a_deviation_late_and_none_on_the_mean_path() {
        let mut lateness = Lateness::new(1, &"S1".parse().unwrap(), 10_000);
        let vendor = "V1".parse().unwrap();
        let day = "2026-11-16".parse().unwrap();
        let days = lateness.days(&vendor, day, "1".parse().unwrap()).unwrap();
        // Late by a whole day or more: above half a deviation.
        let late = days.iter().filter(|late| **late > 0).count();
        assert!((2_900..3_300).contains(&late), "{late}");
        assert_eq!(days.last(), Some(&0));
        assert_eq!(lateness.days(&vendor, day, Decimal::ZERO), None);
        let again = lateness.days(&vendor, day, "1".parse().unwrap());
        assert_eq!(again, Some(days));
    }
}
