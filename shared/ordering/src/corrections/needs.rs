//! Overrides of needs.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Date, Measure, MenuWeek, OverrideKeys, OverrideOp, ProductId, SiteId};
use supply::{Correction, Product};

use super::{applied, category, of_measure, part, split};
use crate::needs::{ProductNeeds, SiteNeeds};
use crate::proposal::{Milli, OverridePart};

/// Overrides of needs, and what they change once all sites' means are known.
#[derive(Debug)]
pub(crate) struct NeedOverrides<'a> {
    made: Vec<&'a Correction>,
    changes: BTreeMap<(SiteId, ProductId), Vec<Change>>,
}

/// What an override changes of a product's mean needs at a site.
#[derive(Debug)]
struct Change {
    /// Place of the override.
    by: usize,
    by_day: Vec<Milli>,
}

/// Mean needs at a site of the products that overrides cover.
pub(crate) struct SiteMeans {
    site: SiteId,
    days: Vec<Date>,
    products: BTreeMap<ProductId, Means>,
}

impl<'a> NeedOverrides<'a> {
    pub(crate) fn new(all: &'a [Correction]) -> Self {
        Self {
            made: of_measure(all, Measure::Need),
            changes: BTreeMap::new(),
        }
    }

    /// Whether some override may hold at a site, so that its means matter.
    pub(crate) fn concern(&self, site: &SiteId) -> bool {
        let mut sites = self.made.iter().map(|one| one.made.keys.site.as_ref());
        sites.any(|only| only.is_none_or(|only| only == site))
    }

    /// Mean needs at a site of the products that overrides cover.
    pub(crate) fn means<'p>(
        &self,
        site: &SiteId,
        needs: &SiteNeeds,
        facts: impl Fn(&ProductId) -> Option<&'p Product>,
    ) -> SiteMeans {
        let covered = |product: &&ProductNeeds| {
            facts(&product.id).is_some_and(|facts| {
                let mut made = self.made.iter().map(|one| &one.made.keys);
                made.any(|keys| Scope::new(keys, site, facts).covers)
            })
        };
        let products = needs.products.iter().filter(covered);
        SiteMeans {
            site: site.clone(),
            days: needs.days.clone(),
            products: products
                .map(|product| (product.id.clone(), Means::of(product)))
                .collect(),
        }
    }

    /// Settles what each override changes, the wider before the narrower: each starts from what those before it have
    /// made of the means.
    pub(crate) fn settle<'p>(
        &mut self,
        mut sites: Vec<SiteMeans>,
        weeks: &[MenuWeek],
        facts: impl Fn(&ProductId) -> Option<&'p Product>,
    ) {
        let ids = sites.iter().flat_map(|site| site.products.keys().cloned());
        let ids: BTreeSet<ProductId> = ids.collect();
        for facts in ids.iter().filter_map(facts) {
            for (number, one) in self.made.iter().enumerate() {
                let mut places: Vec<Place<'_>> = (sites.iter_mut())
                    .filter_map(|site| Place::of(site, &one.made.keys, facts, weeks))
                    .collect();
                let wanted = wanted(one, &places);
                for (place, wanted) in places.iter_mut().zip(wanted) {
                    let key = (place.site.clone(), facts.id.clone());
                    self.changes.entry(key).or_default().push(Change {
                        by: number,
                        by_day: place.change_to(&wanted, weeks),
                    });
                }
            }
        }
    }

    /// Applies the overrides to one product's needs at a site.
    pub(crate) fn apply(&self, site: &SiteId, product: &mut ProductNeeds) {
        let key = (site.clone(), product.id.clone());
        for change in self.changes.get(&key).into_iter().flatten() {
            product.change(&change.by_day, change.by);
        }
    }

    /// An override's part of a line.
    pub(crate) fn part(&self, number: usize, change: Milli) -> OverridePart {
        part(self.made[number], change)
    }
}

/// What an override wants of each place's days; nothing where no site says where to put it.
fn wanted(one: &Correction, places: &[Place<'_>]) -> Vec<Vec<Milli>> {
    if one.made.op == OverrideOp::Multiply {
        let place = |place: &Place<'_>| {
            let days = place.by_day.iter();
            days.map(|mean| applied(&one.made, *mean)).collect()
        };
        return places.iter().map(place).collect();
    }
    let here: Vec<Milli> = places
        .iter()
        .map(|place| place.by_day.iter().sum())
        .collect();
    let whole: Milli = here.iter().sum();
    if whole == 0 && one.made.keys.site.is_none() {
        return Vec::new();
    }
    let parts = split(applied(&one.made, whole), &here);
    let place = |(place, part): (&Place<'_>, Milli)| {
        let weights: Vec<Milli> = (place.in_scope.iter())
            .map(|day| place.by_day[*day])
            .collect();
        let mut days = vec![0; place.by_day.len()];
        for (day, part) in place.in_scope.iter().zip(split(part, &weights)) {
            days[*day] = part;
        }
        days
    };
    places.iter().zip(parts).map(place).collect()
}

/// Mean needs of a product by place of the packing day and of the week.
struct Means(BTreeMap<(usize, usize), Milli>);

impl Means {
    fn of(product: &ProductNeeds) -> Self {
        let mut means = BTreeMap::new();
        for part in &product.parts {
            let place = (usize::from(part.day), usize::from(part.week));
            *means.entry(place).or_default() += part.usable + part.yield_loss;
        }
        Self(means)
    }
}

/// A product at a site that an override covers.
struct Place<'m> {
    site: &'m SiteId,
    days: &'m [Date],
    means: &'m mut Means,
    scope: Scope<'m>,
    /// Mean need by packing day, of the weeks and days the override holds for.
    by_day: Vec<Milli>,
    /// Places of the days that it is split over: those with a need, else all that its date allows.
    in_scope: Vec<usize>,
}

impl<'m> Place<'m> {
    fn of(
        site: &'m mut SiteMeans,
        keys: &'m OverrideKeys,
        facts: &Product,
        weeks: &[MenuWeek],
    ) -> Option<Self> {
        let scope = Scope::new(keys, &site.site, facts);
        let means = (site.products.get_mut(&facts.id)).filter(|_| scope.covers)?;
        let mut by_day = vec![0; site.days.len()];
        for ((day, week), mean) in &means.0 {
            if scope.holds(site.days[*day], weeks.get(*week)) {
                by_day[*day] += mean;
            }
        }
        let mut in_scope: Vec<usize> = (0..by_day.len()).filter(|day| by_day[*day] > 0).collect();
        if in_scope.is_empty() {
            let on_date = |day: &usize| keys.date.is_none_or(|only| only == site.days[*day]);
            in_scope = (0..by_day.len()).filter(on_date).collect();
        }
        Some(Self {
            site: &site.site,
            days: &site.days,
            means,
            scope,
            by_day,
            in_scope,
        })
    }

    /// Makes the days what an override wants, and gives the changes.
    fn change_to(&mut self, wanted: &[Milli], weeks: &[MenuWeek]) -> Vec<Milli> {
        for (day, wanted) in wanted.iter().enumerate() {
            if *wanted == self.by_day[day] {
                continue;
            }
            let holds = |week: &usize| self.scope.holds(self.days[day], weeks.get(*week));
            let places: Vec<(usize, usize)> = (0..weeks.len())
                .filter(holds)
                .map(|week| (day, week))
                .collect();
            let weights: Vec<Milli> = (places.iter())
                .map(|place| self.means.0.get(place).copied().unwrap_or_default())
                .collect();
            for (place, mean) in places.into_iter().zip(split(*wanted, &weights)) {
                self.means.0.insert(place, mean);
            }
        }
        let days = wanted.iter().zip(&self.by_day);
        days.map(|(wanted, mean)| wanted - mean).collect()
    }
}

/// Where an override holds at one site and product.
struct Scope<'k> {
    keys: &'k OverrideKeys,
    covers: bool,
}

impl<'k> Scope<'k> {
    fn new(keys: &'k OverrideKeys, site: &SiteId, facts: &Product) -> Self {
        let place = OverrideKeys {
            site: Some(site.clone()),
            product: Some(facts.id.clone()),
            category: category(facts),
            // Weeks and days are looked at one by one.
            week: keys.week,
            date: keys.date,
            ..OverrideKeys::default()
        };
        Self {
            keys,
            covers: keys.cover(&place),
        }
    }

    fn holds(&self, day: Date, week: Option<&MenuWeek>) -> bool {
        let on_day = self.keys.date.is_none_or(|only| only == day);
        let in_week = self.keys.week.is_none_or(|only| week == Some(&only));
        self.covers && on_day && in_week
    }
}
