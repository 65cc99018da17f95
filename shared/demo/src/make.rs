//! Values made from texts and numbers of this crate's own.

use std::fmt::Debug;
use std::str::FromStr;

use domain::{Date, Decimal, Timestamp};
use jiff::Span;
use jiff::civil::date;
use random::{Stream, word};

/// The day the data describes, a Sunday.
pub(crate) const TODAY: Date = date(2026, 11, 15);
/// The first day of the first week to come, a Monday.
pub(crate) const TOMORROW: Date = date(2026, 11, 16);
/// Seconds in an hour.
pub(crate) const HOUR: i64 = 3_600;
/// Seconds in a day.
pub(crate) const DAY: i64 = 24 * HOUR;

/// The value of a result that cannot fail.
#[expect(
    clippy::expect_used,
    reason = "fed with this crate's own texts only, which tests make"
)]
pub(crate) fn made<T, E: Debug>(result: Result<T, E>) -> T {
    result.expect("the demo company's own values are valid")
}

/// An id, a week or a time from its text.
pub(crate) fn parsed<T: FromStr<Err: Debug>>(text: &str) -> T {
    made(text.parse())
}

/// `steps` of a size given in millionths, the nearest to `value`.
pub(crate) fn decimal(value: f64, step: i64) -> Decimal {
    let steps = (value * 1e6 / step as f64).round() as i64;
    Decimal::from_millionths(steps * step)
}

/// A whole number.
pub(crate) fn whole(value: f64) -> Decimal {
    decimal(value, 1_000_000)
}

/// Pounds, to the penny.
pub(crate) fn money(value: f64) -> Decimal {
    decimal(value, 10_000)
}

/// The date so many days after another.
pub(crate) fn after(day: Date, days: usize) -> Date {
    day.saturating_add(Span::new().days(days as u32))
}

/// A count as a signed number, to take others from it.
pub(crate) fn signed(count: usize) -> i64 {
    i64::from(count as u32)
}

/// A time in seconds from the moment the data describes, noon of [`TODAY`].
pub(crate) fn at(seconds: i64) -> Timestamp {
    let noon: Timestamp = parsed("2026-11-15T12:00:00Z");
    made(Timestamp::from_second(noon.as_second() + seconds))
}

/// The stream of random numbers for a purpose.
pub(crate) fn stream(seed: u64, purpose: &str, of: &[usize]) -> Stream {
    let mut words = vec![word(purpose)];
    words.extend(of.iter().map(|index| *index as u64));
    Stream::new(seed, &words)
}

/// A number between two, all equally likely.
pub(crate) fn between(stream: &mut Stream, low: f64, high: f64) -> f64 {
    low + (high - low) * stream.uniform()
}

/// One of the items, all equally likely; `items` is not empty.
pub(crate) fn pick<'a, T>(stream: &mut Stream, items: &'a [T]) -> &'a T {
    &items[stream.below(items.len() as u32) as usize]
}

/// A Poisson number; from a mean of 30 on the normal one nearest to it.
pub(crate) fn poisson(stream: &mut Stream, mean: f64) -> u32 {
    if mean >= 30.0 {
        return (mean + mean.sqrt() * stream.normal()).round().max(0.0) as u32;
    }
    let mut rest = stream.uniform();
    let mut chance = libm::exp(-mean);
    let mut count = 0;
    while rest > chance && count < 200 {
        rest -= chance;
        count += 1;
        chance *= mean / f64::from(count);
    }
    count
}
