//! A week as two plans know it, with one numbering of what either has.

use std::collections::BTreeSet;

use domain::{Date, MenuWeek, Portions, ProductId, RecipeId, SiteId};
use snapshot::{BomRow, MenuItem, PackagingRow, ProductFacts, SiteFacts, WeekSnapshot};

use super::{Group, Groups};
use crate::inputs::{Inputs, Week};

/// A week that one or both plans have.
#[derive(Debug)]
pub(super) struct MergedWeek<'a> {
    pub(super) week: MenuWeek,
    pub(super) sides: [Option<&'a Week<'a>>; 2],
    pub(super) sites: Vec<SiteId>,
    pub(super) days: Vec<Date>,
    pub(super) recipes: Vec<RecipeId>,
    pub(super) sizes: Vec<Portions>,
    products: Vec<ProductFacts>,
}

impl<'a> MergedWeek<'a> {
    /// Every week of either plan, in order.
    pub(super) fn all(old: &'a Inputs<'a>, new: &'a Inputs<'a>) -> Vec<Self> {
        let weeks = old
            .weeks
            .iter()
            .chain(&new.weeks)
            .map(|week| week.snapshot.week);
        let weeks: BTreeSet<MenuWeek> = weeks.collect();
        let find = |inputs: &'a Inputs<'a>, week: MenuWeek| {
            inputs.weeks.iter().find(|held| held.snapshot.week == week)
        };
        let merged = weeks
            .into_iter()
            .map(|week| Self::new(week, [find(old, week), find(new, week)]));
        merged.collect()
    }

    fn new(week: MenuWeek, sides: [Option<&'a Week<'a>>; 2]) -> Self {
        let snapshots: Vec<&WeekSnapshot> =
            sides.iter().flatten().map(|side| side.snapshot).collect();
        let mut products: Vec<ProductFacts> = snapshots
            .iter()
            .rev()
            .flat_map(|snapshot| &snapshot.products)
            .cloned()
            .collect();
        products.sort_by(|a, b| a.id.cmp(&b.id));
        products.dedup_by(|a, b| a.id == b.id);
        Self {
            week,
            sites: union(
                snapshots
                    .iter()
                    .flat_map(|s| s.sites.iter().map(|site| &site.id)),
            ),
            days: union(snapshots.iter().flat_map(|s| &s.packing_days)),
            recipes: union(
                snapshots
                    .iter()
                    .flat_map(|s| s.menu.iter().map(|item| &item.recipe)),
            ),
            sizes: union(
                sides
                    .iter()
                    .flatten()
                    .flat_map(|side| side.draws.portions()),
            ),
            products,
            sides,
        }
    }

    /// Whether the week is planned where these groups are new: it is part of the volume.
    pub(super) fn is_planned(&self, subset: Groups) -> bool {
        self.sides[usize::from(subset & Group::Volume.bit() > 0)].is_some()
    }

    pub(super) fn is_in_both(&self) -> bool {
        self.sides.iter().all(Option::is_some)
    }

    /// The side that a group comes from; the only one where the other does not have the week.
    pub(super) fn side(&self, group: Group, subset: Groups) -> usize {
        let wanted = usize::from(subset & group.bit() > 0);
        if self.sides[wanted].is_some() {
            wanted
        } else {
            1 - wanted
        }
    }

    /// The week with one side's bill of materials, of some products.
    pub(super) fn snapshot(&self, subset: Groups, products: &BTreeSet<ProductId>) -> WeekSnapshot {
        let side = self.side(Group::BillOfMaterials, subset);
        let (first, last) = (self.days.first(), self.days.last());
        let mut snapshot = WeekSnapshot::new(
            self.week,
            first.copied().unwrap_or_default(),
            last.copied().unwrap_or_default(),
            domain::Timestamp::UNIX_EPOCH,
        );
        snapshot.packing_days.clone_from(&self.days);
        let site = |id: &SiteId| SiteFacts {
            id: id.clone(),
            name: String::new(),
            catch_all: false,
        };
        snapshot.sites = self.sites.iter().map(site).collect();
        snapshot.menu = self.recipes.iter().cloned().map(MenuItem::new).collect();
        snapshot.products.clone_from(&self.products);
        let Some(week) = self.sides[side] else {
            return snapshot;
        };
        let own = week.snapshot;
        // Units are the bill's own: a product's unit is part of it.
        for facts in &own.products {
            if let Some(held) = self
                .product(&facts.id)
                .and_then(|at| snapshot.products.get_mut(at))
            {
                held.unit = facts.unit;
            }
        }
        let place = |product: usize| {
            let id = &own.products.get(product)?.id;
            self.product(id).filter(|_| products.contains(id))
        };
        snapshot.bom = (own.bom.iter())
            .filter_map(|row| {
                Some(BomRow {
                    item: self
                        .recipes
                        .binary_search(&own.menu.get(row.item)?.recipe)
                        .ok()?,
                    product: place(row.product)?,
                    ..*row
                })
            })
            .collect();
        snapshot
            .bom
            .sort_by_key(|row| (row.item, row.portions, row.product, row.from));
        snapshot.packaging = (own.packaging.iter())
            .filter_map(|row| {
                Some(PackagingRow {
                    product: place(row.product)?,
                    ..*row
                })
            })
            .collect();
        snapshot
    }

    fn product(&self, id: &ProductId) -> Option<usize> {
        self.products
            .binary_search_by(|facts| facts.id.cmp(id))
            .ok()
    }

    /// Whether the two sides' bills of materials or packaging differ, for recipes that both have.
    pub(super) fn other_bom(&self) -> bool {
        let [Some(old), Some(new)] = self.sides else {
            return false;
        };
        let rows = |week: &Week<'_>| {
            let snapshot = week.snapshot;
            let shared = |item: &usize| {
                let recipe = snapshot.menu.get(*item).map(|item| &item.recipe);
                let has = |side: &Week<'_>| {
                    side.snapshot
                        .menu
                        .iter()
                        .any(|item| Some(&item.recipe) == recipe)
                };
                has(old) && has(new)
            };
            let rows = snapshot.bom.iter().filter(|row| shared(&row.item));
            let mut rows: Vec<_> = rows
                .map(|row| {
                    let product = snapshot.products.get(row.product);
                    (
                        snapshot.menu.get(row.item).map(|item| item.recipe.clone()),
                        row.portions,
                        product.map(|facts| (facts.id.clone(), facts.unit)),
                        (row.quantity, row.unit, row.yield_factor, row.from, row.to),
                    )
                })
                .collect();
            rows.sort();
            let mut rules: Vec<_> = (snapshot.packaging.iter())
                .map(|row| {
                    let product = snapshot.products.get(row.product);
                    (
                        product.map(|facts| facts.id.clone()),
                        row.counted as u8,
                        row.quantity,
                    )
                })
                .collect();
            rules.sort();
            (rows, rules)
        };
        rows(old) != rows(new)
    }
}

fn union<'i, T: Ord + Clone + 'i>(all: impl Iterator<Item = &'i T>) -> Vec<T> {
    let all: BTreeSet<&T> = all.collect();
    all.into_iter().cloned().collect()
}
