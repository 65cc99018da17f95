//! JSON Schemas (2020-12) of the types that are written as text or a number.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{
    AreaId, Decimal, LotId, MenuWeek, OrderId, OverrideId, OverrideKeys, Portions, ProductId,
    RecipeId, RuleId, Sha256, SiteId, VendorId,
};

macro_rules! plain {
    ($($type:ident: $schema:tt,)*) => {$(
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

macro_rules! ids {
    ($($type:ident,)*) => {
        plain! {$($type: {"type": "string", "minLength": 1, "maxLength": 64},)*}
    };
}

ids! {
    AreaId,
    LotId,
    OrderId,
    OverrideId,
    ProductId,
    RecipeId,
    RuleId,
    SiteId,
    VendorId,
}

plain! {
    Decimal: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    MenuWeek: {"type": "string", "pattern": "^[0-9]{4}-W[0-9]{2}$"},
    Portions: {"type": "integer", "minimum": 1, "maximum": 12},
    OverrideKeys: {"type": "string"},
    Sha256: {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}
