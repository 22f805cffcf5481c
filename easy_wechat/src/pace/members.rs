//! What each receiver lately got, for as many as are remembered.

use std::collections::HashMap;

use super::limits::Limit;
use super::windows::{Counts, Recent};

/// Receivers by number, in a chain from the one that was named last to the one that was not named for longest.
#[derive(Debug)]
pub(super) struct Members {
    recent: Limit,
    long: Limit,
    most: usize,
    by_id: HashMap<u64, u32>,
    slots: Vec<Member>,
    first: u32,
    last: u32,
}

#[derive(Debug)]
struct Member {
    id: u64,
    named: u64,
    recent: Recent,
    long: Counts,
    /// The neighbours in the chain.
    before: u32,
    after: u32,
}

impl Members {
    pub(super) fn new(recent: Limit, long: Limit, most: usize) -> Self {
        Self {
            recent,
            long,
            most: most.clamp(1, NONE as usize),
            by_id: HashMap::new(),
            slots: Vec::new(),
            first: NONE,
            last: NONE,
        }
    }

    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// The member's slot, which is good until `most` others were named.
    pub(super) fn find_or_add(&mut self, id: u64, now: u64) -> u32 {
        let slot = match self.by_id.get(&id) {
            Some(slot) => *slot,
            None => self.add(id, now),
        };
        if let Some(member) = self.member(slot) {
            if now.saturating_sub(member.named) > IDLE {
                member.recent.forget(now);
            }
            member.named = now;
        }
        if self.first != slot {
            self.unlink(slot);
            self.link_first(slot);
        }
        slot
    }

    /// When the member has a place, if `ahead` others take theirs before.
    pub(super) fn when(&mut self, slot: u32, ahead: usize, now: u64) -> u64 {
        let (recent, long) = (self.recent, self.long);
        self.member(slot).map_or(now, |member| {
            let recent = member.recent.when(recent, ahead, now);
            recent.max(member.long.when(long, ahead, now))
        })
    }

    pub(super) fn take(&mut self, slot: u32, now: u64) {
        let long = self.long;
        if let Some(member) = self.member(slot) {
            member.recent.take(now);
            member.long.take(long, now);
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        assert_eq!(self.by_id.len(), self.slots.len());
        self.slots.len()
    }

    #[cfg(test)]
    pub(super) fn knows(&self, id: u64) -> bool {
        self.by_id.contains_key(&id)
    }

    /// In memory: the member, its times, and its share of a table that is half full.
    #[cfg(test)]
    pub(super) fn bytes_each(recent: Limit) -> usize {
        let entry = size_of::<(u64, u32)>() + 1;
        size_of::<Member>() + size_of::<u32>() * recent.count as usize + 2 * entry
    }

    /// A new member: in the slot of the one not named for longest, if that was long ago or there is no room.
    fn add(&mut self, id: u64, now: u64) -> u32 {
        let full = self.slots.len() >= self.most;
        let keep = self.long.millis.saturating_add(self.long.millis / 30);
        let last = self.last;
        let idle = self
            .member(last)
            .is_some_and(|member| now.saturating_sub(member.named) > keep);
        let mut member = Member {
            id,
            named: now,
            recent: Recent::new(self.recent, now),
            long: Counts::default(),
            before: NONE,
            after: NONE,
        };
        let slot = if full || idle {
            self.unlink(last);
            if let Some(old) = self.member(last) {
                std::mem::swap(old, &mut member);
            }
            self.by_id.remove(&member.id);
            last
        } else {
            self.slots.push(member);
            u32::try_from(self.slots.len() - 1).unwrap_or(NONE)
        };
        self.by_id.insert(id, slot);
        self.link_first(slot);
        slot
    }

    fn unlink(&mut self, slot: u32) {
        let Some((before, after)) = self
            .member(slot)
            .map(|member| (member.before, member.after))
        else {
            return;
        };
        match self.member(before) {
            Some(before) => before.after = after,
            None => self.first = after,
        }
        match self.member(after) {
            Some(after) => after.before = before,
            None => self.last = before,
        }
    }

    fn link_first(&mut self, slot: u32) {
        let first = self.first;
        match self.member(first) {
            Some(member) => member.before = slot,
            None => self.last = slot,
        }
        if let Some(member) = self.member(slot) {
            member.before = NONE;
            member.after = first;
        }
        self.first = slot;
    }

    fn member(&mut self, slot: u32) -> Option<&mut Member> {
        self.slots.get_mut(usize::try_from(slot).ok()?)
    }
}

/// The end of the chain.
const NONE: u32 = u32::MAX;
/// In milliseconds: after it nothing that is known exactly still counts.
const IDLE: u64 = 60 * 60 * 1000;
