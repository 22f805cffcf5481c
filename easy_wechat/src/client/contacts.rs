//! The directory: members, departments, tags, and the platform's own addresses.
//!
//! WeCom only, but for the addresses. An app sees what is in its visible range (可见范围), and newer apps do not see names,
//! telephones and mail. <https://developer.work.weixin.qq.com/document/path/90193>

mod department;
mod tag;
mod user;

pub use department::{Department, DepartmentPlace};
pub use tag::{Tag, TagContent};
pub use user::{Gender, Membership, User, UserBrief, UserIds, UserStatus};

use super::WeChatClient;
use crate::call::{Call, ClientError};
use crate::ids::{PartyId, UserId};
use crate::outgoing::check_userid;

impl WeChatClient {
    /// A member.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90196>
    ///
    /// # Errors
    /// [`ClientError::Outgoing`] when it cannot be a userid; [`ClientError::Api`]: 60111 when there is none of that id, 60011 when he is out of the app's visible range.
    pub async fn user(&self, id: &UserId) -> Result<User, ClientError> {
        check_userid("userid", id)?;
        let call = Call::get("/cgi-bin/user/get").query("userid", id);
        self.read(call).await
    }

    /// The members of a department; also of those within it, when `fetch_child` says so.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90200>
    ///
    /// # Errors
    /// [`ClientError::Api`]: 60123 when there is no such department, 60011 when it is out of the app's visible range.
    pub async fn users_of(
        &self,
        department: &PartyId,
        fetch_child: bool,
    ) -> Result<Vec<UserBrief>, ClientError> {
        let call = Call::get("/cgi-bin/user/simplelist")
            .query("department_id", department)
            .query("fetch_child", u8::from(fetch_child));
        self.read_field(call, "userlist").await
    }

    /// The ids of all members, up to 10,000 at a time, once for each of their departments.
    ///
    /// Begin with `None` and go on with [`UserIds::next_cursor`] until that is `None`:
    ///
    /// ```no_run
    /// # async fn example(client: easy_wechat::WeChatClient) -> Result<(), easy_wechat::BoxError> {
    /// let mut page = client.user_ids(None).await?;
    /// while page.next_cursor.is_some() {
    ///     page = client.user_ids(page.next_cursor).await?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// The platform answers this only to the secret of the directory (通讯录同步).
    /// <https://developer.work.weixin.qq.com/document/path/96067>
    ///
    /// # Errors
    /// [`ClientError::Api`]: 48002 for the secret of an app.
    pub async fn user_ids(&self, cursor: Option<String>) -> Result<UserIds, ClientError> {
        let body = user::ListId {
            cursor,
            limit: user::MOST_IDS,
        };
        let call = Call::post("/cgi-bin/user/list_id", &body).repeatable();
        self.read(call).await
    }

    /// The departments in the app's visible range.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90208>
    ///
    /// # Errors
    /// [`ClientError::Api`] when the platform refuses.
    pub async fn departments(&self) -> Result<Vec<Department>, ClientError> {
        let call = Call::get("/cgi-bin/department/list");
        self.read_field(call, "department").await
    }

    /// A department and those within it.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90208>
    ///
    /// # Errors
    /// [`ClientError::Api`]: 60123 when there is no such department.
    pub async fn departments_of(&self, top: &PartyId) -> Result<Vec<Department>, ClientError> {
        let call = Call::get("/cgi-bin/department/list").query("id", top);
        self.read_field(call, "department").await
    }

    /// The ids of the departments in the app's visible range.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/95350>
    ///
    /// # Errors
    /// [`ClientError::Api`] when the platform refuses.
    pub async fn department_ids(&self) -> Result<Vec<DepartmentPlace>, ClientError> {
        let call = Call::get("/cgi-bin/department/simplelist");
        self.read_field(call, "department_id").await
    }

    /// From where the platform calls back: addresses, or ranges like `101.226.103.0/25`.
    ///
    /// For a firewall; ask anew each day. Official Accounts have it as well.
    /// <https://developer.work.weixin.qq.com/document/path/92521>
    ///
    /// # Errors
    /// [`ClientError::Api`] when the platform refuses.
    pub async fn callback_ips(&self) -> Result<Vec<String>, ClientError> {
        self.read_field(Call::get("/cgi-bin/getcallbackip"), "ip_list")
            .await
    }

    /// Where the platform's API is: addresses, or ranges like `101.226.103.0/25`.
    ///
    /// For a firewall; ask anew each day. Official Accounts have it as well.
    /// <https://developer.work.weixin.qq.com/document/path/92520>
    ///
    /// # Errors
    /// [`ClientError::Api`] when the platform refuses.
    pub async fn api_domain_ips(&self) -> Result<Vec<String>, ClientError> {
        self.read_field(Call::get("/cgi-bin/get_api_domain_ip"), "ip_list")
            .await
    }
}
