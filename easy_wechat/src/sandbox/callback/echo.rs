//! The answer to the verification of the address: the text itself, nothing else.
//!
//! <https://developer.work.weixin.qq.com/document/path/90930>

use super::judge::{look, status_words};
use crate::sandbox::Words;

/// Judges the answer; `echo` is what it must be, `sent` the `echostr` of the query.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn judge(
    status: u16,
    location: Option<&str>,
    body: &[u8],
    echo: &str,
    sent: &str,
) -> Result<(), Words> {
    if status != 200 {
        return Err(status_words(status, location));
    }
    if body == echo.as_bytes() {
        return Ok(());
    }
    let Ok(text) = str::from_utf8(body) else {
        return Err(Words::new(
            "the answer is not UTF-8: answer with the decrypted echostr, uncompressed",
            "应答不是 UTF-8: 请返回解密后的 echostr, 不要压缩",
        ));
    };
    Err(differs(text, echo, sent))
}

fn differs(text: &str, echo: &str, sent: &str) -> Words {
    if text.trim_start_matches('\u{FEFF}') == echo {
        return Words::new(
            "a byte order mark (BOM) stands before the echostr: send it without",
            "echostr 前面有 BOM: 请去掉",
        );
    }
    if text.trim() == echo {
        return Words::new(
            "there is white space around the echostr, maybe a newline at its end: send it without",
            "echostr 前后有空白, 可能是末尾的换行: 请去掉",
        );
    }
    if text.trim().trim_matches(['"', '\'']) == echo {
        return Words::new(
            "the echostr stands in quotes: send the text itself, not a JSON string of it",
            "echostr 被引号包住了: 请直接返回文本, 不要返回 JSON 字符串",
        );
    }
    if sent != echo && text.trim().replace(' ', "+") == sent {
        return Words::new(
            "the echostr came back as it was sent: it must be decrypted first",
            "echostr 原样返回了: 需要先解密",
        );
    }
    if text.trim().is_empty() {
        return Words::new(
            "the answer is empty: answer the GET with the echostr (on WeCom decrypted)",
            "应答是空的: 对 GET 请求要返回 echostr (企业微信需先解密)",
        );
    }
    if text.trim_start().starts_with(['{', '[']) {
        return Words::new(
            "the answer is JSON: send the echostr itself as plain text",
            "应答是 JSON: 请直接以纯文本返回 echostr",
        );
    }
    if let Some(words) = look(text) {
        return words;
    }
    if text.contains(echo) {
        return Words::new(
            "there is more in the answer than the echostr: send nothing else",
            "应答里除了 echostr 还有别的内容: 请只返回 echostr",
        );
    }
    let text: String = text.chars().take(MAX_QUOTED).collect();
    Words::new(
        format!(
            "the answer is {text:?}, not the echostr: is it another program, or does it ignore the GET?"
        ),
        format!("应答是 {text:?}, 不是 echostr: 是不是别的程序, 或没有处理 GET?"),
    )
}

/// In characters.
const MAX_QUOTED: usize = 80;
