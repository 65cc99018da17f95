//! How many events go over at once.

use crate::Notice;

/// The most events that Amazon SNS takes in one request.
const MOST: usize = 10;

/// The most bytes that it takes in one request.
const LARGEST: usize = 256 * 1024;

/// Events in requests of their own, in order. One that is too large by itself goes alone, and SNS says what it thinks.
pub(crate) fn batches(notices: &[Notice]) -> Vec<&[Notice]> {
    let mut batches = Vec::new();
    let mut rest = notices;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = rest.iter().take(MOST).take_while(|notice| {
            bytes += notice.json.len() + notice.kind.len() + "typeString".len();
            bytes <= LARGEST
        });
        let (batch, others) = rest.split_at(fits.count().max(1));
        batches.push(batch);
        rest = others;
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(lengths: &[usize]) -> Vec<usize> {
        let notice = |bytes: &usize| Notice {
            id: "1".to_owned(),
            kind: "t".to_owned(),
            json: "x".repeat(*bytes),
        };
        let notices: Vec<_> = lengths.iter().map(notice).collect();
        batches(&notices).iter().map(|batch| batch.len()).collect()
    }

    #[test]
    fn a_request_takes_ten_events_and_so_many_bytes() {
        assert_eq!(sizes(&[]), Vec::<usize>::new());
        assert_eq!(sizes(&[1; 23]), [10, 10, 3]);
        assert_eq!(sizes(&[100_000; 5]), [2, 2, 1]);
        assert_eq!(sizes(&[1, LARGEST, 1]), [1, 1, 1]);
    }
}
