//! All that the sandbox knows, behind one lock that is never held across a wait.

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::runtime::Handle;

use super::api::ApiState;
use super::app::App;
use super::callback::CallbackState;
use super::calls::{Call, Calls};
use super::changes::Changes;
use super::conversations::{ConversationKind, Conversations, Item};
use super::exchanges::{Exchange, Exchanges, Late};
use super::faults::Injected;
use super::media::MediaStore;
use super::people::People;
use super::tokens::Tokens;
use super::{SandboxError, Words};
use crate::clock::{Clock, Timestamp};
use crate::platform::AccountKind;

/// The sandbox's world: a corporation, its app, and what they said.
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) timing: Timing,
    /// Where the API and the page are: `http://127.0.0.1:8686`.
    pub(crate) url: String,
    /// Where callbacks are sent from.
    pub(crate) runtime: Handle,
    pub(crate) http: reqwest::Client,
    /// Whether an app was given the [`Sandbox::observer`](super::Sandbox::observer).
    pub(crate) observed: AtomicBool,
    state: Mutex<WorldState>,
}

/// How patient the platform is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    /// For the answer to the verification.
    pub(crate) verify: Duration,
    /// For the answer to a message.
    pub(crate) answer: Duration,
    /// How often a callback is sent again when there was no 200 in time.
    pub(crate) resends: usize,
    /// How long a test waits for a proactive message.
    pub(crate) late_within: Duration,
}

/// What is behind the lock.
#[derive(Debug)]
pub(crate) struct WorldState {
    clock: Clock,
    /// Of the page and the API, as [`World::url`].
    pub(crate) url: String,
    /// The first is the one that is called back.
    pub(crate) apps: Vec<Arc<App>>,
    /// Their sections of `config.ini`, as far as they were named.
    names: Vec<String>,
    pub(crate) callback: Option<String>,
    pub(crate) verified: Option<Verified>,
    pub(crate) people: People,
    pub(crate) conversations: Conversations,
    pub(crate) exchanges: Exchanges,
    pub(crate) calls: Calls,
    pub(crate) media: MediaStore,
    pub(crate) tokens: Tokens,
    pub(crate) faults: Injected,
    pub(crate) changes: Changes,
    /// What only calls of the API read and change.
    pub(crate) api: ApiState,
    /// What only callbacks read and change.
    pub(crate) callbacks: CallbackState,
}

/// Whether the callback address answers, by its last verification or a later callback.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Verified {
    pub(crate) ok: bool,
    pub(crate) words: Words,
    pub(crate) took_ms: u64,
    pub(crate) by: VerifiedBy,
}

/// What showed whether the address answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VerifiedBy {
    Verification,
    /// A callback that found no app there.
    Delivery,
}

/// Tells nothing of the state: there are tokens in it, and what people wrote.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl World {
    /// A world with one app, whose name may be said later.
    pub(crate) fn new(
        app: App,
        name: Option<String>,
        clock: Clock,
        timing: Timing,
        keep: usize,
        url: String,
        http: reqwest::Client,
    ) -> Self {
        let mut state = WorldState {
            clock: clock.clone(),
            url: url.clone(),
            apps: vec![Arc::new(app)],
            names: name.into_iter().collect(),
            callback: None,
            verified: None,
            people: People::new(),
            conversations: Conversations::new(keep),
            exchanges: Exchanges::new(keep),
            calls: Calls::new(keep),
            media: MediaStore::default(),
            tokens: Tokens::new(),
            faults: Injected::default(),
            changes: Changes::new(),
            api: ApiState::default(),
            callbacks: CallbackState::default(),
        };
        for (id, name) in [("zhangsan", "张三"), ("lisi", "李四")] {
            state.open_member(id, name);
        }
        Self {
            clock,
            timing,
            url,
            runtime: Handle::current(),
            http,
            observed: AtomicBool::new(false),
            state: Mutex::new(state),
        }
    }

    /// The state. The guard must not live across an `await`.
    pub(crate) fn lock(&self) -> MutexGuard<'_, WorldState> {
        // A panic elsewhere leaves a state that is still whole: each change is one statement.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The app that is called back.
    pub(crate) fn app(&self) -> Arc<App> {
        // There is one from the beginning.
        #[expect(clippy::indexing_slicing, reason = "there is one from the beginning")]
        Arc::clone(&self.lock().apps[0])
    }

    /// Waits until `found` finds something in the state.
    pub(crate) async fn until<T>(&self, mut found: impl FnMut(&mut WorldState) -> Option<T>) -> T {
        let mut changed = self.lock().changes.wait();
        loop {
            changed.mark_unchanged();
            if let Some(found) = found(&mut self.lock()) {
                return found;
            }
            if changed.changed().await.is_err() {
                // The sender lives in the state, and so as long as this world.
                std::future::pending::<()>().await;
            }
        }
    }
}

impl WorldState {
    /// The app of this name. The first name that is asked for is given to the app that is there from the beginning; each
    /// other one makes another app of the same corporation.
    pub(crate) fn app_named(&mut self, name: &str) -> Result<Arc<App>, SandboxError> {
        let known = self.names.iter().position(|it| it == name);
        let number = known.unwrap_or(self.names.len());
        if known.is_none() {
            self.names.push(name.to_owned());
        }
        if let Some(app) = self.apps.get(number) {
            return Ok(Arc::clone(app));
        }
        let first = self.apps.first().ok_or(SandboxError::NoCallback)?;
        let next = i64::try_from(number).unwrap_or(i64::MAX);
        let app = App::made_up(first.kind, first.mode, &first.receive_id, next)?;
        let app = Arc::new(app);
        self.apps.push(Arc::clone(&app));
        Ok(app)
    }

    /// The section of `config.ini` of the app that is called back.
    pub(crate) fn name(&self) -> &str {
        self.names.first().map_or("demo", |name| name)
    }

    /// The name of the app with this number.
    pub(crate) fn name_of(&self, app: usize) -> &str {
        self.names.get(app).map_or("demo", |name| name)
    }

    /// The platform that is played.
    pub(crate) fn kind(&self) -> AccountKind {
        self.apps.first().map(|app| app.kind).unwrap_or_default()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Milliseconds since 1970, as the page counts.
    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now().as_micros().div_euclid(1000)
    }

    /// Adds a member to the corporation, and opens the conversation with him.
    pub(crate) fn open_member(&mut self, id: &str, name: &str) {
        if self.people.get(id).is_none() {
            self.people.add(id, name, vec![1]);
        }
        let members = vec![id.to_owned()];
        self.open_conversation(id, name, ConversationKind::Member, members);
    }

    pub(crate) fn open_conversation(
        &mut self,
        id: &str,
        name: &str,
        kind: ConversationKind,
        members: Vec<String>,
    ) {
        self.conversations
            .open(id, name, kind, members, &mut self.changes);
    }

    /// Adds an item to its conversation; `None` when there is no such conversation.
    pub(crate) fn add_item(&mut self, item: Item) -> Option<u64> {
        let now = self.now_ms();
        self.conversations.add(item, now, &mut self.changes)
    }

    /// Changes the items for which `change` says that it changed them.
    pub(crate) fn change_items(&mut self, change: impl FnMut(&mut Item) -> bool) -> usize {
        self.conversations.change(&mut self.changes, change)
    }

    pub(crate) fn begin_exchange(&mut self, exchange: Exchange) -> u64 {
        self.exchanges.begin(exchange, &mut self.changes)
    }

    pub(crate) fn change_exchange(&mut self, id: u64, change: impl FnOnce(&mut Exchange)) {
        self.exchanges.change(id, &mut self.changes, change);
    }

    /// Adds a call that has ended; one that sends a message is tied to the callback that it answers late.
    pub(crate) fn add_call(&mut self, mut call: Call) -> u64 {
        let at = call.at;
        let mut answers = None;
        if let Some(conversation) = call.sent_to() {
            // The next part of a long text belongs to the callback of the part before.
            match self.calls.part_before(conversation, at) {
                Some(before) => call.exchange = before.exchange,
                None => answers = self.exchanges.awaiting(conversation, at),
            }
        }
        let id = self.calls.add(call, &mut self.changes);
        if let Some(exchange) = answers {
            self.tie(exchange, id, at);
        }
        id
    }

    /// Ties a callback that ended without a reply to the message that was sent while it ran.
    pub(crate) fn tie_what_was_sent_meanwhile(&mut self, exchange: u64) {
        let Some(ended) = self.exchanges.get(exchange) else {
            return;
        };
        let sent = ended
            .conversation
            .as_deref()
            .filter(|_| ended.state == super::State::Acknowledged && ended.late.is_none())
            .and_then(|conversation| self.calls.untied(conversation, ended.at));
        if let Some((call, at)) = sent {
            self.tie(exchange, call, at);
        }
    }

    fn tie(&mut self, exchange: u64, call: u64, at: i64) {
        self.calls.tie(call, exchange, &mut self.changes);
        self.change_exchange(exchange, |it| {
            it.late = Some(Late {
                call,
                after_ms: at - it.at,
            });
        });
    }

    /// Tells the pages what is new about the app that is called back.
    pub(crate) fn account_changed(&mut self) {
        let account = super::page::account(self);
        self.changes.push("account", &account);
    }

    /// Tells the pages which faults there are now.
    pub(crate) fn faults_changed(&mut self) {
        let Self {
            faults, changes, ..
        } = self;
        changes.push("faults", &faults.list());
    }
}
