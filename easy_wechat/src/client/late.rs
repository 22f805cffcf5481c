//! Late replies as proactive messages.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot::{self, Receiver, Sender};
use tracing::warn;

use super::{CardUpdate, WeChatClient};
use crate::BoxError;
use crate::call::Missed;
use crate::ids::UserId;
use crate::late::{Delivering, LateReply, LateReplySink};
use crate::outgoing::{self, Outgoing, OutgoingError, SendOptions};
use crate::platform::AccountKind;
use crate::recipient::Recipient;
use crate::reply::{Cut, Reply, cut_articles};

/// A late reply goes out as a message of its own, with [`WeChatClient::send`]; a long text, and news of many articles, as
/// several: up to 20, on an Official Account 5 (3 after an event). Those to one member go out one after the other, in the order in which they came.
///
/// A card's update goes out by the response code of the click that it answers. A transfer to customer service has no
/// other form: it is an error, which the server logs.
impl LateReplySink for WeChatClient {
    fn deliver(&self, late: LateReply) -> Delivering {
        let turn = self.0.turns.take(&late.to);
        let client = self.clone();
        Box::pin(async move {
            let Some(turn) = turn else {
                return Err(
                    format!("{LONGEST_ROW} late replies to the member wait already").into(),
                );
            };
            let _turn = turn.come().await;
            client.deliver_late(late).await
        })
    }

    fn prepare(&self, late: &mut LateReply) -> Result<Vec<Cut>, BoxError> {
        let mut reply = late.reply.clone();
        let cuts = self.cut(&mut reply, &late.to, late.to_event);
        let to = Recipient::from(&late.to);
        for message in self.messages_of(reply.clone())? {
            outgoing::prepare(&message, &to, &SendOptions::default(), self.way())?;
        }
        late.reply = reply;
        Ok(cuts)
    }
}

impl WeChatClient {
    async fn deliver_late(&self, late: LateReply) -> Result<(), BoxError> {
        let LateReply {
            to,
            mut reply,
            response_code,
            task_id,
            to_event,
            ..
        } = late;
        // What was prepared is not cut again.
        for cut in self.cut(&mut reply, &to, to_event) {
            warn!(app = %self.app(), %to, what = cut.what, length = cut.length, kept = cut.kept, unit = cut.unit, "reply truncated");
        }
        let missed = match reply {
            Reply::UpdateButton { replace_name } => {
                let code = response_code.ok_or(NO_RESPONSE_CODE)?;
                let update = CardUpdate::Button { replace_name };
                self.update_template_card(&code, &update, &to).await?
            }
            Reply::UpdateTemplateCard(card) => {
                let code = response_code.ok_or(NO_RESPONSE_CODE)?;
                self.update_template_card(&code, &CardUpdate::Card(card), &to)
                    .await?
            }
            Reply::UpdateTaskcard { replace_name } => {
                let task_id = task_id.ok_or("the event that it answers has no TaskId")?;
                self.update_taskcard(&task_id, &replace_name, &to).await?
            }
            reply => {
                let mut missed = Missed::default();
                for message in self.messages_of(reply)? {
                    missed = self.send(&to, &message).await?.missed;
                    if !missed.is_nobody() {
                        break;
                    }
                }
                missed
            }
        };
        if missed.is_nobody() {
            return Ok(());
        }
        warn!(app = %self.app(), %to, ?missed, "the platform took the late reply and did not deliver it");
        Err("the member is unknown, or not in the app's visible range (可见范围)".into())
    }

    /// The messages that a reply becomes: one, but several for more articles than one takes.
    fn messages_of(&self, reply: Reply) -> Result<Vec<Outgoing>, BoxError> {
        let kind = reply.msg_type().unwrap_or("none");
        let replies = match reply {
            Reply::News(articles) => {
                let articles = articles.chunks(self.kind().platform().articles_to_message);
                articles.map(|some| Reply::News(some.to_vec())).collect()
            }
            reply => vec![reply],
        };
        let messages: Option<Vec<_>> = replies.into_iter().map(Outgoing::from_reply).collect();
        messages.ok_or_else(|| format!("a reply of type {kind} cannot be sent later").into())
    }

    /// Cuts what is too long for as many messages as may answer a callback.
    fn cut(&self, reply: &mut Reply, to: &UserId, to_event: bool) -> Vec<Cut> {
        let platform = self.kind().platform();
        let most = match self.kind() {
            AccountKind::WeCom => MOST_MESSAGES,
            AccountKind::OfficialAccount if to_event => MOST_TO_EVENT,
            AccountKind::OfficialAccount => MOST_TO_MESSAGE,
        };
        let mut cuts = reply.fit_titles(platform);
        match reply {
            Reply::Text(text) => cuts.extend(self.cut_text(text, most, to)),
            Reply::News(articles) => {
                let most = most * platform.articles_to_message;
                cuts.extend(cut_articles(articles, most, platform));
            }
            _ => {}
        }
        cuts
    }

    fn cut_text(&self, text: &mut String, most: usize, to: &UserId) -> Option<Cut> {
        let to = Recipient::from(to);
        let fits = |text: &str| {
            let what = Outgoing::text(text);
            match outgoing::prepare(&what, &to, &SendOptions::default(), self.way()) {
                Ok(prepared) => prepared.parts.len() <= most,
                Err(error) => !matches!(error, OutgoingError::TooManyParts { .. }),
            }
        };
        let length = text.len();
        if length <= MOST_BYTES && fits(text) {
            return None;
        }
        let cut = |length: usize| {
            let head = text.get(..text.floor_char_boundary(length));
            format!(
                "{}{}",
                head.unwrap_or_default().trim_end(),
                Reply::UNFINISHED
            )
        };
        let (mut short, mut long) = (0, length.min(MOST_BYTES));
        while long - short > 1 {
            let middle = short.midpoint(long);
            if fits(&cut(middle)) {
                short = middle;
            } else {
                long = middle;
            }
        }
        *text = cut(short);
        Some(Cut {
            what: "Content",
            length,
            limit: text.len(),
            kept: text.len(),
            unit: "bytes",
        })
    }
}

/// Who waits for whom: the late replies of one member go out one after the other.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<UserId, Row>>);

/// Those of one member that wait or are under way.
#[derive(Debug)]
struct Row {
    last: Receiver<()>,
    /// Each of them holds it.
    length: Arc<()>,
}

/// A place in the row; the next one's turn comes when it is dropped.
#[derive(Debug)]
struct Turn {
    before: Option<Receiver<()>>,
    _next: Sender<()>,
    _counted: Arc<()>,
}

impl Turns {
    /// A place at the end of the member's row; `None` when it is full, as when the platform is down for long: the replies
    /// of one member must not take the places of all handlers.
    fn take(&self, who: &UserId) -> Option<Turn> {
        let (next, mine) = oneshot::channel();
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if rows.len() >= TIDY_AT {
            rows.retain(|_, row| Arc::strong_count(&row.length) > 1);
        }
        let Some(row) = rows.get_mut(who) else {
            let length = Arc::new(());
            let counted = Arc::clone(&length);
            rows.insert(who.clone(), Row { last: mine, length });
            return Some(Turn {
                before: None,
                _next: next,
                _counted: counted,
            });
        };
        if Arc::strong_count(&row.length) > LONGEST_ROW {
            return None;
        }
        Some(Turn {
            before: Some(mem::replace(&mut row.last, mine)),
            _next: next,
            _counted: Arc::clone(&row.length),
        })
    }
}

impl Turn {
    async fn come(mut self) -> Self {
        if let Some(before) = self.before.take() {
            // That the one before is dropped is the signal; it never sends.
            let _ = before.await;
        }
        self
    }
}

const NO_RESPONSE_CODE: &str = "the event that it answers has no ResponseCode";

/// As many as [`outgoing::prepare`] makes of a text. An app's messages to one member, over 30 in a minute, get lost.
/// <https://developer.work.weixin.qq.com/document/path/90454>
const MOST_MESSAGES: usize = 20;

/// The messages hold 40 KB. The rest is for what is left out of a text, such as blanks at the ends of lines; a longer text
/// is not looked at, since a handler may return tens of MB.
const MOST_BYTES: usize = 256 << 10;

/// What an Official Account may send for a message of the user's, and for a click or a scan.
/// <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html>
const MOST_TO_MESSAGE: usize = 5;
const MOST_TO_EVENT: usize = 3;

/// Late replies to one member that wait; more are not delivered.
const LONGEST_ROW: usize = 20;

/// From so many members on those are forgotten who wait for nothing.
const TIDY_AT: usize = 256;
