use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use artifacts::{Store, StoreError};

/// So many small objects are asked for at once: a change log may hold thousands, and each answer takes its time.
const AT_ONCE: usize = 32;

/// What reading an object gave.
pub(crate) type Read = Result<Vec<u8>, StoreError>;

/// Reads objects into memory, some at a time; gives them in the order of their names.
pub(crate) async fn read_all<'n>(store: &impl Store, names: &[&'n str]) -> Vec<(&'n str, Read)> {
    let mut all = Vec::with_capacity(names.len());
    for group in names.chunks(AT_ONCE) {
        let read = group
            .iter()
            .map(|name| Box::pin(store.get(name)) as Pin<Box<_>>);
        let answers = together(read.collect()).await;
        all.extend(group.iter().copied().zip(answers));
    }
    all
}

/// Waits for all of them at the same time.
async fn together<F: Future<Output = Read>>(mut waiting: Vec<Pin<Box<F>>>) -> Vec<Read> {
    let mut answers: Vec<Option<Read>> = waiting.iter().map(|_| None).collect();
    poll_fn(|context| {
        let open = answers.iter_mut().zip(&mut waiting);
        for (answer, future) in open.filter(|(answer, _)| answer.is_none()) {
            if let Poll::Ready(read) = future.as_mut().poll(context) {
                *answer = Some(read);
            }
        }
        if answers.iter().all(Option::is_some) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    answers.into_iter().flatten().collect()
}
