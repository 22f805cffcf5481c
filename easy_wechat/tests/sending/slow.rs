//! A server whose handlers are too slow, and a member who writes to it.

use std::sync::Arc;
use std::time::Duration;

use easy_wechat::sandbox::{Sandbox, State};
use easy_wechat::{
    BoxError, Delivering, LateReply, LateReplySink, Message, RegisterError, Reply, ServerHandle,
    WeChatClient, WeChatServer,
};
use tokio::sync::{Semaphore, watch};

use super::support::eventually;
use super::world::World;

/// A platform and a server that answers everything too late: once it is let go.
pub(super) struct Late {
    pub(super) world: World,
    pub(super) server: ServerHandle,
    pub(super) gate: Arc<Semaphore>,
    ready: watch::Sender<usize>,
}

/// The client as a sink that counts what it is given.
struct Noted {
    client: WeChatClient,
    ready: watch::Sender<usize>,
}

impl LateReplySink for Noted {
    fn deliver(&self, late: LateReply) -> Delivering {
        let delivering = self.client.deliver(late);
        self.ready.send_modify(|count| *count += 1);
        delivering
    }
}

impl Late {
    pub(super) async fn start(
        world: World,
        lines: &str,
        register: impl FnOnce(WeChatServer, Arc<Semaphore>) -> Result<WeChatServer, RegisterError>,
    ) -> Self {
        let system = "workers = 1\nstate_path = memory";
        let lines = format!("reply_within = 0.05\n{lines}");
        let config = world.sandbox.config_with("demo", system, &lines).unwrap();
        let gate = Arc::new(Semaphore::new(0));
        let server = WeChatServer::from_config(&config, "demo").unwrap();
        let client = world.builder(&lines).build().unwrap();
        let ready = watch::Sender::new(0);
        let server = server.late_replies(Noted {
            client,
            ready: ready.clone(),
        });
        let server = register(server, Arc::clone(&gate)).unwrap();
        let server = server.start("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/weixin", server.addr());
        world.sandbox.connect(url).await.unwrap();
        Self {
            world,
            server,
            gate,
            ready,
        }
    }

    /// Lets the next handler go, and waits until its reply is handed over to be delivered.
    pub(super) async fn next_is_ready(&self) {
        let before = *self.ready.borrow();
        self.gate.add_permits(1);
        let mut ready = self.ready.subscribe();
        ready.wait_for(|count| *count > before).await.unwrap();
    }

    /// The member writes, and gets nothing within the deadline.
    pub(super) async fn says(&self, from: &str, text: &str) {
        let seen = self.world.sandbox.member(from).says(text).await.unwrap();
        assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
    }
}

pub(super) fn wecom() -> easy_wechat::sandbox::SandboxBuilder {
    Sandbox::builder().late_within(Duration::ZERO)
}

/// Waits for the gate, and gives what the text asks for.
pub(super) fn asked(
    gate: Arc<Semaphore>,
    replies: Vec<(&'static str, Reply)>,
) -> impl Fn(Message) -> Waiting + Send + Sync + 'static {
    move |message| {
        let gate = Arc::clone(&gate);
        let name = message.text().unwrap_or_default().to_owned();
        let found = replies.iter().find(|(known, _)| *known == name);
        let reply = found.map_or_else(|| Reply::text(name), |(_, reply)| reply.clone());
        Box::pin(async move {
            gate.acquire().await?.forget();
            Ok(reply)
        })
    }
}

pub(super) type Waiting = std::pin::Pin<Box<dyn Future<Output = Result<Reply, BoxError>> + Send>>;

/// The line of the log with all of these parts.
pub(super) fn logged(parts: &[&str]) -> String {
    eventually(&format!("a line of the log with {parts:?}"), || {
        let log = super::leaks::log_text();
        let mut lines = log.lines();
        lines
            .find(|line| parts.iter().all(|part| line.contains(part)))
            .map(str::to_owned)
    })
}
