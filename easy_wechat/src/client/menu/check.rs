use super::{Button, Menu};
use crate::outgoing::OutgoingError;
use crate::platform::AccountKind;

/// Fields are named as in the JSON: `button[0].sub_button[1].name`.
pub(super) fn check(menu: &Menu, kind: AccountKind) -> Result<(), OutgoingError> {
    counted("button", menu.button.len(), MOST_TOP)?;
    for (number, button) in menu.button.iter().enumerate() {
        let place = format!("button[{number}]");
        sized(&place, "name", &button.name, TOP_NAME)?;
        if !button.kind.is_empty() && button.sub_button.is_empty() {
            check_target(&place, button)?;
            continue;
        }
        let place = format!("{place}.sub_button");
        counted(&place, button.sub_button.len(), MOST_SUB)?;
        for (number, button) in button.sub_button.iter().enumerate() {
            let place = format!("{place}[{number}]");
            sized(&place, "name", &button.name, sub_name(kind))?;
            if !button.sub_button.is_empty() {
                return Err(OutgoingError::Wrong {
                    field: format!("{place}.sub_button"),
                    found: "a third level".to_owned(),
                    expected: "at most two levels".to_owned(),
                });
            }
            check_target(&place, button)?;
        }
    }
    Ok(())
}

/// What a button needs for what it does. A type that is not known is the platform's to judge.
fn check_target(place: &str, button: &Button) -> Result<(), OutgoingError> {
    let sized = |name: &str, value: &str, most: usize| sized(place, name, value, most);
    match button.kind.as_str() {
        "" => Err(missing(place, "type")),
        "click" | "scancode_push" | "scancode_waitmsg" | "pic_sysphoto" | "pic_photo_or_album"
        | "pic_weixin" | "location_select" => sized("key", &button.key, KEY),
        "view" => {
            sized("url", &button.url, URL)?;
            check_url(place, &button.url)
        }
        "view_miniprogram" => {
            sized("pagepath", &button.pagepath, URL)?;
            sized("appid", &button.appid, KEY)
        }
        "miniprogram" => {
            sized("pagepath", &button.pagepath, URL)?;
            sized("appid", &button.appid, KEY)?;
            sized("url", &button.url, URL)?;
            check_url(place, &button.url)
        }
        _ => Ok(()),
    }
}

fn counted(field: &str, count: usize, most: usize) -> Result<(), OutgoingError> {
    if (1..=most).contains(&count) {
        return Ok(());
    }
    Err(OutgoingError::Count {
        field: field.to_owned(),
        count,
        least: 1,
        most,
    })
}

fn sized(place: &str, name: &str, value: &str, most: usize) -> Result<(), OutgoingError> {
    if value.trim().is_empty() {
        return Err(missing(place, name));
    }
    if value.len() > most {
        return Err(OutgoingError::TooLong {
            field: format!("{place}.{name}"),
            length: value.len(),
            limit: most,
            unit: "bytes",
        });
    }
    Ok(())
}

/// <https://developer.work.weixin.qq.com/document/path/90231>: 40027, an address that is none.
fn check_url(place: &str, url: &str) -> Result<(), OutgoingError> {
    let has_scheme = |scheme: &str| {
        let head = url.get(..scheme.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    if has_scheme("http://") || has_scheme("https://") {
        return Ok(());
    }
    Err(OutgoingError::Wrong {
        field: format!("{place}.url"),
        found: format!("{:?}", url.chars().take(SHOWN).collect::<String>()),
        expected: "https://…".to_owned(),
    })
}

fn missing(place: &str, name: &str) -> OutgoingError {
    OutgoingError::Missing {
        field: format!("{place}.{name}"),
    }
}

fn sub_name(kind: AccountKind) -> usize {
    match kind {
        AccountKind::WeCom => 40,
        AccountKind::OfficialAccount => 60,
    }
}

/// In bytes, but for the counts. <https://developer.work.weixin.qq.com/document/path/90231>
const MOST_TOP: usize = 3;
const MOST_SUB: usize = 5;
const TOP_NAME: usize = 16;
const KEY: usize = 128;
const URL: usize = 1024;

/// How many characters of a value an error shows.
const SHOWN: usize = 60;
