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
use crate::recipient::Recipient;
use crate::reply::{Cut, Reply};

/// A late reply goes out as a message of its own, with [`WeChatClient::send`]; a long text, and news of many articles, as
/// several, up to 20. Those to one member go out one after the other, in the order in which they came.
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

    fn can_deliver(&self, late: &LateReply) -> Result<(), BoxError> {
        let (messages, _) = self.messages_of(late.reply.clone(), &late.to)?;
        let to = Recipient::from(&late.to);
        for message in &messages {
            outgoing::prepare(message, &to, &SendOptions::default(), self.way())?;
        }
        Ok(())
    }
}

impl WeChatClient {
    async fn deliver_late(&self, late: LateReply) -> Result<(), BoxError> {
        let LateReply {
            to,
            reply,
            response_code,
            task_id,
            ..
        } = late;
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
                let (messages, cuts) = self.messages_of(reply, &to)?;
                for cut in cuts {
                    warn!(app = %self.app(), %to, what = cut.what, length = cut.length, kept = cut.kept, unit = cut.unit, "reply truncated");
                }
                for message in messages {
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

    /// The messages that a reply becomes: one, but several for more articles than one takes. What is too long for any number
    /// of messages ends in a mark.
    fn messages_of(
        &self,
        mut reply: Reply,
        to: &UserId,
    ) -> Result<(Vec<Outgoing>, Vec<Cut>), BoxError> {
        let platform = self.kind().platform();
        let kind = reply.msg_type().unwrap_or("none");
        let mut cuts = reply.fit_titles(platform);
        let replies = match reply {
            Reply::Text(mut text) => {
                cuts.extend(self.cut_to_parts(&mut text, to));
                vec![Reply::Text(text)]
            }
            Reply::News(mut articles) => {
                let length = articles.len();
                if length > MOST_ARTICLES {
                    articles.truncate(MOST_ARTICLES);
                    cuts.push(Cut {
                        what: "Articles",
                        length,
                        limit: MOST_ARTICLES,
                        kept: MOST_ARTICLES,
                        unit: "articles",
                    });
                }
                let articles = articles.chunks(platform.articles_to_message);
                articles.map(|some| Reply::News(some.to_vec())).collect()
            }
            reply => vec![reply],
        };
        let messages = replies.into_iter().map(Outgoing::from_reply);
        let messages: Option<Vec<Outgoing>> = messages.collect();
        let messages =
            messages.ok_or_else(|| format!("a reply of type {kind} cannot be sent later"))?;
        Ok((messages, cuts))
    }

    /// Cuts a text to what goes out in several messages.
    fn cut_to_parts(&self, text: &mut String, to: &UserId) -> Option<Cut> {
        let to = Recipient::from(to);
        let fits = |text: &str| {
            let what = Outgoing::text(text);
            let prepared = outgoing::prepare(&what, &to, &SendOptions::default(), self.way());
            !matches!(prepared, Err(OutgoingError::TooManyParts { .. }))
        };
        if fits(text) {
            return None;
        }
        let length = text.len();
        let cut = |length: usize| {
            let head = text.get(..text.floor_char_boundary(length));
            format!(
                "{}{}",
                head.unwrap_or_default().trim_end(),
                Reply::UNFINISHED
            )
        };
        let (mut short, mut long) = (0, length);
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

/// Articles of one reply; an Official Account sends each as a message.
const MOST_ARTICLES: usize = 20;

/// Late replies to one member that wait; more are not delivered.
const LONGEST_ROW: usize = 20;

/// From so many members on those are forgotten who wait for nothing.
const TIDY_AT: usize = 256;
