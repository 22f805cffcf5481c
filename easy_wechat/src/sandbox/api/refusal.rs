//! The words of refusals: the platform's `errmsg`, and what the page says.

use std::borrow::Cow;

use rand::RngExt as _;

use super::codes::Code;
use super::error::ApiError;
use crate::platform::AccountKind;
use crate::sandbox::Words;

/// The `errmsg` with all that the platforms add to it. <https://developer.work.weixin.qq.com/document/path/90455>
pub(crate) fn errmsg(
    error: &ApiError,
    kind: AccountKind,
    from: &str,
    mistyped: Option<&str>,
) -> Cow<'static, str> {
    let (code, errmsg) = (error.code, error.errmsg());
    if code == 0 {
        return Cow::Borrowed(errmsg);
    }
    let mut rng = rand::rng();
    match kind {
        AccountKind::OfficialAccount => {
            let errmsg = match code {
                40001 => "invalid credential, access_token is invalid or not latest",
                40013 => "invalid appid",
                41002 => "appid missing",
                41004 => "appsecret missing",
                _ => errmsg,
            };
            let (a, b, c): (u32, u32, u32) = (rng.random(), rng.random(), rng.random());
            format!("{errmsg} rid: {a:08x}-{b:08x}-{c:08x}").into()
        }
        AccountKind::WeCom => {
            let warning = if mistyped.is_some() {
                ", Warning: wrong json format. "
            } else {
                ""
            };
            let hint: u64 = rng.random();
            format!(
                "{errmsg}{warning}, hint: [{hint:020}], from ip: {from}, more info at https://open.work.weixin.qq.com/devtool/query?e={code}"
            )
            .into()
        }
    }
}

/// The refusal of an injected fault.
pub(crate) fn injected(code: i64) -> ApiError {
    let Words { en, zh } = Code::of(code).words();
    ApiError::because(
        code,
        format!("{en} (an injected fault; nothing was done)"),
        format!("{zh} (注入的故障, 没有执行)"),
    )
}

/// For a token that was asked for by POST.
pub(crate) fn documented_as_get() -> Words {
    Words::new(
        "the documentation has GET here; the platform takes POST as well, as many programs use it",
        "文档写的是 GET; 平台也接受 POST, 很多程序这样调用",
    )
}

pub(crate) fn not_done() -> Words {
    Words::new(
        "an injected fault: the call was not carried out",
        "注入的故障: 这次调用没有执行",
    )
}

pub(crate) fn mistyped(field: &str) -> Words {
    if field.is_empty() {
        return Words::new(
            "the platform warns: wrong json format",
            "平台警告: JSON 格式不对",
        );
    }
    Words::new(
        format!("`{field}` has another type than the documented one, and was read as missing"),
        format!("{field} 的类型与文档不符, 被当作没有传"),
    )
}

pub(crate) fn also(one: &Words, other: &Words) -> Words {
    Words::new(
        format!("{}; {}", one.en, other.en),
        format!("{}; {}", one.zh, other.zh),
    )
}
