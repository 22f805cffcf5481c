//! The app itself: what the console says of it, and how much it has sent.

use serde::Deserialize;
use serde_json::json;

use super::WeChatClient;
use super::lenient::{Other, inner_texts, number, switch, text};
use crate::call::{Call, ClientError};
use crate::ids::{AgentId, PartyId, TagId, UserId};

/// An app of WeCom.
///
/// <https://developer.work.weixin.qq.com/document/path/90227>
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Agent {
    /// Its number.
    #[serde(deserialize_with = "agent_id")]
    pub agentid: AgentId,
    /// Its name.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// The address of its picture.
    #[serde(deserialize_with = "text")]
    pub square_logo_url: String,
    /// What it is for.
    #[serde(deserialize_with = "text")]
    pub description: String,
    /// Members in its visible range (可见范围).
    #[serde(deserialize_with = "inner_texts")]
    pub allow_userinfos: Vec<UserId>,
    /// Departments in its visible range.
    #[serde(deserialize_with = "inner_texts")]
    pub allow_partys: Vec<PartyId>,
    /// Tags in its visible range.
    #[serde(deserialize_with = "inner_texts")]
    pub allow_tags: Vec<TagId>,
    /// Whether it is switched off.
    #[serde(deserialize_with = "switch")]
    pub close: bool,
    /// The trusted domain (可信域名).
    #[serde(deserialize_with = "text")]
    pub redirect_domain: String,
    /// Whether it gets the event `LOCATION` when a member enters.
    #[serde(deserialize_with = "switch")]
    pub report_location_flag: bool,
    /// Whether it gets the event `enter_agent`.
    #[serde(deserialize_with = "switch")]
    pub isreportenter: bool,
    /// Its home page.
    #[serde(deserialize_with = "text")]
    pub home_url: String,
    /// All else that came.
    #[serde(flatten)]
    pub other: Other,
}

/// An app in a list.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AgentBrief {
    /// Its number.
    #[serde(deserialize_with = "agent_id")]
    pub agentid: AgentId,
    /// Its name.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// The address of its picture.
    #[serde(deserialize_with = "text")]
    pub square_logo_url: String,
    /// All else that came.
    #[serde(flatten)]
    pub other: Other,
}

/// How much an app has sent.
///
/// <https://developer.work.weixin.qq.com/document/path/92369>
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AppStatistics {
    /// The app's number.
    #[serde(deserialize_with = "agent_id")]
    pub agentid: AgentId,
    /// Its name.
    #[serde(deserialize_with = "text")]
    pub app_name: String,
    /// How many messages arrived, each counted for each member.
    #[serde(deserialize_with = "number")]
    pub count: i64,
    /// All else that came.
    #[serde(flatten)]
    pub other: Other,
}

/// The day of [`WeChatClient::statistics`], as the platform in China counts days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatisticsDay {
    /// Today until now.
    #[default]
    Today,
    /// Yesterday.
    Yesterday,
}

impl WeChatClient {
    /// The app itself. WeCom only.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90227>
    ///
    /// # Errors
    /// [`ClientError::Api`]: 301002 when `appid` in `config.ini` is another app's than `secret`.
    pub async fn agent(&self) -> Result<Agent, ClientError> {
        let call = self.with_agent(Call::get("/cgi-bin/agent/get"));
        self.read(call).await
    }

    /// The apps that this one's secret may see: itself. WeCom only.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90227>
    ///
    /// # Errors
    /// [`ClientError::Api`] when the platform refuses.
    pub async fn agents(&self) -> Result<Vec<AgentBrief>, ClientError> {
        let call = Call::get("/cgi-bin/agent/list");
        self.read_field(call, "agentlist").await
    }

    /// How many messages arrived on a day, by app. WeCom only.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/92369>
    ///
    /// # Errors
    /// [`ClientError::Api`] when the platform refuses.
    pub async fn statistics(&self, day: StatisticsDay) -> Result<Vec<AppStatistics>, ClientError> {
        let body = json!({"time_type": i32::from(day == StatisticsDay::Yesterday)});
        let call = Call::post("/cgi-bin/message/get_statistics", &body).repeatable();
        self.read_field(call, "statistics").await
    }

    /// Names the app in the address, where the platform wants it; Official Accounts have no number.
    pub(super) fn with_agent(&self, call: Call) -> Call {
        match self.agent_id() {
            Some(agent) => call.query("agentid", agent),
            None => call,
        }
    }
}

fn agent_id<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<AgentId, D::Error> {
    number(deserializer).map(AgentId)
}
