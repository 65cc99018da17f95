//! What has changed, page by page.

use erp::{Cursor, Records, Unreadable};
use serde_json::{Value, json};

use crate::Books;
use crate::small::Says;

fn row(id: &str, version: u64, standing: &str, vendor: &str) -> Value {
    let order = json!({
        "reference": format!("PO-{id}"), "vendor": vendor, "site": "S1", "delivery_date": "2026-11-20",
        "lines": [{"line_no": 1, "product": "P1", "quantity": "12", "uom": "KGM"}],
    });
    json!({"id": id, "version": version, "standing": standing, "order": order})
}

/// Everything from a cursor on, as ids, and where to read on.
async fn read(books: &Books, mut cursor: Option<Cursor>) -> (Vec<String>, Cursor) {
    let mut ids = Vec::new();
    loop {
        let page = books.erp.changes_since(cursor.as_ref()).await.unwrap();
        for change in page.changes {
            ids.push(match change {
                Ok(change) => change.document.0,
                Err(unread) => format!("{}: {}", unread.document, unread.rejection.message),
            });
        }
        if !page.more {
            return (ids, page.next);
        }
        cursor = Some(page.next);
    }
}

#[tokio::test]
async fn pages_follow_one_another_and_the_end_of_what_was_read_is_read_again() {
    let books = Books::open().await;
    let minute = 60_000_000;
    let rows = ["1", "2", "3", "4"].map(|id| row(id, 10 * minute, "placed", "V1"));
    books.small.held.lock().unwrap().rows.extend(rows);
    let (ids, next) = read(&books, None).await;
    assert_eq!(ids, ["1", "2", "3", "4"], "all of one moment, two a page");
    let late = row("0", 9 * minute + 1, "placed", "V1");
    books.small.held.lock().unwrap().rows.insert(0, late);
    let (ids, again) = read(&books, Some(next.clone())).await;
    assert_eq!(
        ids,
        ["0", "1", "2", "3", "4"],
        "what was seen later, and what was read"
    );
    assert_eq!(again, next, "nothing is read from further and further back");
    books
        .small
        .held
        .lock()
        .unwrap()
        .rows
        .push(row("5", 20 * minute, "cancelled", "V1"));
    let (_, next) = read(&books, Some(again)).await;
    assert_eq!(read(&books, Some(next)).await.0, ["5"]);
}

#[tokio::test]
async fn an_order_that_makes_no_sense_hides_no_other_and_one_being_written_is_waited_for() {
    let books = Books::open().await;
    let rows = [
        row("1", 1, "placed", "V1"),
        row("2", 2, "placed", ""),
        row("3", 3, "draft", ""),
        row("4", 4, "perhaps", "V1"),
        row("5", 5, "cancelled", "V1"),
    ];
    books.small.held.lock().unwrap().rows.extend(rows);
    let (ids, _) = read(&books, None).await;
    assert_eq!(ids.len(), 4, "{ids:?}");
    assert_eq!((ids[0].as_str(), ids[3].as_str()), ("1", "5"));
    assert!(
        ids[1].starts_with("2: a purchase order of Small cannot be told: vendor:"),
        "{ids:?}"
    );
    assert!(ids[2].contains("`perhaps` is no standing"), "{ids:?}");
}

#[tokio::test]
async fn documents_are_counted_by_reference_over_pages() {
    let books = Books::open().await;
    let orders = ["PO-1", "PO-2", "PO-1", "XX-1", "PO-3"];
    let orders = orders.map(|reference| (reference.to_owned(), true));
    books.small.held.lock().unwrap().orders.extend(orders);
    let counted = books.erp.documents("PO-").await.unwrap();
    let expected = [("PO-1", 2), ("PO-2", 1), ("PO-3", 1)];
    assert_eq!(
        counted,
        expected
            .map(|(name, count)| (name.to_owned(), count))
            .into()
    );
}

#[tokio::test]
async fn what_cannot_be_read_now_is_read_later_and_a_wrong_cursor_is_refused() {
    let books = Books::open().await;
    let later = Says::Not(429, "Retry-After: 7\r\n", "");
    books.small.held.lock().unwrap().reads.push_back(later);
    let error = books.erp.changes_since(None).await.unwrap_err();
    let after = Some(jiff::SignedDuration::from_secs(7));
    assert_eq!(error, Unreadable::NotNow { after });
    let cursor = Cursor("yesterday".to_owned());
    let error = books.erp.changes_since(Some(&cursor)).await.unwrap_err();
    assert!(
        error.to_string().contains("`yesterday` is no cursor"),
        "{error}"
    );
}
