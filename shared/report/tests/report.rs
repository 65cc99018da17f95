//! What people read of a run: the page and the terminal's table.
#![expect(clippy::unwrap_used, reason = "a test's own values are valid")]

use contracts::{
    Effect, ExpediteSummary, Fan, LeadAccuracy, LineSummary, ModelSummary, OrderAction, PlanChange,
    ProductWeek, ProposalReport, ProposalSummary, RecipeWeek, RunSummary, SiteDay, Spread,
    WeekReport, WeekSummary,
};
use domain::{Code, Finding, Sha256, Unit, Volume};

const HOSTILE: &str = "\"><script>alert('x')</script><img src=//x onerror=a()>&\u{1b}[31m";

fn site_day(date: &str, boxes: u64, cap_max: Option<u64>) -> SiteDay {
    SiteDay {
        site: "S01".parse().unwrap(),
        date: date.parse().unwrap(),
        boxes,
        spread: Spread {
            p10: boxes,
            p50: boxes,
            p90: boxes,
        },
        cap_min: None,
        cap_max,
        below_min_per_mille: 0,
    }
}

fn planned(name: &str) -> WeekSummary {
    WeekSummary {
        week: "2026-W47".parse().unwrap(),
        start_date: "2026-11-16".parse().unwrap(),
        end_date: "2026-11-22".parse().unwrap(),
        boxes: Spread {
            p10: 27_900,
            p50: 30_120,
            p90: 32_480,
        },
        fan: Fan(vec![
            (5, 27_300),
            (10, 27_900),
            (25, 29_000),
            (50, 30_120),
            (75, 31_300),
            (90, 32_480),
            (95, 33_100),
        ]),
        change: None,
        planned_boxes: 30_200,
        known_boxes: 9_060,
        shortfall: 0,
        shortfall_per_mille: 0,
        sites: vec![("S01".parse().unwrap(), name.to_owned())],
        site_days: vec![
            site_day("2026-11-16", 870, Some(1000)),
            site_day("2026-11-17", 985, Some(1000)),
            site_day("2026-11-18", 0, Some(0)),
            site_day("2026-11-19", 4_321, None),
        ],
        recipes: vec![RecipeWeek {
            recipe: "R1".parse().unwrap(),
            name: name.to_owned(),
            kits: Spread {
                p10: 2_000,
                p50: 2_500,
                p90: 3_100,
            },
            is_new: true,
            share_override: None,
        }],
        products: vec![ProductWeek {
            product: "P1".parse().unwrap(),
            name: name.to_owned(),
            unit: Unit::Gram,
            need: Spread {
                p10: "2900000".parse().unwrap(),
                p50: "3000000".parse().unwrap(),
                p90: "3240000".parse().unwrap(),
            },
            last: Some("2500000".parse().unwrap()),
        }],
        volume_method: "the planners' own forecast".to_owned(),
        overrides: Vec::new(),
        volume_override: None,
        findings: Vec::new(),
    }
}

fn failed() -> WeekReport {
    WeekReport::Failed {
        week: "2026-W48".parse().unwrap(),
        fault: "Data.Rejected".to_owned(),
        message: "site_cap.csv, row 7: expected a whole number".to_owned(),
        findings: Vec::new(),
    }
}

fn run(weeks: Vec<WeekReport>) -> RunSummary {
    RunSummary {
        as_of: "2026-11-15T12:00:00Z".parse().unwrap(),
        scenario: None,
        changes: Vec::new(),
        replicates: 200,
        seed: 7,
        plan: Sha256::new([7; 32]),
        history: Some(("2025-W47".parse().unwrap(), "2026-W46".parse().unwrap())),
        volume_method: "the planners' own forecast".to_owned(),
        model: ModelSummary::default(),
        weeks,
        shadows: Vec::new(),
        proposals: ProposalReport::Proposed(Box::default()),
        findings: Vec::new(),
        verdict: contracts::Verdict::default(),
        last: Vec::new(),
        health: Vec::new(),
    }
}

fn page(summary: &RunSummary) -> String {
    without_programs(&report::page(&report::Edition::of(summary.clone())).unwrap())
}

/// The page without its scripts and styles, but with the data that scripts read.
fn without_programs(page: &str) -> String {
    let mut page = page.to_owned();
    for (start, end) in [("<script>", "</script>"), ("<style>", "</style>")] {
        while let Some(from) = page.find(start) {
            let to = from + page[from..].find(end).unwrap() + end.len();
            page.replace_range(from..to, "");
        }
    }
    page
}

#[test]
fn the_headline_is_the_verdict_in_words() {
    let verdict = "1 of 2 weeks planned · 30,120 boxes in 2026-W47 · no findings";
    let summary = run(vec![
        WeekReport::Planned(Box::new(planned("Leeds"))),
        failed(),
    ]);
    assert!(page(&summary).contains(&format!("<h1>{verdict}</h1>")));
    assert!(report::table(&summary).starts_with(verdict));
}

#[test]
fn every_shadow_has_one_line_on_the_page_and_in_the_terminal() {
    let mut summary = run(vec![failed()]);
    assert!(!report::table(&summary).contains("Shadows"));
    let step = contracts::StepName::OrderSimulator;
    let shadow = |text: &str, page: Option<&str>| contracts::ShadowReport {
        name: "next".to_owned(),
        step,
        text: text.to_owned(),
        page: page.map(str::to_owned),
    };
    summary.shadows = vec![
        shadow("kits differ by 1.2 %", Some("all/shadow/difference.md")),
        shadow("failed: Data.Rejected: why", None),
    ];
    for line in [
        "next of order-simulator: kits differ by 1.2 %; see all/shadow/difference.md in the run",
        "next of order-simulator: failed: Data.Rejected: why",
    ] {
        assert!(report::table(&summary).contains(&format!("\n{line}")));
        assert!(page(&summary).contains(line));
    }
}

#[test]
fn hostile_names_are_text_on_the_page_and_in_the_terminal() {
    let mut summary = run(vec![
        WeekReport::Planned(Box::new(planned(HOSTILE))),
        failed(),
    ]);
    summary.scenario = Some(HOSTILE.to_owned());
    summary.volume_method = HOSTILE.to_owned();
    let mut finding = Finding::new(Code::E102, HOSTILE, HOSTILE.to_owned(), HOSTILE);
    finding.column = Some(HOSTILE.to_owned());
    finding.value = Some(HOSTILE.to_owned());
    summary.findings = vec![finding];
    let page = page(&summary);
    assert_eq!(page.matches("<script").count(), 1, "the data");
    assert!(!page.contains("<img") && !page.contains("\">&"));
    assert_eq!(
        page.matches("onerror=a()").count(),
        page.matches("&#60;img src=").count() + page.matches("\\u003cimg src=").count()
    );
    assert!(!report::table(&summary).contains('\u{1b}'));
}

#[test]
fn the_page_asks_for_nothing_and_runs_what_its_policy_names_alone() {
    let page = page(&run(vec![WeekReport::Planned(Box::new(planned("Leeds")))]));
    let policy = page.split("content=\"").nth(1).unwrap();
    let policy = policy.split('"').next().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"));
    assert_eq!(policy.matches("'sha256-").count(), 6);
    assert!(!policy.contains("unsafe") && !policy.contains("http"));
    for forbidden in [
        "http:", "https:", "//", "url(", "@import", "style=\"", "<script>", "<link", " src=",
        " onclick",
    ] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn no_script_or_style_holds_what_would_end_it_or_ask_for_more() {
    let page = report::page(&report::Edition::of(run(vec![failed()]))).unwrap();
    assert_eq!(
        page.matches("<script").count(),
        page.matches("</script").count()
    );
    assert_eq!(page.matches("<style").count(), 2);
    for forbidden in ["<!--", "@import"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn the_same_summary_gives_the_same_bytes() {
    let summary = || {
        run(vec![
            WeekReport::Planned(Box::new(planned("Leeds"))),
            failed(),
        ])
    };
    assert_eq!(page(&summary()), page(&summary()));
    assert_eq!(report::table(&summary()), report::table(&summary()));
}

#[test]
fn a_failed_week_shows_its_fault_and_reason() {
    let summary = run(vec![
        WeekReport::Planned(Box::new(planned("Leeds"))),
        failed(),
    ]);
    let page = page(&summary);
    assert!(page.contains("Not planned") && page.contains("<code>Data.Rejected</code>"));
    assert!(page.contains("site_cap.csv, row 7: expected a whole number"));
    let table = report::table(&summary);
    assert!(table.contains("2026-W48  not planned"), "{table}");
    assert!(
        table.contains("2026-W48  Not planned. Data.Rejected: site_cap.csv, row 7"),
        "{table}"
    );
}

#[test]
fn a_failed_week_stands_beside_its_last_good_plan_which_is_named_as_that() {
    let mut summary = run(vec![failed()]);
    summary.last = vec![contracts::LastPlan {
        week: "2026-W48".parse().unwrap(),
        run: "earlier".parse().unwrap(),
        as_of: "2026-11-14T12:00:00Z".parse().unwrap(),
        boxes: planned("Leeds").boxes,
        planned_boxes: 30_200,
        sites: planned("Leeds").sites,
        site_days: planned("Leeds").site_days,
    }];
    let page = page(&summary);
    let words =
        "Last good plan: 30,120 boxes, as of Saturday 14 November 2026, 12:00 UTC, of run earlier";
    assert_eq!(page.matches(words).count(), 2);
    assert!(page.contains("What follows is that plan, not a new one."));
    assert!(page.contains("<b>87 %</b><small>870 of 1,000</small>"));
}

#[test]
fn a_shortfall_is_told_in_words_before_everything_else() {
    let mut week = planned("Leeds");
    week.shortfall = 1_204;
    week.shortfall_per_mille = 640;
    let summary = run(vec![WeekReport::Planned(Box::new(week))]);
    let words = "1,204 of the 30,200 boxes in the plan find no site; in 64 % of the draws some boxes find none";
    let (page, table) = (page(&summary), report::table(&summary));
    assert!(table.contains(words), "{table}");
    assert!(page.find(words) < page.find("Boxes per week"));
    assert!(page.contains("<strong>1,204 boxes</strong> without a site"));
}

#[test]
fn a_site_day_says_in_words_what_its_colour_says() {
    let page = page(&run(vec![WeekReport::Planned(Box::new(planned("Leeds")))]));
    for cell in [
        "<b>87 %</b><small>870 of 1,000</small></td>",
        "<b>98.5 %</b><small>985 of 1,000</small><small class=\"mark\">over 97 %</small></td>",
        "<b>closed</b></td>",
        "<b>4,321</b><small>no limit</small></td>",
    ] {
        assert!(page.contains(cell), "{cell}");
    }
}

#[test]
fn recipes_and_products_show_range_units_and_change() {
    let page = page(&run(vec![WeekReport::Planned(Box::new(planned("Leeds")))]));
    for text in [
        "Top 1 of 1 recipe,",
        "<span class=\"badge\">new</span>",
        "Top 1 of 1 product",
        "<b>3,000 kg</b>",
        "+20 %<small>from 2,500 kg</small>",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn a_finding_of_two_weeks_stands_once_with_both() {
    let finding = Finding::new(
        Code::E402,
        "inbound_order_line.csv",
        "overdue".to_owned(),
        "close it",
    )
    .at([112])
    .weighing(Volume::Boxes(1_500));
    let mut first = planned("Leeds");
    first.findings = vec![finding.clone()];
    let mut second = first.clone();
    second.week = "2026-W48".parse().unwrap();
    let page = page(&run(vec![
        WeekReport::Planned(Box::new(first)),
        WeekReport::Planned(Box::new(second)),
    ]));
    assert_eq!(page.matches("E402 warning").count(), 1);
    for text in [
        "2026-W47, 2026-W48",
        "row 112",
        "1,500 boxes",
        "overdue",
        "close it",
        "· 1 finding<",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn errors_in_the_data_set_are_named_with_their_place() {
    let mut summary = run(vec![WeekReport::Planned(Box::new(planned("Leeds")))]);
    let finding = Finding::new(
        Code::E208,
        "menu_recipe.csv",
        "no such recipe".to_owned(),
        "add it",
    );
    summary.findings = vec![finding.at([7]).of("recipe_id", "R9")];
    let words = "E208 error: menu_recipe.csv, row 7, recipe_id = `R9`: no such recipe; add it";
    assert!(report::table(&summary).contains(&format!("data set  {words}")));
}

#[test]
fn a_closed_site_misses_no_minimum() {
    let mut week = planned("Leeds");
    week.site_days = vec![SiteDay {
        cap_min: Some(100),
        ..site_day("2026-11-16", 0, Some(0))
    }];
    let summary = run(vec![WeekReport::Planned(Box::new(week.clone()))]);
    assert!(!page(&summary).contains("site's minimum") && !page(&summary).contains("under min."));
    week.site_days[0].cap_max = Some(200);
    let summary = run(vec![WeekReport::Planned(Box::new(week))]);
    let words = "Fewer boxes than the site's minimum: Leeds Mon 16 Nov (0 of 100)";
    assert!(report::table(&summary).contains(words));
    assert!(page(&summary).contains("under min. 100"));
}

#[test]
fn a_minimum_that_some_draws_miss_is_shown_with_its_chance() {
    let mut week = planned("Leeds");
    week.site_days = vec![SiteDay {
        cap_min: Some(100),
        below_min_per_mille: 120,
        ..site_day("2026-11-16", 110, Some(200))
    }];
    let page = page(&run(vec![WeekReport::Planned(Box::new(week))]));
    assert!(page.contains("12 % under min."));
}

#[test]
fn the_page_and_the_terminal_say_how_often_intervals_held_and_on_which_weeks() {
    let decimal = |text: &str| text.parse().unwrap();
    let mut summary = run(vec![WeekReport::Planned(Box::new(planned("Leeds")))]);
    assert!(page(&summary).contains("The history is too short to measure"));
    summary.model = ModelSummary {
        measured: Some(("2026-W35".parse().unwrap(), "2026-W46".parse().unwrap())),
        leads: vec![LeadAccuracy {
            lead_weeks: 1,
            wmape: decimal("0.2901"),
            wmape_recipe: decimal("0.149"),
            wmape_area: decimal("0.083"),
            wmape_area_naive: vec![("naive".to_owned(), decimal("0.0991"))],
            bias: decimal("-0.012"),
            coverage: decimal("0.805"),
            coverage_recipe: decimal("0.81"),
            coverage_total: decimal("0.75"),
        }],
        effects: vec![Effect {
            cause: "promotion".to_owned(),
            factor: decimal("1.8"),
        }],
        menu_effect: decimal("0.7"),
        volume_methods: String::new(),
        adjusted_weeks: 0,
    };
    let page = page(&summary);
    for text in [
        "2026-W35 to 2026-W46",
        "29.0 %",
        "−1.2 %",
        "80.5 %",
        "promotion × 1.80",
        "error 8.3 %; beside it naive 9.9 %",
        "brings 0.70 % more",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let line = "80 % intervals held 80.5 % of kits by area and recipe, 1 to 1 weeks ahead, in 2026-W35 to 2026-W46";
    assert!(report::table(&summary).contains(line));
}

#[test]
fn a_fan_has_its_quantiles_and_the_known_orders() {
    let page = page(&run(vec![WeekReport::Planned(Box::new(planned("Leeds")))]));
    let fan = "\"fan\":[27300,27900,29000,30120,31300,32480,33100],\"known\":9060,\"last\":null";
    assert!(page.contains(fan));
    assert!(page.contains("<td class=\"num\">27,900</td><td class=\"num\"><b>30,120</b></td>"));
}

#[test]
fn the_change_since_the_last_plan_stands_beside_its_bound() {
    let mut week = planned("Leeds");
    week.change = Some(PlanChange {
        wmape_site: Some("0.03".parse().unwrap()),
        wmape_global: Some("0.03".parse().unwrap()),
        gap: "0".parse().unwrap(),
        proven_least: true,
        known_moved: 0,
    });
    let page = page(&run(vec![WeekReport::Planned(Box::new(week))]));
    assert!(page.contains("<span class=\"badge\">proven least</span>"));
    assert!(page.contains("no allocation changes less"));
}

fn proposals(name: &str) -> ProposalSummary {
    let decimal = |text: &str| text.parse().unwrap();
    let name = || name.to_owned();
    ProposalSummary {
        currency: Some("GBP".to_owned()),
        orders: 112,
        lines: 1_430,
        value: decimal("412300"),
        next_cutoff: None,
        actions: vec![OrderAction {
            order_by: "2026-11-16T14:00:00Z".parse().unwrap(),
            local: "2026-11-16T14:00".parse().unwrap(),
            vendor: "V1".parse().unwrap(),
            vendor_name: name(),
            site: "S01".parse().unwrap(),
            site_name: "Leeds".to_owned(),
            delivery: "2026-11-18".parse().unwrap(),
            lines: 12,
            value: decimal("3400"),
            currency: Some("GBP".to_owned()),
            at_risk: None,
            main_line: None,
        }],
        largest: vec![LineSummary {
            vendor: "V1".parse().unwrap(),
            vendor_name: name(),
            site: "S01".parse().unwrap(),
            site_name: name(),
            delivery: "2026-11-18".parse().unwrap(),
            product: "P1".parse().unwrap(),
            product_name: name(),
            unit: Unit::Kilogram,
            covers_from: "2026-11-18".parse().unwrap(),
            covers_to: "2026-11-19".parse().unwrap(),
            quantity: decimal("105"),
            value: decimal("420"),
            currency: Some("GBP".to_owned()),
            gross: decimal("120"),
            stock: decimal("20"),
            inbound: decimal("10"),
            unreachable: decimal("0"),
            safety: decimal("12"),
            rounding: decimal("3"),
            overridden: decimal("0"),
            at_risk: None,
        }],
        late: 23,
        expedite: vec![ExpediteSummary {
            site: "S01".parse().unwrap(),
            site_name: "Leeds".to_owned(),
            product: "P2".parse().unwrap(),
            product_name: name(),
            unit: Unit::Kilogram,
            needed: "2026-11-16".parse().unwrap(),
            until: "2026-11-17".parse().unwrap(),
            short: decimal("120"),
            short_per_mille: 310,
            vendor_name: None,
            first_delivery: None,
            at_risk: Some(decimal("340")),
        }],
        ..ProposalSummary::default()
    }
}

#[test]
fn orders_are_told_with_what_runs_short_first_and_why_a_line_is_what_it_is() {
    let mut summary = run(vec![WeekReport::Planned(Box::new(planned("Leeds")))]);
    summary.proposals = ProposalReport::Proposed(Box::new(proposals("Mince")));
    let page = page(&summary);
    for text in [
        "112 orders with 1,430 lines for £412,300",
        "Mon 16 Nov – Tue 17 Nov",
        "<b>120 kg</b>",
        "22 more in <code>expedite.csv</code>",
        "Mon 16 Nov 14:00",
        "£3,400",
        "120 kg needed − 20 kg in stock − 10 kg on the way + 12 kg safety + 3 kg rounding = 105 kg",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(page.find("Short before anything") < page.find("What to order first"));
    let table = report::table(&summary);
    for line in [
        "Purchase orders: 112 orders with 1,430 lines for £412,300\n",
        "  23 products short before anything can arrive; first Mince at Leeds: 120 kg short by Tue 17 Nov, £340 at risk\n",
        "  order by Mon 16 Nov 14:00: Mince, Leeds, 12 lines, £3,400\n",
    ] {
        assert!(table.contains(line), "{table}");
    }
}

#[test]
fn hostile_names_in_orders_are_text_too() {
    let mut summary = run(vec![WeekReport::Planned(Box::new(planned("Leeds")))]);
    summary.proposals = ProposalReport::Proposed(Box::new(proposals(HOSTILE)));
    let page = page(&summary);
    assert!(page.contains("&#60;img src=") && !page.contains("<img"));
    assert_eq!(page.matches("<script").count(), 1, "the data");
    assert!(!report::table(&summary).contains('\u{1b}'));
}

#[test]
fn that_nothing_is_proposed_is_told_before_everything_else() {
    let mut summary = run(vec![WeekReport::Planned(Box::new(planned("Leeds")))]);
    summary.proposals = ProposalReport::Failed {
        fault: "Data.Rejected".to_owned(),
        message: "the need of P1 is too large".to_owned(),
    };
    let page = page(&summary);
    let words = "None proposed. Data.Rejected: the need of P1 is too large";
    assert!(page.find(words) < page.find("Boxes per week"));
    let table = report::table(&summary);
    assert!(
        table.starts_with("1 of 1 week planned · 30,120 boxes in 2026-W47 · no purchase orders")
    );
    assert!(table.contains(&format!("orders    {words}")), "{table}");
}
