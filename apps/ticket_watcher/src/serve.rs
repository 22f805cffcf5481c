//! The server, and the loop that asks 12306 and tells the users.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use easy_wechat::client::ClientError;
use easy_wechat::{
    BoxError, Clock, Config, Message, MessageKind, Outgoing, UserId, WeChatClient, WeChatServer,
    store,
};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout};

use crate::engine::Notice;
use crate::keep::{KeepError, Keeper};
use crate::say;
use crate::settings::Settings;
use crate::watcher::Watcher;

/// The server of the app in section `[app]`, with its loop on a thread of its own: that ends when the server is dropped.
///
/// `base_url` wins over that of the configuration. The watches are kept in the store of `state_path`, which reports its
/// failures: no change is confirmed that is not kept. One process at a time may run it, for which it takes a lease there:
/// two would both tell.
///
/// # Errors
/// What is wrong with the configuration, the list of stations or the store;
/// [`KeepError::InUse`] when another process runs it.
pub fn server(
    config: &Config,
    app: &str,
    base_url: Option<&str>,
    clock: Clock,
) -> Result<WeChatServer, BoxError> {
    let mut settings = Settings::read(config)?;
    for warning in &settings.warnings {
        tracing::warn!("{warning}");
    }
    if let Some(url) = base_url {
        url.clone_into(&mut settings.railway.base_url);
    }
    let client = WeChatClient::from_config(config, app).map_err(|error| match error {
        // So that the program ends with the code for it.
        ClientError::Config(error) => BoxError::from(error),
        error => error.into(),
    })?;
    let state_path = config.app(app)?.api.state_path;
    let keeper = Arc::new(Keeper::new(store::strict(state_path.as_deref()), app));
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (runtime, kept) = load(runtime, Arc::clone(&keeper))?;
    let watcher = Arc::new(Watcher::new(settings, kept, clock)?);
    let chat = Arc::new(Chat {
        watcher: Arc::clone(&watcher),
        keeper: Arc::clone(&keeper),
    });
    let server = WeChatServer::from_config(config, app)?
        .register_event("subscribe", async |_| say::HELP)?
        .register_fallback(move |message: Message| {
            let chat = Arc::clone(&chat);
            async move { chat.answer(&message).await }
        })?;
    thread::Builder::new()
        .name("ticket_watcher".to_owned())
        .spawn(move || runtime.block_on(go_on(watcher, keeper, client)))?;
    Ok(server)
}

/// What answers the chat. With it goes the loop.
#[derive(Debug)]
struct Chat {
    watcher: Arc<Watcher>,
    keeper: Arc<Keeper>,
}

impl Chat {
    async fn answer(&self, message: &Message) -> Option<String> {
        match &message.kind {
            MessageKind::Text { content, .. } => {
                let (user, keeper) = (message.from.as_str(), &self.keeper);
                Some(self.watcher.answer_kept(user, content, keeper).await)
            }
            MessageKind::Event(_) => None,
            _ => Some("只看得懂文字。发“帮助”看用法。".to_owned()),
        }
    }
}

impl Drop for Chat {
    fn drop(&mut self) {
        self.watcher.stop();
    }
}

/// Reads the store on a thread of its own: the caller's may belong to a runtime.
fn load(
    runtime: Runtime,
    keeper: Arc<Keeper>,
) -> Result<(Runtime, Vec<crate::watch::Watch>), BoxError> {
    let loading = thread::spawn(move || {
        let kept = runtime.block_on(async {
            keeper.begin().await?;
            Ok::<_, KeepError>(keeper.load().await?)
        })?;
        Ok::<_, KeepError>((runtime, kept))
    });
    let loaded = loading.join().map_err(|_| "the store could not be read")?;
    Ok(loaded?)
}

/// Runs the loop, and restarts it if it panics. The lease is kept meanwhile.
async fn go_on(watcher: Arc<Watcher>, keeper: Arc<Keeper>, client: WeChatClient) {
    let (of_lease, lease) = (Arc::clone(&watcher), Arc::clone(&keeper));
    let lease = tokio::spawn(async move {
        lease.hold(&of_lease).await;
    });
    loop_until_stopped(watcher, &keeper, client).await;
    let _ = lease.await;
    keeper.release().await;
}

async fn loop_until_stopped(watcher: Arc<Watcher>, keeper: &Arc<Keeper>, client: WeChatClient) {
    while !watcher.is_stopped() {
        let task = watch(Arc::clone(&watcher), Arc::clone(keeper), client.clone());
        if let Err(error) = tokio::spawn(task).await {
            tracing::error!(%error, "the loop failed; it begins anew in a minute");
            let _ = timeout(AFTER_PANIC, watcher.woken()).await;
            sleep(Duration::from_secs(1)).await;
        }
    }
}

async fn watch(watcher: Arc<Watcher>, keeper: Arc<Keeper>, client: WeChatClient) {
    while !watcher.is_stopped() {
        if !keeper.holds() {
            let _ = timeout(LOOK_AT_LEASE, watcher.woken()).await;
            continue;
        }
        let turn = watcher.turn().await;
        for notice in &turn.notices {
            tell(&watcher, &client, notice).await;
        }
        // After they are sent: rather told twice, when it ends in between, than never.
        keeper.save(&watcher).await;
        let wait = turn
            .next
            .map_or(LOOK_AT_CLOCK, |next| next.since(watcher.now()));
        if !wait.is_zero() {
            let _ = timeout(wait.min(LOOK_AT_CLOCK), watcher.woken()).await;
        }
    }
}

async fn tell(watcher: &Watcher, client: &WeChatClient, notice: &Notice) {
    let text = Outgoing::text(say::notice(notice));
    match client.send(UserId::from(notice.user.as_str()), &text).await {
        Ok(receipt) if receipt.is_complete() => {
            tracing::info!(
                user = notice.user,
                number = notice.number,
                "told the news of a watch"
            );
        }
        Ok(_) => tracing::warn!(
            user = notice.user,
            "the platform does not know the user, or he does not see the app"
        ),
        Err(error) => {
            tracing::warn!(user = notice.user, number = notice.number, %error, "could not tell the news of a watch");
            let may_have_come = matches!(
                error,
                ClientError::MaybeDelivered { .. } | ClientError::Interrupted { .. }
            );
            if !may_have_come {
                watcher.unsent(notice);
            }
        }
    }
}

/// The clock may be moved, and the machine may have slept.
const LOOK_AT_CLOCK: Duration = Duration::from_secs(30);
/// While another process has the lease.
const LOOK_AT_LEASE: Duration = Duration::from_secs(3);
const AFTER_PANIC: Duration = Duration::from_mins(1);
