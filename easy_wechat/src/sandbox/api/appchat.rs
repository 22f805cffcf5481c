//! Group chats that apps create, and what they say in them.
//!
//! <https://developer.work.weixin.qq.com/document/path/90244>, `…/90245` and `…/90248`. The platform's list has two families of
//! codes for group chats, 860xx and 862xx; which one a call gets is an assumption where the pages do not say it.

use rand::RngExt as _;
use serde_json::json;

use super::answer::{Answered, done, ok};
use super::content::Scene;
use super::deliver::Outgoing;
use super::error::ApiError;
use super::rates::DAY;
use super::request::ApiRequest;
use super::send::{self, confidential};
use crate::sandbox::app::letters;
use crate::sandbox::conversations::{ConversationKind, Via};
use crate::sandbox::world::WorldState;

/// One group chat.
#[derive(Clone, Debug)]
pub(crate) struct Chat {
    /// The number of the app that created it.
    app: usize,
    name: String,
    owner: String,
    members: Vec<String>,
}

pub(crate) fn create(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let members = request.texts("userlist").unwrap_or_default();
    let members = known(state, &members)?;
    let owner = if let Some(owner) = request.text("owner").filter(|it| !it.is_empty()) {
        owner_of(state, &owner, &members)?
    } else {
        // The platform draws one, too.
        let at = rand::rng().random_range(0..members.len().max(1));
        members.get(at).cloned().unwrap_or_default()
    };
    counted(members.len())?;
    let chatid = match request.text("chatid").filter(|id| !id.is_empty()) {
        Some(id) => {
            let good = id.len() <= 32 && id.bytes().all(|it| it.is_ascii_alphanumeric());
            if !good {
                return Err(ApiError::new(86001));
            }
            if state.api.chats.contains_key(&id) {
                return Err(ApiError::new(86215));
            }
            id
        }
        None => format!("wr{}", letters(28)),
    };
    let now = state.now();
    let full = state.api.chats.len() >= MAX_CHATS;
    if full || !state.api.created.admits(&[(1000, DAY)], now) {
        return Err(ApiError::because(
            45009,
            "a corporation creates at most 1000 group chats a day; the sandbox keeps as many in all",
            "每企业每天最多创建 1000 个群聊; 沙箱总共也只保留 1000 个",
        ));
    }
    let chat = Chat {
        app: request.app,
        name: named(request),
        owner,
        members,
    };
    open(state, request, &chatid, chat);
    ok(json!({"chatid": chatid}))
}

pub(crate) fn update(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let chatid = request.text("chatid").unwrap_or_default();
    let mut chat = own(state, request, &chatid)?.clone();
    let gone = request.texts("del_user_list").unwrap_or_default();
    chat.members
        .retain(|member| !gone.iter().any(|it| it.eq_ignore_ascii_case(member)));
    let new = request.texts("add_user_list").unwrap_or_default();
    for member in known(state, &new)? {
        if !chat.members.contains(&member) {
            chat.members.push(member);
        }
    }
    counted(chat.members.len())?;
    if let Some(owner) = request.text("owner").filter(|owner| !owner.is_empty()) {
        chat.owner = owner_of(state, &owner, &chat.members)?;
    } else if !chat.members.contains(&chat.owner) {
        chat.owner = chat.members.first().cloned().unwrap_or_default();
    }
    if request.json.get("name").is_some() {
        chat.name = named(request);
    }
    open(state, request, &chatid, chat);
    done()
}

pub(crate) fn get(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let chatid = request.query.get("chatid").unwrap_or_default();
    let chat = own(state, request, &chatid)?;
    ok(json!({"chat_info": {
        "chatid": chatid,
        "name": chat.name,
        "owner": chat.owner,
        "userlist": chat.members,
        "chat_type": 0,
    }}))
}

/// One bubble in the group; whom it mentions stays in its content. The limits to members of groups, 200 a minute, are not
/// played.
pub(crate) fn send(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let chatid = request.text("chatid").unwrap_or_default();
    own(state, request, &chatid)?;
    let kind = request.text("msgtype");
    let kind = kind.ok_or_else(|| ApiError::at(40008, "msgtype"))?;
    let kind = Scene::Chat.msg_type(&kind)?;
    let mut object = request.object(kind).unwrap_or_else(send::empty);
    let note = send::check(state, Scene::Chat, kind, &mut object)?;
    confidential(request, kind)?;
    let conversation = conversation(&chatid);
    let outgoing = Outgoing::new(request, kind, object, Via::Proactive, note);
    outgoing.show_in(state, &conversation);
    request.conversation = Some(conversation);
    done()
}

fn conversation(chatid: &str) -> String {
    format!("chat:{chatid}")
}

fn open(state: &mut WorldState, request: &mut ApiRequest<'_>, chatid: &str, chat: Chat) {
    let conversation = conversation(chatid);
    let (name, members) = (&chat.name, chat.members.clone());
    state.open_conversation(&conversation, name, ConversationKind::Group, members);
    state.api.chats.insert(chatid.to_owned(), chat);
    request.conversation = Some(conversation);
}

/// The group chat, if the token's app created it.
fn own<'a>(
    state: &'a WorldState,
    request: &ApiRequest<'_>,
    chatid: &str,
) -> Result<&'a Chat, ApiError> {
    if chatid.is_empty() {
        return Err(ApiError::new(86201));
    }
    let chat = state.api.chats.get(chatid);
    let chat = chat.ok_or_else(|| ApiError::new(86003))?;
    if chat.app == request.app {
        Ok(chat)
    } else {
        Err(ApiError::new(86008))
    }
}

/// The members as the directory spells them, each once.
fn known(state: &WorldState, users: &[String]) -> Result<Vec<String>, ApiError> {
    let mut members: Vec<String> = Vec::new();
    if users.len() > MAX_MEMBERS {
        counted(users.len())?;
    }
    for user in users {
        let member = state.people.get(user);
        let member = member.ok_or_else(|| {
            let user: String = user.chars().take(64).collect();
            ApiError::at(86007, user)
        })?;
        members.push(member.id.clone());
    }
    members.sort_unstable();
    members.dedup();
    Ok(members)
}

fn owner_of(state: &WorldState, owner: &str, members: &[String]) -> Result<String, ApiError> {
    let owner = state.people.get(owner);
    let owner = &owner.ok_or_else(|| ApiError::new(86005))?.id;
    if members.contains(owner) {
        Ok(owner.clone())
    } else {
        Err(ApiError::new(86207))
    }
}

fn counted(members: usize) -> Result<(), ApiError> {
    if (2..=MAX_MEMBERS).contains(&members) {
        Ok(())
    } else {
        Err(ApiError::over(86006, "members", members, MAX_MEMBERS))
    }
}

/// Up to 50 characters; what is beyond is cut.
fn named(request: &mut ApiRequest<'_>) -> String {
    let name = request.text("name").unwrap_or_default();
    name.chars().take(50).collect()
}

const MAX_CHATS: usize = 1000;
const MAX_MEMBERS: usize = 2000;
