//! Formulas that name columns by their titles.

use rust_xlsxwriter::utility::column_number_to_name;

/// A formula of a row in which `{Title}` is the cell below that title.
pub(crate) struct Template(Vec<String>);

impl Template {
    /// Reads a formula. A title that there is not gives `#REF!`, as a spreadsheet does.
    pub(crate) fn new<'t>(
        text: &str,
        titles: &(impl IntoIterator<Item = &'t str> + Clone),
    ) -> Self {
        let letters = |title: &str| {
            let at = titles.clone().into_iter().position(|held| held == title);
            at.and_then(|at| u16::try_from(at).ok())
                .map_or_else(|| "#REF!".to_owned(), column_number_to_name)
        };
        // What stands before the number of a row, again and again; the last stands after all of them.
        let mut parts = vec![String::from("=")];
        let mut rest = text;
        while let Some((before, (title, after))) = rest
            .split_once('{')
            .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            if let Some(part) = parts.last_mut() {
                part.push_str(before);
                part.push_str(&letters(title));
            }
            parts.push(String::new());
            rest = after;
        }
        if let Some(part) = parts.last_mut() {
            part.push_str(rest);
        }
        Self(parts)
    }

    /// The formula of a row; the first is 0.
    pub(crate) fn at(&self, row: u32) -> String {
        self.0.join(&(row + 1).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_cells_of_the_row() {
        let formula = Template::new("ROUND({Need}*2-{Stock},3)", &["Stock", "Need"]);
        assert_eq!(formula.at(4), "=ROUND(B5*2-A5,3)");
        assert_eq!(Template::new("1+1", &["A"]).at(0), "=1+1");
        assert_eq!(Template::new("{X}", &["A"]).at(0), "=#REF!1");
    }
}
