//! The platform's side of callbacks: verify, send, wait, send again, judge the answer.
//!
//! A callback is composed as XML ([`compose`]), signed and encrypted afresh for each attempt ([`seal`]), sent ([`call`]),
//! and what comes back is judged as the platform does ([`judge`], [`echo`]). [`run`] keeps the order of it and records
//! every attempt; [`flood`] goes the same way without records.
//!
//! What is not documented, and so assumed: that a re-send follows at once after a time-out, that a certificate of the
//! callback address is not looked at, which events take a reply.
//!
//! <https://developer.work.weixin.qq.com/document/path/90930>

mod attempt;
mod call;
mod card_xml;
mod catalog;
mod click;
mod compose;
mod crowd;
mod echo;
mod flood;
mod judge;
mod light;
mod observe;
mod occasion;
mod outcome;
mod paths;
mod run;
mod seal;
mod state;
mod trouble;
mod verify;

pub(crate) use call::client;
pub(crate) use catalog::catalog;
pub(crate) use click::{click, click_item};
pub(crate) use crowd::{burst, replay};
pub(crate) use flood::flood;
pub use flood::{FloodReport, FloodSettings};
pub(crate) use observe::observe;
pub(crate) use state::{CallbackState, Ended};
pub(crate) use verify::{connect, verify};

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use super::api;
use super::app::App;
use super::conversations::{ConversationKind, From, Item};
use super::exchanges::Exchange;
use super::world::{World, WorldState};
use super::{Fault, Incoming, SandboxError, State, Words};
use compose::{Stamp, compose};
use run::Job;

/// Begins to send a member's message; gives the number of the exchange.
pub(crate) fn send(
    world: &Arc<World>,
    member: &str,
    message: Incoming,
) -> Result<u64, SandboxError> {
    let mut state = world.lock();
    let callback = state.callback.clone().ok_or(SandboxError::NoCallback)?;
    let app = first_app(&state)?;
    check_conversation(&state, member)?;
    check_room(&state)?;
    let now = state.now();
    let stamp = Stamp {
        created: state.callbacks.created(member, &message, now.as_secs()),
        msgid: state.callbacks.next_msgid(now),
    };
    let plain: Arc<str> = compose(&app, member, &message, stamp, &world.url)?.into();
    let event = match &message {
        Incoming::Event { event, .. } => Some(event.as_str()),
        _ => None,
    };
    api::note_from_member(&mut state, member, message.kind(), event);
    let what = message.what();
    let kind = message.kind();
    let content = serde_json::to_value(message)
        .ok()
        .and_then(|mut message| Some(message.get_mut("content")?.take()));
    let mut item = Item::new(member, From::Member, kind, content.unwrap_or_default());
    item.exchange = Some(state.exchanges.next_id());
    let item = state.add_item(item);
    let parcel = Parcel {
        callback,
        plain,
        what,
        conversation: member.to_owned(),
        item,
        answered: false,
    };
    Ok(begin(world, &mut state, app, parcel))
}

/// Sends the message of an exchange again, as the platform does when it had no answer.
pub(crate) fn resend(world: &Arc<World>, exchange: u64) -> Result<u64, SandboxError> {
    let mut state = world.lock();
    let callback = state.callback.clone().ok_or(SandboxError::NoCallback)?;
    let old = state.exchanges.get(exchange).cloned();
    let old = old.ok_or_else(|| SandboxError::Unknown {
        what: "exchange",
        id: exchange.to_string(),
    })?;
    let Some(conversation) = old.conversation else {
        drop(state);
        return verify(world);
    };
    check_room(&state)?;
    let app = first_app(&state)?;
    let parcel = Parcel {
        callback,
        plain: old.plain,
        what: old.what,
        conversation,
        item: old.item,
        answered: old.state == State::Replied,
    };
    Ok(begin(world, &mut state, app, parcel))
}

/// Waits until an exchange has ended: its last attempt is over, and its items are in the conversation.
pub(crate) async fn ended(world: &World, exchange: u64) -> Ended {
    let waiting = world.lock().callbacks.wait(exchange);
    if let Some(mut waiting) = waiting
        && let Ok(ended) = waiting.wait_for(Option::is_some).await
        && let Some(ended) = ended.clone()
    {
        return ended;
    }
    let state = world.lock();
    Ended::from(state.exchanges.get(exchange))
}

/// The app that is called back.
fn first_app(state: &WorldState) -> Result<Arc<App>, SandboxError> {
    let app = state.apps.first().map(Arc::clone);
    app.ok_or(SandboxError::NoCallback)
}

/// What is to be sent, and where it belongs.
struct Parcel {
    callback: String,
    plain: Arc<str>,
    what: String,
    conversation: String,
    /// The member's item that it carries.
    item: Option<u64>,
    /// Whether the member has seen a reply to it already: it is sent again.
    answered: bool,
}

/// Begins an exchange, and sends it in the background.
fn begin(world: &Arc<World>, state: &mut WorldState, app: Arc<App>, parcel: Parcel) -> u64 {
    let fault = state.faults.strike_callback();
    if fault.is_some() {
        state.faults_changed();
    }
    let limit = millis(world.timing.answer);
    let plain = Arc::clone(&parcel.plain);
    let mut exchange = Exchange::new(parcel.what, plain, state.now_ms(), limit);
    exchange.item = parcel.item;
    exchange.conversation = Some(parcel.conversation.clone());
    exchange.fault = fault.as_ref().map(Fault::name);
    let id = state.begin_exchange(exchange);
    state.callbacks.begin(id);
    let (callback, conversation) = (parcel.callback, parcel.conversation);
    let mut job = Job::new(world, id, callback, conversation, parcel.plain, fault);
    job.shown = AtomicUsize::new(parcel.answered.into());
    world.runtime.spawn(job.run(app));
    id
}

/// Members write to the app; in group chats and robots' groups only the app and the robot do.
fn check_conversation(state: &WorldState, id: &str) -> Result<(), SandboxError> {
    match state.conversations.kind_of(id) {
        Some(ConversationKind::Member) => Ok(()),
        Some(_) => Err(refused(
            "the platform calls back for what a member writes to the app, not for what is said in a group",
            "只有成员直接发给应用的消息才会回调, 群里的消息不会",
        )),
        None => Err(SandboxError::Unknown {
            what: "member",
            id: id.to_owned(),
        }),
    }
}

/// Refuses what would be one callback too many in flight.
fn check_room(state: &WorldState) -> Result<(), SandboxError> {
    if state.callbacks.in_flight() < MAX_IN_FLIGHT {
        return Ok(());
    }
    Err(refused(
        "2,000 callbacks wait for their answers already; wait until some have ended",
        "已有 2000 个回调在等待应答, 请稍后再试",
    ))
}

fn refused(en: &'static str, zh: &'static str) -> SandboxError {
    SandboxError::Refused(Words::new(en, zh))
}

/// What is said of a reply that was cut; `unit` is in English and Chinese.
fn cut(what: &str, length: usize, kept: usize, unit: (&str, &str)) -> Words {
    let (length, kept) = (thousands(length), thousands(kept));
    let (en, zh) = unit;
    Words::new(
        format!("the reply is cut: {what} {length} → {kept} {en}"),
        format!("回复被截断: {what} {length} → {kept} {zh}"),
    )
}

/// A number as it is read: 4,500.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// How many callbacks may wait for their answers at a time.
const MAX_IN_FLIGHT: usize = 2000;
