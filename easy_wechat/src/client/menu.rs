//! The menu below the conversation.

mod check;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::WeChatClient;
use super::lenient::{Other, or_default, text};
use crate::call::{Call, ClientError};
use crate::clean::clean;
use crate::outgoing::OutgoingError;
use crate::platform::AccountKind;

/// A menu: 1 to 3 buttons, each of which does something or opens 1 to 5 others.
///
/// ```
/// use easy_wechat::client::{Button, Menu};
///
/// let menu = Menu::new([
///     Button::click("今日歌曲", "V1001_TODAY_MUSIC"),
///     Button::menu("菜单", [
///         Button::view("搜索", "https://www.soso.com/"),
///         Button::scancode_waitmsg("扫码", "SCAN"),
///     ]),
/// ]);
/// ```
///
/// <https://developer.work.weixin.qq.com/document/path/90231>,
/// <https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html>
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Menu {
    /// The buttons, from left to right.
    #[serde(deserialize_with = "or_default")]
    pub button: Vec<Button>,
    /// All else that came.
    #[serde(flatten)]
    pub other: Other,
}

/// A button of a [`Menu`]. What it has no use for is empty, and not sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Button {
    /// What it does: `type`. Empty when it opens others.
    #[serde(
        rename = "type",
        deserialize_with = "text",
        skip_serializing_if = "String::is_empty"
    )]
    pub kind: String,
    /// What stands on it: up to 16 bytes, within another button 40, on an Official Account 60.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// What comes as `EventKey` with the event: up to 128 bytes.
    #[serde(deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// The page that it opens: up to 1024 bytes. WeCom wants it on a trusted domain (可信域名).
    #[serde(deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// The page of a mini program.
    #[serde(deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub pagepath: String,
    /// The mini program.
    #[serde(deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub appid: String,
    /// The buttons that it opens, from the bottom up.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub sub_button: Vec<Self>,
    /// All else that it has: `media_id`, `article_id`, ….
    #[serde(flatten)]
    pub other: Other,
}

impl Menu {
    /// A menu of these buttons.
    pub fn new(buttons: impl IntoIterator<Item = Button>) -> Self {
        Self {
            button: buttons.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Whether the platform takes it.
    ///
    /// # Errors
    /// [`OutgoingError`]: too many buttons, a name that is too long, ….
    pub fn check(&self, kind: AccountKind) -> Result<(), OutgoingError> {
        check::check(self, kind)
    }
}

impl Button {
    /// Sends the event `click` with `key`.
    pub fn click(name: impl Into<String>, key: impl Into<String>) -> Self {
        Self::with_key("click", name, key)
    }

    /// Opens a page, and sends the event `view`.
    pub fn view(name: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ..Self::named("view", name)
        }
    }

    /// Scans a code, opens what it leads to, and sends the event `scancode_push`.
    pub fn scancode_push(name: impl Into<String>, key: impl Into<String>) -> Self {
        Self::with_key("scancode_push", name, key)
    }

    /// Scans a code, waits for an answer, and sends the event `scancode_waitmsg`.
    pub fn scancode_waitmsg(name: impl Into<String>, key: impl Into<String>) -> Self {
        Self::with_key("scancode_waitmsg", name, key)
    }

    /// Takes a picture and sends it, with the event `pic_sysphoto`.
    pub fn pic_sysphoto(name: impl Into<String>, key: impl Into<String>) -> Self {
        Self::with_key("pic_sysphoto", name, key)
    }

    /// Takes a picture or chooses one, and sends it, with the event `pic_photo_or_album`.
    pub fn pic_photo_or_album(name: impl Into<String>, key: impl Into<String>) -> Self {
        Self::with_key("pic_photo_or_album", name, key)
    }

    /// Chooses pictures and sends them, with the event `pic_weixin`.
    pub fn pic_weixin(name: impl Into<String>, key: impl Into<String>) -> Self {
        Self::with_key("pic_weixin", name, key)
    }

    /// Chooses a place and sends it, with the event `location_select`.
    pub fn location_select(name: impl Into<String>, key: impl Into<String>) -> Self {
        Self::with_key("location_select", name, key)
    }

    /// Opens a mini program; WeCom.
    pub fn view_miniprogram(
        name: impl Into<String>,
        appid: impl Into<String>,
        pagepath: impl Into<String>,
    ) -> Self {
        Self {
            appid: appid.into(),
            pagepath: pagepath.into(),
            ..Self::named("view_miniprogram", name)
        }
    }

    /// Opens a mini program, or a page where mini programs are not known; Official Accounts.
    pub fn miniprogram(
        name: impl Into<String>,
        appid: impl Into<String>,
        pagepath: impl Into<String>,
        url: impl Into<String>,
    ) -> Self {
        Self {
            kind: "miniprogram".to_owned(),
            url: url.into(),
            ..Self::view_miniprogram(name, appid, pagepath)
        }
    }

    /// Opens other buttons, which can open no further ones.
    pub fn menu(name: impl Into<String>, buttons: impl IntoIterator<Item = Self>) -> Self {
        Self {
            sub_button: buttons.into_iter().collect(),
            ..Self::named("", name)
        }
    }

    fn with_key(kind: &str, name: impl Into<String>, key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            ..Self::named(kind, name)
        }
    }

    fn named(kind: &str, name: impl Into<String>) -> Self {
        Self {
            kind: kind.to_owned(),
            name: name.into(),
            ..Self::default()
        }
    }
}

fn clean_names(button: &mut Button) {
    clean(&mut button.name);
    button.sub_button.iter_mut().for_each(clean_names);
}

impl WeChatClient {
    /// Gives the app this menu in place of the one it has. Members see it when they next enter, within a day.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90231>,
    /// <https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html>
    ///
    /// # Errors
    /// [`ClientError::Outgoing`] before anything is sent, when the platform would not take it; [`ClientError::Api`]:
    /// 40054 when a page is not on a trusted domain, ….
    pub async fn create_menu(&self, menu: &Menu) -> Result<(), ClientError> {
        menu.check(self.kind())?;
        let mut menu = menu.clone();
        menu.button.iter_mut().for_each(clean_names);
        let call = Call::post("/cgi-bin/menu/create", &menu).repeatable();
        self.object(&self.with_agent(call)).await.map(|_| ())
    }

    /// The app's menu; `None` when it has none.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90232>,
    /// <https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Querying_Custom_Menus.html>
    ///
    /// # Errors
    /// [`ClientError::Api`] when the platform refuses.
    pub async fn menu(&self) -> Result<Option<Menu>, ClientError> {
        let call = self.with_agent(Call::get("/cgi-bin/menu/get"));
        let read: Result<Menu, ClientError> = self.read(call).await;
        let mut menu = match read {
            Err(error) if error.errcode() == Some(NO_MENU) => return Ok(None),
            read => read?,
        };
        // On an Official Account it is one level deeper.
        if menu.button.is_empty()
            && let Some(Value::Object(mut inner)) = menu.other.remove("menu")
            && let Some(button) = inner.remove("button")
        {
            menu.button = serde_json::from_value(button).unwrap_or_default();
        }
        Ok(Some(menu))
    }

    /// Takes the menu away.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90233>,
    /// <https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Deleting_Custom-Defined_Menu.html>
    ///
    /// # Errors
    /// [`ClientError::Api`] when the platform refuses.
    pub async fn delete_menu(&self) -> Result<(), ClientError> {
        let call = self.with_agent(Call::get("/cgi-bin/menu/delete"));
        self.object(&call).await.map(|_| ())
    }
}

const NO_MENU: i64 = 46003;
