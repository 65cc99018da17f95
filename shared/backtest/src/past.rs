//! The history as it stood at an origin, and a week of it as if it were still to come.

use demand::{Observations, SaleRow};
use domain::{Decimal, ProductId};
use snapshot::{AreaFacts, Cap, MenuItem, Offer, RouteFacts, SiteFacts, VolumeIssue, WeekSnapshot};

/// What a kit of a recipe takes of a product, over the portion sizes sold.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// Place of the recipe in the observations.
    pub recipe: usize,
    /// The product.
    pub product: ProductId,
    /// Its quantity a kit, in its own unit.
    pub quantity: f64,
}

/// The whole history, by week.
pub(crate) struct Past<'a> {
    observations: &'a Observations,
    /// Meals sold, by week.
    weeks: Vec<Vec<SaleRow>>,
    /// Sales of an area and recipe as (week, kits), by area, then recipe.
    sales: Vec<Vec<(usize, f64)>>,
    /// Products in order, and by recipe what a kit takes of them.
    pub(crate) products: usize,
    needs: Vec<Vec<(usize, f64)>>,
}

/// A past week.
pub(crate) struct PastWeek {
    pub(crate) target: usize,
    /// The week as a planner would see it: one site for each area, so that what is drawn can be told apart by area.
    pub(crate) snapshot: WeekSnapshot,
    /// By place on the menu, the recipe.
    pub(crate) recipes: Vec<usize>,
    /// What was sold: area, place on the menu, kits.
    pub(crate) sold: Vec<(usize, usize, f64)>,
}

impl<'a> Past<'a> {
    pub(crate) fn new(observations: &'a Observations, needs: &[Need]) -> Self {
        let recipes = observations.recipes.len();
        let mut weeks = vec![Vec::new(); observations.weeks.len()];
        let mut sales = vec![Vec::new(); observations.areas.len() * recipes];
        for row in observations.sales.rows() {
            let meal = observations
                .recipes
                .get(row.recipe)
                .is_some_and(|r| !r.add_on);
            if !meal || row.kits <= 0.0 {
                continue;
            }
            if let Some(week) = weeks.get_mut(row.week) {
                week.push(row);
            }
            if let Some(sales) = sales.get_mut(row.area * recipes + row.recipe) {
                sales.push((row.week, row.kits));
            }
        }
        let mut products: Vec<&ProductId> = needs.iter().map(|need| &need.product).collect();
        products.sort_unstable();
        products.dedup();
        let mut by_recipe = vec![Vec::new(); recipes];
        for need in needs {
            let place = products.binary_search(&&need.product);
            if let (Some(by_recipe), Ok(place)) = (by_recipe.get_mut(need.recipe), place) {
                by_recipe.push((place, need.quantity));
            }
        }
        Self {
            observations,
            weeks,
            sales,
            products: products.len(),
            needs: by_recipe,
        }
    }

    /// What a kit of a recipe takes: place of the product and quantity.
    pub(crate) fn needs(&self, recipe: usize) -> &[(usize, f64)] {
        self.needs.get(recipe).map_or(&[], Vec::as_slice)
    }

    /// An area's sales of a recipe before an origin.
    pub(crate) fn sales(&self, area: usize, recipe: usize, known: usize) -> &[(usize, f64)] {
        let place = area * self.observations.recipes.len() + recipe;
        let sales = self.sales.get(place).map_or(&[][..], Vec::as_slice);
        let end = sales.partition_point(|(week, _)| *week < known);
        sales.get(..end).unwrap_or_default()
    }

    /// What was known after so many weeks. How a week splits into days, portion sizes and recipes per box is not
    /// scored and stays as it is.
    pub(crate) fn until(&self, known: usize) -> Observations {
        let mut until = Observations {
            weeks: self
                .observations
                .weeks
                .get(..known)
                .unwrap_or_default()
                .to_vec(),
            sales: demand::SaleColumns::default(),
            issues: Vec::new(),
            ..self.observations.clone()
        };
        for row in self.observations.sales.rows() {
            if row.week < known {
                until.sales.push(row);
            }
        }
        let issues = self.observations.issues.iter();
        until.issues = issues.filter(|issue| issue.week < known).copied().collect();
        until
    }

    /// A week of the history, so many weeks ahead.
    pub(crate) fn week(&self, target: usize, lead_weeks: u32) -> PastWeek {
        let rows = self.weeks.get(target).map_or(&[][..], Vec::as_slice);
        let mut recipes: Vec<usize> = rows.iter().map(|row| row.recipe).collect();
        recipes.sort_unstable();
        recipes.dedup();
        let mut menu: Vec<MenuItem> = recipes.iter().map(|recipe| self.item(*recipe)).collect();
        let mut sold = Vec::new();
        for row in rows {
            let Ok(place) = recipes.binary_search(&row.recipe) else {
                continue;
            };
            sold.push((row.area, place, row.kits));
            if let Some(item) = menu.get_mut(place) {
                item.offered.get_or_insert_default().push(row.area);
                item.area_offers.push((row.area, offer(row)));
            }
        }
        PastWeek {
            target,
            snapshot: self.snapshot(target, lead_weeks, menu),
            recipes,
            sold,
        }
    }

    fn item(&self, recipe: usize) -> MenuItem {
        let facts = &self.observations.recipes[recipe];
        MenuItem {
            traits: facts.traits.clone(),
            ..MenuItem::new(facts.id.clone())
        }
    }

    fn snapshot(&self, target: usize, lead_weeks: u32, menu: Vec<MenuItem>) -> WeekSnapshot {
        let areas = &self.observations.areas;
        // Any day will do: what is scored are the week's totals.
        let day = jiff::civil::Date::constant(2000, 1, 3);
        let issued =
            |issue: &&demand::PastIssue| issue.week == target && issue.lead_weeks == lead_weeks;
        let volume = self.observations.issues.iter().filter(issued);
        WeekSnapshot {
            lead_weeks,
            sites: areas
                .iter()
                .filter_map(|area| {
                    Some(SiteFacts {
                        id: area.as_str().parse().ok()?,
                        name: String::new(),
                        catch_all: false,
                    })
                })
                .collect(),
            packing_days: vec![day],
            caps: vec![vec![Cap::default()]; areas.len()],
            areas: areas
                .iter()
                .enumerate()
                .map(|(site, id)| AreaFacts {
                    id: id.clone(),
                    routes: vec![RouteFacts {
                        site,
                        weekday: None,
                        preference: 1,
                        transit_days: 0,
                    }],
                })
                .collect(),
            menu,
            volume: volume
                .filter_map(|issue| {
                    Some(VolumeIssue {
                        area: issue.area,
                        p50: decimal(issue.p50)?,
                        p10: None,
                        p90: None,
                    })
                })
                .collect(),
            ..WeekSnapshot::new(
                self.observations.weeks[target],
                day,
                day,
                jiff::Timestamp::UNIX_EPOCH,
            )
        }
    }
}

fn offer(row: &SaleRow) -> Offer {
    Offer {
        price: (row.price > 0.0).then(|| decimal(row.price)).flatten(),
        promo: decimal(row.promo),
        homepage: decimal(row.homepage),
    }
}

fn decimal(value: f64) -> Option<Decimal> {
    let millionths = value * 1e6;
    (millionths.abs() < 9e15).then(|| Decimal::from_millionths((millionths + 0.5) as i64))
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "small whole numbers are exact")]
mod tests {
    use demand::PastIssue;

    use super::*;
    use crate::fixture::{history, need, uneven};

    #[test]
    fn a_past_week_offers_what_each_area_sold() {
        // Area 1 did not sell recipe 2; nobody sold recipe 1.
        let kits = |week: usize, area: usize, recipe: usize| {
            let sold = recipe != 1 && (area, recipe) != (1, 2);
            if sold { uneven(week, area, recipe) } else { 0 }
        };
        let observations = history((20, 2, 3), kits);
        let week = Past::new(&observations, &[]).week(18, 2);
        assert_eq!(week.recipes, [0, 2]);
        assert_eq!(week.snapshot.week, observations.weeks[18]);
        assert_eq!(week.snapshot.lead_weeks, 2);
        let menu = &week.snapshot.menu;
        assert_eq!(menu[0].offered, Some(vec![0, 1]));
        assert_eq!(menu[1].offered, Some(vec![0]));
        // (18 + 2) % 5 = 0: promoted to a quarter of the customers.
        let offer = menu[1].area_offers[0].1;
        assert_eq!(offer.promo.unwrap().to_f64(), 0.25);
        assert_eq!(offer.price.unwrap().to_f64(), 12.0);
        let kits = |area, recipe| f64::from(uneven(18, area, recipe));
        let sold = [(0, 0, kits(0, 0)), (0, 1, kits(0, 2)), (1, 0, kits(1, 0))];
        assert_eq!(week.sold, sold);
    }

    #[test]
    fn add_ons_are_not_scored() {
        let mut observations = history((20, 2, 3), uneven);
        observations.recipes[1].add_on = true;
        assert_eq!(Past::new(&observations, &[]).week(18, 1).recipes, [0, 2]);
    }

    #[test]
    fn every_area_has_a_site_of_its_own() {
        let observations = history((20, 3, 2), uneven);
        let week = Past::new(&observations, &[]).week(18, 1).snapshot;
        assert_eq!((week.sites.len(), week.packing_days.len()), (3, 1));
        for (at, area) in week.areas.iter().enumerate() {
            let sites: Vec<usize> = area.routes.iter().map(|route| route.site).collect();
            assert_eq!(sites, [at]);
        }
    }

    #[test]
    fn at_an_origin_only_what_came_before_is_known() {
        let mut observations = history((20, 2, 3), uneven);
        let issue = |week| PastIssue {
            week,
            area: None,
            lead_weeks: 1,
            p50: 700.0,
        };
        observations.issues = (0..20).map(issue).collect();
        let past = Past::new(&observations, &[]);
        let until = past.until(15);
        assert_eq!(until.weeks, observations.weeks[..15]);
        assert!(until.sales.rows().all(|row| row.week < 15));
        assert_eq!(until.sales.rows().count(), 15 * 2 * 3);
        assert_eq!(until.issues.len(), 15);
        let sales = past.sales(1, 2, 15);
        assert_eq!(sales.len(), 15);
        assert_eq!(sales[14], (14, f64::from(uneven(14, 1, 2))));
        // The planners' forecast of the week itself had been issued by then.
        let week = past.week(15, 1).snapshot;
        assert_eq!(week.volume[0].p50.to_f64(), 700.0);
        assert!(past.week(15, 2).snapshot.volume.is_empty());
    }

    #[test]
    fn needs_go_by_products_in_order() {
        let observations = history((20, 2, 3), uneven);
        let needs = [need(2, "P2", 3.0), need(0, "P1", 5.0), need(2, "P1", 7.0)];
        let past = Past::new(&observations, &needs);
        assert_eq!(past.products, 2);
        assert_eq!(past.needs(0), [(0, 5.0)]);
        assert_eq!(past.needs(1), []);
        assert_eq!(past.needs(2), [(1, 3.0), (0, 7.0)]);
    }
}
