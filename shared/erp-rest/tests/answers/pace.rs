//! However many ask at once, the ERP is asked no more and no faster than its description says.

use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::LocalSet;

use super::*;

/// Has so many events applied at once.
async fn applied(books: Rc<Books>, events: usize) {
    let all = LocalSet::new();
    for number in 0..events {
        let books = Rc::clone(&books);
        all.spawn_local(async move {
            let verdict = books.apply_as(&format!("e-{number}"), "damaged").await;
            assert_eq!(verdict, Verdict::Applied);
        });
    }
    all.await;
    assert_eq!(books.small.orders().len(), events);
}

#[tokio::test]
async fn no_more_requests_are_under_way_at_once_than_the_erp_takes() {
    let books = Rc::new(Books::open().await);
    applied(Rc::clone(&books), 12).await;
    let most = books.small.held.lock().unwrap().most_at_once;
    assert!(most <= 2, "{most}");
}

#[tokio::test]
async fn requests_come_no_faster_than_the_erp_takes_them() {
    let profile = PROFILE.replace("per_second: 1000", "per_second: 20");
    let books = Rc::new(Books::of(&profile).await);
    let begin = Instant::now();
    applied(Rc::clone(&books), 4).await;
    let took = begin.elapsed();
    let asked = books.small.held.lock().unwrap().asked;
    // They stand apart, so that so many cannot be sent in less.
    let least = Duration::from_millis(50) * (asked - 1);
    assert!(took >= least, "{asked} requests in {took:?}");
}
