//! The comparison of a shadow for people, as Markdown.

use contracts::{Pair, Shadow, table_cell};
use domain::{Decimal, Unit};
use report::words::{count, counted, money, thousandths};

use super::difference::{Difference, LineDifference};

/// Lines that the page names; `difference.json` has all.
const LINES: usize = 20;

/// What differs, in half a sentence.
pub(super) fn headline(difference: &Difference) -> String {
    if difference.compared == 0 {
        return "there are no lines to compare".to_owned();
    }
    let differ = match difference.changed.len() as u64 {
        0 => "no line differs by a step or more".to_owned(),
        changed => {
            let of = counted(difference.compared, "line", "lines");
            let verb = if changed == 1 { "differs" } else { "differ" };
            format!("{} of {of} {verb} by a step or more", count(changed))
        }
    };
    let costs: Vec<String> = difference
        .values
        .iter()
        .map(|of| monies(of.value, of.currency.as_deref()))
        .filter(|cost| cost.active != cost.shadow)
        .map(|cost| format!("{} instead of {}", cost.shadow, cost.active))
        .collect();
    if costs.is_empty() {
        differ
    } else {
        format!("{differ}, and all lines cost {}", costs.join(" and "))
    }
}

/// The whole page.
pub(super) fn page(shadow: &Shadow, difference: &Difference) -> String {
    let Shadow { name, step, .. } = shadow;
    let headline = headline(difference);
    let mut lines = vec![
        format!("# Shadow {name} of {step}\n"),
        format!("The active proposals against the shadow's: {headline}.\n"),
        "| | active | shadow |\n| --- | ---: | ---: |".to_owned(),
        row("lines", [counts(difference.lines)]),
    ];
    for of in &difference.values {
        lines.push(row("value", [monies(of.value, of.currency.as_deref())]));
    }
    lines.push(
        "\n## By vendor\n\n\
        | vendor | lines, active | shadow | quantity, active | shadow | value, active | shadow |\n\
        | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
            .to_owned(),
    );
    for vendor in &difference.vendors {
        let what = format!("{} {}", vendor.vendor, table_cell(&vendor.name));
        let figures = [
            counts(vendor.lines),
            quantities(vendor.quantity, vendor.uom),
            monies(vendor.value, vendor.currency.as_deref()),
        ];
        lines.push(row(&what, figures));
    }
    lines.push("\n## Lines that differ by a step or more\n".to_owned());
    if difference.changed.is_empty() {
        lines.push("None.".to_owned());
    } else {
        lines.push(
            "| vendor | site | delivery | product | quantity, active | shadow | value, active | shadow |\n\
            | --- | --- | --- | --- | ---: | ---: | ---: | ---: |"
                .to_owned(),
        );
        lines.extend(difference.changed.iter().take(LINES).map(line));
    }
    let more = difference.changed.len().saturating_sub(LINES);
    if more > 0 {
        let more = counted(more as u64, "more line differs", "more lines differ");
        lines.push(format!("\n{more} by less money; difference.json has all."));
    }
    lines.join("\n") + "\n"
}

fn line(line: &LineDifference) -> String {
    let what = format!(
        "{} | {} | {} | {} {}",
        table_cell(&line.vendor_name),
        table_cell(&line.site_name),
        line.delivery,
        line.product,
        table_cell(&line.product_name)
    );
    let figures = [
        quantities(line.quantity, line.uom),
        monies(line.value, line.currency.as_deref()),
    ];
    row(&what, figures)
}

fn row<const N: usize>(what: &str, figures: [Pair<String>; N]) -> String {
    let figures = figures.map(|figure| format!(" {} | {} |", figure.active, figure.shadow));
    format!("| {what} |{}", figures.concat())
}

fn counts(numbers: Pair<u64>) -> Pair<String> {
    told(numbers, count)
}

fn quantities(amounts: Pair<Decimal>, unit: Unit) -> Pair<String> {
    told(amounts, |amount| {
        thousandths(amount.millionths() / 1000, unit)
    })
}

fn monies(values: Pair<Decimal>, currency: Option<&str>) -> Pair<String> {
    told(values, |value| money(value, currency))
}

fn told<T>(numbers: Pair<T>, words: impl Fn(T) -> String) -> Pair<String> {
    Pair {
        active: words(numbers.active),
        shadow: words(numbers.shadow),
    }
}

#[cfg(test)]
mod tests {
    use super::super::difference::tests::row as line_of;
    use super::*;

    fn shadow() -> Shadow {
        let shadow = r#"{"name": "new", "step": "order-proposer", "version": "7"}"#;
        serde_json::from_str(shadow).unwrap()
    }

    fn difference(active: &[(&str, u32)], shadow: &[(&str, u32)]) -> Difference {
        let rows = |lines: &[(&str, u32)]| -> Vec<_> {
            let lines = lines.iter();
            lines
                .map(|(product, packs)| line_of("V1", product, *packs))
                .collect()
        };
        Difference::between(&rows(active), &rows(shadow))
    }

    #[test]
    fn a_headline_tells_how_many_lines_differ_and_what_all_cost() {
        let lines = [("P1", 1), ("P2", 7)];
        assert_eq!(
            headline(&difference(&[], &[])),
            "there are no lines to compare"
        );
        let same = headline(&difference(&lines, &lines));
        assert_eq!(same, "no line differs by a step or more");
        let other = headline(&difference(&lines, &[("P1", 1), ("P2", 5)]));
        assert_eq!(
            other,
            "1 of 2 lines differs by a step or more, and all lines cost €12.00 instead of €16.00"
        );
    }

    #[test]
    fn the_page_names_the_lines_that_differ_most_and_counts_the_others() {
        let names: Vec<String> = (10..32).map(|number| format!("P{number}")).collect();
        let active: Vec<(&str, u32)> = names.iter().map(String::as_str).zip(1..).collect();
        let page = page(&shadow(), &difference(&active, &[]));
        assert!(
            page.starts_with("# Shadow new of order-proposer\n\n"),
            "{page}"
        );
        assert!(page.contains("| V1 Vendor V1 | 22 | 0 |"), "{page}");
        let most = "| Vendor V1 | North | 2026-11-17 | P31 Product P31 | 11,000 g | 0 g | €44.00 | €0.00 |";
        assert!(page.contains(most), "{page}");
        assert!(
            page.contains(" | P12 Product P12 |") && !page.contains(" | P11 Product P11 |"),
            "{page}"
        );
        assert!(
            page.contains("\n2 more lines differ by less money;"),
            "{page}"
        );
    }

    #[test]
    fn a_page_without_differences_says_so() {
        let page = page(&shadow(), &difference(&[("P1", 1)], &[("P1", 1)]));
        assert!(
            page.ends_with("\n## Lines that differ by a step or more\n\nNone.\n"),
            "{page}"
        );
    }
}
