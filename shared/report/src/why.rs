//! Why a line is proposed: a paragraph to read aloud, and a table that adds up.
//!
//! The paragraph's figures are rounded so that they still add up: each is what the running sum gains in the places
//! shown. The table's are exact.

use std::collections::BTreeMap;

use contracts::artifact::ORDERS;
use jiff::tz::TimeZone;
use ordering::{Cause, Counted, Line, Milli, OverridePart, Peg, Risk, Source, Use};
use serde::Serialize;
use supply::{Method, Origin, Supply};

use crate::words::{
    Measure, chance, counted, day, local_moment, money, quantity, signed_thousandths, thousandths,
};

/// Causes of a need that the paragraph names.
const CAUSES: usize = 3;

/// A line explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// What to order, in a few words.
    pub title: String,
    /// Why, to read aloud.
    pub paragraph: String,
    /// The parts, and last their sum.
    pub parts: Vec<PartRow>,
    /// What one step less, the proposal and one step more risk.
    pub alternatives: Vec<AlternativeRow>,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartRow {
    /// What it is.
    pub part: String,
    /// How much, in 1/1000 of the product's own unit.
    pub milli: Milli,
    /// The same with its sign and unit.
    pub quantity: String,
    /// Where it stands: files and lines.
    pub from: String,
}

/// A quantity that could be ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlternativeRow {
    /// Which.
    pub what: String,
    /// The quantity.
    pub quantity: String,
    /// Expected shortage on the days it is for.
    pub short: String,
    /// How likely something is short.
    pub chance: String,
    /// Expected to expire unused.
    pub waste: String,
}

/// Explains a line with the names of its supply facts.
pub fn why(line: &Line, supply: &Supply) -> Why {
    let names = Names { line, supply };
    Why {
        title: names.title(),
        paragraph: names.paragraph(),
        parts: parts(line),
        alternatives: alternatives(line),
    }
}

struct Names<'a> {
    line: &'a Line,
    supply: &'a Supply,
}

impl Names<'_> {
    fn product(&self) -> &str {
        self.supply.product_name(&self.line.key.product)
    }

    fn vendor(&self) -> &str {
        self.supply.vendor_name(&self.line.key.vendor)
    }

    fn site(&self) -> &str {
        self.supply.site_name(&self.line.key.site)
    }

    fn order_by(&self) -> String {
        let zone = self.supply.stock.clock(&self.line.key.site);
        let zone = zone.and_then(|clock| TimeZone::get(&clock.time_zone).ok());
        let local = self.line.order_by.to_zoned(zone.unwrap_or(TimeZone::UTC));
        local_moment(local.datetime())
    }

    fn title(&self) -> String {
        let line = self.line;
        format!(
            "{} of {} ({}) from {} for {}, arriving {}; order by {}",
            thousandths(line.quantity, line.unit),
            self.product(),
            line.key.product,
            self.vendor(),
            self.site(),
            day(line.key.delivery),
            self.order_by(),
        )
    }

    fn paragraph(&self) -> String {
        let line = self.line;
        let told = Told::of(line);
        let mut text = format!(
            "{} of {} ({}) should come from {} to {} on {}; the order must go out by {}. ",
            told.quantity,
            self.product(),
            line.key.product,
            self.vendor(),
            self.site(),
            day(line.key.delivery),
            self.order_by(),
        );
        text += &self.need(&told);
        text += &self.there(&told);
        text += &safety(line, &told);
        text += &raised(line, &told);
        text += &self.result(&told);
        text
    }

    /// What the days need, and for what.
    fn need(&self, told: &Told) -> String {
        let line = self.line;
        let days = if line.covers_from == line.covers_to {
            day(line.covers_from)
        } else {
            format!("{} to {}", day(line.covers_from), day(line.covers_to))
        };
        let causes = by_cause(&line.waterfall.gross);
        let named: Vec<String> = causes
            .iter()
            .take(CAUSES)
            .map(|(cause, part)| {
                let amount = quantity(decimal(part.quantity), line.unit);
                format!("{amount} for {}", counted_cause(cause, part.count_milli))
            })
            .collect();
        let more = match causes.len().saturating_sub(CAUSES) {
            0 => String::new(),
            more => format!(
                " and the rest for {}",
                counted(more as u64, "other use", "other uses")
            ),
        };
        let known: Milli = line.waterfall.gross.iter().map(|peg| peg.known).sum();
        let yield_loss: Milli = line.waterfall.gross.iter().map(|peg| peg.yield_loss).sum();
        let mut notes = Vec::new();
        if known > 0 {
            let known = quantity(decimal(known), line.unit);
            notes.push(format!("{known} of it are for orders already placed"));
        }
        if yield_loss > 0 {
            let lost = quantity(decimal(yield_loss), line.unit);
            notes.push(format!("{lost} are lost in preparation"));
        }
        if line.waterfall.gross.iter().any(|peg| peg.stand_in) {
            notes.push(
                "part of it is the last published forecast of a week that failed or is not planned"
                    .to_owned(),
            );
        }
        let notes = if notes.is_empty() {
            String::new()
        } else {
            format!(" ({})", notes.join("; "))
        };
        let lifted = line.waterfall.lifted.iter().map(|lifted| {
            let change = signed(lifted.change, line.unit);
            format!(
                " Of that, {change} by overrides of volume or shares: {}.",
                lifted.by
            )
        });
        let overrides: Vec<String> = (line.waterfall.need_overrides.iter())
            .map(|part| {
                format!(
                    " Of that, {} by {}.",
                    signed(part.change, line.unit),
                    whose(part)
                )
            })
            .chain(lifted)
            .collect();
        format!(
            "It is for packing on {days}, which on average needs {}: {}{more}{notes}.{} ",
            told.gross,
            named.join(", "),
            overrides.concat()
        )
    }

    /// What is there already.
    fn there(&self, told: &Told) -> String {
        let line = self.line;
        let sources: Vec<String> = [
            (&told.stock, "in stock"),
            (&told.inbound, "on order"),
            (&told.proposals, "in earlier proposals"),
        ]
        .into_iter()
        .filter_map(|(amount, what)| Some(format!("{} {what}", amount.as_ref()?)))
        .collect();
        let expired: Milli = line
            .waterfall
            .expired
            .iter()
            .map(|part| part.quantity)
            .sum();
        let expired = if expired > 0 {
            format!(
                " ({} more expire unused)",
                quantity(decimal(expired), line.unit)
            )
        } else {
            String::new()
        };
        let unreachable = match &told.unreachable {
            None => String::new(),
            Some(amount) => format!(
                " {amount} fall on days for which a delivery that day is too old and must come later."
            ),
        };
        if sources.is_empty() {
            format!("Nothing usable is there yet{expired}.{unreachable} ")
        } else {
            format!(
                "Against it count {}{expired},{unreachable} which leaves {}. ",
                sources.join(", "),
                told.mean_net
            )
        }
    }

    fn result(&self, told: &Told) -> String {
        let line = self.line;
        let steps = if line.packs == 1 && line.pack_milli == line.quantity {
            format!(
                "That is one step of {}",
                thousandths(line.pack_milli, line.unit)
            )
        } else {
            format!(
                "That is {} of {}",
                counted(line.packs, "step", "steps"),
                thousandths(line.pack_milli, line.unit)
            )
        };
        let risk = &line.risk;
        let short = if risk.short_per_mille == 0 {
            "nothing is short in any of the draws".to_owned()
        } else {
            format!(
                "the chance of running short is {} ({} on average)",
                chance(risk.short_per_mille),
                quantity(decimal(risk.short), line.unit)
            )
        };
        let waste = if risk.waste_per_mille == 0 {
            String::new()
        } else {
            format!(
                ", and with a chance of {} some expires unused ({} on average)",
                chance(risk.waste_per_mille),
                quantity(decimal(risk.waste), line.unit)
            )
        };
        let [less, more] = &line.alternatives;
        let change = |risk: &Risk, what: &str| {
            format!(
                "One step {what}: {} short on average{}",
                quantity(decimal(risk.short), line.unit),
                if risk.waste > 0 {
                    format!(", {} wasted", quantity(decimal(risk.waste), line.unit))
                } else {
                    String::new()
                }
            )
        };
        format!(
            "{steps}: {}, for {}. So {short}{waste}. {}; {}.",
            told.quantity,
            money(line.value, self.supply.currency(&line.key.vendor)),
            change(less, "less"),
            lower(&change(more, "more")),
        )
    }
}

/// A line's figures as the paragraph tells them: rounded so that they add up.
struct Told {
    gross: String,
    stock: Option<String>,
    inbound: Option<String>,
    proposals: Option<String>,
    unreachable: Option<String>,
    mean_net: String,
    safety: String,
    raised: Vec<(&'static str, String)>,
    quantity: String,
}

impl Told {
    fn of(line: &Line) -> Self {
        let waterfall = &line.waterfall;
        let measure = Measure::of(decimal(waterfall.gross().max(line.quantity)), line.unit);
        let used = |wanted: fn(&Source) -> bool| -> Milli {
            let parts = waterfall.used.iter().filter(|part| wanted(&part.source));
            parts.map(|part| part.quantity).sum()
        };
        let mut running = 0;
        // Each figure is what the running sum gains where both ends are rounded.
        let mut step = |change: Milli| {
            let before = measure.rounded(decimal(running));
            running += change;
            measure.rounded(decimal(running)) - before
        };
        let text = |units: i128| measure.shown(units);
        let some = |units: i128| (units != 0).then(|| text(-units));
        let gross = step(waterfall.gross());
        let stock = step(-used(|source| matches!(source, Source::Lot { .. })));
        let inbound = step(-used(|source| matches!(source, Source::Inbound { .. })));
        let proposals = step(-used(|source| matches!(source, Source::Proposal { .. })));
        let unreachable = step(-waterfall.unreachable);
        let mean_net = gross + stock + inbound + proposals + unreachable;
        let safety = step(waterfall.safety);
        let overridden: Milli = waterfall.overridden.iter().map(|part| part.change).sum();
        let raised = [
            ("the least quantity of a line", waterfall.minimum),
            ("rounding up to full steps", waterfall.multiple),
            ("the most that may be ordered", waterfall.maximum),
            ("the vendor's least order value", waterfall.vendor_minimum),
            ("an override", overridden),
        ];
        let raised: Vec<(&'static str, i128)> = raised
            .into_iter()
            .map(|(why, change)| (why, step(change)))
            .collect();
        let all = mean_net + safety + raised.iter().map(|(_, change)| change).sum::<i128>();
        Self {
            gross: text(gross),
            stock: some(stock),
            inbound: some(inbound),
            proposals: some(proposals),
            unreachable: some(unreachable),
            mean_net: text(mean_net),
            safety: text(safety.abs()),
            raised: (raised.into_iter())
                .filter(|(_, change)| *change != 0)
                .map(|(why, change)| {
                    let verb = if change > 0 { "adds" } else { "takes off" };
                    (why, format!("{verb} {}", text(change.abs())))
                })
                .collect(),
            quantity: text(all),
        }
    }
}

fn safety(line: &Line, told: &Told) -> String {
    let covered = chance(line.aim.covered_per_mille);
    let aim = match line.aim.method {
        Method::Quantile => format!("to have enough with a chance of {covered}"),
        Method::Newsvendor => format!(
            "for the quantity at which shortage and waste together cost least (enough with a chance of {covered})"
        ),
        Method::Days => format!("to hold {} days of average need", line.aim.target),
    };
    let held = if line.aim.held_by_waste {
        ", which the risk of waste has lowered"
    } else {
        ""
    };
    match line.waterfall.safety {
        0 => format!("That is what is needed {aim}{held}. "),
        1.. => format!("{} are added {aim}{held}. ", told.safety),
        _ => format!("{} less are enough {aim}{held}. ", told.safety),
    }
}

fn raised(line: &Line, told: &Told) -> String {
    let sentence = |(why, what): &(&'static str, String)| {
        if *why == "an override" {
            let whose: Vec<String> = line.waterfall.overridden.iter().map(whose).collect();
            return format!("The override by {} {what}. ", whose.join(", "));
        }
        let mut sentence = format!("{why} {what}. ");
        if let Some(first) = sentence.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        sentence
    };
    told.raised.iter().map(sentence).collect()
}

/// A change as it is told in a sentence.
fn signed(change: Milli, unit: domain::Unit) -> String {
    let sign = if change < 0 { "−" } else { "+" };
    format!("{sign}{}", quantity(decimal(change.abs()), unit))
}

fn whose(part: &OverridePart) -> String {
    format!("{} ({}: {})", part.author, part.id, part.reason)
}

/// Need by cause, the largest first.
fn by_cause(pegs: &[Peg]) -> Vec<(&Cause, CausePart)> {
    let mut sums: BTreeMap<&Cause, CausePart> = BTreeMap::new();
    for peg in pegs {
        let sum = sums.entry(&peg.cause).or_default();
        sum.quantity += peg.quantity();
        sum.count_milli += peg.count_milli;
    }
    let mut causes: Vec<_> = sums
        .into_iter()
        .filter(|(_, part)| part.quantity > 0)
        .collect();
    causes.sort_by_key(|(_, part)| std::cmp::Reverse(part.quantity));
    causes
}

#[derive(Debug, Default, Clone, Copy)]
struct CausePart {
    quantity: Milli,
    count_milli: i64,
}

fn counted_cause(cause: &Cause, count_milli: i64) -> String {
    let count = (count_milli.max(0).unsigned_abs() + 500) / 1000;
    match cause {
        Cause::Recipe { name, .. } => format!("{} of {name}", counted(count, "kit", "kits")),
        Cause::Packaging { counted: what } => match what {
            Counted::Box => counted(count, "box", "boxes"),
            Counted::Recipe => counted(count, "kit", "kits"),
            Counted::Portion => counted(count, "portion", "portions"),
        },
    }
}

/// The table: every part with its exact quantity and where it stands.
fn parts(line: &Line) -> Vec<PartRow> {
    let waterfall = &line.waterfall;
    let unit = line.unit;
    let row = |part: String, quantity: Milli, from: String| PartRow {
        part,
        milli: quantity,
        quantity: signed_thousandths(quantity, unit),
        from,
    };
    let mut rows = Vec::new();
    for peg in &waterfall.gross {
        let stand_in = if peg.stand_in { ", last published" } else { "" };
        let what = counted_cause(&peg.cause, peg.count_milli);
        let known = if peg.known_count > 0 {
            format!(", {} known", peg.known_count)
        } else {
            String::new()
        };
        let part = format!("{}: {what}{known}{stand_in}", day(peg.day));
        rows.push(row(part, peg.known + peg.simulated, origins(&peg.rows)));
        if peg.yield_loss != 0 {
            let lost = "  lost in its preparation".to_owned();
            rows.push(row(lost, peg.yield_loss, origins(&peg.rows)));
        }
    }
    for part in &waterfall.need_overrides {
        let by = format!("override of the need by {}", whose(part));
        rows.push(row(by, part.change, part.origin.to_string()));
    }
    for part in &waterfall.used {
        rows.push(row(
            source(part),
            -part.quantity,
            part.source
                .origin()
                .map(ToString::to_string)
                .unwrap_or_default(),
        ));
    }
    if waterfall.unreachable != 0 {
        let part = "days for which this delivery is too old".to_owned();
        rows.push(row(part, -waterfall.unreachable, String::new()));
    }
    let safety = "safety: from the mean to the target".to_owned();
    rows.push(row(safety, waterfall.safety, String::new()));
    let terms = origins(line.terms.get(..1).unwrap_or_default());
    for (part, change) in [
        ("least quantity", waterfall.minimum),
        ("rounded up to the step", waterfall.multiple),
        ("cut to the most", waterfall.maximum),
        ("vendor's least order value", waterfall.vendor_minimum),
    ] {
        if change != 0 {
            rows.push(row(part.to_owned(), change, terms.clone()));
        }
    }
    for part in &waterfall.overridden {
        let by = format!("override of the quantity by {}", whose(part));
        rows.push(row(by, part.change, part.origin.to_string()));
    }
    rows.push(PartRow {
        part: "proposed".to_owned(),
        milli: line.quantity,
        quantity: thousandths(line.quantity, unit),
        from: origins(&line.terms),
    });
    rows
}

fn source(part: &Use) -> String {
    match &part.source {
        Source::Lot { lot, expiry, .. } => {
            let lot = lot
                .as_ref()
                .map_or("no lot named".to_owned(), |lot| format!("lot {lot}"));
            let until = expiry.map(|expiry| format!(", usable to {}", day(expiry)));
            lot + &until.unwrap_or_default()
        }
        Source::Inbound {
            order,
            line_no,
            expected,
            origin,
        } => {
            let approved = origin.file.starts_with(ORDERS);
            let here = if approved { " approved" } else { "" };
            format!(
                "order {order}{here} line {line_no}, expected {}",
                day(*expected)
            )
        }
        Source::Proposal { vendor, delivery } => {
            format!("proposed from {vendor} for {}", day(*delivery))
        }
    }
}

fn origins(rows: &[Origin]) -> String {
    let rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
    rows.join(", ")
}

fn alternatives(line: &Line) -> Vec<AlternativeRow> {
    let [less, more] = &line.alternatives;
    let row = |what: &str, risk: &Risk| AlternativeRow {
        what: what.to_owned(),
        quantity: thousandths(risk.quantity, line.unit),
        short: thousandths(risk.short, line.unit),
        chance: chance(risk.short_per_mille),
        waste: thousandths(risk.waste, line.unit),
    };
    vec![
        row("one step less", less),
        row("proposed", &line.risk),
        row("one step more", more),
    ]
}

fn decimal(quantity: Milli) -> domain::Decimal {
    domain::Decimal::from_millionths(quantity.saturating_mul(1_000))
}

fn lower(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_lowercase();
    }
    text
}
