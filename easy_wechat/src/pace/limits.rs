//! What the platform takes: a table.

/// So many in any window of so many milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) count: u32,
    pub(crate) millis: u64,
}

/// The limits of one door.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// To one receiver; known exactly, so the count should be small: at most 255.
    pub(crate) recent: Limit,
    /// To one receiver, over a longer time.
    pub(crate) long: Limit,
    /// Of one call of the API, whoever it is for.
    pub(crate) calls: [Limit; 2],
}

impl Limits {
    /// Messages of an app, by member. <https://developer.work.weixin.qq.com/document/path/90454>
    pub(crate) const APP: Self = Self {
        recent: limit(30, MINUTE),
        long: limit(1000, HOUR),
        calls: CALLS,
    };
    /// Messages to group chats, by chat: each counts for each of its members, whom we do not know.
    /// <https://developer.work.weixin.qq.com/document/path/90248>
    pub(crate) const GROUP_CHAT: Self = Self {
        recent: limit(200, MINUTE),
        long: limit(10_000, DAY),
        calls: CALLS,
    };
    /// Messages of robots, by robot; too many get 45009. <https://developer.work.weixin.qq.com/document/path/91770>
    pub(crate) const ROBOT: Self = Self {
        recent: limit(20, MINUTE),
        long: limit(20 * 60, HOUR),
        calls: CALLS,
    };
}

const fn limit(count: u32, millis: u64) -> Limit {
    Limit { count, millis }
}

/// For each API of a corp. <https://developer.work.weixin.qq.com/document/path/90454>
const CALLS: [Limit; 2] = [limit(10_000, MINUTE), limit(150_000, HOUR)];

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
