//! How fast the page's password may be guessed.
//!
//! Owns the budget of wrong passwords per address and the log line about them. It does not know the password, nor HTTP:
//! see [`super::guard`]. Instants come as arguments.
//!
//! - The budget is [`BURST`] wrong passwords, then one per [`INTERVAL`]. An address without budget is refused *before* its
//!   password is compared, so parallel requests gain nothing. A right password costs nothing.
//! - A budget belongs to an IPv4 address or an IPv6 /64. Behind a proxy on this machine the address is the one that the
//!   proxy tells. All of a proxy's clients also share a larger budget, since a tunnel passes on whatever its client claims.
//! - The same wrong password again, as a page with an old one sends it all the time, costs nothing.
//! - A browser that knew the password once carries a mark, and is not refused because of others at its address.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use easy_wechat::Secret;
use subtle::ConstantTimeEq as _;
use tracing::warn;

/// Who guesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Guesser {
    /// The other end of the connection, or the client of a proxy on this machine.
    pub(super) address: IpAddr,
    /// Whether a proxy told the address.
    pub(super) by_proxy: bool,
}

/// The wrong passwords of all addresses.
#[derive(Debug)]
pub(super) struct Guesses {
    /// What a browser is given that knew the password.
    mark: Secret,
    random: RandomState,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    budgets: HashMap<Owner, Budget>,
    unlogged: Unlogged,
}

/// Whose budget it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Owner {
    /// An IPv4 address, or an IPv6 address without its last 64 bits.
    Address(IpAddr),
    /// All clients of the proxy on this machine.
    Proxy,
}

#[derive(Clone, Copy, Debug)]
struct Budget {
    /// When it is whole again.
    whole_at: Instant,
    /// The last wrong passwords, hashed with a key of this process.
    known: [u64; KNOWN],
}

#[derive(Debug, Default)]
struct Unlogged {
    wrong: u64,
    refused: u64,
    next: Option<Instant>,
}

impl Guesses {
    pub(super) fn new() -> Self {
        Self {
            mark: Secret::from(format!("{:032x}", rand::random::<u128>())),
            random: RandomState::new(),
            table: Mutex::default(),
        }
    }

    /// What a browser is given that knows the password.
    pub(super) fn mark(&self) -> &Secret {
        &self.mark
    }

    /// Whether it is the mark of this process.
    pub(super) fn is_mark(&self, given: &str) -> bool {
        self.mark.reveal().as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// Before a password is compared: takes it from the budget.
    ///
    /// # Errors
    /// How long to wait when the budget is used up: then the password must not be compared.
    pub(super) fn begin(&self, who: Guesser, given: &[u8], now: Instant) -> Result<(), Duration> {
        let hash = self.random.hash_one(given);
        let mut table = self.lock();
        let own = who.owner();
        if table
            .budgets
            .get(&own)
            .is_some_and(|it| it.known.contains(&hash))
        {
            return Ok(());
        }
        let owners = who.owners();
        let wait = owners.clone().map(|it| table.wait(it, now)).max();
        if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
            table.unlogged.refused += 1;
            table.log(who.address, now);
            return Err(wait);
        }
        for owner in owners {
            table.charge(owner, now);
        }
        Ok(())
    }

    /// The password was right: it costs nothing.
    pub(super) fn right(&self, who: Guesser, now: Instant) {
        let mut table = self.lock();
        for owner in who.owners() {
            table.give_back(owner);
        }
        table.log_what_is_left(who.address, now);
    }

    /// The password was wrong.
    pub(super) fn wrong(&self, who: Guesser, given: &[u8], now: Instant) {
        let hash = self.random.hash_one(given);
        let mut table = self.lock();
        if let Some(budget) = table.budgets.get_mut(&who.owner())
            && !budget.known.contains(&hash)
        {
            budget.known.rotate_right(1);
            if let Some(first) = budget.known.first_mut() {
                *first = hash;
            }
        }
        table.unlogged.wrong += 1;
        table.log(who.address, now);
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guesser {
    fn owner(self) -> Owner {
        let address = match self.address.to_canonical() {
            IpAddr::V6(it) => {
                let network = it.to_bits() >> 64 << 64;
                Ipv6Addr::from_bits(network).into()
            }
            it @ IpAddr::V4(_) => it,
        };
        Owner::Address(address)
    }

    fn owners(self) -> impl Iterator<Item = Owner> + Clone {
        [self.owner()]
            .into_iter()
            .chain(self.by_proxy.then_some(Owner::Proxy))
    }
}

impl Owner {
    /// How many at once, and how long until one more.
    fn rate(self) -> (u32, Duration) {
        match self {
            Self::Address(_) => (BURST, INTERVAL),
            Self::Proxy => (20 * BURST, INTERVAL / 20),
        }
    }
}

impl Table {
    /// Until there is budget for one more.
    fn wait(&self, owner: Owner, now: Instant) -> Duration {
        let (burst, interval) = owner.rate();
        let Some(budget) = self.budgets.get(&owner) else {
            return Duration::ZERO;
        };
        let used = budget.whole_at.saturating_duration_since(now);
        (used + interval).saturating_sub(interval * burst)
    }

    fn charge(&mut self, owner: Owner, now: Instant) {
        if self.budgets.len() >= MAX_ADDRESSES && !self.budgets.contains_key(&owner) {
            self.make_room(now);
        }
        let (_, interval) = owner.rate();
        let budget = self.budgets.entry(owner).or_insert(Budget {
            whole_at: now,
            known: [0; KNOWN],
        });
        budget.whole_at = budget.whole_at.max(now) + interval;
    }

    fn give_back(&mut self, owner: Owner) {
        let (_, interval) = owner.rate();
        if let Some(budget) = self.budgets.get_mut(&owner)
            && let Some(earlier) = budget.whole_at.checked_sub(interval)
        {
            budget.whole_at = earlier;
        }
    }

    /// Forgets those whose budget is whole; if there is none, the one that guessed least.
    fn make_room(&mut self, now: Instant) {
        self.budgets.retain(|_, budget| budget.whole_at > now);
        if self.budgets.len() < MAX_ADDRESSES {
            return;
        }
        let least = self
            .budgets
            .iter()
            .filter(|(owner, _)| **owner != Owner::Proxy)
            .min_by_key(|(_, budget)| budget.whole_at);
        if let Some(owner) = least.map(|(owner, _)| *owner) {
            self.budgets.remove(&owner);
        }
    }

    /// One line at most per [`LOG_EVERY`]; it counts those that had none.
    fn log(&mut self, address: IpAddr, now: Instant) {
        let Unlogged {
            wrong,
            refused,
            next,
        } = self.unlogged;
        if next.is_some_and(|next| now < next) {
            return;
        }
        warn!(%address, wrong, refused, "wrong passwords for the page");
        self.unlogged = Unlogged {
            next: Some(now + LOG_EVERY),
            ..Unlogged::default()
        };
    }

    fn log_what_is_left(&mut self, address: IpAddr, now: Instant) {
        if self.unlogged.wrong + self.unlogged.refused > 0 {
            self.log(address, now);
        }
    }
}

/// Wrong passwords that an address has at once.
const BURST: u32 = 10;

/// How long until it has one more.
const INTERVAL: Duration = Duration::from_secs(5);

/// Addresses that are remembered.
const MAX_ADDRESSES: usize = 4096;

/// Wrong passwords of an address that are remembered.
const KNOWN: usize = 4;

const LOG_EVERY: Duration = Duration::from_secs(10);

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is a failure")]
mod tests {
    use super::*;

    fn direct(address: &str) -> Guesser {
        Guesser {
            address: address.parse().unwrap(),
            by_proxy: false,
        }
    }

    fn behind_proxy(address: &str) -> Guesser {
        Guesser {
            by_proxy: true,
            ..direct(address)
        }
    }

    /// How many of so many different wrong passwords are compared.
    fn compared(guesses: &Guesses, who: impl Fn(u32) -> Guesser, count: u32, now: Instant) -> u32 {
        let mut compared = 0;
        for nth in 0..count {
            let given = rand::random::<u64>().to_be_bytes();
            if guesses.begin(who(nth), &given, now).is_ok() {
                guesses.wrong(who(nth), &given, now);
                compared += 1;
            }
        }
        compared
    }

    #[test]
    fn guesses_are_slowed_per_address() {
        let guesses = Guesses::new();
        let now = Instant::now();
        let attacker = |_| direct("203.0.113.7");
        assert_eq!(compared(&guesses, attacker, 5000, now), BURST);
        let wait = guesses.begin(attacker(0), b"1", now).unwrap_err();
        assert!(wait > Duration::ZERO && wait <= INTERVAL, "{wait:?}");
        // An hour of it.
        let mut in_an_hour = 0;
        for second in 1..=3600 {
            let now = now + Duration::from_secs(second);
            in_an_hour += compared(&guesses, attacker, 10, now);
        }
        assert_eq!(in_an_hour, 720);
        // As soon as they stop, the password is compared again.
        let soon = now + Duration::from_hours(1) + INTERVAL;
        assert!(guesses.begin(attacker(0), b"right", soon).is_ok());
        // Others never noticed.
        assert!(guesses.begin(direct("203.0.113.8"), b"right", now).is_ok());
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let now = Instant::now();
        let guesses = Guesses::new();
        let same = |nth| direct(&format!("2001:db8:1:2::{nth:x}"));
        assert_eq!(compared(&guesses, same, 1000, now), BURST);
        assert!(guesses.begin(direct("2001:db8:1:3::1"), b"1", now).is_ok());
        let guesses = Guesses::new();
        let mapped = |nth: u32| direct(["198.51.100.1", "::ffff:198.51.100.1"][(nth % 2) as usize]);
        assert_eq!(compared(&guesses, mapped, 1000, now), BURST);
    }

    #[test]
    fn behind_a_proxy_each_client_has_its_own_budget_and_made_up_ones_share_one() {
        let now = Instant::now();
        let guesses = Guesses::new();
        assert_eq!(
            compared(&guesses, |_| behind_proxy("203.0.113.7"), 5000, now),
            BURST
        );
        assert!(
            guesses
                .begin(behind_proxy("203.0.113.8"), b"1", now)
                .is_ok()
        );
        let made_up =
            |nth: u32| behind_proxy(&Ipv6Addr::from_bits(u128::from(nth) << 64).to_string());
        assert!(compared(&guesses, made_up, 5000, now) < 20 * BURST);
    }

    #[test]
    fn a_page_with_an_old_password_uses_up_nothing() {
        let guesses = Guesses::new();
        let home = direct("203.0.113.7");
        let mut now = Instant::now();
        for _ in 0..1000 {
            assert!(guesses.begin(home, b"last year's", now).is_ok());
            guesses.wrong(home, b"last year's", now);
            assert!(guesses.begin(home, b"right", now).is_ok());
            guesses.right(home, now);
            now += Duration::from_millis(100);
        }
    }

    #[test]
    fn the_table_is_bounded_and_keeps_the_worst() {
        let guesses = Guesses::new();
        let now = Instant::now();
        let worst = |_| direct("203.0.113.7");
        assert_eq!(compared(&guesses, worst, 100, now), BURST);
        let many = |nth: u32| direct(&IpAddr::from(nth.to_be_bytes()).to_string());
        compared(&guesses, many, 5000, now);
        assert!(guesses.lock().budgets.len() <= MAX_ADDRESSES);
        assert!(guesses.begin(worst(0), b"1", now).is_err());
    }

    #[test]
    fn the_log_is_not_flooded_and_counts_all() {
        let guesses = Guesses::new();
        let now = Instant::now();
        compared(&guesses, |_| direct("203.0.113.7"), 5000, now);
        let counts = |guesses: &Guesses| {
            let table = guesses.lock();
            (table.unlogged.wrong, table.unlogged.refused)
        };
        // The first had a line, the others wait for the next.
        assert_eq!(counts(&guesses), (u64::from(BURST) - 1, 4990));
        guesses.right(direct("203.0.113.8"), now + LOG_EVERY);
        assert_eq!(counts(&guesses), (0, 0));
    }

    #[test]
    fn the_mark_is_known() {
        let guesses = Guesses::new();
        assert!(guesses.is_mark(guesses.mark().reveal()));
        assert!(!guesses.is_mark("") && !guesses.is_mark(Guesses::new().mark().reveal()));
        assert!(!format!("{guesses:?}").contains(guesses.mark().reveal()));
    }
}
