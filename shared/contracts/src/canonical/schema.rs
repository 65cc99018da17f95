//! What the schemas say of single fields.

use std::borrow::Cow;

use domain::json_schemas;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::json;

use super::DATA_SCHEMA;
use super::kind::Kind;
use super::ownership::Once;
use super::source::{Source, System};
use super::values::{
    Amount, Currency, Day, Delta, LineNo, Lines, Moment, Part, Pieces, Quantity, Share, Words,
};

/// The schema of every kind as we send it, by the kind's name. What we read may hold more.
pub(crate) fn schemas() -> impl Iterator<Item = (&'static str, Schema)> {
    let kinds = Kind::ALL.iter().copied();
    kinds.map(|kind| (kind.as_str(), whole(kind)))
}

/// An event's envelope holds what its kind and its owner ask for.
fn whole(kind: Kind) -> Schema {
    let mut schema = kind.schema();
    let master: System = kind.entity().master();
    let id = json!({"type": "string", "pattern": "^[!-~]{1,100}$"});
    let attributes = [
        ("specversion", json!({"const": "1.0"})),
        ("type", json!({"const": kind.as_str()})),
        (
            "dataschema",
            json!({"const": format!("{DATA_SCHEMA}{kind}")}),
        ),
        ("datacontenttype", json!({"const": "application/json"})),
        (
            "source",
            json!({"type": "string", "pattern": format!("^/{master}(/[!\"$-~]*)?$"), "maxLength": Source::MOST}),
        ),
        ("time", json!({"type": "string", "format": "date-time"})),
        ("id", id.clone()),
        ("correlationid", id.clone()),
        ("causationid", id),
    ];
    let object = schema.ensure_object();
    object.insert("title".to_owned(), json!(kind.as_str()));
    object.insert("description".to_owned(), json!(kind.about()));
    object.insert("$id".to_owned(), json!(format!("{DATA_SCHEMA}{kind}")));
    object.insert("additionalProperties".to_owned(), json!(false));
    for (name, limits) in attributes {
        let place = format!("/properties/{name}");
        let about = schema
            .pointer_mut(&place)
            .and_then(|held| held.get("description").cloned());
        if let (Some(held), Some(about)) = (schema.pointer_mut(&place), about) {
            *held = limits;
            if let Some(held) = held.as_object_mut() {
                held.insert("description".to_owned(), about);
            }
        }
    }
    if kind.once() == Once::Version
        && let Some(required) = schema
            .pointer_mut("/required")
            .and_then(|list| list.as_array_mut())
    {
        required.push(json!("entityversion"));
    }
    schema
}

json_schemas! {
    Quantity: {"type": "string", "pattern": "^(?!0+(\\.0+)?$)[0-9]{1,12}(\\.[0-9]{1,6})?$"};
    Amount: {"type": "string", "pattern": "^[0-9]{1,12}(\\.[0-9]{1,6})?$"};
    Delta: {"type": "string", "pattern": "^(?!-?0+(\\.0+)?$)-?[0-9]{1,12}(\\.[0-9]{1,6})?$"};
    Share: {"type": "string", "pattern": "^(1(\\.0{1,6})?|0\\.(?!0+$)[0-9]{1,6})$"};
    Part: {"type": "string", "pattern": "^(1(\\.0{1,6})?|0(\\.[0-9]{1,6})?)$"};
    Words: {"type": "string", "minLength": 1, "maxLength": 200};
    Currency: {"type": "string", "pattern": "^[A-Z]{3}$"};
    Day: {"type": "string", "format": "date"};
    Moment: {"type": "string", "format": "date-time"};
    LineNo: {"type": "integer", "minimum": 1, "maximum": 1_000_000};
    Pieces: {"type": "integer", "minimum": 1, "maximum": 1_000_000};
}

impl<T: JsonSchema> JsonSchema for Lines<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Lines_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let items = generator.subschema_for::<T>();
        json_schema!({"type": "array", "minItems": 1, "maxItems": Self::MOST, "items": items})
    }
}
