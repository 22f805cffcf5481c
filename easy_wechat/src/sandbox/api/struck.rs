//! The injected faults of one call.

use std::time::Duration;

use crate::platform::AccountKind;
use crate::sandbox::faults::{Fault, HangUp};
use crate::sandbox::world::WorldState;

/// The faults that strike one call.
#[derive(Debug, Default)]
pub(crate) struct Struck {
    pub(crate) name: Option<&'static str>,
    pub(crate) delay: Option<Duration>,
    pub(crate) hang_up: Option<HangUp>,
    pub(crate) bad_gateway: bool,
    /// In place of the answer, and what address it names.
    pub(crate) code: Option<(i64, Option<String>)>,
}

impl Struck {
    /// Draws them, and counts their hits.
    pub(crate) fn now(state: &mut WorldState, path: &str) -> Self {
        let mut struck = Self::default();
        let faults = state.faults.strike_call(path);
        if faults.is_empty() {
            return struck;
        }
        state.faults_changed();
        for fault in faults {
            let name = fault.name();
            match fault {
                Fault::Delay { millis } => {
                    struck.delay = Some(Duration::from_millis(millis).min(MAX_DELAY));
                    struck.name = struck.name.or(Some(name));
                    continue;
                }
                Fault::Errcode { errcode } => struck.code = Some((errcode, None)),
                Fault::UntrustedIp { ip } => struck.code = Some((untrusted(state), Some(ip))),
                Fault::HangUp { when } => struck.hang_up = Some(when),
                Fault::BadGateway => struck.bad_gateway = true,
                _ => continue,
            }
            struck.name = Some(name);
        }
        struck
    }
}

/// An Official Account has a code of its own for it.
fn untrusted(state: &WorldState) -> i64 {
    match state.kind() {
        AccountKind::WeCom => 60020,
        AccountKind::OfficialAccount => 40164,
    }
}

const MAX_DELAY: Duration = Duration::from_mins(1);
