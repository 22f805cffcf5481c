//! Faults to inject: what real life does to a bot, on demand.

use std::net::IpAddr;

use rand::RngExt as _;
use serde::{Deserialize, Serialize};

use super::{SandboxError, Words};

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// A call of the API answers with this code.
    Errcode {
        /// Like 45009; 0 is no error.
        errcode: i64,
    },
    /// A call of the API answers 60020, that of an Official Account 40164: this address is not on the list of trusted ones.
    UntrustedIp {
        /// The address that the platform says it saw.
        ip: String,
    },
    /// A call of the API is answered late.
    Delay {
        /// How late, in milliseconds; 60,000 at most.
        millis: u64,
    },
    /// The connection of a call of the API ends.
    HangUp {
        /// When.
        when: HangUp,
    },
    /// A call of the API gets a gateway's HTTP 502 with a page in HTML.
    BadGateway,
    /// A callback is delivered twice at once.
    Twice,
    /// A callback is delivered again although it was answered.
    Resent,
    /// A callback comes after the one that was sent behind it.
    OutOfOrder,
    /// A callback is signed wrongly.
    WrongSignature,
    /// A callback was signed an hour ago.
    Stale,
}

/// When a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HangUp {
    /// Before the call is carried out.
    Before,
    /// The call was carried out, and half of the answer was sent.
    Middle,
}

/// A fault with its conditions: which calls or callbacks it hits.
///
/// ```
/// # #[cfg(feature = "sandbox")] {
/// use easy_wechat::sandbox::{Fault, Injection};
///
/// let busy = Injection::new(Fault::Errcode { errcode: -1 }).path("/cgi-bin/message/send").times(3);
/// # let _ = busy; }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Injection {
    #[serde(flatten)]
    fault: Fault,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    calls: Option<u32>,
    #[serde(default)]
    share: Option<f64>,
}

impl Injection {
    /// `fault` for every call, or every callback, until it is removed.
    pub fn new(fault: Fault) -> Self {
        Self {
            fault,
            path: None,
            calls: None,
            share: None,
        }
    }

    /// Only for calls of this path, like `/cgi-bin/message/send`.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Only for the next `times` calls or callbacks.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.calls = Some(times);
        self
    }

    /// Only for a share of them, from 0 to 1, drawn at random.
    #[must_use]
    pub fn share(mut self, share: f64) -> Self {
        self.share = Some(share);
        self
    }
}

impl Injection {
    /// What cannot strike: a share that is none, a path for callbacks.
    pub(crate) fn check(&self) -> Result<(), SandboxError> {
        let wrong =
            |en: &'static str, zh: &'static str| Err(SandboxError::Refused(Words::new(en, zh)));
        if self
            .share
            .is_some_and(|share| !(0.0..=1.0).contains(&share))
        {
            return wrong(
                "a share is a number from 0 to 1, like 0.3",
                "比例是 0 到 1 之间的数, 例如 0.3",
            );
        }
        if self.calls == Some(0) {
            return wrong("0 calls is no fault at all", "次数不能是 0");
        }
        if self.fault.hits_callbacks() && self.path.is_some() {
            return wrong(
                "this fault hits callbacks, which have no path",
                "这个故障针对回调, 不能指定接口路径",
            );
        }
        match &self.fault {
            Fault::Delay { millis } if *millis > MAX_DELAY_MILLIS => {
                wrong("a delay is at most 60,000 ms", "延迟最多 60000 毫秒")
            }
            Fault::UntrustedIp { ip } if ip.parse::<IpAddr>().is_err() => wrong(
                "write an IP address, like 203.0.113.7",
                "请写一个 IP 地址, 例如 203.0.113.7",
            ),
            _ => Ok(()),
        }
    }
}

impl From<Fault> for Injection {
    fn from(fault: Fault) -> Self {
        Self::new(fault)
    }
}

impl Fault {
    /// Its name on the page and in the JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Errcode { .. } => "errcode",
            Self::UntrustedIp { .. } => "untrusted_ip",
            Self::Delay { .. } => "delay",
            Self::HangUp { .. } => "hang_up",
            Self::BadGateway => "bad_gateway",
            Self::Twice => "twice",
            Self::Resent => "resent",
            Self::OutOfOrder => "out_of_order",
            Self::WrongSignature => "wrong_signature",
            Self::Stale => "stale",
        }
    }

    /// Whether it hits callbacks; the others hit calls of the API.
    pub fn hits_callbacks(&self) -> bool {
        matches!(
            self,
            Self::Twice | Self::Resent | Self::OutOfOrder | Self::WrongSignature | Self::Stale
        )
    }
}

/// The faults that are injected now.
#[derive(Debug, Default)]
pub(crate) struct Injected {
    list: Vec<Active>,
    last: u64,
}

/// One of them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Active {
    pub(crate) id: u64,
    #[serde(flatten)]
    pub(crate) injection: Injection,
    /// How often it struck.
    pub(crate) hits: u64,
}

impl Injected {
    /// Adds one and gives its number; `None` when there are too many.
    pub(crate) fn add(&mut self, injection: Injection) -> Option<u64> {
        if self.list.len() >= MAX_FAULTS {
            return None;
        }
        self.last += 1;
        self.list.push(Active {
            id: self.last,
            injection,
            hits: 0,
        });
        Some(self.last)
    }

    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.list.len();
        self.list.retain(|active| active.id != id);
        self.list.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }

    pub(crate) fn list(&self) -> &[Active] {
        &self.list
    }

    /// The faults that strike a call of `path`. A delay may come together with another one.
    pub(crate) fn strike_call(&mut self, path: &str) -> Vec<Fault> {
        if self.list.is_empty() {
            return Vec::new();
        }
        let mut struck: Vec<Fault> = Vec::new();
        self.strike(|active| {
            let fault = &active.injection.fault;
            let hits = !fault.hits_callbacks()
                && active.injection.path.as_deref().is_none_or(|it| it == path)
                && !struck.iter().any(|it| {
                    matches!(it, Fault::Delay { .. }) == matches!(fault, Fault::Delay { .. })
                })
                && active.by_chance();
            if hits {
                struck.push(fault.clone());
            }
            hits
        });
        struck
    }

    /// The fault that strikes a callback.
    pub(crate) fn strike_callback(&mut self) -> Option<Fault> {
        let mut struck = None;
        self.strike(|active| {
            let hits =
                struck.is_none() && active.injection.fault.hits_callbacks() && active.by_chance();
            if hits {
                struck = Some(active.injection.fault.clone());
            }
            hits
        });
        struck
    }

    /// Asks `hits` of each, and takes out those that have struck often enough.
    fn strike(&mut self, mut hits: impl FnMut(&Active) -> bool) {
        self.list.retain_mut(|active| {
            if active.injection.calls == Some(0) {
                return false;
            }
            if !hits(active) {
                return true;
            }
            active.hits += 1;
            match &mut active.injection.calls {
                Some(left) => {
                    *left -= 1;
                    *left > 0
                }
                None => true,
            }
        });
    }
}

impl Active {
    fn by_chance(&self) -> bool {
        self.injection
            .share
            .is_none_or(|share| rand::rng().random::<f64>() < share)
    }
}

const MAX_FAULTS: usize = 100;
const MAX_DELAY_MILLIS: u64 = 60_000;
