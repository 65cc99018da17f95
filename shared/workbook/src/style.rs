//! The formats of cells.

use domain::Unit;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// Deep green: titles and headers, readable in black and white too.
const GREEN: Color = Color::RGB(0x1F_4E3D);
const PALE_GREEN: Color = Color::RGB(0xE3_EFE9);
const PALE_YELLOW: Color = Color::RGB(0xFF_F7D6);
pub(crate) const RED: Color = Color::RGB(0xB0_1E1E);
pub(crate) const PALE_RED: Color = Color::RGB(0xFB_E3E1);
pub(crate) const BAR: Color = Color::RGB(0x8F_BFA8);

/// Every format that a cell can have.
pub(crate) struct Styles {
    pub(crate) title: Format,
    pub(crate) heading: Format,
    pub(crate) note: Format,
    pub(crate) header: Format,
    pub(crate) text: Format,
    /// Text that looks like a formula: a spreadsheet keeps it text when a person edits it.
    pub(crate) quoted: Format,
    pub(crate) count: Format,
    /// Kilograms and litres.
    pub(crate) thousandths: Format,
    /// Pieces, grams and millilitres, of which a mean can have parts.
    pub(crate) tenths: Format,
    /// A number with as many places as it has.
    pub(crate) number: Format,
    pub(crate) money: Format,
    pub(crate) percent: Format,
    pub(crate) date: Format,
    pub(crate) moment: Format,
    /// The same of what formulas give.
    pub(crate) made_thousandths: Format,
    pub(crate) made_tenths: Format,
    pub(crate) made_number: Format,
    pub(crate) made_money: Format,
    /// What a person fills in.
    pub(crate) wanted: Format,
    pub(crate) wanted_text: Format,
    pub(crate) total: Format,
    pub(crate) total_money: Format,
    pub(crate) total_count: Format,
}

impl Styles {
    pub(crate) fn new() -> Self {
        let plain = || Format::new().set_align(FormatAlign::Top);
        let number = |format: &str| plain().set_num_format(format);
        let made = |format: &str| number(format).set_background_color(PALE_GREEN);
        let total = || {
            Format::new()
                .set_bold()
                .set_border_bottom(FormatBorder::Thin)
        };
        let wanted = || {
            plain()
                .set_background_color(PALE_YELLOW)
                .set_border(FormatBorder::Hair)
                .set_unlocked()
        };
        let (thousandths, tenths) = ("#,##0.000;-#,##0.000;\"–\"", "#,##0.0;-#,##0.0;\"–\"");
        Self {
            title: Format::new()
                .set_bold()
                .set_font_size(16)
                .set_font_color(GREEN),
            heading: Format::new()
                .set_bold()
                .set_font_size(12)
                .set_font_color(GREEN),
            note: Format::new().set_italic(),
            header: Format::new()
                .set_bold()
                .set_font_color(Color::White)
                .set_background_color(GREEN)
                .set_text_wrap()
                .set_align(FormatAlign::Top),
            text: plain(),
            quoted: plain().set_quote_prefix(),
            count: number("#,##0"),
            thousandths: number(thousandths),
            tenths: number(tenths),
            number: number("#,##0.######"),
            money: number("#,##0.00"),
            percent: number("0.0%"),
            date: number("ddd d mmm yyyy").set_align(FormatAlign::Left),
            moment: number("ddd d mmm yyyy hh:mm").set_align(FormatAlign::Left),
            made_thousandths: made(thousandths),
            made_tenths: made(tenths),
            made_number: made("#,##0.###"),
            made_money: made("#,##0.00"),
            wanted: wanted().set_num_format("#,##0.000"),
            wanted_text: wanted(),
            total: total(),
            total_money: total().set_num_format("#,##0.00"),
            total_count: total().set_num_format("#,##0"),
        }
    }

    /// A quantity in a unit.
    pub(crate) const fn quantity(&self, unit: Unit) -> &Format {
        match unit {
            Unit::Kilogram | Unit::Litre => &self.thousandths,
            Unit::Piece | Unit::Gram | Unit::Millilitre => &self.tenths,
        }
    }

    /// A quantity in a unit that a formula gives.
    pub(crate) const fn made(&self, unit: Unit) -> &Format {
        match unit {
            Unit::Kilogram | Unit::Litre => &self.made_thousandths,
            Unit::Piece | Unit::Gram | Unit::Millilitre => &self.made_tenths,
        }
    }
}
