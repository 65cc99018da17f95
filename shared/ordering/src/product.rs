//! One product at one site, on its way through the days.

use domain::{Date, Decimal};
use supply::{Lot, Method, Origin, Policy, Product, Stock};

use crate::aim::{Costs, Outlook};
use crate::late::Lateness;
use crate::needs::ProductNeeds;
use crate::proposal::{Milli, Source, Use};
use crate::rounding::rounded;
use crate::shelf::{Arrival, Shelf, Taken};
use crate::sourcing::Sourcing;

/// A shortage costs so many times the product where the data set states no `shortage_cost`.
const SHORTAGE_TO_COST: i64 = 3;
/// The service quantile where no policy holds.
const DEFAULT_TARGET: Decimal = Decimal::from_millionths(950_000);

/// A product on its way through the days.
#[derive(Debug)]
pub(crate) struct Planned<'a> {
    pub(crate) facts: &'a Product,
    pub(crate) needs: &'a ProductNeeds,
    pub(crate) sourcing: Sourcing<'a>,
    pub(crate) method: Method,
    pub(crate) target: Decimal,
    pub(crate) policy: Option<&'a Origin>,
    pub(crate) costs: Costs,
    /// The packing days of the site.
    days: &'a [Date],
    width: usize,
    shelf: Shelf,
    /// What stands on the shelf, by the shelf's number.
    held: Vec<Source>,
    /// Days served.
    served: usize,
}

/// What a delivery looks out on, were it not to come.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) outlook: Outlook,
    /// Places of the days it is for on the mean path.
    pub(crate) days: std::ops::Range<usize>,
    pub(crate) mean_short: Milli,
    /// Mean need of the days that a policy of days of cover asks for.
    pub(crate) cover: Milli,
    pub(crate) unreachable: Milli,
    pub(crate) used: Vec<Use>,
    pub(crate) expired: Vec<Use>,
    /// When it can be used from and until.
    pub(crate) arrival: Arrival,
    pub(crate) until: Option<u16>,
}

impl<'a> Planned<'a> {
    pub(crate) fn new(
        facts: &'a Product,
        needs: &'a ProductNeeds,
        sourcing: Sourcing<'a>,
        policy: Option<&'a Policy>,
        days: &'a [Date],
        width: usize,
    ) -> Self {
        let unit_cost = facts.unit_cost.unwrap_or_else(|| {
            let first = sourcing.sources.first();
            first.map_or(Decimal::ZERO, |source| source.packs.unit_price())
        });
        let costs = Costs {
            short: facts.shortage_cost.unwrap_or_else(|| {
                Decimal::from_millionths(unit_cost.millionths().saturating_mul(SHORTAGE_TO_COST))
            }),
            waste: facts.waste_cost.unwrap_or(unit_cost),
        };
        // The critical quantile needs costs; without any, the target is what is aimed at.
        let priced = costs.short > Decimal::ZERO || costs.waste > Decimal::ZERO;
        let method = match policy.map_or(Method::Quantile, |policy| policy.method) {
            Method::Newsvendor if !priced => Method::Quantile,
            method => method,
        };
        Self {
            facts,
            needs,
            sourcing,
            method,
            target: policy.map_or(DEFAULT_TARGET, |policy| policy.target),
            policy: policy.map(|policy| &policy.origin),
            costs,
            days,
            width,
            shelf: Shelf::default(),
            held: Vec::new(),
            served: 0,
        }
    }

    /// Puts on the shelf what is in stock and under way.
    pub(crate) fn stock(
        &mut self,
        stock: &Stock,
        clock: &supply::SiteClock,
        late: &mut Lateness,
        std: impl Fn(&domain::VendorId) -> Decimal,
    ) {
        for lot in stock.lots_of(&clock.site, &self.facts.id) {
            self.put_lot(lot);
        }
        for line in stock.inbound_of(&clock.site, &self.facts.id) {
            // What is overdue is taken to come tomorrow.
            let tomorrow = clock.today.tomorrow().unwrap_or(clock.today);
            let expected = line.expected_on.max(if line.expected_at < stock.as_of {
                tomorrow
            } else {
                clock.today
            });
            let days_late = late.days(&line.vendor, expected, std(&line.vendor));
            let arrival = self.arrival(expected, days_late.as_deref());
            let until = self
                .facts
                .usable_until(expected)
                .map(|day| self.place_of_last(day));
            let source = Source::Inbound {
                order: line.order.clone(),
                line_no: line.line_no,
                expected,
                origin: line.origin.clone(),
            };
            self.put(source, arrival, until, milli(line.outstanding));
        }
    }

    fn put_lot(&mut self, lot: &Lot) {
        let until = lot.expiry.and_then(|expiry| self.facts.pack_by(expiry));
        let source = Source::Lot {
            lot: lot.lot.clone(),
            expiry: lot.expiry,
            origin: lot.origin.clone(),
        };
        let free = milli(lot.on_hand) - milli(lot.allocated);
        // A lot that has expired by the first packing day serves nothing.
        if until.is_none_or(|until| self.days.first().is_some_and(|first| until >= *first)) {
            let until = until.map(|until| self.place_of_last(until));
            self.put(source, Arrival::At(0), until, free);
        }
    }

    pub(crate) fn put(
        &mut self,
        source: Source,
        arrival: Arrival,
        until: Option<u16>,
        quantity: Milli,
    ) {
        if quantity > 0 {
            let number = self.held.len();
            self.held.push(source);
            self.shelf.put(number, arrival, until, quantity, self.width);
        }
    }

    /// Place of the first packing day from a date on.
    fn place(&self, date: Date) -> usize {
        self.days.partition_point(|day| *day < date)
    }

    /// Place of the last packing day up to a date; a date past the plan keeps its distance from it. A date before
    /// the plan gives place 0, which [`put_lot`](Self::put_lot) keeps out.
    fn place_of_last(&self, date: Date) -> u16 {
        match self.days.last() {
            Some(last) if date > *last => {
                let past = last.until(date).map_or(0, |span| span.get_days());
                (self.days.len() + past.unsigned_abs() as usize - 1).min(usize::from(u16::MAX))
                    as u16
            }
            _ => self
                .days
                .partition_point(|day| *day <= date)
                .saturating_sub(1) as u16,
        }
    }

    fn arrival(&self, day: Date, late: Option<&[u16]>) -> Arrival {
        match late {
            None => Arrival::At(self.place(day) as u16),
            Some(late) => {
                // Few days late at most: dates are computed once each.
                let most = late.iter().copied().max().unwrap_or(0);
                let places: Vec<u16> = (0..=most)
                    .map(|late| self.place(plus(day, late)) as u16)
                    .collect();
                let place = |late: &u16| places.get(usize::from(*late)).copied().unwrap_or(0);
                Arrival::ByDraw(late.iter().map(place).collect())
            }
        }
    }

    /// Place from which on an event's delivery can be used, by draw; past the last event, the end of the plan.
    fn first_day(&self, event: usize, late: &mut Lateness) -> Arrival {
        let Some(event) = self.sourcing.events.get(event) else {
            return Arrival::At(self.days.len() as u16);
        };
        let source = &self.sourcing.sources[event.source];
        let day = event.slot.delivery;
        let days_late = late.days(&source.offer.vendor, day, source.std_days);
        self.arrival(day, days_late.as_deref())
    }

    fn gross(&self, day: usize) -> Vec<Milli> {
        let row = self
            .needs
            .gross
            .get(day * self.width..(day + 1) * self.width);
        row.unwrap_or_default().to_vec()
    }

    /// Whether anything is needed at all.
    pub(crate) fn is_needed(&self) -> bool {
        self.needs.gross.iter().any(|need| *need > 0)
    }

    /// Mean need from a day on that what is on the shelf does not cover.
    pub(crate) fn mean_need_from(&self, day: usize) -> Milli {
        let mean = |day: usize| self.needs.gross.get((day + 1) * self.width - 1);
        let need: Milli = (day..self.days.len()).filter_map(mean).sum();
        (need - self.shelf.mean_left()).max(0)
    }

    /// What is short before anything that can still be ordered arrives: by draw, and the mean last; and the first
    /// day that is short in the mean or in more than one draw in ten.
    pub(crate) fn short_before(&self, late: &mut Lateness) -> (Vec<Milli>, Option<Date>, usize) {
        let end = self.first_day(0, late);
        let mean_end = usize::from(end.of(self.width - 1));
        let last = (0..self.width).map(|draw| end.of(draw)).max().unwrap_or(0);
        let mut shelf = self.shelf.clone();
        let mut short = vec![0; self.width];
        let mut first = None;
        for day in 0..usize::from(last).min(self.days.len()) {
            let mut need = self.gross(day);
            shelf.serve(day, &mut need, None);
            let mut draws = 0;
            for (draw, (short, need)) in short.iter_mut().zip(&need).enumerate() {
                if day < usize::from(end.of(draw)) {
                    *short += need;
                    draws += usize::from(*need > 0);
                }
            }
            if first.is_none() && draws * 10 > self.width {
                first = self.days.get(day).copied();
            }
        }
        (short, first, mean_end)
    }

    /// What an event's delivery looks out on; `None` when it is for no packing day, or could not be used on the first.
    /// Serves the days before it for good.
    pub(crate) fn look(&mut self, event: usize, late: &mut Lateness) -> Option<Look> {
        let slot = self.sourcing.events[event].slot;
        let arrival = self.first_day(event, late);
        let next = self.first_day(event + 1, late);
        let mean = self.width - 1;
        let start = usize::from(arrival.of(mean));
        let end = usize::from(next.of(mean)).max(start);
        while self.served < start.min(self.days.len()) {
            let mut need = self.gross(self.served);
            self.shelf.serve(self.served, &mut need, None);
            self.served += 1;
        }
        self.shelf.tidy(start);

        let until = self.facts.usable_until(slot.delivery);
        let too_old = |day: &Date| until.is_some_and(|until| until < *day);
        if start == end || self.days.get(start).is_none_or(too_old) {
            return None;
        }
        let until = until.map(|until| self.place_of_last(until));
        let reaches = |day: usize| until.is_none_or(|until| day <= usize::from(until));
        let last_next = (0..self.width).map(|draw| next.of(draw)).max().unwrap_or(0);
        let cover_end = match self.method {
            Method::Days => {
                let days =
                    (self.target.millionths().saturating_add(999_999) / 1_000_000).clamp(0, 3_660);
                self.place(plus(slot.delivery, days as u16)).max(end)
            }
            _ => end,
        };
        let expires = until.filter(|until| usize::from(*until) < self.days.len());
        let expiry_end = expires.map_or(0, |until| usize::from(until) + 1);
        let horizon = usize::from(last_next).max(cover_end).max(expiry_end);

        let mut shelf = self.shelf.clone();
        let mut short = vec![0; self.width];
        let mut usable = vec![0; self.width];
        let (mut cover, mut unreachable) = (0, 0);
        let mut taken = Taken::new();
        let mut expired = Vec::new();
        for day in start..horizon.min(self.days.len()) {
            let mut need = self.gross(day);
            shelf.serve(day, &mut need, (day < end).then_some(&mut taken));
            let in_reach = reaches(day);
            if day < cover_end && in_reach {
                cover += need[mean];
            }
            if day < end && !in_reach {
                unreachable += need[mean];
            }
            if in_reach {
                for (draw, need) in need.iter().enumerate() {
                    if day >= usize::from(arrival.of(draw)) {
                        usable[draw] += need;
                        if day < usize::from(next.of(draw)) {
                            short[draw] += need;
                        }
                    }
                }
            }
            if day + 1 == end {
                expired = shelf.expired(start, end);
            }
        }
        let mean_short = short.pop().unwrap_or(0);
        usable.pop();
        Some(Look {
            outlook: Outlook::new(short, expires.map(|_| usable)),
            days: start..end,
            mean_short,
            cover,
            unreachable,
            used: self.uses(&taken),
            expired: expired
                .into_iter()
                .map(|(held, left)| self.use_of(held, left))
                .collect(),
            arrival,
            until,
        })
    }

    /// What the mean path took, source by source.
    fn uses(&self, taken: &Taken) -> Vec<Use> {
        let mut sums: Vec<(usize, Milli)> = Vec::new();
        for (_, held, quantity) in taken {
            match sums.iter_mut().find(|(other, _)| other == held) {
                Some((_, sum)) => *sum += quantity,
                None => sums.push((*held, *quantity)),
            }
        }
        let uses = sums.into_iter().map(|(held, sum)| self.use_of(held, sum));
        uses.collect()
    }

    fn use_of(&self, held: usize, quantity: Milli) -> Use {
        Use {
            source: self.held[held].clone(),
            quantity,
        }
    }

    /// A packing day by its place.
    pub(crate) fn day(&self, place: usize) -> Option<Date> {
        self.days.get(place).copied()
    }
}

/// A decimal quantity in thousandths, rounded half up.
pub(crate) fn milli(quantity: Decimal) -> Milli {
    rounded(i128::from(quantity.millionths()), 1_000)
}

fn plus(day: Date, days: u16) -> Date {
    day.saturating_add(jiff::Span::new().days(i64::from(days)))
}
