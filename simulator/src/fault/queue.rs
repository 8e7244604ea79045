//! Whose turn it is.

use std::collections::{HashMap, VecDeque};

use crate::fault::Fault;
use crate::received::Endpoint;

/// What a fault is limited to; `None` is no limit.
type Limits = (Option<Endpoint>, Option<String>);

/// The faults to come: a line for each pair of limits, so that finding one takes four look-ups however many wait.
#[derive(Default)]
pub(crate) struct Queue {
    lines: HashMap<Limits, VecDeque<Waiting>>,
    added: u64,
}

struct Waiting {
    /// Orders faults across lines.
    serial: u64,
    fault: Fault,
}

impl Queue {
    pub(crate) fn push(&mut self, fault: Fault) {
        if fault.times == Some(0) {
            return;
        }
        self.added += 1;
        let limits = (fault.endpoint, fault.source.clone());
        self.lines.entry(limits).or_default().push_back(Waiting {
            serial: self.added,
            fault,
        });
    }

    /// The fault for this request, one use of it spent.
    pub(crate) fn take(&mut self, endpoint: Endpoint, source: Option<&str>) -> Option<Fault> {
        self.take_if(endpoint, source, |_| true)
    }

    /// As [`take`](Self::take), but only a fault that strikes before the body is read.
    pub(crate) fn take_before_reading(
        &mut self,
        endpoint: Endpoint,
        source: Option<&str>,
    ) -> Option<Fault> {
        self.take_if(endpoint, source, Fault::strikes_before_reading)
    }

    /// How many faults wait; one of several times or forever counts once.
    pub(crate) fn len(&self) -> usize {
        self.lines.values().map(VecDeque::len).sum()
    }

    pub(crate) fn clear(&mut self) {
        self.lines.clear();
    }

    fn take_if(
        &mut self,
        endpoint: Endpoint,
        source: Option<&str>,
        wanted: impl Fn(&Fault) -> bool,
    ) -> Option<Fault> {
        if self.lines.is_empty() {
            return None;
        }
        let limits = self.first_in_line(endpoint, source)?;
        let line = self.lines.get_mut(&limits)?;
        let first = &mut line.front_mut()?.fault;
        if !wanted(first) {
            return None;
        }
        let fault = first.clone();
        first.times = first.times.map(|times| times - 1);
        if first.times == Some(0) {
            line.pop_front();
        }
        if line.is_empty() {
            self.lines.remove(&limits);
        }
        Some(fault)
    }

    fn first_in_line(&self, endpoint: Endpoint, source: Option<&str>) -> Option<Limits> {
        let source = source.map(str::to_owned);
        let mut candidates = vec![(None, None), (Some(endpoint), None)];
        if source.is_some() {
            candidates.push((None, source.clone()));
            candidates.push((Some(endpoint), source));
        }
        candidates
            .into_iter()
            .filter_map(|limits| Some((self.lines.get(&limits)?.front()?.serial, limits)))
            .min_by_key(|(serial, _)| *serial)
            .map(|(_, limits)| limits)
    }
}
