//! Whether planners' overrides helped: the point forecast with and without each, against what was sold.
//!
//! What is compared is the total that an override holds for: kits of meals for a volume, kits of the recipe for a
//! share (its share of what was sold in all). Overrides of a delivery date are not compared: the history does not say
//! on which day a kit was sold.

use std::collections::BTreeMap;

use demand::{Constraints, Model, WeekDemand};
use domain::{Measure, MenuWeek, Override, OverrideId, RecipeId};
use snapshot::WeekSnapshot;

use crate::past::PastWeek;

/// An override with the error that forecasts had with it and without it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The override.
    pub id: OverrideId,
    /// Whose it was.
    pub author: String,
    /// What it changed.
    pub measure: Measure,
    /// First and last week that it was scored on.
    pub weeks: (MenuWeek, MenuWeek),
    /// What it was worth.
    pub worth: Worth,
}

/// What overrides were worth: sums over forecasts, in kits.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Worth {
    /// Forecasts.
    pub forecasts: u64,
    /// What was sold.
    pub actual: f64,
    /// What was forecast with the override.
    pub forecast: f64,
    /// Absolute error with it.
    pub error_with: f64,
    /// Absolute error without it.
    pub error_without: f64,
}

/// Whether forecasts were better with an override than without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They were better.
    Helped,
    /// They were worse.
    Harmed,
    /// They were as good.
    Neither,
}

impl Worth {
    /// WMAPE with the override; `None` where nothing was sold.
    pub fn wmape_with(&self) -> Option<f64> {
        (self.actual > 0.0).then(|| self.error_with / self.actual)
    }

    /// WMAPE without it.
    pub fn wmape_without(&self) -> Option<f64> {
        (self.actual > 0.0).then(|| self.error_without / self.actual)
    }

    /// Whether it was better to have it; differences below a kit in a million are none.
    pub fn verdict(&self) -> Verdict {
        let difference = self.error_without - self.error_with;
        if difference.abs() <= 1e-6 * self.actual {
            Verdict::Neither
        } else if difference > 0.0 {
            Verdict::Helped
        } else {
            Verdict::Harmed
        }
    }

    fn add(&mut self, other: &Self) {
        self.forecasts += other.forecasts;
        self.actual += other.actual;
        self.forecast += other.forecast;
        self.error_with += other.error_with;
        self.error_without += other.error_without;
    }
}

/// Worth of overrides as it adds up over weeks and leads.
#[derive(Debug, Default)]
pub(crate) struct Judge(BTreeMap<OverrideId, Judged>);

impl Judge {
    /// Judges the overrides that were in force at an origin for a week forecast there.
    pub(crate) fn week(&mut self, model: &Model, week: &PastWeek, in_force: &[Override]) {
        let label = week.snapshot.week;
        let holds = |made: &&Override| {
            matches!(made.measure, Measure::Volume | Measure::Share)
                && made.keys.week.is_none_or(|own| own == label)
                && made.keys.date.is_none()
        };
        let overrides: Vec<Override> = in_force.iter().filter(holds).cloned().collect();
        if overrides.is_empty() {
            return;
        }
        let planned = |overrides: Vec<Override>| {
            let snapshot = WeekSnapshot {
                overrides,
                ..week.snapshot.clone()
            };
            model.week(&snapshot, &Constraints::default())
        };
        let with = planned(overrides.clone());
        for made in &overrides {
            let others = overrides.iter().filter(|other| other.id != made.id);
            let without = planned(others.cloned().collect());
            let Some(worth) = worth(week, made, &with, &without) else {
                continue;
            };
            let judged = self.0.entry(made.id.clone()).or_insert_with(|| Judged {
                id: made.id.clone(),
                author: made.author.clone(),
                measure: made.measure,
                weeks: (label, label),
                worth: Worth::default(),
            });
            judged.worth.add(&worth);
            let (first, last) = judged.weeks;
            judged.weeks = (first.min(label), last.max(label));
        }
    }

    /// By id.
    pub(crate) fn into_vec(self) -> Vec<Judged> {
        self.0.into_values().collect()
    }
}

/// The worth of overrides by author and measure.
pub(crate) fn by_author(judged: &[Judged]) -> BTreeMap<(String, Measure), Worth> {
    let mut authors = BTreeMap::<_, Worth>::new();
    for one in judged {
        let author = authors.entry((one.author.clone(), one.measure));
        author.or_default().add(&one.worth);
    }
    authors
}

/// `None` where the override holds for nothing that was sold.
fn worth(
    week: &PastWeek,
    made: &Override,
    with: &WeekDemand,
    without: &WeekDemand,
) -> Option<Worth> {
    let scope = Scope::of(week, made)?;
    let actual = scope.sold(week);
    if actual <= 0.0 {
        return None;
    }
    let (with, without) = (
        scope.forecast(with, actual),
        scope.forecast(without, actual),
    );
    Some(Worth {
        forecasts: 1,
        actual: scope.of_actual(week, actual),
        forecast: with,
        error_with: (with - scope.of_actual(week, actual)).abs(),
        error_without: (without - scope.of_actual(week, actual)).abs(),
    })
}

/// What an override holds for.
struct Scope {
    /// By area.
    areas: Vec<bool>,
    /// Place on the menu, for a share.
    item: Option<usize>,
}

impl Scope {
    fn of(week: &PastWeek, made: &Override) -> Option<Self> {
        let areas = week.snapshot.areas.iter();
        let within =
            areas.map(|area| made.keys.area.is_none() || made.keys.area.as_ref() == Some(&area.id));
        let place = |recipe: &RecipeId| {
            week.snapshot
                .menu
                .iter()
                .position(|item| item.recipe == *recipe)
        };
        let item = match made.measure {
            Measure::Share => Some(place(made.keys.recipe.as_ref()?)?),
            _ => None,
        };
        Some(Self {
            areas: within.collect(),
            item,
        })
    }

    fn within(&self, area: usize) -> bool {
        self.areas.get(area).copied().unwrap_or(false)
    }

    /// Kits of all meals sold.
    fn sold(&self, week: &PastWeek) -> f64 {
        let own = week.sold.iter().filter(|(area, ..)| self.within(*area));
        own.map(|(_, _, kits)| kits).sum()
    }

    /// Of them those that the override is about.
    fn of_actual(&self, week: &PastWeek, all: f64) -> f64 {
        let Some(item) = self.item else { return all };
        let own = week
            .sold
            .iter()
            .filter(|(area, of, _)| self.within(*area) && *of == item);
        own.map(|(_, _, kits)| kits).sum()
    }

    /// Kits forecast; for a share, its part of the kits sold.
    fn forecast(&self, demand: &WeekDemand, sold: f64) -> f64 {
        let areas = demand.areas.iter().enumerate();
        let own = areas.filter(|(area, _)| self.within(*area));
        let (mut all, mut of_item) = (0.0, 0.0);
        for (_, area) in own {
            let kits = area.boxes * area.mean_recipes();
            all += kits;
            let share = self.item.and_then(|item| area.shares.get(item));
            of_item += kits * share.copied().unwrap_or(0.0);
        }
        match self.item {
            Some(_) if all > 0.0 => sold * of_item / all,
            Some(_) => 0.0,
            None => all,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{OverrideOp, Timestamp};

    use super::*;
    use crate::fixture::history;
    use crate::{Options, Report, run};

    fn made(id: &str, author: &str, keys: &str, measure: Measure, value: &str) -> Override {
        Override {
            id: id.parse().unwrap(),
            measure,
            keys: keys.parse().unwrap(),
            op: OverrideOp::Multiply,
            value: value.parse().unwrap(),
            reason: "a fair".to_owned(),
            author: author.to_owned(),
            created_at: Timestamp::UNIX_EPOCH,
            expires_at: None,
        }
    }

    /// Twenty even weeks, the last of which sells half as much again, and twice as much of its first recipe.
    fn report(overrides: Vec<Override>) -> Report {
        let kits = |week: usize, _: usize, recipe: usize| match (week, recipe) {
            (19, 0) => 600,
            (19, _) => 200,
            _ => 200 + (week as u32 % 3),
        };
        let observations = history((20, 2, 3), kits);
        // In force at the last origin alone.
        let mut in_force = vec![Vec::new(); 20];
        in_force[18] = overrides;
        let options = Options {
            weeks: 2,
            leads: 2,
            replicates: 2,
            ..Options::default()
        };
        run(&observations, &[], &in_force, options, |_| ()).unwrap()
    }

    fn label() -> MenuWeek {
        "2026-W20".parse().unwrap()
    }

    #[test]
    fn an_override_that_was_right_helped_and_one_that_was_wrong_harmed() {
        let week = label();
        let report = report(vec![
            made(
                "O1",
                "buying",
                &format!("week={week};area=A000"),
                Measure::Volume,
                "1.6",
            ),
            made(
                "O2",
                "planning",
                &format!("week={week};area=A001"),
                Measure::Volume,
                "0.5",
            ),
            made(
                "O3",
                "buying",
                &format!("week={week};recipe=R000"),
                Measure::Share,
                "1.5",
            ),
            made(
                "O4",
                "planning",
                &format!("week={week};recipe=R001"),
                Measure::Share,
                "2",
            ),
            made("O5", "planning", "week=2026-W19", Measure::Volume, "2"),
        ]);
        let verdicts: Vec<_> = report
            .overrides
            .iter()
            .map(|one| (one.id.as_str(), one.worth.verdict(), one.worth.forecasts))
            .collect();
        assert_eq!(
            verdicts,
            [
                ("O1", Verdict::Helped, 1),
                ("O2", Verdict::Harmed, 1),
                ("O3", Verdict::Helped, 1),
                ("O4", Verdict::Harmed, 1),
            ]
        );
        let worth = report.overrides[0].worth;
        assert!((worth.actual - 1000.0).abs() < 1e-9, "{worth:?}");
        assert!(worth.wmape_with().unwrap() < 0.1 && worth.wmape_without().unwrap() > 0.3);
        let authors: Vec<_> = report
            .authors()
            .iter()
            .map(|((author, measure), worth)| (author.clone(), *measure, worth.verdict()))
            .collect();
        assert_eq!(
            authors,
            [
                ("buying".to_owned(), Measure::Volume, Verdict::Helped),
                ("buying".to_owned(), Measure::Share, Verdict::Helped),
                ("planning".to_owned(), Measure::Volume, Verdict::Harmed),
                ("planning".to_owned(), Measure::Share, Verdict::Harmed),
            ]
        );
    }

    #[test]
    fn overrides_do_not_touch_the_models_own_scores() {
        let with = report(vec![made(
            "O1",
            "buying",
            "area=A000",
            Measure::Volume,
            "3",
        )]);
        assert_eq!(with.rows, report(Vec::new()).rows);
        assert!(report(Vec::new()).overrides.is_empty());
    }
}
