//! Every score as CSV.

use backtest::{Level, Method, Naive, Worth};
use scoring::{CENTRAL, PERCENTS, RANK_BINS, Score};

use super::{Told, methods};

/// A row by level, method and lead: fractions, not per cent; empty where there is nothing to say.
pub(crate) fn csv(told: &Told<'_>) -> String {
    let mut text = header().join(",") + "\n";
    for level in Level::ALL {
        for method in methods() {
            for lead in [None].into_iter().chain((1..=told.options.leads).map(Some)) {
                let Some(score) = told.report.score(level, method, lead) else {
                    continue;
                };
                let added = told.value_added(level, lead);
                let added = added.filter(|_| method == Method::Model);
                let lead = lead.map_or_else(|| "all".to_owned(), |lead| lead.to_string());
                let mut cells = vec![level_name(level).to_owned(), method_name(method), lead];
                cells.extend(figures(score, added));
                text.push_str(&(cells.join(",") + "\n"));
            }
        }
    }
    for one in &told.report.overrides {
        let level = format!("override_{}", one.measure);
        text.push_str(&(worth(level, one.id.as_str(), &one.worth).join(",") + "\n"));
    }
    for ((author, measure), of_author) in told.report.authors() {
        let level = format!("author_{measure}");
        text.push_str(&(worth(level, &author, &of_author).join(",") + "\n"));
    }
    text
}

/// What overrides were worth, in the columns of a score: `value_added` is WMAPE without less WMAPE with.
fn worth(level: String, of: &str, worth: &Worth) -> Vec<String> {
    let fraction =
        |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.6}"));
    let (with, without) = (worth.wmape_with(), worth.wmape_without());
    let bias = (worth.forecast - worth.actual) / worth.actual;
    let added = without.zip(with).map(|(without, with)| without - with);
    let mut cells = vec![
        level,
        format!("\"{}\"", of.replace('"', "\"\"")),
        "all".to_owned(),
        worth.forecasts.to_string(),
        "0".to_owned(),
        format!("{:.3}", worth.actual),
        format!("{:.3}", worth.forecast),
    ];
    cells.extend([with, Some(bias), added].map(fraction));
    cells.resize(header().len(), String::new());
    cells
}

fn header() -> Vec<String> {
    let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let mut header: Vec<String> = texts(&["level", "method", "lead_weeks", "rows", "skipped"]);
    header
        .extend(["actual", "forecast", "wmape", "bias", "value_added", "crps"].map(str::to_owned));
    header.extend(PERCENTS.map(|percent| format!("pinball_{percent}")));
    header.extend(CENTRAL.map(|percent| format!("coverage_{percent}")));
    header.extend((1..=RANK_BINS).map(|bin| format!("rank_{bin}")));
    header
}

fn figures(score: &Score, added: Option<f64>) -> Vec<String> {
    let fraction =
        |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.6}"));
    let mut cells = vec![
        score.rows().to_string(),
        score.skipped().to_string(),
        format!("{:.3}", score.actual()),
        format!("{:.3}", score.forecast()),
    ];
    cells.extend([score.wmape(), score.bias(), added, score.crps()].map(fraction));
    cells.extend(PERCENTS.map(|percent| fraction(score.pinball(percent).filter(|_| drawn(score)))));
    let share = |percent| {
        score
            .coverage(percent)
            .and_then(|coverage| coverage.share())
    };
    cells.extend(CENTRAL.map(|percent| fraction(share(percent))));
    let ranks = score.ranks().iter();
    cells.extend(ranks.map(|rows| {
        if drawn(score) {
            rows.to_string()
        } else {
            String::new()
        }
    }));
    cells
}

/// Whether the rows came with draws.
fn drawn(score: &Score) -> bool {
    score.ranks().iter().any(|rows| *rows > 0)
}

const fn level_name(level: Level) -> &'static str {
    match level {
        Level::AreaRecipe => "area_recipe",
        Level::Recipe => "recipe",
        Level::Total => "week",
        Level::Product => "product",
    }
}

fn method_name(method: Method) -> String {
    let name = match method {
        Method::Model => "larder",
        Method::Naive(Naive::Last) => "naive",
        Method::Naive(Naive::SeasonalLast) => "seasonal_naive",
        Method::Naive(Naive::Mean4) => "mean_4",
        Method::Naive(Naive::Mean13) => "mean_13",
        Method::Naive(Naive::Median10) => "median_10",
    };
    name.to_owned()
}
