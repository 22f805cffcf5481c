//! Inputs of one pattern, repeated: a file of thousands of lines says less than the line that makes it.

/// The inputs of a target, by name, beside the files of its corpus.
#[expect(clippy::too_many_lines, reason = "a table")]
pub(crate) fn repeated(target: &str) -> Vec<(&'static str, String)> {
    match target {
        "answer" => vec![
            ("deep", "[".repeat(50_000)),
            (
                "deep_object",
                format!("{}1{}", "{\"a\":".repeat(6000), "}".repeat(6000)),
            ),
            (
                "long_errmsg",
                format!(
                    r#"{{"errcode":40001,"errmsg":"{}"}}"#,
                    "TOKENTOKENTOKEN ".repeat(3000)
                ),
            ),
        ],
        "command" => vec![
            ("dates", format!("监控 北京 上海 {}", "1-".repeat(2000))),
            ("long", format!("监控 {}", "北京".repeat(3000))),
            ("remove_many", format!("删除 {}", "1,".repeat(3000))),
            (
                "trains",
                format!("监控 北京 上海 明天 {}", "G1,".repeat(2000)),
            ),
        ],
        "config" => vec![
            ("long_key", format!("[demo]\n{} = v\n", "k".repeat(40_000))),
            (
                "many_keys",
                format!("[demo]\n{}", lines(5000, |n| format!("k{n} = v\n"))),
            ),
            ("many_sections", lines(3000, |n| format!("[s{n}]\na = b\n"))),
            (
                "many_unknown",
                format!(
                    "[demo]\ncorpid = ww1\n{}",
                    lines(2000, |n| format!("secrte{n} = v\n"))
                ),
            ),
        ],
        "message" => vec![
            (
                "brackets",
                format!(
                    "<xml><Content><![CDATA[{}]]></Content></xml>",
                    ">".repeat(40_000)
                ),
            ),
            (
                "cdata_ends",
                format!(
                    "<xml><Content><![CDATA[{}></Content></xml>",
                    "]".repeat(40_002)
                ),
            ),
            (
                "deep",
                format!("{}{}", "<a>".repeat(10_000), "</a>".repeat(10_000)),
            ),
            ("deep_open", "<a>".repeat(10_000)),
            (
                "long_event_name",
                EVENT.replace("NAME", &"e".repeat(50_000)),
            ),
            (
                "long_type",
                format!("<xml><MsgType>{}</MsgType></xml>", "t".repeat(50_000)),
            ),
            ("many", format!("<xml>{}</xml>", "<a/>".repeat(9000))),
            (
                "open_brackets",
                format!("<xml><A>{}", "<![CDATA[".repeat(6000)),
            ),
            (
                "references",
                format!("<xml><Content>{}</Content></xml>", "&amp;".repeat(12_000)),
            ),
            (
                "same_name",
                format!("<xml>{}</xml>", "<Content>a</Content>".repeat(3000)),
            ),
            ("too_many", format!("<xml>{}</xml>", "<a/>".repeat(16_000))),
        ],
        "query" => vec![
            ("long", format!("x={}", "y".repeat(9000))),
            ("many_ampersands", "&".repeat(8000)),
            ("percents", format!("nonce={}", "%41".repeat(2600))),
        ],
        "station" => vec![
            ("emoji", "😀".repeat(2000)),
            ("latin", "é".repeat(3000)),
            ("long", "北".repeat(5000)),
            ("pinyin", "shi".repeat(4000)),
        ],
        "upload" => vec![
            ("crlfs", "\r\n".repeat(30_000)),
            ("dashes", "--B".repeat(15_000)),
            ("hundred", format!("{}--B--\r\n", PART.repeat(100))),
            (
                "long_head",
                format!(
                    "--B\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n",
                    "x".repeat(60_000)
                ),
            ),
        ],
        _ => Vec::new(),
    }
}

fn lines(count: usize, line: fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

const EVENT: &str = "<xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName>\
                     <CreateTime>1348831860</CreateTime><MsgType><![CDATA[event]]></MsgType><Event>NAME</Event></xml>";

const PART: &str =
    "--B\r\nContent-Disposition: form-data; name=\"other\"; filename=\"a\"\r\n\r\nsome text\r\n";
