//! How long answers took, counted in a fixed room.

use std::time::Duration;

/// Counts of times, in classes that are 1/64 of their power of two wide.
#[derive(Debug)]
pub(super) struct Latencies {
    classes: Vec<u64>,
    count: u64,
    longest: Duration,
}

impl Default for Latencies {
    fn default() -> Self {
        Self {
            classes: vec![0; CLASSES],
            count: 0,
            longest: Duration::ZERO,
        }
    }
}

impl Latencies {
    pub(super) fn add(&mut self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(class) = self.classes.get_mut(class_of(micros)) {
            *class += 1;
        }
        self.count += 1;
        self.longest = self.longest.max(took);
    }

    /// The time within which `percent` of them were; zero when there were none.
    pub(super) fn within(&self, percent: u64) -> Duration {
        let wanted = (self.count * percent).div_ceil(100);
        let mut seen = 0;
        let class = self.classes.iter().position(|count| {
            seen += count;
            seen >= wanted
        });
        let end = class.map_or(Duration::ZERO, |class| Duration::from_micros(end_of(class)));
        end.min(self.longest)
    }

    pub(super) fn longest(&self) -> Duration {
        self.longest
    }
}

/// The class of a time: the first 128 are one microsecond wide.
fn class_of(micros: u64) -> usize {
    let shift = (64 - micros.leading_zeros()).saturating_sub(BITS);
    let class = u64::from(shift) * WIDTH + (micros >> shift);
    usize::try_from(class)
        .unwrap_or(usize::MAX)
        .min(CLASSES - 1)
}

/// The longest time of a class, in microseconds.
fn end_of(class: usize) -> u64 {
    let class = class as u64;
    let shift = (class / WIDTH).saturating_sub(1);
    ((class - shift * WIDTH + 1) << shift) - 1
}

/// Classes of one power of two.
const WIDTH: u64 = 64;
const BITS: u32 = 7;

/// Up to 2^40 microseconds.
const CLASSES: usize = 64 * 36;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_as_wide_as_it_says() {
        for micros in (0..100_000).chain([1 << 30, (1 << 39) + 12345]) {
            let end = end_of(class_of(micros));
            assert!(
                end >= micros && end - micros <= micros / 64,
                "{micros} is in a class to {end}"
            );
        }
    }

    #[test]
    fn shares_of_a_thousand_times() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.within(50), Duration::ZERO);
        for millis in 1..=1000 {
            latencies.add(Duration::from_millis(millis));
        }
        for (percent, millis) in [(50, 500), (95, 950), (99, 990), (100, 1000)] {
            let found = latencies.within(percent).as_micros() / 1000;
            assert!(
                (millis..=millis + millis / 50).contains(&found),
                "{percent}: {found}"
            );
        }
        assert_eq!(latencies.longest(), Duration::from_secs(1));
    }
}
