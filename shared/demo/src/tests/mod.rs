mod demand;
mod planted;
mod supply;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use dataset::tables::DataSet;
use dataset::validate::{Context, check};
use dataset::{Body, Files, Presence, Table, each_table};
use domain::{Finding, MenuWeek, Scope, Severity};

use super::*;

fn options(scale: Scale, tight: bool) -> Options {
    Options {
        scale,
        tight,
        ..Options::default()
    }
}

fn bytes(options: &Options) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    write(options, &mut |name, content| {
        files.insert(name.to_owned(), content);
    })
    .unwrap();
    files
}

fn files(options: &Options) -> Files {
    let mut files = Files::default();
    write(options, &mut |name, content| {
        files.insert(name, Body::Bytes(content.into()));
    })
    .unwrap();
    files
}

/// A table's rows, read without a look for double keys, which one test does for all.
fn rows<T: Table>(files: &Files) -> Vec<T> {
    let mut rows = Vec::new();
    files.each(&|_| Scope::DataSet, |_, _, _, row| rows.push(row));
    rows
}

/// Small and large, ample and tight.
fn all() -> &'static [(Options, Files)] {
    static ALL: OnceLock<Vec<(Options, Files)>> = OnceLock::new();
    ALL.get_or_init(|| {
        [
            (Scale::Small, false),
            (Scale::Small, true),
            (Scale::Large, false),
            (Scale::Large, true),
        ]
        .into_iter()
        .map(|(scale, tight)| options(scale, tight))
        .map(|options| (options, files(&options)))
        .collect()
    })
}

/// The same without the large tight one, whose history is that of the large ample one.
fn distinct<'a>() -> impl Iterator<Item = (Options, &'a Files)> {
    all()
        .iter()
        .map(|(options, files)| (*options, files))
        .filter(|(options, _)| options.scale == Scale::Small || !options.tight)
}

fn history_ends() -> MenuWeek {
    "2026-W46".parse().unwrap()
}

#[test]
fn the_same_options_give_the_same_bytes_and_another_seed_gives_others() {
    let usual = bytes(&Options::default());
    assert_eq!(usual, bytes(&Options::default()));
    let other = bytes(&Options {
        seed: 2,
        ..Options::default()
    });
    assert_ne!(usual["demand_history.csv"], other["demand_history.csv"]);
}

#[test]
fn every_platform_makes_the_same_company() {
    let all = bytes(&Options::default()).into_iter();
    let (truth, tables): (Vec<_>, Vec<_>) = all.partition(|(name, _)| name.starts_with(TRUTH));
    let digest = |files: Vec<(String, Vec<u8>)>| {
        let bytes = files.into_iter().flat_map(|(_, bytes)| bytes).collect();
        random::word(&String::from_utf8(bytes).unwrap())
    };
    // They change with every change of the company; they must not differ between machines.
    assert_eq!(digest(tables), 0x494f_c01d_3bea_dce3);
    assert_eq!(digest(truth), 0xb50c_6184_31ec_37fe);
}

#[test]
fn every_required_file_is_there_and_every_file_loads_without_a_finding() {
    for (options, files) in distinct() {
        let mut loaded = 0;
        macro_rules! load {
            ($row:ident) => {
                let table = files.load::<dataset::tables::$row>();
                assert_eq!(table.findings, [], "{options:?}");
                let required = dataset::tables::$row::SCHEMA.presence == Presence::Required;
                assert!(
                    table.present || !required,
                    "{}",
                    dataset::tables::$row::SCHEMA.name
                );
                loaded += usize::from(!table.rows.is_empty());
            };
        }
        each_table!(load);
        assert_eq!(
            loaded,
            files
                .names()
                .filter(|name| !name.starts_with(TRUTH))
                .count(),
            "a file is empty or of no table"
        );
    }
}

#[test]
fn the_catalogue_of_faults_finds_no_error_and_hardly_a_warning() {
    let others = [2, 3].map(|seed| Options {
        seed,
        ..Options::default()
    });
    let others = others.map(|options| (options, files(&options)));
    let others = others.iter().map(|(options, files)| (*options, files));
    for (options, files) in others.chain(distinct()) {
        let weeks = (1..=6).map(|ahead| history_ends().plus(ahead).unwrap());
        let as_of = rows::<DataSet>(files)[0].as_of.unwrap();
        let (_, _, findings) = check(files, &Context::new(as_of, weeks));
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        assert_eq!(findings.iter().find(is_error), None, "{options:?}");
        assert!(findings.len() <= 5, "{options:?}: {findings:#?}");
    }
}
