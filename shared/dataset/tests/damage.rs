//! Damaged files end as findings, never as a panic or an abort.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod tiny;

use dataset::validate::check;
use dataset::{Body, Files, Table, each_table, tables, write_parquet};
use tables::{
    AreaSite, BoxHistory, BoxRule, DataSet, DeliveryArea, DemandHistory, InboundOrderLine,
    InvChange, InvLevel, InvPolicy, MenuAreaRecipe, MenuRecipe, MenuWeekRow, OrderLine, Override,
    Product, Recipe, RecipeBom, ShareForecast, Site, SiteCap, SiteRecipe, Vendor, VendorCalendar,
    VendorLeadTime, VendorProduct, VolumeForecast,
};
use tiny::{Tiny, context, tiny};

/// Cases for each file and format.
const CASES: u64 = 30;

/// `SplitMix64`, so that every run damages the same bytes.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }

    /// The bytes with some flipped, some cut off, or a piece doubled.
    fn damage(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        match self.below(4) {
            0 => bytes.truncate(self.below(bytes.len())),
            1 => {
                let from = self.below(bytes.len());
                let to = from + self.below(bytes.len() - from);
                let piece = bytes.get(from..to).unwrap_or_default().to_vec();
                bytes.splice(to..to, piece);
            }
            _ => {
                for _ in 0..=self.below(4) {
                    let at = self.below(bytes.len());
                    let flipped = 1 + self.below(255) as u8;
                    bytes
                        .iter_mut()
                        .skip(at)
                        .take(1)
                        .for_each(|byte| *byte ^= flipped);
                }
            }
        }
        bytes
    }
}

/// Checks the tiny data set with each of `files` damaged in turn and put in its table's place.
fn survives(files: &Tiny) {
    let whole = tiny();
    // What the Parquet decoder panics at is caught; its message would only fill the screen.
    std::panic::set_hook(Box::new(|_| {}));
    let mut found = 0;
    for (at, (name, bytes)) in files.0.iter().enumerate() {
        let mut chance = Chance(at as u64);
        let mut set = whole.clone();
        set.0.remove(&name.replace(".parquet", ".csv"));
        for _ in 0..CASES {
            set.0.insert(name.clone(), chance.damage(bytes));
            let (_, _, findings) = check(&set.files(), &context());
            found += usize::from(!findings.is_empty());
        }
    }
    let _ = std::panic::take_hook();
    // Most damage shows; some makes another valid value.
    assert!(found > files.0.len() * CASES as usize / 2, "{found}");
}

#[test]
fn damaged_csv_is_survived() {
    survives(&tiny());
}

#[test]
fn damaged_parquet_is_survived() {
    survives(&parquet(&tiny()));
}

#[test]
fn the_same_data_as_parquet_is_as_valid() {
    let (_, history, findings) = check(&parquet(&tiny()).files(), &context());
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(history.sales().len(), 8);
}

#[test]
fn a_truncated_file_is_never_taken_for_a_whole_one() {
    let mut files = Files::default();
    files.insert(
        "recipe.csv",
        Body::Bytes("recipe_id,name\nR1,Soup\nR2".into()),
    );
    assert_eq!(files.load::<Recipe>().findings.len(), 1);
}

/// The same tables as Parquet files.
fn parquet(set: &Tiny) -> Tiny {
    let files = set.files();
    let mut parquet = Tiny(std::collections::BTreeMap::new());
    macro_rules! visit {
        ($row:ident) => {
            let mut bytes = Vec::new();
            let rows = files.load::<$row>().rows.into_iter().map(|row| row.value);
            write_parquet(rows, &mut bytes).unwrap();
            parquet
                .0
                .insert(format!("{}.parquet", $row::SCHEMA.name), bytes);
        };
    }
    each_table!(visit);
    parquet
}
