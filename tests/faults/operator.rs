//! Whoever continues a run: does what faults say in words, and knows nothing else of what happened.

use artifacts::Memory;

use crate::machine::Failed;
use crate::world::{Place, World};

/// Obeys what failed; gives what cannot be obeyed.
pub(crate) fn obey(
    failed: &[Failed],
    world: &World,
    [data, runs, output]: [&Memory; 3],
) -> Result<(), String> {
    let curable = ["Data.Rejected", "Contract.Violation"];
    for Failed { error, cause, .. } in failed {
        if !curable.contains(&error.as_str()) {
            continue;
        }
        let nothing = || format!("{error} says nothing that could be done: {cause}");
        let key = named(cause).ok_or_else(nothing)?;
        let (place, store) = match key.split('/').next() {
            Some("runs" | "latest.json") => (Place::Runs, runs),
            Some("test") => (Place::Output, output),
            _ => (Place::Data, data),
        };
        world.tell(|| format!("the operator reads: {cause}"));
        if let Some(folder) = between(cause, "; delete ", "/ and continue the run") {
            let folder = format!("runs/test/{folder}/");
            runs.remove(&folder);
            world.mended(Place::Runs, &folder);
        } else if cause.contains("put it back") || cause.contains("start a new run") {
            // Where it was not damaged but only read badly, it stands there as it was.
            match world.damaged().remove(&(place, key.to_owned())) {
                Some(Some(was)) => store.damage(key, &was),
                Some(None) => store.remove(key),
                None => {}
            }
            world.mended(place, key);
        } else if cause.contains("delete it, and the next publication makes it again")
            || cause.contains("exists already with other content")
        {
            store.remove(key);
            world.mended(place, key);
        } else {
            return Err(nothing());
        }
    }
    Ok(())
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?
        .1
        .split_once(after)
        .map(|(between, _)| between)
}

/// The key of the object that is named.
fn named(cause: &str) -> Option<&str> {
    let rest = cause.split("memory:").nth(1)?;
    rest.split([' ', ':', ';', ',']).next()
}
