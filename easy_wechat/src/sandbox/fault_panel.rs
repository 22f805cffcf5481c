use std::sync::Arc;
use std::time::Duration;

use super::SandboxError;
use super::faults::Injection;
use super::world::World;

/// What goes wrong in a [`Sandbox`](super::Sandbox), and when.
///
/// ```
/// # #[cfg(feature = "sandbox")] {
/// # use easy_wechat::sandbox::{Fault, Injection, Sandbox};
/// # fn example(sandbox: &Sandbox) -> Result<(), easy_wechat::BoxError> {
/// let busy = Injection::new(Fault::Errcode { errcode: 45009 }).path("/cgi-bin/message/send").times(2);
/// sandbox.faults().inject(busy)?;
/// sandbox.faults().expire_tokens();
/// # Ok(()) }}
/// ```
#[derive(Debug)]
pub struct Faults<'a> {
    world: &'a Arc<World>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(world: &'a Arc<World>) -> Self {
        Self { world }
    }

    /// Injects a fault: it strikes until [`Faults::clear`], or as often as the [`Injection`] says. At most 100 at a time;
    /// what is beyond is left out.
    ///
    /// # Errors
    /// [`SandboxError::Refused`] when it cannot strike: a share beyond 1, a path for a fault of callbacks, a delay of more
    /// than a minute.
    pub fn inject(&self, fault: impl Into<Injection>) -> Result<(), SandboxError> {
        let injection = fault.into();
        injection.check()?;
        let mut state = self.world.lock();
        state.faults.add(injection);
        state.faults_changed();
        Ok(())
    }

    /// Takes all injected faults away.
    pub fn clear(&self) {
        let mut state = self.world.lock();
        state.faults.clear();
        state.faults_changed();
    }

    /// How often the injected faults have struck, those together that are still there.
    pub fn hits(&self) -> u64 {
        let state = self.world.lock();
        state.faults.list().iter().map(|active| active.hits).sum()
    }

    /// Ends all access tokens as time does: calls get 42001.
    pub fn expire_tokens(&self) {
        let mut state = self.world.lock();
        let now = state.now();
        state.tokens.expire(now);
    }

    /// Ends all access tokens before their time: calls get 40014.
    pub fn revoke_tokens(&self) {
        self.world.lock().tokens.revoke();
    }

    /// How long the access tokens live that are given out from now on. Default: 7200 s.
    pub fn token_lifetime(&self, lifetime: Duration) {
        self.world.lock().tokens.set_lifetime(lifetime);
    }
}
