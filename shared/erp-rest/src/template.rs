//! Templates and expressions, which know what they are given and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{decimals, filters};

/// All but the unreserved characters of RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A value of ours as templates see it.
pub(crate) fn value_of(value: impl serde::Serialize) -> Value {
    Value::from(Serde(value))
}

/// What templates can name.
pub(crate) type Names = BTreeMap<String, Value>;

/// What a template writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writes {
    /// JSON: whatever stands in it becomes JSON.
    Json,
    /// A path: whatever stands in it is percent-encoded.
    Path,
    /// Text as it is: a header, a query's value before it is encoded, words.
    Text,
}

impl Writes {
    const fn name(self) -> &'static str {
        match self {
            Self::Json => "body.json",
            Self::Path => "path",
            Self::Text => "text",
        }
    }
}

/// Renders templates of one description.
#[derive(Debug)]
pub(crate) struct Templates {
    environment: Environment<'static>,
    macros: String,
}

impl Templates {
    pub(crate) fn new(macros: &str) -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|name| match name {
            "body.json" => AutoEscape::Json,
            "path" => AutoEscape::Custom("path".into()),
            _ => AutoEscape::None,
        });
        environment.set_formatter(|out, state, value| match state.auto_escape() {
            AutoEscape::Custom(_) => {
                write!(out, "{}", utf8_percent_encode(&value.to_string(), RESERVED))?;
                Ok(())
            }
            _ => minijinja::escape_formatter(out, state, value),
        });
        environment.add_filter("base64url", |text: String| URL_SAFE.encode(text));
        decimals::filters(&mut environment);
        filters::add(&mut environment);
        Self {
            environment,
            macros: macros.to_owned(),
        }
    }

    pub(crate) fn render(
        &self,
        source: &str,
        writes: Writes,
        names: &Names,
    ) -> Result<String, Error> {
        let source = self.whole(source, writes);
        let rendered = self
            .environment
            .render_named_str(writes.name(), &source, names.clone())?;
        Ok(rendered.trim().to_owned())
    }

    pub(crate) fn value(&self, expression: &str, names: &Names) -> Result<Value, Error> {
        self.environment
            .compile_expression(expression)?
            .eval(names.clone())
    }

    /// Whether an expression holds; one that is not there does.
    pub(crate) fn holds(&self, expression: Option<&str>, names: &Names) -> Result<bool, Error> {
        let value = expression.map(|text| self.value(text, names)).transpose()?;
        Ok(value.is_none_or(|value| value.is_true()))
    }

    /// The names that a template needs.
    pub(crate) fn needs(&self, source: &str, writes: Writes) -> Result<BTreeSet<String>, Error> {
        let source = self.whole(source, writes);
        let template = self
            .environment
            .template_from_named_str(writes.name(), &source)?;
        Ok(template.undeclared_variables(false).into_iter().collect())
    }

    /// The names that an expression needs.
    pub(crate) fn names(&self, expression: &str) -> Result<BTreeSet<String>, Error> {
        let expression = self.environment.compile_expression(expression)?;
        Ok(expression.undeclared_variables(false).into_iter().collect())
    }

    fn whole(&self, source: &str, writes: Writes) -> String {
        match writes {
            Writes::Json => format!("{}{source}", self.macros),
            Writes::Path | Writes::Text => source.to_owned(),
        }
    }
}

/// What is wrong, in one line and without the template's text.
pub(crate) fn words(error: &Error) -> String {
    let detail = error.detail().map(ToOwned::to_owned);
    detail.unwrap_or_else(|| error.kind().to_string())
}

pub(crate) fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Names {
        Names::from([("x".to_owned(), Value::from(text))])
    }

    #[test]
    fn whatever_stands_in_a_body_becomes_json() {
        let templates = Templates::new("");
        for nasty in [
            "a\"b",
            "{{ x }}",
            "\u{0}\n",
            "</script>",
            "é",
            "\",\"admin\":true",
        ] {
            let body = templates.render("{\"a\": {{ x }}}", Writes::Json, &names(nasty));
            let value: serde_json::Value = serde_json::from_str(&body.unwrap()).unwrap();
            assert_eq!(value, serde_json::json!({"a": nasty}));
        }
    }

    #[test]
    fn whatever_stands_in_a_path_is_one_segment_of_it() {
        let templates = Templates::new("");
        let path = templates.render("a/{{ x }}/b", Writes::Path, &names("c/d?e#f%2F é"));
        assert_eq!(path.unwrap(), "a/c%2Fd%3Fe%23f%252F%20%C3%A9/b");
    }

    #[test]
    fn base64_for_urls_is_padded_and_has_no_slash() {
        let templates = Templates::new("");
        for (text, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("\u{3f}\u{7f}>~", "P38-fg=="),
        ] {
            let rendered = templates.render("{{ x | base64url }}", Writes::Text, &names(text));
            assert_eq!(rendered.unwrap(), coded);
        }
    }

    #[test]
    fn a_name_that_nobody_gave_is_an_error_and_no_empty_text() {
        let templates = Templates::new("");
        assert!(
            templates
                .render("{{ y }}", Writes::Text, &names(""))
                .is_err()
        );
        assert!(
            templates
                .render("{{ x.y }}", Writes::Text, &names(""))
                .is_err()
        );
    }
}
