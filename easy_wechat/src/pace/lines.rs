//! Who waits for which member, in order.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::Notify;

/// A line for each member for whom somebody waits; tickets grow along it.
#[derive(Debug, Default)]
pub(super) struct Lines {
    lines: HashMap<u64, VecDeque<(u64, Arc<Notify>)>>,
    tickets: u64,
}

impl Lines {
    /// How many stand before the holder of `ticket`; without one, how many there are.
    pub(super) fn ahead(&self, id: u64, ticket: Option<u64>) -> usize {
        if self.lines.is_empty() {
            return 0;
        }
        let Some(line) = self.lines.get(&id) else {
            return 0;
        };
        ticket.map_or(line.len(), |ticket| {
            line.partition_point(|(other, _)| *other < ticket)
        })
    }

    /// Joins all lines at once, at their ends; `turn` is told on coming to the front of one.
    pub(super) fn join(&mut self, ids: &[u64], turn: &Arc<Notify>) -> u64 {
        self.tickets = self.tickets.wrapping_add(1);
        for id in ids {
            let line = self.lines.entry(*id).or_default();
            line.push_back((self.tickets, Arc::clone(turn)));
        }
        self.tickets
    }

    /// Leaves all lines, and tells those that come to a front by it.
    pub(super) fn leave(&mut self, ids: &[u64], ticket: u64) {
        for id in ids {
            let Some(line) = self.lines.get_mut(id) else {
                continue;
            };
            if let Ok(place) = line.binary_search_by_key(&ticket, |(other, _)| *other) {
                line.remove(place);
                if let Some((_, next)) = line.front().filter(|_| place == 0) {
                    next.notify_one();
                }
            }
            if line.is_empty() {
                self.lines.remove(id);
            }
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lines.values().map(VecDeque::len).sum()
    }
}
