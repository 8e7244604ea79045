//! Samples, and what is told of them.

use std::collections::BTreeMap;

use crate::metric::Metric;

/// Every sample taken of one provider.
#[derive(Default)]
pub(crate) struct Figures(BTreeMap<Metric, Vec<f64>>);

impl Figures {
    pub(crate) fn add(&mut self, metric: Metric, sample: f64) {
        self.0.entry(metric).or_default().push(sample);
    }

    pub(crate) fn of(&self, metric: Metric) -> Option<Spread> {
        Spread::of(self.0.get(&metric)?)
    }
}

/// Where samples lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) min: f64,
    pub(crate) median: f64,
    pub(crate) max: f64,
}

impl Spread {
    pub(crate) fn of(samples: &[f64]) -> Option<Self> {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let median = match sorted.len() % 2 {
            1 => sorted[middle],
            _ => (sorted.get(middle.checked_sub(1)?)? + sorted[middle]) / 2.0,
        };
        Some(Self {
            min: *sorted.first()?,
            median,
            max: *sorted.last()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        let spread = Spread::of(&[4.0, 1.0, 3.0, 2.0]).unwrap();
        assert_eq!((spread.min, spread.median, spread.max), (1.0, 2.5, 4.0));
        assert_eq!(Spread::of(&[7.0]).unwrap().median, 7.0);
        assert_eq!(Spread::of(&[]), None);
    }
}
