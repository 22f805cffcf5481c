//! The light on the page: whether the callback address answers.
//!
//! An app may start after the sandbox, exit, and come back. When a callback finds no app, the port is probed every two
//! seconds by a plain TCP connection, which no app logs, and the address is verified again once the port is open.

use std::sync::{Arc, Weak};
use std::time::Duration;

use reqwest::Url;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::trouble::Trouble;
use super::verify::verify_again;
use crate::sandbox::Words;
use crate::sandbox::world::{Verified, VerifiedBy, World, WorldState};

/// The result of a callback, as far as the light is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// An app that answers with 200.
    App,
    /// Nothing listens, or only a proxy without an app behind it.
    Nothing,
    /// An app that is slow or refuses; the light stays as it is.
    Other,
}

impl Reached {
    pub(super) fn of(trouble: Option<&Trouble>, status: Option<u16>) -> Self {
        match (trouble, status) {
            (None, Some(200)) => Self::App,
            (None, Some(404 | 502 | 504))
            | (
                Some(Trouble::Refused | Trouble::NoWay(_) | Trouble::Tls(_) | Trouble::NotHttp),
                _,
            ) => Self::Nothing,
            _ => Self::Other,
        }
    }
}

/// Updates the light after a callback to `callback`.
pub(super) fn follow(
    world: &Arc<World>,
    state: &mut WorldState,
    callback: &str,
    reached: Reached,
    words: &Words,
) {
    if state.callback.as_deref() != Some(callback) {
        return;
    }
    let ok = state.verified.as_ref().is_none_or(|it| it.ok);
    match reached {
        Reached::Nothing if ok => {
            state.verified = Some(Verified {
                ok: false,
                words: words.clone(),
                took_ms: 0,
                by: VerifiedBy::Delivery,
            });
            state.account_changed();
            begin(world, state);
        }
        // An app that answers messages may still fail the verification, so verify.
        Reached::App if !ok => begin(world, state),
        _ => {}
    }
}

/// Waits in the background until the address can be verified.
pub(super) fn watch(world: &Arc<World>) {
    begin(world, &mut world.lock());
}

fn begin(world: &Arc<World>, state: &mut WorldState) {
    if std::mem::replace(&mut state.callbacks.watching, true) {
        return;
    }
    world.runtime.spawn(wait(Arc::downgrade(world)));
}

/// Ends when the address is verified, or the sandbox is gone.
async fn wait(world: Weak<World>) {
    let mut tries = Tries::default();
    loop {
        sleep(EVERY).await;
        let Some(world) = world.upgrade() else {
            return;
        };
        let Some(callback) = unverified(&world) else {
            return;
        };
        let open = is_open(&callback).await;
        if tries.now(callback, open) {
            verify_again(&world).await;
        }
    }
}

/// The address while it is not verified; `None` ends the calling task.
fn unverified(world: &World) -> Option<String> {
    let mut state = world.lock();
    let failed = state.verified.as_ref().is_none_or(|it| !it.ok);
    let callback = state.callback.clone().filter(|_| failed);
    state.callbacks.watching = callback.is_some();
    callback
}

/// Whether anything listens there.
async fn is_open(callback: &str) -> bool {
    let Ok(url) = Url::parse(callback) else {
        return false;
    };
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return false;
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let connected = timeout(CONNECT_WITHIN, TcpStream::connect((host, port))).await;
    matches!(connected, Ok(Ok(_)))
}

/// Backoff for verifying an open address: at once, then with doubling pauses, a limited number of times. It starts over
/// when the address changes or was closed in between.
#[derive(Debug, Default)]
struct Tries {
    callback: String,
    made: u32,
    /// Rounds until the next one.
    wait: u32,
}

impl Tries {
    fn now(&mut self, callback: String, open: bool) -> bool {
        if !open || self.callback != callback {
            *self = Self {
                callback,
                ..Self::default()
            };
        }
        if !open || self.made >= MOST {
            return false;
        }
        if self.wait > 0 {
            self.wait -= 1;
            return false;
        }
        self.made += 1;
        self.wait = (1 << self.made) - 1;
        true
    }
}

const EVERY: Duration = Duration::from_secs(2);
const CONNECT_WITHIN: Duration = Duration::from_secs(1);

/// The last one is after more than eight minutes.
const MOST: u32 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_that_answers_wrongly_is_asked_less_and_less() {
        let mut tries = Tries::default();
        let mut rounds = |count: usize, open: bool| {
            (0..count)
                .filter(|_| tries.now("http://a/".to_owned(), open))
                .count()
        };
        assert_eq!(rounds(100, false), 0);
        assert_eq!(rounds(1, true), 1, "at once");
        assert_eq!(
            rounds(10_000, true),
            7,
            "then ever more rarely, and not for ever"
        );
        assert_eq!(rounds(1, false), 0);
        assert_eq!(rounds(1, true), 1, "another app may listen there now");
        assert!(tries.now("http://b/".to_owned(), true), "another address");
    }
}
