//! The comparison of a shadow for people, as Markdown.

use contracts::{Pair, Shadow, table_cell};
use domain::MenuWeek;

use super::difference::{Distance, WeekDifference};

/// Recipes that the page names; `difference.json` has all.
const RECIPES: usize = 20;

/// What differs, in half a sentence.
pub(super) fn headline(weeks: &[WeekDifference]) -> String {
    let mut distance = Distance::default();
    let mut shortfall = Pair::<u64>::default();
    for week in weeks {
        distance += week.kits_at_sites;
        shortfall.active += week.shortfall.active;
        shortfall.shadow += week.shortfall.shadow;
    }
    let Some(kits) = percent(distance) else {
        return "there are no kits to compare".to_owned();
    };
    let Pair { active, shadow } = shortfall;
    let short = if active == shadow {
        String::new()
    } else {
        format!(", and {shadow} boxes instead of {active} find no site")
    };
    format!("kits by site, day and recipe differ by {kits}{short}")
}

/// The whole page.
pub(super) fn page(shadow: &Shadow, weeks: &[WeekDifference], left_out: &[MenuWeek]) -> String {
    let mut text = format!(
        "# Shadow {} of {}\n\nThe active plan against the shadow: {}. Differences are WMAPE, the sum of \
        |shadow − active| by the sum of active.\n",
        shadow.name,
        shadow.step,
        headline(weeks)
    );
    for week in left_out {
        line(
            &mut text,
            &format!("\n{week} is not compared: it has no active plan."),
        );
    }
    for week in weeks {
        of_week(&mut text, week);
    }
    text
}

fn of_week(text: &mut String, week: &WeekDifference) {
    let told = |distance| percent(distance).unwrap_or_else(|| "nothing to compare".to_owned());
    line(
        text,
        &format!(
            "\n## {}\n\n| | active | shadow |\n| --- | ---: | ---: |",
            week.week
        ),
    );
    for (what, pair) in [
        ("boxes", week.boxes),
        ("boxes without a site", week.shortfall),
        (
            "draws of 1,000 with boxes without a site",
            Pair {
                active: week.shortfall_per_mille.active.into(),
                shadow: week.shortfall_per_mille.shadow.into(),
            },
        ),
    ] {
        line(
            text,
            &format!("| {what} | {} | {} |", pair.active, pair.shadow),
        );
    }
    line(
        text,
        &format!(
            "\nKits differ by {} by site, day and recipe, by {} by recipe alone.\n",
            told(week.kits_at_sites),
            told(week.kits)
        ),
    );
    let moved = week
        .site_days
        .iter()
        .filter(|day| day.boxes.active != day.boxes.shadow);
    let moved: Vec<_> = moved.collect();
    if moved.is_empty() {
        line(text, "Every site packs as many boxes on every day.");
    } else {
        line(
            text,
            "| site | day | boxes, active | shadow |\n| --- | --- | ---: | ---: |",
        );
        for day in moved {
            let Pair { active, shadow } = day.boxes;
            line(
                text,
                &format!("| {} | {} | {active} | {shadow} |", day.site, day.date),
            );
        }
    }
    line(
        text,
        "\n| recipe | kits, active | shadow | mean of draws, active | shadow |\n| --- | ---: | ---: | ---: | ---: |",
    );
    for row in week.recipes.iter().take(RECIPES) {
        line(
            text,
            &format!(
                "| {} {} | {} | {} | {} | {} |",
                row.recipe,
                table_cell(&row.name),
                row.kits.active,
                row.kits.shadow,
                row.mean.active,
                row.mean.shadow
            ),
        );
    }
    let more = week.recipes.len().saturating_sub(RECIPES);
    if more > 0 {
        line(
            text,
            &format!("\n{more} more recipes differ less; difference.json has them."),
        );
    }
}

fn percent(distance: Distance) -> Option<String> {
    let per_mille = distance.per_mille()?;
    Some(format!("{}.{} %", per_mille / 10, per_mille % 10))
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(differing: u64, shortfall: Pair<u64>) -> WeekDifference {
        WeekDifference {
            week: "2026-W48".parse().unwrap(),
            boxes: Pair {
                active: 500,
                shadow: 500,
            },
            shortfall,
            shortfall_per_mille: Pair::default(),
            kits_at_sites: Distance {
                differing,
                active: 1000,
            },
            kits: Distance::default(),
            site_days: Vec::new(),
            recipes: Vec::new(),
        }
    }

    #[test]
    fn a_headline_tells_the_share_of_kits_and_a_changed_shortfall() {
        let even = Pair {
            active: 3,
            shadow: 3,
        };
        let worse = Pair {
            active: 0,
            shadow: 12,
        };
        let same = "kits by site, day and recipe differ by 1.2 %";
        assert_eq!(headline(&[week(12, even)]), same);
        assert_eq!(
            headline(&[week(12, even), week(36, worse)]),
            "kits by site, day and recipe differ by 2.4 %, and 15 boxes instead of 3 find no site"
        );
        assert_eq!(headline(&[]), "there are no kits to compare");
    }

    #[test]
    fn the_page_says_which_weeks_it_leaves_out() {
        let shadow: Shadow =
            serde_json::from_str(r#"{"name": "new", "step": "order-simulator", "version": "7"}"#)
                .unwrap();
        let page = page(&shadow, &[], &["2026-W49".parse().unwrap()]);
        assert!(
            page.starts_with("# Shadow new of order-simulator\n"),
            "{page}"
        );
        assert!(page.contains("2026-W49 is not compared"), "{page}");
    }
}
