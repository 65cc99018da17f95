//! JSON Schemas (2020-12) of the types that are written as text or a number.

use crate::{Decimal, MenuWeek, OverrideKeys, Portions, Sha256};

/// Gives types a schema that stands wherever they do; whoever calls it depends on `schemars`.
#[macro_export]
macro_rules! json_schemas {
    ($($type:ty: $schema:tt;)*) => {$(
        impl schemars::JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    )*};
}

json_schemas! {
    Decimal: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"};
    MenuWeek: {"type": "string", "pattern": "^[0-9]{4}-W[0-9]{2}$"};
    Portions: {"type": "integer", "minimum": 1, "maximum": 12};
    OverrideKeys: {"type": "string"};
    Sha256: {"type": "string", "pattern": "^[0-9a-f]{64}$"};
}
