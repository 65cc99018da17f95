//! A run to tell of, of any size and with any names.

use contracts::{
    ChangeSummary, ChangedLine, Cutoff, ExpediteSummary, Fan, FullSite, LastPlan, LeadAccuracy,
    LineSummary, ModelSummary, Newest, OrderAction, ProposalReport, ProposalSummary, RecipeWeek,
    RunSummary, SiteDay, SourceHealth, Spread, Verdict, WeekChange, WeekReport, WeekSummary,
};
use domain::{Code, Decimal, Finding, MenuWeek, Sha256, Unit, Volume};

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn signed(number: usize) -> i64 {
    i64::try_from(number).unwrap()
}

fn week_after(weeks: usize) -> MenuWeek {
    let first: MenuWeek = "2026-W48".parse().unwrap();
    first.plus(signed(weeks)).unwrap()
}

fn spread(middle: u64) -> Spread<u64> {
    Spread {
        p10: middle * 9 / 10,
        p50: middle,
        p90: middle * 11 / 10,
    }
}

fn planned(at: usize, sites: usize, name: &str) -> WeekSummary {
    let boxes = 203_100;
    let start = jiff::civil::date(2026, 11, 23)
        .checked_add(jiff::Span::new().weeks(signed(at)))
        .unwrap();
    let site = |n: usize| format!("S{n:02}").parse::<domain::SiteId>().unwrap();
    let mut site_days = Vec::new();
    for n in 0..sites {
        for day in 0..7_i64 {
            let packed = 4_000 + (n as u64 * 7 + day.unsigned_abs()) % 11 * 100;
            site_days.push(SiteDay {
                site: site(n),
                date: start.checked_add(jiff::Span::new().days(day)).unwrap(),
                boxes: if day == 6 { 0 } else { packed },
                spread: spread(packed),
                cap_min: None,
                cap_max: match day {
                    6 => Some(0),
                    5 => None,
                    _ => Some(5_080),
                },
                below_min_per_mille: 0,
            });
        }
    }
    WeekSummary {
        week: week_after(at),
        start_date: start,
        end_date: start.checked_add(jiff::Span::new().days(6)).unwrap(),
        boxes: spread(boxes),
        fan: Fan(vec![
            (5, boxes * 85 / 100),
            (10, boxes * 9 / 10),
            (25, boxes * 95 / 100),
            (50, boxes),
            (75, boxes * 105 / 100),
            (90, boxes * 11 / 10),
            (95, boxes * 115 / 100),
        ]),
        planned_boxes: boxes,
        known_boxes: 61_000 / (at as u64 + 1),
        shortfall: 0,
        shortfall_per_mille: 0,
        change: None,
        sites: (0..sites).map(|n| (site(n), name.to_owned())).collect(),
        site_days,
        recipes: (0..200)
            .map(|n| RecipeWeek {
                recipe: format!("R{at}-{n}").parse().unwrap(),
                name: name.to_owned(),
                kits: spread(2_500 + n),
                is_new: n < 30,
                share_override: None,
            })
            .collect(),
        products: Vec::new(),
        volume_method: "the planners' own forecast".to_owned(),
        overrides: Vec::new(),
        volume_override: None,
        findings: Vec::new(),
    }
}

fn line(name: &str) -> LineSummary {
    LineSummary {
        vendor: "V1".parse().unwrap(),
        vendor_name: name.to_owned(),
        site: "S01".parse().unwrap(),
        site_name: name.to_owned(),
        delivery: "2026-11-25".parse().unwrap(),
        product: "P1".parse().unwrap(),
        product_name: name.to_owned(),
        unit: Unit::Kilogram,
        covers_from: "2026-11-25".parse().unwrap(),
        covers_to: "2026-11-26".parse().unwrap(),
        quantity: decimal("1130"),
        value: decimal("3400"),
        currency: Some("GBP".to_owned()),
        gross: decimal("1200"),
        stock: decimal("80"),
        inbound: Decimal::ZERO,
        unreachable: Decimal::ZERO,
        safety: decimal("7"),
        rounding: decimal("3"),
        overridden: Decimal::ZERO,
        at_risk: Some(decimal("812")),
    }
}

fn action(at: usize, name: &str) -> OrderAction {
    let minutes = jiff::Span::new().minutes(120 + 30 * signed(at));
    OrderAction {
        order_by: as_of().checked_add(minutes).unwrap(),
        local: "2026-11-20T12:00"
            .parse::<jiff::civil::DateTime>()
            .unwrap()
            .checked_add(minutes)
            .unwrap(),
        vendor: "V1".parse().unwrap(),
        vendor_name: name.to_owned(),
        site: "S01".parse().unwrap(),
        site_name: name.to_owned(),
        delivery: "2026-11-25".parse().unwrap(),
        lines: 12,
        value: decimal("3400"),
        currency: Some("GBP".to_owned()),
        at_risk: Some(decimal("812")),
        main_line: Some(Box::new(line(name))),
    }
}

fn proposals(name: &str) -> ProposalSummary {
    ProposalSummary {
        currency: Some("GBP".to_owned()),
        orders: 1_112,
        lines: 20_430,
        value: decimal("412300"),
        next_cutoff: Some(Cutoff {
            order_by: "2026-11-20T14:00:00Z".parse().unwrap(),
            local: "2026-11-20T14:00".parse().unwrap(),
            orders: 7,
        }),
        due: ProposalSummary::ACTIONS as u64,
        actions: (0..ProposalSummary::ACTIONS)
            .map(|at| action(at, name))
            .collect(),
        largest: vec![line(name)],
        riskiest: vec![line(name)],
        late: 64,
        expedite: (0..ProposalSummary::EXPEDITE)
            .map(|_| ExpediteSummary {
                site: "S01".parse().unwrap(),
                site_name: name.to_owned(),
                product: "P1".parse().unwrap(),
                product_name: name.to_owned(),
                unit: Unit::Kilogram,
                needed: "2026-11-21".parse().unwrap(),
                until: "2026-11-22".parse().unwrap(),
                short: decimal("30"),
                short_per_mille: 310,
                vendor_name: Some(name.to_owned()),
                first_delivery: Some("2026-11-23".parse().unwrap()),
                at_risk: Some(decimal("90")),
            })
            .collect(),
        changes: Some(ChangeSummary {
            since: "2026-11-19T05:00:00Z".parse().unwrap(),
            lines: 3_210,
            by_cause: vec![
                ("volume".to_owned(), decimal("1200")),
                ("stock".to_owned(), decimal("-90")),
            ],
            largest: (0..ProposalSummary::LINES)
                .map(|_| ChangedLine {
                    vendor_name: name.to_owned(),
                    site_name: name.to_owned(),
                    delivery: "2026-11-25".parse().unwrap(),
                    product: "P1".parse().unwrap(),
                    product_name: name.to_owned(),
                    unit: Unit::Kilogram,
                    before: decimal("100"),
                    after: decimal("140"),
                    parts: vec![
                        ("volume".to_owned(), decimal("45")),
                        ("stock".to_owned(), decimal("-5")),
                    ],
                })
                .collect(),
        }),
        ..ProposalSummary::default()
    }
}

fn as_of() -> domain::Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// A run of so many weeks, the last of them failed, at so many sites; every name is `name`.
pub(crate) fn run(weeks: usize, sites: usize, name: &str) -> RunSummary {
    let mut reports: Vec<WeekReport> = (0..weeks - 1)
        .map(|at| WeekReport::Planned(Box::new(planned(at, sites, name))))
        .collect();
    reports.push(WeekReport::Failed {
        week: week_after(weeks - 1),
        fault: "Data.Rejected".to_owned(),
        message: format!("site_cap.csv, row 7: {name}"),
        findings: Vec::new(),
    });
    let last = |at: usize| LastPlan {
        week: week_after(at),
        run: "earlier".parse().unwrap(),
        as_of: "2026-11-19T05:00:00Z".parse().unwrap(),
        boxes: spread(199_500),
        planned_boxes: 199_500,
        sites: Vec::new(),
        site_days: Vec::new(),
    };
    let proposals = proposals(name);
    RunSummary {
        as_of: as_of(),
        scenario: None,
        changes: Vec::new(),
        replicates: 200,
        seed: 7,
        plan: Sha256::new([7; 32]),
        history: None,
        volume_method: String::new(),
        model: ModelSummary {
            measured: Some(("2026-W30".parse().unwrap(), "2026-W45".parse().unwrap())),
            leads: (1..=6)
                .map(|lead_weeks| LeadAccuracy {
                    lead_weeks,
                    wmape: decimal("0.33"),
                    wmape_recipe: decimal("0.18"),
                    wmape_area: decimal("0.05"),
                    wmape_area_naive: vec![("last week".to_owned(), decimal("0.09"))],
                    bias: decimal("-0.01"),
                    coverage: decimal("0.8"),
                    coverage_recipe: decimal("0.81"),
                    coverage_total: decimal("0.81"),
                })
                .collect(),
            ..ModelSummary::default()
        },
        verdict: Verdict {
            weeks: (0..weeks - 1)
                .map(|at| WeekChange {
                    week: week_after(at),
                    boxes: 203_100,
                    last: Some(199_500),
                })
                .collect(),
            next_cutoff: proposals.next_cutoff,
            fullest: Some(FullSite {
                week: week_after(0),
                site: "S02".parse().unwrap(),
                site_name: name.to_owned(),
                date: "2026-11-26".parse().unwrap(),
                boxes: 980,
                cap: 1_000,
            }),
        },
        last: (0..weeks).map(last).collect(),
        health: (0..24)
            .map(|n| SourceHealth {
                table: format!("table_{n}"),
                files: Vec::new(),
                changes: contracts::SourceChanges::default(),
                rows: 200_000,
                newest: Some(Newest {
                    column: "snapshot_at".to_owned(),
                    value: "2026-11-19T04:00:00Z".to_owned(),
                    at: "2026-11-19T04:00:00Z".parse().unwrap(),
                }),
                age_hours: Some(32),
                limit_hours: Some(if n == 5 { 24 } else { 48 }),
            })
            .collect(),
        weeks: reports,
        shadows: Vec::new(),
        proposals: ProposalReport::Proposed(Box::new(proposals)),
        findings: (0..300)
            .map(|n| {
                let remedy = "mend it and start a new run";
                let mut found = Finding::new(Code::E208, "site.csv", name.to_owned(), remedy);
                found.impact = Volume::Boxes(n);
                found.at([n + 2])
            })
            .collect(),
    }
}
