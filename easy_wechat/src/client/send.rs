use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use tracing::{debug, info, warn};

use super::{Inner, WeChatClient, parts};
use crate::call::{Call, ClientError, Receipt};
use crate::config::PlugInReaders;
use crate::ids::{MsgId, UserId};
use crate::outgoing::{self, MarkdownFallback, Outgoing, Part, Prepared, SendOptions, Way};
use crate::platform::AccountKind;
use crate::recipient::Recipient;

impl WeChatClient {
    /// Sends a message of any type, with its content as the platform documents it.
    ///
    /// `to` is a userid, several with `|` between them, `@all`, or a [`Recipient`], which may also name departments and
    /// tags. On an Official Account it is one openid.
    ///
    /// ```no_run
    /// # async fn example(client: easy_wechat::WeChatClient) -> Result<(), easy_wechat::BoxError> {
    /// use easy_wechat::Recipient;
    /// use serde_json::json;
    ///
    /// let _ = client.send_media("text", json!({"content": "message"}), "user_name").await?;
    /// let to = Recipient::users(["zhangsan"]).and_parties([2]).and_tags([7]);
    /// let _ = client.send_media("image", json!({"media_id": "MEDIA_ID"}), to).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As for [`WeChatClient::send`]; [`ClientError::Outgoing`] also when `media_type` is unknown or `content` is no JSON
    /// object.
    pub async fn send_media(
        &self,
        media_type: &str,
        content: Value,
        to: impl Into<Recipient>,
    ) -> Result<Receipt, ClientError> {
        let what = Outgoing::from_json(media_type, content)?;
        self.send(to, &what).await
    }

    /// Sends a message with the usual [`SendOptions`].
    ///
    /// A text that is over the platform's 2048 bytes goes out in parts, in order; what the platform would cut is cut, and
    /// said in the log. Everything is checked before anything leaves.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90236>,
    /// <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html>
    ///
    /// # Errors
    /// - [`ClientError::Outgoing`] before anything is sent, when the platform would not take it.
    /// - [`ClientError::Paced`] when the platform would drop it silently, for longer than `api_patience`.
    /// - [`ClientError::Api`] when the platform refuses: all receivers are unknown (81013), ….
    /// - [`ClientError::Unreachable`] when it never left.
    /// - [`ClientError::MaybeDelivered`] when the answer was lost: look before you send it again.
    /// - [`ClientError::Interrupted`] when some parts of it were sent.
    pub async fn send(
        &self,
        to: impl Into<Recipient>,
        what: &Outgoing,
    ) -> Result<Receipt, ClientError> {
        self.send_with(to, what, &SendOptions::default()).await
    }

    /// Sends a message.
    ///
    /// # Errors
    /// As for [`WeChatClient::send`].
    pub async fn send_with(
        &self,
        to: impl Into<Recipient>,
        what: &Outgoing,
        options: &SendOptions,
    ) -> Result<Receipt, ClientError> {
        let way = self.way();
        let options = self.with_own_fallback(options);
        let Prepared {
            parts,
            cuts,
            ignored,
        } = outgoing::prepare(what, &to.into(), &options, way)?;
        for cut in &cuts {
            warn!(app = %self.0.app, kind = what.msg_type(), "{cut}");
        }
        for ignored in &ignored {
            warn!(app = %self.0.app, kind = what.msg_type(), "{ignored}");
        }
        let fields = options.fields(way);
        let repeatable = options.duplicate_check.is_some() && way == Way::App;
        let sent = parts::in_order(parts, |part| self.send_part(part, &fields, repeatable)).await?;
        Ok(Receipt {
            cuts,
            ignored,
            ..sent
        })
    }

    async fn send_part(
        &self,
        part: Part,
        fields: &Map<String, Value>,
        repeatable: bool,
    ) -> Result<Receipt, ClientError> {
        self.0.enter(&part.to).await?;
        let call = match self.kind() {
            AccountKind::WeCom => Call::post(
                "/cgi-bin/message/send",
                &Body {
                    touser: part.to.touser(),
                    toparty: part.to.toparty(),
                    totag: part.to.totag(),
                    msgtype: &part.msg_type,
                    agentid: self.0.credentials.agent.map(|agent| agent.0),
                    content: Content(&part),
                    fields,
                },
            ),
            AccountKind::OfficialAccount => Call::post(
                "/cgi-bin/message/custom/send",
                &Body {
                    touser: part.to.touser(),
                    toparty: String::new(),
                    totag: String::new(),
                    msgtype: &part.msg_type,
                    agentid: None,
                    content: Content(&part),
                    fields,
                },
            ),
        };
        let call = call.says_errcode();
        let call = if repeatable { call.repeatable() } else { call };
        let to = part.to.to_string();
        let (app, kind) = (&self.0.app, &part.msg_type);
        debug!(%app, %to, %kind, content = %part.content, "sending");
        let answer = match self.object(&call).await {
            Ok(answer) => answer,
            Err(error) => {
                warn!(%app, %to, %kind, %error, "send message failed");
                return Err(error);
            }
        };
        let receipt = Receipt::read(&answer);
        let msgid = receipt.msg_ids.first().map(MsgId::as_str);
        if receipt.is_complete() {
            info!(%app, %kind, msgid, "send message successful to {to}");
        } else {
            warn!(%app, %kind, msgid, missed = %receipt.missed, "send message successful to {to}, but for some");
        }
        Ok(receipt)
    }

    pub(super) fn way(&self) -> Way {
        Way::of(self.kind())
    }

    /// Who says nothing else has the fallback of the settings.
    pub(super) fn with_own_fallback(&self, options: &SendOptions) -> SendOptions {
        let options = options.clone();
        if options.markdown_fallback != MarkdownFallback::Never {
            return options;
        }
        options.markdown_fallback(match &self.0.settings.markdown_as_text {
            PlugInReaders::Nobody => MarkdownFallback::Never,
            PlugInReaders::Everybody => MarkdownFallback::Always,
            PlugInReaders::Members(members) => MarkdownFallback::For(members.clone()),
        })
    }
}

impl Inner {
    /// Waits until a message to these members would not be dropped. Of departments, tags and everyone the members are not
    /// known; such a message counts as a call.
    async fn enter(&self, to: &Recipient) -> Result<(), ClientError> {
        if !self.settings.rate_limits {
            return Ok(());
        }
        let users: &[UserId] = match to {
            Recipient::Chosen { users, .. } => users,
            _ => &[],
        };
        let members = users.iter().map(UserId::as_str);
        parts::enter(
            &self.paces.members,
            members,
            &self.clock,
            self.settings.patience,
            LIMIT,
        )
        .await
    }
}

/// The body of a message, in the order in which the platform documents it.
#[derive(Serialize)]
struct Body<'a> {
    touser: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    toparty: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    totag: String,
    msgtype: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    agentid: Option<i64>,
    #[serde(flatten)]
    content: Content<'a>,
    #[serde(flatten)]
    fields: &'a Map<String, Value>,
}

/// The content under the name of its type.
struct Content<'a>(&'a Part);

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(&self.0.msg_type, &self.0.content)?;
        map.end()
    }
}

/// <https://developer.work.weixin.qq.com/document/path/90454>
const LIMIT: &str = "30 messages a minute and 1,000 an hour to one member";
