//! The access token: cached, shared among tasks and processes, one refresh at a time.
//!
//! The token is good for all calls of one app until it expires, and the platform limits how often it may be fetched. So
//! it is kept in the [`Store`], by the platform's host, the corporation and the app, never by the secret; who finds it
//! missing or nearly expired takes a lease in the store and fetches, and all others wait for what comes.
//!
//! A refused fetch is remembered as well, and not tried again for a while that doubles: a wrong secret must not burn the
//! quota, for which the platform blocks an address for an hour.
//!
//! <https://developer.work.weixin.qq.com/document/path/91039>

mod fetch;
mod refusal;
mod stored;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::{debug, info};

use crate::call::{Api, ClientError};
use crate::clock::Clock;
use crate::config::Credentials;
use crate::secret::Secret;
use crate::store::Store;
use refusal::Refused;
use stored::Stored;

/// The token of one app. Clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct Tokens(Arc<Inner>);

/// A token that may be used now.
#[derive(Clone, Debug)]
pub(crate) struct Token(Arc<Stored>);

#[derive(Debug)]
struct Inner {
    api: Arc<Api>,
    credentials: Credentials,
    store: Arc<dyn Store>,
    clock: Clock,
    /// `token/HOST/CORP/APP`; two gateways of one host differ by their paths.
    key: String,
    /// The last one that was seen.
    known: Mutex<Option<Token>>,
    /// The last one that the platform did not take; and when it gave it again all the same.
    discarded: Mutex<Option<(Token, Option<Instant>)>>,
    /// Tokio's mutex, not std's, because it is held across the fetch on purpose: whoever comes meanwhile waits for what
    /// it brings.
    refreshing: tokio::sync::Mutex<()>,
    /// How many fetches of this process have failed, and how the last one did.
    failed: Mutex<(u64, Option<ClientError>)>,
}

impl Token {
    pub(crate) fn secret(&self) -> &Secret {
        &self.0.token
    }
}

impl Tokens {
    pub(crate) fn new(
        api: Arc<Api>,
        credentials: Credentials,
        store: Arc<dyn Store>,
        clock: Clock,
    ) -> Self {
        let Credentials { id, agent, .. } = &credentials;
        let agent = agent.map_or_else(String::new, |agent| format!("/{agent}"));
        let key = format!("token/{}/{id}{agent}", api.place());
        Self(Arc::new(Inner {
            api,
            credentials,
            store,
            clock,
            key,
            known: Mutex::default(),
            discarded: Mutex::default(),
            refreshing: tokio::sync::Mutex::default(),
            failed: Mutex::default(),
        }))
    }

    /// What stands for the app in the store: where it is called, the corporation, the app.
    pub(crate) fn key(&self) -> &str {
        &self.0.key
    }

    /// A token that is good now: the known one, that of another process, or a new one.
    ///
    /// # Errors
    /// As the platform refuses it, also for some time afterwards without asking it again; or it cannot be reached.
    pub(crate) async fn get(&self) -> Result<Token, ClientError> {
        if let Some(token) = self.0.fresh() {
            return Ok(token);
        }
        let failed_before = self.0.failed().0;
        let _only_one = self.0.refreshing.lock().await;
        if let Some(token) = self.0.fresh() {
            return Ok(token);
        }
        if let (failed, Some(error)) = &*self.0.failed()
            && *failed != failed_before
        {
            // The one that was waited for. If each tried for itself, the last would wait for ever.
            return Err(fetch::same(error));
        }
        // A task of its own: who asked may be gone before it is there, and the lease must not stay behind.
        let inner = Arc::clone(&self.0);
        let renewed = tokio::spawn(async move { inner.renew().await }).await;
        let error = match renewed {
            Ok(Ok(token)) => return Ok(token),
            Ok(Err(error)) => error,
            Err(_) => return Err(fetch::ended()),
        };
        if let Some(token) = self.0.postpone() {
            debug!(error = %error, "the token could not be refreshed early; it is still good");
            return Ok(token);
        }
        let mut failed = self.0.failed();
        failed.0 += 1;
        failed.1 = Some(fetch::same(&error));
        drop(failed);
        Err(error)
    }

    /// The platform says that it is not good. It is forgotten, unless another one is there already.
    pub(crate) async fn discard(&self, token: &Token) {
        let inner = &self.0;
        if inner.insists_on(token) {
            return;
        }
        {
            let mut known = inner.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.take_if(|known| known.0.token == token.0.token);
        }
        // Another process may have stored the same one with other times. A store that fails has nothing to forget.
        if let Ok(Some(text)) = inner.store.get(&inner.key).await
            && let Some(stored) = Stored::read(text)
            && stored.token == token.0.token
        {
            let text = Some(&*stored.text);
            let _ = inner.store.swap(&inner.key, text, None, None).await;
        }
    }

    /// Fetches one now, whatever is known: for who wants to see what the platform says.
    #[cfg(feature = "cli")]
    pub(crate) async fn fetch_anew(&self) -> Result<Token, ClientError> {
        self.0.fetch().await
    }
}

impl Inner {
    /// The known one, when it is neither expired nor due to be refreshed.
    fn fresh(&self) -> Option<Token> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let token = known.as_ref()?;
        token.0.is_fresh(self.clock.now()).then(|| token.clone())
    }

    fn failed(&self) -> MutexGuard<'_, (u64, Option<ClientError>)> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the platform, asked for another one, has just given the same. To ask once more would only burn the quota.
    fn insists_on(&self, token: &Token) -> bool {
        let mut discarded = self.discarded();
        match &*discarded {
            Some((before, again)) if before.0.token == token.0.token => {
                again.is_some_and(|when| when.elapsed() < TRY_AGAIN_AFTER)
            }
            _ => {
                *discarded = Some((token.clone(), None));
                false
            }
        }
    }

    fn discarded(&self) -> MutexGuard<'_, Option<(Token, Option<Instant>)>> {
        let discarded = self.discarded.lock();
        discarded.unwrap_or_else(PoisonError::into_inner)
    }

    fn know(&self, token: Token) -> Token {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(token).clone()
    }

    /// Goes on with a token that could not be refreshed early, for as long as it is good.
    fn postpone(&self) -> Option<Token> {
        let now = self.clock.now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let token = known.as_mut().filter(|token| token.0.is_good(now))?;
        *token = Token(Arc::new(token.0.refreshed_at(now.plus(TRY_AGAIN_AFTER))));
        Some(token.clone())
    }

    /// Takes what another process has fetched, or fetches: whoever gets the lease.
    async fn renew(&self) -> Result<Token, ClientError> {
        let began = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            if let Some(token) = self.stored().await {
                return Ok(token);
            }
            Refused::check(self).await?;
            if let Some(lease) = Lease::take(self).await {
                // Between the look and the lease another one may have been quick.
                let token = match self.stored().await {
                    Some(token) => Ok(token),
                    None => self.fetch().await.map(|token| self.know(token)),
                };
                lease.release(self).await;
                return token;
            }
            if began.elapsed() > LEASE {
                // Whoever has the lease is stuck, or its end is never reached, by a clock that stands still.
                return Ok(self.know(self.fetch().await?));
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// What the store has, when it is fresh. One that is due to be refreshed, but good, is known from then on: it may have
    /// to do.
    async fn stored(&self) -> Option<Token> {
        let text = self.store.get(&self.key).await.ok()??;
        let stored = Token(Arc::new(Stored::read(text)?));
        let now = self.clock.now();
        let is_fresh = stored.0.is_fresh(now);
        let learned = stored.0.is_good(now) && self.learn(&stored, is_fresh);
        (learned && is_fresh).then_some(stored)
    }

    /// Takes in what the store has, unless it was discarded here a moment ago: then the store is only about to forget it,
    /// and whoever took it back would be refused a second time. What is not fresh takes the place of nothing good.
    fn learn(&self, stored: &Token, is_fresh: bool) -> bool {
        let discarded = self.discarded();
        let is_discarded = discarded
            .as_ref()
            .is_some_and(|(token, again)| token.0.token == stored.0.token && again.is_none());
        if is_discarded {
            return false;
        }
        let now = self.clock.now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if is_fresh || known.as_ref().is_none_or(|known| !known.0.is_good(now)) {
            *known = Some(stored.clone());
        }
        true
    }

    /// Asks the platform, and keeps what it says: the token, or that it refuses.
    async fn fetch(&self) -> Result<Token, ClientError> {
        let fetched = fetch::fetch(&self.api, &self.credentials).await;
        let now = self.clock.now();
        let fetched = match fetched {
            Ok(fetched) => fetched,
            Err(error) => {
                Refused::keep(self, &error, now).await;
                return Err(error);
            }
        };
        let before = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.clone()
        };
        if let Some((discarded, again)) = &mut *self.discarded()
            && discarded.0.token == fetched.token
        {
            *again = Some(Instant::now());
        }
        let is_the_same = before.is_some_and(|before| before.0.token == fetched.token);
        let stored = Stored::new(fetched.token, fetched.lifetime, is_the_same, now);
        // A store that fails only costs the other processes a fetch of their own.
        let _ = self
            .store
            .put(&self.key, &stored.text, Some(stored.expires))
            .await;
        Refused::forget(self).await;
        let Credentials { id, agent, .. } = &self.credentials;
        let agent = agent.map(|agent| agent.0);
        info!(corp = %id, agent, seconds = fetched.lifetime.as_secs(), "fetched an access token");
        Ok(Token(Arc::new(stored)))
    }
}

/// The right to fetch, for a while.
struct Lease {
    key: String,
    holder: String,
}

impl Lease {
    /// Takes it, unless somebody has it. Where the store fails nobody can have it.
    async fn take(inner: &Inner) -> Option<Self> {
        let key = format!("{}/lease", inner.key);
        let holder = format!("{:032x}", rand::random::<u128>());
        let until = inner.clock.now().plus(LEASE);
        let taken = inner.store.swap(&key, None, Some(&holder), Some(until));
        let taken = taken.await.unwrap_or(true);
        taken.then_some(Self { key, holder })
    }

    async fn release(self, inner: &Inner) {
        let _ = inner
            .store
            .swap(&self.key, Some(&self.holder), None, None)
            .await;
    }
}

/// Longer than a fetch may take with all its tries.
const LEASE: Duration = Duration::from_secs(20);

/// How long to wait before looking again whether the other one has it.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// After an early refresh that failed, or that brought a token which the platform does not take.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(30);
