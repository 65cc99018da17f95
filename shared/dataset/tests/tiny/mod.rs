//! A valid data set of two sites, two areas, four recipes and two weeks to plan, with every file there is.

use std::collections::BTreeMap;

use dataset::Files;
use dataset::validate::Context;

/// The files of a data set as text, to be spoilt by a test.
#[derive(Clone)]
pub(crate) struct Tiny(pub(crate) BTreeMap<String, Vec<u8>>);

/// What the tiny data set is checked for.
pub(crate) fn context() -> Context {
    Context::new(
        "2026-10-18T18:00:00Z".parse().unwrap(),
        ["2026-W43".parse().unwrap(), "2026-W44".parse().unwrap()],
    )
}

/// The tiny data set as it should be.
pub(crate) fn tiny() -> Tiny {
    let files = FILES.iter().map(|(name, rows)| {
        let mut text = rows.join("\n");
        text.push('\n');
        (format!("{name}.csv"), text.into_bytes())
    });
    Tiny(files.collect())
}

impl Tiny {
    /// The files as the library takes them.
    pub(crate) fn files(&self) -> Files {
        let mut files = Files::default();
        for (name, bytes) in &self.0 {
            files.insert(name, dataset::Body::Bytes(bytes.clone().into()));
        }
        files
    }
}

const FILES: &[(&str, &[&str])] = &[
    (
        "data_set",
        &[
            "as_of,time_zone,currency,recipes_per_box",
            "2026-10-18T18:00:00Z,Europe/Berlin,EUR,2",
        ],
    ),
    (
        "menu_week",
        &[
            "week_id,start_date,end_date,cutoff_hours",
            "2026-W40,2026-09-28,2026-10-04,72",
            "2026-W41,2026-10-05,2026-10-11,72",
            "2026-W42,2026-10-12,2026-10-18,72",
            "2026-W43,2026-10-19,2026-10-25,72",
            "2026-W44,2026-10-26,2026-11-01,72",
        ],
    ),
    (
        "menu_recipe",
        &[
            "week_id,recipe_id,price,promo_share,homepage_share,menu_position,max_boxes",
            "2026-W42,R1,9.99,0,0,1,",
            "2026-W42,R2,9.99,0,0,2,",
            "2026-W43,R1,9.99,0.5,0,1,",
            "2026-W43,R2,9.99,0,0,2,900",
            "2026-W43,R3,8.49,0,1,3,",
            "2026-W44,R2,9.99,0,0,1,",
            "2026-W44,R3,8.49,0,0,2,",
            "2026-W44,R4,3.50,0,0,3,",
        ],
    ),
    (
        "menu_area_recipe",
        &[
            "week_id,area_id,recipe_id,price,promo,homepage",
            "2026-W43,A1,R1,9.99,1,0",
            "2026-W43,A1,R2,9.99,0,0",
            "2026-W43,A1,R3,8.49,0,1",
            "2026-W43,A2,R1,9.99,0,0",
            "2026-W43,A2,R3,8.49,0,1",
        ],
    ),
    (
        "recipe",
        &[
            "recipe_id,name,kind,category,cuisine,protein,cook_minutes,dietary_flags",
            "R1,Lentil curry,meal,Curry,Indian,Lentils,30,vegan;gluten_free",
            "R2,Chicken rice,meal,Rice Bowl,Thai,Chicken,25,",
            "R3,\"Pasta, baked\",meal,Pasta,Italian,,40,vegetarian",
            "R4,Tiramisu,add_on,Dessert,Italian,,,",
        ],
    ),
    (
        "recipe_bom",
        &[
            "recipe_id,portion_size,product_id,qty_per_kit,uom,yield_factor,valid_from,valid_to",
            "R1,2,P1,200,GRM,0.9,,",
            "R1,4,P1,400,GRM,0.9,,",
            "R1,2,P3,1,H87,,,2026-10-24",
            "R1,2,P3,2,H87,,2026-10-25,",
            "R1,4,P3,2,H87,,,",
            "R2,2,P1,250,GRM,0.9,,",
            "R2,2,P2,0.3,KGM,1,,",
            "R3,2,P1,180,GRM,0.9,,",
            "R3,2,P3,1,H87,,,",
            "R4,2,P1,150,GRM,0.9,,",
        ],
    ),
    (
        "box_rule",
        &["rule_id,applies_to,product_id,qty_expr", "BOX,box,P4,1"],
    ),
    (
        "product",
        &[
            "product_id,name,uom,category,temperature_zone,shelf_life_days,min_life_at_pack_days,unit_cost,waste_cost,shortage_cost",
            "P1,Rice,KGM,ambient,ambient,365,30,1.20,0,5",
            "P2,Chicken,KGM,chilled,chilled,7,2,6.80,1,9",
            "P3,Lime,H87,fresh,chilled,10,2,0.25,0,1",
            "P4,Carton,H87,packaging,ambient,,,0.80,,",
        ],
    ),
    (
        "site",
        &[
            "site_id,name,role,time_zone,active_from,active_to",
            "S1,North,kitchen,,2024-01-01,",
            "S2,South,catch_all,Europe/Vienna,,",
        ],
    ),
    (
        "site_cap",
        &[
            "site_id,date,boxes_min,boxes_max",
            "S1,2026-10-19,10,500",
            "S1,2026-10-20,,500",
            "S1,2026-10-26,,0",
            "S2,2026-10-19,,",
        ],
    ),
    (
        "site_recipe",
        &[
            "site_id,week_id,recipe_id",
            "S1,2026-W43,R1",
            "S2,2026-W43,R1",
            "S2,2026-W43,R2",
            "S2,2026-W43,R3",
            "S1,2026-W44,R2",
            "S2,2026-W44,R3",
            "S2,2026-W44,R4",
        ],
    ),
    (
        "delivery_area",
        &[
            "area_id,name,households",
            "A1,Hamburg,1000000",
            "A2,Wien,900000",
        ],
    ),
    (
        "area_site",
        &[
            "area_id,site_id,weekday,preference,transit_days",
            "A1,S1,,1,0",
            "A1,S2,,2,1",
            "A2,S2,,1,0",
        ],
    ),
    (
        "demand_history",
        &[
            "week_id,area_id,recipe_id,portion_size,quantity,price,promo,homepage,sold_out",
            "2026-W40,A1,R1,2,100,9.99,0,0,0",
            "2026-W40,A1,R2,2,80,9.99,0,0,0",
            "2026-W40,A2,R3,2,60,8.49,1,0,0",
            "2026-W41,A1,R3,2,90,8.49,0,1,0",
            "2026-W41,A2,R4,2,20,3.50,0,0,0",
            "2026-W42,A1,R1,2,110,9.99,0,0,0",
            "2026-W42,A1,R1,4,30,9.99,0,0,0",
            "2026-W42,A2,R2,2,70,9.99,0,0,1",
        ],
    ),
    (
        "box_history",
        &[
            "delivery_date,area_id,portion_size,recipes_per_box,boxes",
            "2026-10-12,A1,2,2,55",
            "2026-10-13,A1,4,2,15",
            "2026-10-13,A2,,2,35",
        ],
    ),
    (
        "volume_forecast",
        &[
            "week_id,issued_at,area_id,p50,p10,p90",
            "2026-W42,2026-10-01T06:00:00Z,,200,180,220",
            "2026-W42,2026-10-02T06:00:00Z,,202,180,220",
            "2026-W42,2026-10-03T06:00:00Z,,200,180,220",
            "2026-W42,2026-10-04T06:00:00Z,,202,180,220",
            "2026-W42,2026-10-05T06:00:00Z,,200,180,220",
            "2026-W42,2026-10-06T06:00:00Z,,202,180,220",
            "2026-W42,2026-10-07T06:00:00Z,,200,180,220",
            "2026-W42,2026-10-08T06:00:00Z,,202,180,220",
            "2026-W42,2026-10-09T06:00:00Z,,200,180,220",
            "2026-W43,2026-10-09T06:00:00Z,,210,190,240",
            "2026-W43,2026-10-16T06:00:00Z,,212,190,240",
            "2026-W44,2026-10-16T06:00:00Z,A1,120,,",
        ],
    ),
    (
        "share_forecast",
        &[
            "week_id,issued_at,recipe_id,area_id,share",
            "2026-W43,2026-10-16T06:00:00Z,R1,,0.4",
            "2026-W43,2026-10-16T06:00:00Z,R2,A1,0.35",
        ],
    ),
    (
        "order_line",
        &[
            "order_id,line_no,placed_at,delivery_date,area_id,recipe_id,portion_size,quantity,status,site_id",
            "O1,1,2026-10-15T09:30:00Z,2026-10-20,A1,R1,2,1,confirmed,S1",
            "O1,2,2026-10-15T09:30:00Z,2026-10-20,A1,R2,2,1,confirmed,S1",
            "O2,1,2026-10-16T11:00:00Z,2026-10-21,A2,R3,2,2,placed,",
            "O3,1,2026-10-16T12:00:00Z,2026-10-21,A2,R9,2,1,cancelled,",
        ],
    ),
    (
        "inv_level",
        &[
            "snapshot_at,site_id,product_id,lot,on_hand,allocated,expiry_date",
            "2026-10-18T06:00:00Z,S1,P1,L1,120,20,2027-05-01",
            "2026-10-18T06:00:00Z,S1,P3,L2,300,0,2026-10-28",
            "2026-10-18T06:00:00Z,S2,P2,L3,40.5,,2026-10-23",
        ],
    ),
    (
        "inbound_order_line",
        &[
            "order_id,line_no,product_id,site_id,vendor_id,qty_ordered,qty_received,expected_at,status",
            "PO1,1,P2,S2,V1,60,0,2026-10-19T06:00:00Z,open",
            "PO1,2,P4,S1,V2,500,500,2026-10-12T06:00:00Z,closed",
            "PO2,1,P4,S1,V2,500,0,2026-10-20T06:00:00Z,open",
        ],
    ),
    (
        "vendor",
        &[
            "vendor_id,name,min_order_value,currency",
            "V1,Farm,50,EUR",
            "V2,Mill,100,EUR",
        ],
    ),
    (
        "vendor_product",
        &[
            "vendor_id,product_id,site_id,price,order_uom,base_per_order_uom,order_min,order_multiple,order_max,cases_per_pallet,priority",
            "V1,P2,,6.50,KGM,,10,5,,,1",
            "V1,P3,S1,2.10,H87,12,12,12,1200,40,1",
            "V2,P1,,1.10,GRM,,,,,,1",
            "V2,P4,,0.75,,,100,50,,,1",
        ],
    ),
    (
        "vendor_lead_time",
        &[
            "vendor_id,product_id,site_id,days,std_days",
            "V1,,,1,0.5",
            "V2,,,2,",
            "V2,P1,S1,3,",
        ],
    ),
    (
        "vendor_calendar",
        &[
            "vendor_id,site_id,weekday,order_cutoff_time,delivers",
            "V1,S1,1,14:00,1",
            "V1,S1,3,14:00,1",
            "V1,S1,7,10:00,0",
            "V2,S1,2,14:00,1",
        ],
    ),
    (
        "inv_policy",
        &[
            "site_id,product_id,method,target",
            ",,quantile,0.95",
            "S1,P3,days,2",
        ],
    ),
    (
        "override",
        &[
            "override_id,measure,keys,op,value,reason,author,created_at,expires_at",
            "OV1,volume,week=2026-W43;area=A1,multiply,1.1,local fair,planner,2026-10-17T10:00:00Z,",
        ],
    ),
];
