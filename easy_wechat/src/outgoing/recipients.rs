//! Whom a message may be for.

use super::error::shortened_text;
use super::{OutgoingError, Way};
use crate::ids::UserId;
use crate::recipient::Recipient;

/// Checks that a message can be sent to these receivers, as [`prepare`](super::prepare) does. Use it for settings that are
/// read long before a message is sent.
///
/// Group chats and robots have receivers of their own, so any value is accepted for them.
///
/// <https://developer.work.weixin.qq.com/document/path/90236>
///
/// # Errors
/// [`OutgoingError`] when there is no receiver, more than 1000 members, 100 departments or 100 tags, or an invalid userid;
/// for an Official Account also for anything but one openid.
///
/// ```
/// use easy_wechat::Recipient;
/// use easy_wechat::outgoing::{Way, check_recipient};
///
/// assert!(check_recipient(&Recipient::from("zhangsan，lisi"), Way::App).is_ok());
/// assert!(check_recipient(&Recipient::from("张三"), Way::App).is_err());
/// ```
pub fn check_recipient(to: &Recipient, way: Way) -> Result<(), OutgoingError> {
    match way {
        Way::App => check_members(to),
        Way::CustomerService => check_follower(to),
        Way::GroupChat | Way::Robot => Ok(()),
    }
}

fn check_members(to: &Recipient) -> Result<(), OutgoingError> {
    if to.is_empty() {
        return Err(OutgoingError::NoRecipient);
    }
    let Recipient::Chosen {
        users,
        parties,
        tags,
    } = to
    else {
        return Ok(());
    };
    at_most("touser", users.len(), MAX_USERS)?;
    at_most("toparty", parties.len(), MAX_PARTIES)?;
    at_most("totag", tags.len(), MAX_TAGS)?;
    for user in users {
        check_userid("touser", user)?;
    }
    let parties = parties.iter().map(|party| ("toparty", party.as_str()));
    let tags = tags.iter().map(|tag| ("totag", tag.as_str()));
    for (field, id) in parties.chain(tags) {
        if !is_one_word(id) {
            return Err(OutgoingError::wrong_text(field, id, "the number of one"));
        }
    }
    Ok(())
}

/// Checks that it can be a userid: 1 to 64 letters, digits and `_-.@`.
pub(crate) fn check_userid(field: &str, user: &UserId) -> Result<(), OutgoingError> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.@".contains(&byte);
    let user = user.as_str();
    if user.is_empty() || user.len() > MAX_USERID || !user.bytes().all(good) {
        let expected = "a userid (账号, not the name): 1 to 64 letters, digits and _ - . @";
        return Err(OutgoingError::wrong_text(field, user, expected));
    }
    Ok(())
}

fn check_follower(to: &Recipient) -> Result<(), OutgoingError> {
    let found = match to {
        Recipient::Everyone => "@all".to_owned(),
        Recipient::Chosen {
            users,
            parties,
            tags,
        } => match users.as_slice() {
            [user] if parties.is_empty() && tags.is_empty() => {
                if is_one_word(user.as_str()) {
                    return Ok(());
                }
                shortened_text(user.as_str())
            }
            _ if to.is_empty() => "nobody".to_owned(),
            users if parties.is_empty() && tags.is_empty() => format!("{} openids", users.len()),
            _ => "a department or a tag".to_owned(),
        },
    };
    Err(OutgoingError::NotOneOpenid { found })
}

fn at_most(field: &'static str, count: usize, limit: usize) -> Result<(), OutgoingError> {
    if count <= limit {
        return Ok(());
    }
    Err(OutgoingError::TooManyRecipients {
        field,
        count,
        limit,
    })
}

/// Not empty, and nothing in it that would make two of it.
fn is_one_word(id: &str) -> bool {
    !id.is_empty() && !id.contains(|char: char| char == '|' || char.is_whitespace())
}

const MAX_USERS: usize = 1000;
const MAX_PARTIES: usize = 100;
const MAX_TAGS: usize = 100;
const MAX_USERID: usize = 64;
