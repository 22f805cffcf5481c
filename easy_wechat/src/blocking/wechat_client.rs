use serde::de::DeserializeOwned;
use serde_json::Value;

use super::runtime::Runtime;
use super::waiting;
use crate::client::{
    self, Agent, AgentBrief, AppStatistics, Call, CardUpdate, Chat, ChatUpdate, ClientError,
    Department, DepartmentPlace, Download, Downloaded, Media, Menu, Missed, NewChat, Receipt,
    StatisticsDay, Tag, TagContent, Upload, Uploaded, User, UserBrief, UserIds,
};
use crate::config::Config;
use crate::ids::{AgentId, ChatId, MediaId, MsgId, PartyId, TagId, UserId};
use crate::outgoing::{MediaType, Outgoing, SendOptions};
use crate::platform::AccountKind;
use crate::recipient::Recipient;

/// [`client::WeChatClient`] for programs without async. Clones are the same client, and cheap.
///
/// One with other settings than those of the configuration is made of an async one:
///
/// ```no_run
/// # fn main() -> Result<(), easy_wechat::BoxError> {
/// use std::time::Duration;
/// use easy_wechat::{Config, WeChatClient, blocking};
///
/// let client = WeChatClient::builder(&Config::find()?, "demo")?.patience(Duration::from_secs(60)).build()?;
/// let client = blocking::WeChatClient::from(client);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct WeChatClient {
    client: client::WeChatClient,
    runtime: Runtime,
}

impl WeChatClient {
    /// As [`client::WeChatClient::new`].
    ///
    /// # Errors
    /// As there.
    pub fn new(app: &str) -> Result<Self, ClientError> {
        client::WeChatClient::new(app).map(Self::from)
    }

    /// As [`client::WeChatClient::from_config`].
    ///
    /// # Errors
    /// As there.
    pub fn from_config(config: &Config, app: &str) -> Result<Self, ClientError> {
        client::WeChatClient::from_config(config, app).map(Self::from)
    }

    /// The name of the section that it was made from.
    pub fn app(&self) -> &str {
        self.client.app()
    }

    /// The app's number; `None` on an Official Account.
    pub fn agent_id(&self) -> Option<AgentId> {
        self.client.agent_id()
    }

    /// The platform.
    pub fn kind(&self) -> AccountKind {
        self.client.kind()
    }

    /// [`call`](client::WeChatClient::call), and waits for it.
    ///
    /// # Errors
    /// As there.
    pub fn call<T: DeserializeOwned + Send + 'static>(&self, call: Call) -> Result<T, ClientError> {
        let client = self.client.clone();
        self.runtime
            .wait_for(async move { client.call(call).await })
    }

    /// [`send_media`](client::WeChatClient::send_media), and waits for it.
    ///
    /// # Errors
    /// As there.
    pub fn send_media(
        &self,
        media_type: &str,
        content: Value,
        to: impl Into<Recipient>,
    ) -> Result<Receipt, ClientError> {
        self.send(to, &Outgoing::from_json(media_type, content)?)
    }

    /// [`send`](client::WeChatClient::send), and waits for it.
    ///
    /// # Errors
    /// As there.
    pub fn send(&self, to: impl Into<Recipient>, what: &Outgoing) -> Result<Receipt, ClientError> {
        self.send_with(to, what, &SendOptions::default())
    }

    /// [`send_with`](client::WeChatClient::send_with), and waits for it.
    ///
    /// # Errors
    /// As there.
    pub fn send_with(
        &self,
        to: impl Into<Recipient>,
        what: &Outgoing,
        options: &SendOptions,
    ) -> Result<Receipt, ClientError> {
        let client = self.client.clone();
        let (to, what, options) = (to.into(), what.clone(), options.clone());
        self.runtime
            .wait_for(async move { client.send_with(to, &what, &options).await })
    }

    /// [`update_template_card`](client::WeChatClient::update_template_card), and waits for it.
    ///
    /// # Errors
    /// As there.
    pub fn update_template_card(
        &self,
        response_code: &str,
        update: &CardUpdate,
        to: impl Into<Recipient>,
    ) -> Result<Missed, ClientError> {
        let client = self.client.clone();
        let (code, update, to) = (response_code.to_owned(), update.clone(), to.into());
        self.runtime
            .wait_for(async move { client.update_template_card(&code, &update, to).await })
    }

    /// [`update_taskcard`](client::WeChatClient::update_taskcard), and waits for it.
    ///
    /// # Errors
    /// As there.
    pub fn update_taskcard(
        &self,
        task_id: &str,
        replace_name: &str,
        to: impl Into<Recipient>,
    ) -> Result<Missed, ClientError> {
        let client = self.client.clone();
        let (task_id, name, to) = (task_id.to_owned(), replace_name.to_owned(), to.into());
        self.runtime
            .wait_for(async move { client.update_taskcard(&task_id, &name, to).await })
    }
}

impl From<client::WeChatClient> for WeChatClient {
    fn from(client: client::WeChatClient) -> Self {
        Self {
            client,
            runtime: Runtime::default(),
        }
    }
}

waiting! { WeChatClient:
    fn recall(message: &MsgId) -> () => (&message);
    fn upload_media(media_type: MediaType, file: Upload) -> Uploaded => (media_type, file);
    fn upload_image(file: Upload) -> String => (file);
    fn download_media(media_id: &MediaId, to: Download) -> Downloaded => (&media_id, to);
    fn media(media_id: &MediaId) -> Media => (&media_id);
    fn create_chat(new: &NewChat) -> ChatId => (&new);
    fn update_chat(chat: &ChatId, update: &ChatUpdate) -> () => (&chat, &update);
    fn chat(chat: &ChatId) -> Chat => (&chat);
    fn send_to_chat(chat: &ChatId, what: &Outgoing) -> () => (&chat, &what);
    fn send_to_chat_with(chat: &ChatId, what: &Outgoing, options: &SendOptions) -> () => (&chat, &what, &options);
    fn user(id: &UserId) -> User => (&id);
    fn users_of(department: &PartyId, fetch_child: bool) -> Vec<UserBrief> => (&department, fetch_child);
    fn user_ids(cursor: Option<String>) -> UserIds => (cursor);
    fn departments() -> Vec<Department> => ();
    fn departments_of(top: &PartyId) -> Vec<Department> => (&top);
    fn department_ids() -> Vec<DepartmentPlace> => ();
    fn tags() -> Vec<Tag> => ();
    fn tag(tag: &TagId) -> TagContent => (&tag);
    fn create_tag(name: &str, id: Option<TagId>) -> TagId => (&name, id);
    fn add_tag_users(tag: &TagId, users: &[UserId], departments: &[PartyId]) -> Missed
        => (&tag, &users, &departments);
    fn remove_tag_users(tag: &TagId, users: &[UserId], departments: &[PartyId]) -> Missed
        => (&tag, &users, &departments);
    fn callback_ips() -> Vec<String> => ();
    fn api_domain_ips() -> Vec<String> => ();
    fn agent() -> Agent => ();
    fn agents() -> Vec<AgentBrief> => ();
    fn statistics(day: StatisticsDay) -> Vec<AppStatistics> => (day);
    fn create_menu(menu: &Menu) -> () => (&menu);
    fn menu() -> Option<Menu> => ();
    fn delete_menu() -> () => ();
}
