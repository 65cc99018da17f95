//! The scores as a table for a terminal.

use std::fmt::Write as _;

use backtest::{Level, Method, Verdict, Worth};
use report::words::{count, counted};
use scoring::Score;

use super::{Told, methods};

/// Quantiles whose pinball loss is shown, in per cent.
const QUANTILES: [u32; 3] = [10, 50, 90];
/// Central intervals whose coverage is shown, in per cent.
const INTERVALS: [u32; 3] = [50, 80, 90];

/// What was scored, every method by level, the model by lead, and how often products lay inside their interval.
pub(crate) fn table(told: &Told<'_>) -> String {
    let mut text = format!("Back-test of {}: {}\n\n", told.data, told.scope());
    text.push_str(
        "Known each time: what was sold until then, the volume forecasts issued until then, and the scored\n\
         week's menu, prices, promotions and home pages. Scored are the meals that an area did sell.\n\
         The point forecast is the mean of the draws. All figures are per cent: WMAPE, bias, pinball loss\n\
         and CRPS of what was sold, coverage of the rows. FVA: WMAPE of the best naive forecast less Larder's.\n",
    );
    text.push_str(&headings("By method"));
    for level in Level::ALL {
        let _ = writeln!(text, "{}", title(told, level, None));
        for method in methods() {
            let Some(score) = told.report.score(level, method, None) else {
                continue;
            };
            let added = told.value_added(level, None);
            let added = added.filter(|_| method == Method::Model);
            text.push_str(&line(method.words(), score, added));
        }
    }
    text.push_str(&headings("Larder by weeks ahead"));
    for level in Level::ALL {
        let _ = writeln!(text, "{}", level.words());
        for lead in 1..=told.options.leads {
            if let Some(score) = told.model(level, Some(lead)) {
                let added = told.value_added(level, Some(lead));
                text.push_str(&line(&lead.to_string(), score, added));
            }
        }
    }
    text.push_str(&overrides(told));
    if let Some((covered, interval)) = told.report.products_covered() {
        let weeks = told.report.product_coverage.len() as u64;
        let _ = writeln!(
            text,
            "\nProducts inside their 80 % interval: {:.1} %; exact 95 % interval with {} as the unit: {:.1} to {:.1} %",
            100.0 * covered,
            counted(weeks, "week", "weeks"),
            100.0 * interval.low,
            100.0 * interval.high
        );
    }
    text
}

/// Whether overrides and their authors helped; those that harmed are marked.
fn overrides(told: &Told<'_>) -> String {
    if told.report.overrides.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "\n{:<34}{:>9}{:>16}{:>13}\n",
        "Planners' overrides", "forecasts", "WMAPE without", "WMAPE with"
    );
    let mut line = |name: &str, worth: &Worth| {
        let _ = writeln!(
            text,
            "  {name:<32}{:>9}{:>16}{:>13}  {}",
            worth.forecasts,
            percent_of(worth.wmape_without()),
            percent_of(worth.wmape_with()),
            verdict(worth)
        );
    };
    for one in &told.report.overrides {
        let name = format!("{} ({} by {})", one.id, one.measure, one.author);
        line(&name, &one.worth);
    }
    for ((author, measure), worth) in told.report.authors() {
        line(&format!("all of {measure} by {author}"), &worth);
    }
    text
}

fn verdict(worth: &Worth) -> &'static str {
    match worth.verdict() {
        Verdict::Helped => "helped",
        Verdict::Harmed => "harmed",
        Verdict::Neither => "changed nothing",
    }
}

fn title(told: &Told<'_>, level: Level, lead: Option<u32>) -> String {
    let rows = told.model(level, lead).map_or(0, Score::rows);
    format!("{}, {} rows", level.words(), count(rows))
}

fn headings(title: &str) -> String {
    let [p10, p50, p90] = QUANTILES.map(|percent| format!("P{percent}"));
    let [c50, c80, c90] = INTERVALS.map(|percent| format!("{percent} %"));
    format!(
        "\n{:<20}{:>15}{:>18}{:>7}{:>21}\n{:<20}{:>8}{:>7}  {p10:>6}{p50:>6}{p90:>6}{:>7}  {c50:>7}{c80:>6}{c90:>6}{:>8}\n",
        "", "", "pinball loss", "", "coverage", title, "WMAPE", "bias", "CRPS", "FVA"
    )
}

fn line(name: &str, score: &Score, added: Option<f64>) -> String {
    let [p10, p50, p90] = QUANTILES.map(|percent| percent_of(score.pinball(percent)));
    let share = |percent| {
        score
            .coverage(percent)
            .and_then(|coverage| coverage.share())
    };
    let [c50, c80, c90] = INTERVALS.map(|percent| percent_of(share(percent)));
    let wmape = percent_of(score.wmape());
    let bias = signed(score.bias());
    let crps = percent_of(score.crps());
    let added = signed(added);
    let line = format!(
        "  {name:<18}{wmape:>8}{bias:>7}  {p10:>6}{p50:>6}{p90:>6}{crps:>7}  {c50:>7}{c80:>6}{c90:>6}{added:>8}"
    );
    format!("{}\n", line.trim_end())
}

fn percent_of(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| format!("{:.1}", 100.0 * value))
}

fn signed(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| format!("{:+.1}", 100.0 * value))
}
