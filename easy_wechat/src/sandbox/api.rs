//! The API under `/cgi-bin/`: the platform's answers, codes and limits.
//!
//! Every answer has HTTP status 200, also a refusal; the code stands in the body, and in the headers `error-code` and
//! `error-msg`. An address that the sandbox does not have answers 40066, which is an assumption; each call is recorded, with
//! what was wrong with it in plain words.

mod act;
mod agent;
mod answer;
mod appchat;
mod body;
mod card;
mod card_update;
mod codes;
mod contacts;
mod content;
mod custom;
mod cuts;
mod deliver;
mod dispatch;
mod endpoints;
mod error;
mod expiring;
mod media;
mod menu;
mod rates;
mod recall;
mod recipients;
mod record;
mod refusal;
mod request;
mod send;
mod struck;
mod token;
mod webhook;

pub(crate) use custom::note_from_member;
pub(crate) use menu::menu;
pub(crate) use webhook::robot_key;

use std::collections::{BTreeMap, VecDeque};

use actix_web::web::{self, ServiceConfig};
use serde_json::Value;

use super::conversations::Item;
use super::world::WorldState;
use appchat::Chat;
use custom::Allowed;
use expiring::Expiring;
use rates::{MemberRates, Window};
use send::{OpenCard, Repeatable, Sent};
use webhook::Robot;

/// What only calls of the API read and change. All of it has its bounds, and ends by the clock.
#[derive(Debug)]
pub(crate) struct ApiState {
    /// Requests that are not delivered twice, with the number of the message.
    duplicates: Expiring<Repeatable, String>,
    /// The last messages, oldest first.
    sent: VecDeque<Sent>,
    /// By response code.
    cards: Expiring<String, OpenCard>,
    /// The task ids that an app has used.
    tasks: Expiring<(usize, String), ()>,
    rates: MemberRates,
    /// How many messages an app has sent on a day.
    counts: BTreeMap<(i64, usize), u64>,
    /// By chatid.
    chats: BTreeMap<String, Chat>,
    created: Window,
    robot: Robot,
    /// By app.
    menus: BTreeMap<usize, Value>,
    /// Tokens that were renewed by force.
    forced: Window,
    /// What an Official Account may send, by follower.
    windows: Expiring<String, Allowed>,
}

impl Default for ApiState {
    fn default() -> Self {
        Self {
            duplicates: Expiring::new(MAX_ENTRIES),
            sent: VecDeque::new(),
            cards: Expiring::new(MAX_ENTRIES),
            tasks: Expiring::new(MAX_ENTRIES),
            rates: MemberRates::default(),
            counts: BTreeMap::new(),
            chats: BTreeMap::new(),
            created: Window::default(),
            robot: Robot::default(),
            menus: BTreeMap::new(),
            forced: Window::default(),
            windows: Expiring::new(MAX_ENTRIES),
        }
    }
}

/// Mounts `/cgi-bin/…`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(web::scope("/cgi-bin").default_service(web::to(dispatch::serve)));
}

impl ApiState {
    /// The key of the robot's webhook, if there is one.
    pub(crate) fn webhook_key(&self) -> Option<&str> {
        self.robot.key()
    }
}

/// The `ResponseCode` of a click on a card that the app that is called back has sent: good for one change of it. `None` when
/// the bubble is no such card.
pub(crate) fn response_code(state: &mut WorldState, card: &Item) -> Option<String> {
    let msgid = card.msgid.clone()?;
    let sent = state.api.sent.iter().find(|sent| sent.msgid == msgid);
    let app = sent.map_or(0, |sent| sent.app);
    let buttons = card::has_buttons(&card.content);
    let card = OpenCard {
        app,
        msgid,
        buttons,
    };
    Some(send::response_code(state, card))
}

const MAX_ENTRIES: usize = 10_000;
