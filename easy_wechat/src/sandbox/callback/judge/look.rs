use crate::sandbox::Words;

/// What a text is that should be XML (or the text of the verification) and is not, by its beginning.
pub(in crate::sandbox::callback) fn look(text: &str) -> Option<Words> {
    if text.starts_with('\u{FEFF}') {
        return Some(Words::new(
            "a byte order mark (BOM) stands before it: save and send the text as UTF-8 without BOM",
            "开头有 BOM: 请用不带 BOM 的 UTF-8 保存和发送",
        ));
    }
    let trimmed = text.trim_start();
    if is_html(trimmed) {
        return Some(Words::new(
            "it is a page in HTML: a login or error page of the app, or of a proxy before it",
            "应答是 HTML 页面: 可能是应用或前面代理的登录页或错误页",
        ));
    }
    if trimmed.starts_with(['"', '\'']) {
        return Some(Words::new(
            "it stands in quotes: send the text itself, not a JSON string of it",
            "内容被引号包住了: 请直接返回文本, 不要返回 JSON 字符串",
        ));
    }
    if trimmed.starts_with(['{', '[']) {
        return Some(Words::new(
            "it is JSON: the platform wants XML here, or an empty body",
            "应答是 JSON: 平台要的是 XML, 或者空串",
        ));
    }
    None
}

fn is_html(text: &str) -> bool {
    let begins = |with: &str| {
        text.get(..with.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    ["<!doctype html", "<html", "<head", "<body"]
        .into_iter()
        .any(begins)
}
