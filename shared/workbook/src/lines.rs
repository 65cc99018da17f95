//! The purchase orders: a row a line, with the parts of its quantity and formulas that make it of them.

use domain::Decimal;
use proposals::ProposalRow;
use rust_xlsxwriter::utility::column_number_to_name;
use rust_xlsxwriter::{
    ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatDataBar, DataValidation,
    DataValidationRule, Format, Worksheet, XlsxError,
};

use crate::Content;
use crate::columns::{AT_RISK, CHECK, COLUMNS, SHEET, VALUE, WANTED, place, titles};
use crate::sheet::Sheet;
use crate::style::{BAR, PALE_RED, RED, Styles};
use crate::template::Template;
use crate::why::why;

/// Columns that stay in sight: vendor, site, delivery and product.
const KEPT: u16 = 4;
/// The row of the first line: after two rows of text and totals, and the header.
pub(crate) const FIRST: u32 = 3;

/// A row's formulas. Quantities are thousandths; a ten-millionth on either side keeps what binary fractions lack from
/// costing a step.
struct Formulas {
    mean_net: Template,
    need: Template,
    steps: Template,
    after_terms: Template,
    quantity: Template,
    check: Template,
    to_order: Template,
    order_quantity: Template,
    own_quantity: Template,
    value: Template,
}

impl Formulas {
    fn new() -> Self {
        let of = |text: &str| Template::new(text, &titles());
        let most = "IF({Vendor's maximum}=\"\",999999999999,ROUNDDOWN({Vendor's maximum}/{Step}+0.0000001,0))";
        let least = "ROUNDUP({Vendor's minimum}/{Step}-0.0000001,0)";
        let holding = |quantity: &str| {
            let steps =
                format!("ROUNDUP(({quantity}-0.0000001)/({{Step}}*{{Units in an order unit}}),0)");
            format!("MIN({most},MAX({steps},{least},1))")
        };
        let to_order = format!(
            "IF({{Wanted quantity}}=\"\",{{Published steps}},IF({{Wanted quantity}}<=0,0,{}))",
            holding("{Wanted quantity}")
        );
        Self {
            mean_net: of("ROUND(SUM({Known orders}:{Unreachable}),3)"),
            need: of("ROUND({Mean net need}+{Safety},3)"),
            steps: of(&format!("IF({{Need}}<=0,0,{})", holding("{Need}"))),
            after_terms: of("ROUND({Steps needed}*{Step}*{Units in an order unit},3)"),
            quantity: of("ROUND(SUM({After vendor's terms}:{Overrides of quantity}),3)"),
            check: of("ROUND({Quantity}-{Published quantity},3)"),
            to_order: of(&to_order),
            order_quantity: of("{Steps to order}*{Step}"),
            own_quantity: of("ROUND({Order quantity}*{Units in an order unit},3)"),
            value: of("ROUND({Order quantity}*{Price},6)"),
        }
    }
}

pub(crate) fn sheet(
    content: Content<'_>,
    all: usize,
    styles: &Styles,
) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::new(SHEET, styles)?;
    let shown = content.lines.len();
    let part = if shown < all {
        format!(
            "Of {all} lines the {shown} that most hangs on; all are in proposals.csv and proposals.parquet. "
        )
    } else {
        String::new()
    };
    let text = "A row is a line of a purchase order that is proposed; nothing is ordered before a person approves. Green cells are \
         formulas over the row's parts, yellow cells are yours: fill in another quantity and why, save, and import the \
         file with `larder override import`. Point at a title for what its column means.";
    sheet.line(&format!("{part}{text}"), &styles.note)?;
    totals(&mut sheet, content)?;
    sheet.only_header(&COLUMNS, KEPT, content.lines.len())?;
    let formulas = Formulas::new();
    for line in content.lines {
        row(&mut sheet, line, &formulas)?;
    }
    if let Some(last) = sheet.row.checked_sub(1).filter(|last| *last >= FIRST) {
        dress(&mut sheet, last)?;
    }
    Ok(sheet.inner)
}

/// The sums of the rows that a filter leaves, where they can be summed.
fn totals(sheet: &mut Sheet<'_>, content: Content<'_>) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    let row = sheet.row;
    sheet
        .inner
        .write_string_with_format(row, 0, "Total of the rows shown", &styles.total)?;
    let sum = |values: &mut dyn Iterator<Item = Decimal>| -> String {
        let sum: i128 = values.map(|value| i128::from(value.millionths())).sum();
        Decimal::from_millionths(i64::try_from(sum).unwrap_or(i64::MAX)).to_string()
    };
    let lines = content.lines.len();
    subtotal(
        sheet,
        3,
        (103, CHECK),
        lines,
        &lines.to_string(),
        &styles.total_count,
    )?;
    if content.currency().is_some() {
        let money = &styles.total_money;
        let values = sum(&mut content.lines.iter().map(|line| line.value));
        let risks = sum(&mut content.lines.iter().filter_map(|line| line.at_risk));
        subtotal(sheet, place(VALUE), (109, VALUE), lines, &values, money)?;
        subtotal(sheet, place(AT_RISK), (109, AT_RISK), lines, &risks, money)?;
    } else {
        sheet.inner.write_string_with_format(
            row,
            place(VALUE),
            "Several currencies: see Overview",
            &styles.total,
        )?;
    }
    sheet.next();
    Ok(())
}

/// Counts (103) or sums (109) a column's rows that a filter leaves.
fn subtotal(
    sheet: &mut Sheet<'_>,
    at: u16,
    (function, title): (u8, &str),
    lines: usize,
    result: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    let range = range(title, lines);
    let formula = format!("=SUBTOTAL({function},{range})");
    let formula = rust_xlsxwriter::Formula::new(formula).set_result(result);
    let row = sheet.row;
    sheet
        .inner
        .write_formula_with_format(row, at, formula, format)?;
    Ok(())
}

/// The cells of a column, such as `$AK$4:$AK$900`.
pub(crate) fn range(title: &str, lines: usize) -> String {
    let letter = column_number_to_name(place(title));
    let last = FIRST as usize + lines.max(1);
    format!("${letter}${}:${letter}${last}", FIRST + 1)
}

fn row(sheet: &mut Sheet<'_>, line: &ProposalRow, formulas: &Formulas) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    let (own, made) = (styles.quantity(line.uom), styles.made(line.uom));
    let number = &styles.number;
    let at = sheet.row;
    sheet.text(&line.vendor_name)?;
    sheet.text(&line.site_name)?;
    sheet.date(line.delivery_date)?;
    sheet.text(&line.product_name)?;
    sheet.moment(line.order_by)?;
    sheet.text(line.uom.symbol())?;
    for part in [
        line.gross_known.0,
        line.gross_simulated.0,
        line.gross_yield.0,
        line.gross_override.0,
    ] {
        sheet.decimal(part, own)?;
    }
    for used in [
        line.stock_used.0,
        line.inbound_used.0,
        line.proposals_used.0,
        line.unreachable.0,
    ] {
        sheet.decimal(Decimal::from_millionths(-used.millionths()), own)?;
    }
    let mean_net = line.mean_net.0;
    sheet.formula(formulas.mean_net.at(at), mean_net.to_string(), made)?;
    sheet.decimal(line.safety.0, own)?;
    let need = plus(mean_net, line.safety.0);
    sheet.formula(formulas.need.at(at), need.to_string(), made)?;
    sheet.text(line.order_uom.symbol())?;
    sheet.decimal(line.content, number)?;
    sheet.decimal(line.pack, number)?;
    sheet.decimal(line.least, number)?;
    sheet.maybe(line.most, number)?;
    let after_terms = plus(
        plus(need, line.minimum.0),
        plus(line.multiple.0, line.maximum.0),
    );
    let steps = steps(after_terms, line);
    let steps_format = &styles.made_number;
    sheet.formula(formulas.steps.at(at), steps.to_string(), steps_format)?;
    sheet.formula(formulas.after_terms.at(at), after_terms.to_string(), made)?;
    sheet.decimal(line.vendor_minimum.0, own)?;
    sheet.decimal(line.quantity_override.0, own)?;
    let quantity = line.quantity.to_string();
    sheet.formula(formulas.quantity.at(at), &*quantity, made)?;
    sheet.decimal(line.quantity, own)?;
    sheet.formula(formulas.check.at(at), "0", steps_format)?;
    sheet.open(&styles.wanted)?;
    sheet.open(&styles.wanted_text)?;
    sheet.count(line.packs.into())?;
    let packs = line.packs.to_string();
    sheet.formula(formulas.to_order.at(at), packs, steps_format)?;
    let ordered = line.order_quantity.to_string();
    sheet.formula(formulas.order_quantity.at(at), ordered, steps_format)?;
    sheet.formula(formulas.own_quantity.at(at), &*quantity, made)?;
    sheet.decimal(line.price, &styles.money)?;
    let value = line.value.to_string();
    sheet.formula(formulas.value.at(at), value, &styles.made_money)?;
    sheet.text(line.currency.as_deref().unwrap_or_default())?;
    sheet.maybe(line.at_risk, &styles.money)?;
    sheet.date(line.covers_from)?;
    sheet.date(line.covers_to)?;
    sheet.decimal(line.covered, &styles.percent)?;
    sheet.text(&why(line))?;
    sheet.id(line.vendor_id.as_str())?;
    sheet.id(line.site_id.as_str())?;
    sheet.id(line.product_id.as_str())?;
    sheet.next();
    Ok(())
}

/// What catches the eye, and what may be filled in.
fn dress(sheet: &mut Sheet<'_>, last: u32) -> Result<(), XlsxError> {
    let bar = || {
        ConditionalFormatDataBar::new()
            .set_fill_color(BAR)
            .set_solid_fill(true)
    };
    for title in [VALUE, AT_RISK] {
        let at = place(title);
        sheet
            .inner
            .add_conditional_format(FIRST, at, last, at, &bar())?;
    }
    let check = place(CHECK);
    let red = Format::new()
        .set_font_color(RED)
        .set_background_color(PALE_RED);
    let off = ConditionalFormatCell::new()
        .set_rule(ConditionalFormatCellRule::NotEqualTo(0))
        .set_format(red);
    sheet
        .inner
        .add_conditional_format(FIRST, check, last, check, &off)?;
    let wanted = place(WANTED);
    let number = DataValidation::new()
        .allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0))
        .set_error_title("Wanted quantity")?
        .set_error_message("A quantity of 0 or more, in the product's own unit.")?;
    sheet
        .inner
        .add_data_validation(FIRST, wanted, last, wanted, &number)?;
    Ok(())
}

fn plus(a: Decimal, b: Decimal) -> Decimal {
    a.checked_add(b).unwrap_or(Decimal::ZERO)
}

/// How many steps a quantity is.
fn steps(quantity: Decimal, line: &ProposalRow) -> i128 {
    let step = i128::from(line.pack.millionths()) * i128::from(line.content.millionths());
    let quantity = i128::from(quantity.millionths()) * 1_000_000;
    (2 * quantity + step)
        .checked_div_euclid(2 * step)
        .unwrap_or_default()
}
