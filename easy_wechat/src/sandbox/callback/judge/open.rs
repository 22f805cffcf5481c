//! From the bytes of an answer to the XML of a reply: the envelope, its signature, the decryption.
//!
//! <https://developer.work.weixin.qq.com/document/path/90968>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::look;
use crate::crypt::{CryptError, compare, signature};
use crate::platform::{AccountKind, Mode};
use crate::sandbox::Words;
use crate::sandbox::app::App;
use crate::xml::{Field, Fields};

/// What an answer says.
pub(super) enum Opened {
    /// That the app has it, with a remark on how it is said.
    Acknowledged(Option<Words>),
    /// A reply; the XML is what it was read from.
    Reply {
        fields: Fields,
        xml: String,
        remark: Option<Words>,
    },
}

/// Why it is no reply.
pub(super) struct Refused {
    pub(super) words: Words,
    /// What was decrypted, if it got that far.
    pub(super) reply: Option<String>,
}

impl From<Words> for Refused {
    fn from(words: Words) -> Self {
        Self { words, reply: None }
    }
}

/// Opens the body of an answer with status 200.
pub(super) fn open(app: &App, body: &[u8]) -> Result<Opened, Refused> {
    let text = str::from_utf8(body).map_err(|_| {
        Words::new(
            "the answer is not UTF-8: send it as UTF-8 (not GBK), and not compressed",
            "应答不是 UTF-8: 请用 UTF-8 (而不是 GBK) 发送, 也不要压缩",
        )
    })?;
    if is_success(text.trim()) {
        return Ok(Opened::Acknowledged(remark_on(text)));
    }
    if let Some(words) = look(text) {
        return Err(words.into());
    }
    let fields = fields(text)?;
    let encrypted = fields.get("Encrypt").is_some();
    let mode = match app.kind {
        AccountKind::WeCom => Mode::Safe,
        AccountKind::OfficialAccount => app.mode,
    };
    match (mode, encrypted) {
        (Mode::Plain, true) => Err(Words::new(
            "the reply is encrypted, but this account is in plain mode: send the XML as it is, or choose another mode",
            "回复是加密的, 但账号是明文模式: 请直接返回明文 XML, 或改用其他模式",
        )
        .into()),
        (Mode::Safe, false) => Err(unencrypted(app, &fields).into()),
        (Mode::Plain | Mode::Compatible, false) => Ok(Opened::Reply {
            fields,
            xml: text.to_owned(),
            remark: None,
        }),
        (Mode::Safe | Mode::Compatible, true) => decrypt(app, &fields),
    }
}

/// Nothing, or the word: in any case of letters, as SDKs in use answer `SUCCESS` and members see nothing wrong.
fn is_success(text: &str) -> bool {
    text.is_empty() || text.eq_ignore_ascii_case("success")
}

/// What the documentation would have otherwise.
fn remark_on(text: &str) -> Option<Words> {
    if matches!(text, "" | "success") {
        return None;
    }
    Some(if text.trim() == text {
        Words::new(
            "the documentation has success in lower case, or an empty body",
            "文档写的是小写的 success 或空串",
        )
    } else {
        Words::new(
            "there is white space around it, which a stricter reader would not take: send nothing but success, or nothing at all",
            "前后有空白, 更严格的读取会拒绝: 请只返回 success 或空串",
        )
    })
}

fn unencrypted(app: &App, fields: &Fields) -> Words {
    let looks_alike = fields
        .iter()
        .find(|field| field.name().eq_ignore_ascii_case("Encrypt"));
    if let Some(field) = looks_alike {
        return spelled("Encrypt", field.name());
    }
    let name = app.kind.platform().name;
    if fields.get("MsgType").is_some() {
        return Words::new(
            format!(
                "the reply is plain XML, but {name} wants it encrypted: seal it with encrypt_msg, or answer with an empty body"
            ),
            "回复是明文 XML, 但这里需要加密: 请用 encrypt_msg 加密, 或返回空串",
        );
    }
    Words::new(
        format!("the XML is no envelope of {name}: it has no Encrypt element"),
        "XML 不是加密信封: 没有 Encrypt 元素",
    )
}

fn decrypt(app: &App, envelope: &Fields) -> Result<Opened, Refused> {
    let mut parts = [""; 4];
    for (part, name) in parts
        .iter_mut()
        .zip(["Encrypt", "MsgSignature", "TimeStamp", "Nonce"])
    {
        *part = one(envelope, name)?;
    }
    let [encrypt, msg_signature, timestamp, nonce] = parts;
    let encrypt = encrypt.trim();
    if timestamp.parse::<i64>().is_err() {
        return Err(Words::new(
            "TimeStamp in the envelope is no integer: write the seconds since 1970",
            "信封里的 TimeStamp 不是整数: 请写 1970 年以来的秒数",
        )
        .into());
    }
    let message = match app.crypt.open(encrypt, msg_signature, timestamp, nonce) {
        Ok(opened) => opened.message,
        Err(error) => {
            return Err(why_closed(app, &error, [encrypt, msg_signature, timestamp, nonce]).into());
        }
    };
    let padded_to_16 = STANDARD
        .decode(encrypt)
        .is_ok_and(|bytes| bytes.len() % 32 != 0);
    let remark = padded_to_16.then(|| {
        Words::new(
            "it is padded to 16 bytes in place of 32, which the platform has been seen to take, but not all of its libraries: pad to 32",
            "填充到了 16 字节而不是 32 字节: 平台目前接受, 但它的部分库不接受, 请填充到 32 字节",
        )
    });
    let refused = |words: Words| Refused {
        words,
        reply: Some(message.clone()),
    };
    if is_success(message.trim()) {
        return Err(refused(Words::new(
            "nothing, or success, was encrypted: answer with an empty body or success as it is, without an envelope",
            "把空串或 success 加密了: 不回复时请直接返回空串或 success, 不要加密",
        )));
    }
    if let Some(words) = look(&message) {
        return Err(refused(words));
    }
    let fields = fields(&message).map_err(refused)?;
    Ok(Opened::Reply {
        fields,
        xml: message,
        remark,
    })
}

/// The text of an element that must be there once.
fn one<'a>(envelope: &'a Fields, name: &str) -> Result<&'a str, Words> {
    let mut all = envelope.all(name);
    let first = all.next().map(Field::text);
    if all.next().is_some() {
        return Err(Words::new(
            format!("the envelope has {name} more than once"),
            format!("信封里有多个 {name}"),
        ));
    }
    if let Some(text) = first.filter(|text| !text.trim().is_empty()) {
        return Ok(text);
    }
    let looks_alike = envelope
        .iter()
        .find(|field| field.name() != name && field.name().eq_ignore_ascii_case(name));
    if let Some(field) = looks_alike {
        return Err(spelled(name, field.name()));
    }
    Err(Words::new(
        format!("the envelope has no {name}: it needs Encrypt, MsgSignature, TimeStamp and Nonce"),
        format!("信封里没有 {name}: 需要 Encrypt、MsgSignature、TimeStamp 和 Nonce"),
    ))
}

fn spelled(right: &str, wrong: &str) -> Words {
    let wrong: String = wrong.chars().take(40).collect();
    Words::new(
        format!("the element is spelled {wrong}; the platform knows {right}"),
        format!("元素写成了 {wrong}, 平台只认 {right}"),
    )
}

fn why_closed(app: &App, error: &CryptError, parts: [&str; 4]) -> Words {
    let [encrypt, msg_signature, timestamp, nonce] = parts;
    match error {
        CryptError::ValidateSignature => {
            let lower = msg_signature.to_ascii_lowercase();
            let token = app.token.reveal();
            if compare(&signature([token, timestamp, nonce, encrypt]), &lower).is_ok() {
                Words::new(
                    "MsgSignature is in capital letters: write the 40 hex digits in lower case",
                    "MsgSignature 用了大写: 请写成 40 位小写十六进制",
                )
            } else if compare(&signature([token, timestamp, nonce]), &lower).is_ok() {
                Words::new(
                    "MsgSignature is over three parts: it must also cover Encrypt",
                    "MsgSignature 只对三个部分签名: 还必须包含 Encrypt",
                )
            } else {
                Words::new(
                    "MsgSignature is wrong: it is the SHA-1 over the sorted token, TimeStamp, Nonce and Encrypt of this envelope; compare the token with the sandbox's",
                    "MsgSignature 不对: 它是对本信封的 token、TimeStamp、Nonce、Encrypt 排序后的 SHA-1; 请核对 token 是否与沙箱一致",
                )
            }
        }
        CryptError::ValidateCorpid { found, expected } => {
            let expected = expected.join(", ");
            let key = app.kind.platform().receive_id_key;
            Words::new(
                format!(
                    "the reply is sealed for the receive id {found:?}, not for {expected:?}: correct {key} in the app's config"
                ),
                format!("回复是为 {found:?} 加密的, 应为 {expected:?}: 请改正应用配置里的 {key}"),
            )
        }
        CryptError::DecodeBase64 => Words::new(
            "Encrypt is not base64: use the standard alphabet with padding (=), without line breaks",
            "Encrypt 不是 base64: 请用标准字母表, 带 = 填充, 不要换行",
        ),
        CryptError::DecryptAes => Words::new(
            "Encrypt cannot be decrypted: another encoding_aes_key than the sandbox's was used, or another padding than PKCS#7 to 32 bytes",
            "Encrypt 无法解密: encoding_aes_key 与沙箱不一致, 或没有按 32 字节做 PKCS#7 填充",
        ),
        CryptError::IllegalBuffer(what) => Words::new(
            format!(
                "what was decrypted is laid out wrongly ({what}): it is 16 random bytes, the length in 4 bytes (big endian), the XML, the receive id"
            ),
            format!(
                "解密后的结构不对 ({what}): 应为 16 个随机字节、4 字节大端长度、XML、receive id"
            ),
        ),
        error => Words::new(
            format!("the reply cannot be opened: {error}"),
            format!("无法解开回复: {error}"),
        ),
    }
}

fn fields(text: &str) -> Result<Fields, Words> {
    Fields::parse(text).map_err(|error| {
        Words::new(
            format!("it is no XML that the platform reads ({error}): send a reply in XML, success, or nothing"),
            format!("不是平台能读的 XML ({error}): 请返回 XML 回复、success 或空串"),
        )
    })
}
