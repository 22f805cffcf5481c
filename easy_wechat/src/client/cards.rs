use serde_json::{Map, Value, json};

use super::WeChatClient;
use crate::call::{Call, ClientError, Missed, Receipt};
use crate::clean::cleaned;
use crate::ids::{MsgId, PartyId, TagId, UserId};
use crate::outgoing::{self, OutgoingError, Way};
use crate::recipient::Recipient;
use crate::reply::TemplateCard;

/// What becomes of a template card that was sent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CardUpdate {
    /// Its buttons are greyed, with this text; for cards with buttons, votes and choices.
    Button {
        /// The buttons' new text.
        replace_name: String,
    },
    /// Another card takes its place.
    Card(TemplateCard),
}

impl WeChatClient {
    /// Takes a message back, within 24 hours. It disappears from WeCom; what was shown in the WeChat plug-in stays.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/94867>
    ///
    /// # Errors
    /// [`ClientError::Outgoing`] for an empty id; [`ClientError::Api`]: it is of another app, too old, or unknown.
    pub async fn recall(&self, message: &MsgId) -> Result<(), ClientError> {
        OutgoingError::needed("msgid", message.as_str())?;
        let body = json!({"msgid": message.as_str()});
        // To take it back twice is to take it back.
        let call = Call::post("/cgi-bin/message/recall", &body).repeatable();
        self.object(&call).await.map(|_| ())
    }

    /// Changes a template card that was sent, for all who got it or for some.
    ///
    /// `response_code` came with the [`Receipt`] of the message, or with the click on the card
    /// (`message.get("ResponseCode")`). It is good once, within 72 hours.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/94888>
    ///
    /// # Errors
    /// [`ClientError::Outgoing`] before anything is sent, when the platform would not take it; [`ClientError::Api`]: 60140 when the code was used, is too old or unknown. [`ClientError::MaybeDelivered`] when the
    /// answer was lost: the code may be used up.
    pub async fn update_template_card(
        &self,
        response_code: &str,
        update: &CardUpdate,
        to: impl Into<Recipient>,
    ) -> Result<Missed, ClientError> {
        let to = to.into();
        outgoing::check_recipient(&to, Way::App)?;
        OutgoingError::needed("response_code", response_code)?;
        match update {
            CardUpdate::Button { replace_name } => {
                OutgoingError::needed("button.replace_name", replace_name)?;
            }
            CardUpdate::Card(card) => outgoing::check_card(card.as_json())?,
        }
        let mut body = self.whom(&to);
        body.insert("response_code".to_owned(), json!(response_code));
        let (name, change) = match update {
            CardUpdate::Button { replace_name } => {
                ("button", json!({"replace_name": cleaned(replace_name)}))
            }
            CardUpdate::Card(card) => (
                "template_card",
                outgoing::cleaned_json(json!(card.as_json())),
            ),
        };
        body.insert(name.to_owned(), change);
        let call = Call::post("/cgi-bin/message/update_template_card", &body);
        let answer = self.object(&call).await?;
        Ok(Receipt::read(&answer).missed)
    }

    /// Greys the button of an old task card (任务卡片) for some members.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/91579>
    ///
    /// # Errors
    /// As for [`WeChatClient::update_template_card`].
    pub async fn update_taskcard(
        &self,
        task_id: &str,
        replace_name: &str,
        to: impl Into<Recipient>,
    ) -> Result<Missed, ClientError> {
        let to = to.into();
        outgoing::check_recipient(&to, Way::App)?;
        OutgoingError::needed("task_id", task_id)?;
        OutgoingError::needed("replace_name", replace_name)?;
        let mut body = self.whom(&to);
        body.insert("task_id".to_owned(), json!(task_id));
        body.insert("replace_name".to_owned(), json!(cleaned(replace_name)));
        let call = Call::post("/cgi-bin/message/update_taskcard", &body).repeatable();
        let answer = self.object(&call).await?;
        Ok(Receipt::read(&answer).missed)
    }

    /// The receivers as lists, which is how these calls want them.
    fn whom(&self, to: &Recipient) -> Map<String, Value> {
        let agent = self.0.credentials.agent.map(|agent| agent.0);
        let mut body = Map::new();
        match to {
            Recipient::Everyone => {
                body.insert("atall".to_owned(), json!(1));
            }
            Recipient::Chosen {
                users,
                parties,
                tags,
            } => {
                let users = users.iter().map(UserId::as_str);
                let parties = parties.iter().map(PartyId::as_str).map(number);
                let tags = tags.iter().map(TagId::as_str).map(number);
                body.insert("userids".to_owned(), users.collect());
                body.insert("partyids".to_owned(), parties.collect());
                body.insert("tagids".to_owned(), tags.collect());
            }
        }
        body.insert("agentid".to_owned(), json!(agent));
        body
    }
}

/// Numbers as numbers; what is none is the platform's to judge.
pub(super) fn number(text: &str) -> Value {
    text.parse::<i64>()
        .map_or_else(|_| json!(text), |number| json!(number))
}
