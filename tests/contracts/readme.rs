//! The README's table of faults names every fault, and nothing that is none.

use contracts::FaultName;

use crate::text;

#[test]
fn the_readme_explains_every_fault() {
    let readme = text("README.md");
    let rows = readme.lines().filter_map(|line| {
        let name = line.strip_prefix("| `")?.split_once('`')?.0;
        name.contains('.').then_some(name)
    });
    let mut explained: Vec<_> = rows
        .filter(|name| name.starts_with(char::is_uppercase))
        .collect();
    explained.sort_unstable();
    let mut faults: Vec<_> = FaultName::ALL.iter().map(|name| name.as_str()).collect();
    faults.sort_unstable();
    assert_eq!(
        explained, faults,
        "rows of README.md that begin with | `Name.OfAFault` |"
    );
}
