//! Group chats that the app makes, and what it says there.
//!
//! Only for apps of WeCom whose visible range (可见范围) is the whole corporation, and only for group chats that the same
//! app has made. <https://developer.work.weixin.qq.com/document/path/90244>

mod chat;

pub use chat::{Chat, ChatUpdate, NewChat};

use serde_json::{Map, Value};
use tracing::{debug, info, warn};

use super::{WeChatClient, parts};
use crate::call::{Call, ClientError, Receipt};
use crate::ids::ChatId;
use crate::outgoing::{self, Outgoing, OutgoingError, Part, Prepared, SendOptions, Way};
use crate::recipient::Recipient;
use crate::reply::Cut;

impl WeChatClient {
    /// Makes a group chat, and gives its id. Its members do not see it before something is said there.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90245>
    ///
    /// # Errors
    /// [`ClientError::Outgoing`] before anything is sent, when the platform would not take it; [`ClientError::Api`]:
    /// 86215 when the id is taken, 86007 for a member who does not exist, ….
    pub async fn create_chat(&self, new: &NewChat) -> Result<ChatId, ClientError> {
        new.check()?;
        self.warn_of(new.cuts());
        let call = Call::post("/cgi-bin/appchat/create", &new.to_json());
        let made: chat::Made = self.read(call.clone()).await?;
        let id = Some(made.chatid).filter(|id| !id.as_str().is_empty());
        id.or_else(|| new.chatid.clone())
            .ok_or_else(|| ClientError::garbled(call.path(), "JSON without a chatid", false))
    }

    /// Changes the name, the owner or the members of a group chat.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90246>
    ///
    /// # Errors
    /// [`ClientError::Outgoing`] before anything is sent, when the platform would not take it; [`ClientError::Api`]: 86003 when there is no such group chat, 86008 when another app has made it, ….
    pub async fn update_chat(&self, chat: &ChatId, update: &ChatUpdate) -> Result<(), ClientError> {
        OutgoingError::needed("chatid", chat.as_str())?;
        update.check()?;
        self.warn_of(update.cuts());
        let call = Call::post("/cgi-bin/appchat/update", &update.to_json(chat));
        self.object(&call).await.map(|_| ())
    }

    /// A group chat: its name, owner and members.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90247>
    ///
    /// # Errors
    /// As for [`WeChatClient::update_chat`].
    pub async fn chat(&self, chat: &ChatId) -> Result<Chat, ClientError> {
        let call = Call::get("/cgi-bin/appchat/get").query("chatid", chat);
        self.read_field(call, "chat_info").await
    }

    /// Says something in a group chat, with the usual [`SendOptions`].
    ///
    /// A text that is over the platform's 2048 bytes goes out in parts, in order. The platform gives no number for what
    /// is said, so that it cannot be recalled. Which types it takes: [`Way::GroupChat`].
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90248>
    ///
    /// # Errors
    /// As for [`WeChatClient::send`] and [`WeChatClient::update_chat`].
    pub async fn send_to_chat(&self, chat: &ChatId, what: &Outgoing) -> Result<(), ClientError> {
        self.send_to_chat_with(chat, what, &SendOptions::default())
            .await
    }

    /// Says something in a group chat.
    ///
    /// # Errors
    /// As for [`WeChatClient::send_to_chat`].
    pub async fn send_to_chat_with(
        &self,
        chat: &ChatId,
        what: &Outgoing,
        options: &SendOptions,
    ) -> Result<(), ClientError> {
        OutgoingError::needed("chatid", chat.as_str())?;
        let options = self.with_own_fallback(options);
        let way = Way::GroupChat;
        let Prepared {
            parts,
            cuts,
            ignored,
        } = outgoing::prepare(what, &Recipient::Everyone, &options, way)?;
        for cut in cuts {
            warn!(app = %self.0.app, %chat, kind = what.msg_type(), "{cut}");
        }
        for ignored in ignored {
            warn!(app = %self.0.app, %chat, kind = what.msg_type(), "{ignored}");
        }
        let mut beside = options.fields(way);
        beside.insert("chatid".to_owned(), chat.as_str().into());
        let sent = parts::in_order(parts, |part| self.say(chat, part, beside.clone())).await;
        sent.map(|_| ())
    }

    fn warn_of(&self, cuts: Vec<Cut>) {
        for cut in cuts {
            warn!(app = %self.0.app, "{cut}");
        }
    }

    async fn say(
        &self,
        chat: &ChatId,
        part: Part,
        beside: Map<String, Value>,
    ) -> Result<Receipt, ClientError> {
        let inner = &self.0;
        if inner.settings.rate_limits {
            let (clock, patience) = (&inner.clock, inner.settings.patience);
            parts::enter(&inner.paces.chats, [chat.as_str()], clock, patience, LIMIT).await?;
        }
        let (app, kind) = (&inner.app, part.msg_type.clone());
        debug!(%app, %chat, %kind, content = %part.content, "sending");
        let call = Call::post("/cgi-bin/appchat/send", &parts::body(part, beside)).says_errcode();
        match self.object(&call).await {
            Ok(_) => {
                info!(%app, %kind, "send message successful to group chat {chat}");
                Ok(Receipt::default())
            }
            Err(error) => {
                warn!(%app, %chat, %kind, %error, "send message failed");
                Err(error)
            }
        }
    }
}

/// <https://developer.work.weixin.qq.com/document/path/90248>
const LIMIT: &str = "200 messages a minute and 10,000 a day to a member of group chats";
