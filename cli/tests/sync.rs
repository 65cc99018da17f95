//! `larder sync` over folders: what is stuck, and what a person decides on it.
#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

mod support;

use std::fs;
use std::path::Path;

use support::{files, larder};

const PLACES: &str = r#"{
  "runs": "store", "ledger": "ledger", "topic": "events",
  "flows": {"planning-sync": {"queue": "queue", "dead_letters": "dead"}, "erp-inject": {}}
}"#;

const BODY: &str = r#"{"specversion":"1.0","id":"e-ID","source":"/warehouse/north","type":"larder.stock.adjusted.v1"}"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("places.json"), PLACES).unwrap();
    folder
}

/// A record as planning sync would have left it.
fn park(folder: &Path, id: &str, body: &str) -> String {
    let parked = folder.join("store/parked/planning-sync");
    fs::create_dir_all(&parked).unwrap();
    let record = serde_json::json!({
        "consumer": "planning-sync", "reason": "unknown-item", "message": "there is no product `P1`",
        "remedy": "add it", "body": body.replace("ID", id),
    });
    let name = format!("warehouse-north-e-{id}-0123456789abcdef");
    fs::write(parked.join(format!("{name}.json")), record.to_string()).unwrap();
    name
}

fn sync(folder: &Path, words: &[&str]) -> (Option<i32>, String, String) {
    larder(
        folder,
        &[&["sync"], words, &["--places", "places.json"]].concat(),
    )
}

#[test]
fn nothing_is_stuck_where_nothing_happened() {
    let folder = folder();
    let (status, told, errors) = sync(folder.path(), &["status"]);
    assert_eq!(status, Some(0), "{told}{errors}");
    assert!(told.starts_with("All flows pass"), "{told}");
    assert!(
        told.contains("planning-sync: flows") && told.contains("erp-inject: flows"),
        "{told}"
    );
}

#[test]
fn what_is_parked_and_dead_is_stuck_with_its_reason_until_somebody_decides() {
    let folder = folder();
    let folder = folder.path();
    let names = ["1", "2"].map(|id| park(folder, id, BODY));
    fs::create_dir(folder.join("dead")).unwrap();
    fs::write(folder.join("dead/m1"), "{}").unwrap();
    let (status, told, _) = sync(folder, &["status"]);
    assert_eq!(status, Some(1), "{told}");
    for words in [
        "Stuck: planning-sync",
        "2 parked events: there is no product `P1`",
        "-> add it",
        "1 dead letter",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }

    let (status, told, errors) = sync(folder, &["redrive", "planning-sync"]);
    assert_eq!(status, Some(0), "{told}{errors}");
    assert!(folder.join("queue/m1").exists());

    let (status, told, errors) = sync(folder, &["parked", "retry", &names[0], "--by", "operator"]);
    assert_eq!(status, Some(0), "{told}{errors}");
    let sent = folder.join("events/larder.stock.adjusted.v1.e-1.json");
    assert_eq!(fs::read_to_string(sent).unwrap(), BODY.replace("ID", "1"));
    let (status, told, errors) = sync(
        folder,
        &[
            "parked",
            "drop",
            "--flow",
            "planning-sync",
            "--by",
            "operator",
            "--reason",
            "a test",
        ],
    );
    assert_eq!(status, Some(0), "{told}{errors}");
    assert!(
        told.contains(&names[1]) && !told.contains(&names[0]),
        "{told}"
    );
    assert_eq!(
        files(&folder.join("store")).len(),
        4,
        "records are kept, decisions stand beside them"
    );

    let (status, told, _) = sync(folder, &["status"]);
    assert_eq!(
        (status, told.starts_with("All flows pass")),
        (Some(0), true),
        "{told}"
    );
    let (_, told, _) = sync(folder, &["parked", "show", &names[1]]);
    assert!(
        told.contains("by operator: a test") && told.contains("\"id\":\"e-2\""),
        "{told}"
    );
    let (_, told, _) = sync(folder, &["parked", "list", "--all"]);
    assert!(
        told.contains("[sent again]") && told.contains("[dropped]"),
        "{told}"
    );
}

#[test]
fn the_page_holds_what_the_text_says_and_no_script() {
    let folder = folder();
    park(folder.path(), "1", BODY);
    let (status, told, errors) = sync(folder.path(), &["status", "--html", "status.html"]);
    assert_eq!(status, Some(1), "{told}{errors}");
    let page = fs::read_to_string(folder.path().join("status.html")).unwrap();
    assert!(page.contains("<h1>Stuck: planning-sync</h1>"));
    assert!(page.contains("there is no product `P1`") && page.contains("larder sync parked list"));
    assert!(page.contains("script-src 'none'") && !page.contains("<script"));
}

#[test]
fn what_is_asked_for_wrongly_is_answered_in_words() {
    let folder = folder();
    let folder = folder.path();
    let bad = park(folder, "1", "{");
    for (words, status, said) in [
        (&["parked", "show", "nobody"][..], 2, "is called `nobody`"),
        (
            &["parked", "retry", "--flow", "nobody"],
            2,
            "only: erp-inject, planning-sync",
        ),
        (
            &["parked", "drop", "warehouse", "--by", "operator"],
            2,
            "--reason",
        ),
        (
            &["parked", "retry", &bad],
            1,
            "no event that could be sent again",
        ),
        (&["redrive", "erp-inject"], 2, "no queue and dead letters"),
    ] {
        let (ended, told, errors) = sync(folder, words);
        assert_eq!(ended, Some(status), "{words:?}: {told}{errors}");
        assert!((told + &errors).contains(said), "{words:?}: {errors}");
    }
    let (status, _, errors) = larder(folder, &["sync", "status", "--places", "{\"runs\": 1}"]);
    assert_eq!(status, Some(2));
    assert!(
        errors.contains("does not say where the flows are"),
        "{errors}"
    );
}
