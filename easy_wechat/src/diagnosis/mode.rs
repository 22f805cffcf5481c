use super::body::Body;
use super::query::Parameters;
use super::{Cause, Finding, Keys, Step};
use crate::platform::{AccountKind, Mode};

/// The platform that a request comes from, by its parameters; that of the keys, where they do not tell.
pub(super) fn seen_kind(kind: AccountKind, parameters: &Parameters<'_>) -> AccountKind {
    let has = |name| parameters.raw(name).is_some();
    match kind {
        AccountKind::WeCom if !has("msg_signature") && has("signature") => {
            AccountKind::OfficialAccount
        }
        AccountKind::WeCom if has("signature") && has("encrypt_type") => {
            AccountKind::OfficialAccount
        }
        AccountKind::OfficialAccount
            if has("msg_signature") && !has("signature") && !has("encrypt_type") =>
        {
            AccountKind::WeCom
        }
        kind => kind,
    }
}

pub(super) fn wrong_kind(seen: AccountKind, keys: &Keys) -> Finding {
    let (value, key, from) = match seen {
        AccountKind::WeCom => ("wecom", "corpid", "WeCom"),
        AccountKind::OfficialAccount => ("official_account", "appid", "an Official Account"),
    };
    Finding::wrong(
        Cause::Kind,
        format!(
            "by its parameters it comes from {from}, but the kind of [{}] is {}",
            keys.name, keys.kind
        ),
        format!(
            "set kind = {value} (and {key}) in [{}], or correct the address in the console",
            keys.name
        ),
    )
}

/// Whether what it carries is encrypted, by the query alone, as the platform's documents want it.
pub(super) fn is_encrypted(
    kind: AccountKind,
    verification: bool,
    parameters: &Parameters<'_>,
) -> bool {
    match kind {
        AccountKind::WeCom => true,
        AccountKind::OfficialAccount if verification => false,
        AccountKind::OfficialAccount => parameters
            .once("encrypt_type")
            .is_some_and(|how| how != "raw" && !how.is_empty()),
    }
}

/// An Official Account's message against its mode.
pub(super) fn check(
    keys: &Keys,
    encrypted: bool,
    body: &Body,
    parameters: &Parameters<'_>,
    found: &mut Vec<Finding>,
) {
    let has_key = !keys.encoding_aes_key.is_empty();
    if keys.kind != AccountKind::OfficialAccount {
        return;
    }
    let console = "设置与开发 > 基本配置 > 消息加解密方式";
    let mode = match keys.mode {
        Mode::Plain => "plain",
        Mode::Compatible => "compatible",
        Mode::Safe => "safe",
    };
    if !encrypted
        && body.ciphertext.is_some()
        && parameters.raw("encrypt_type").is_none()
        && body.plain.is_none()
    {
        found.push(Finding::wrong(
            Cause::ParameterMissing,
            "the body is encrypted, but the query has no encrypt_type",
            "something on the way drops a part of the query: pass it on as it comes",
        ));
    } else if !encrypted && keys.mode == Mode::Safe {
        found.push(Finding::wrong(
            Cause::Mode,
            format!(
                "it came unencrypted, and the mode of [{}] is safe",
                keys.name
            ),
            format!("choose 安全模式 in the console ({console}), or set mode = plain"),
        ));
    } else if encrypted && !has_key {
        found.push(Finding::wrong(
            Cause::Mode,
            format!("it came encrypted, and [{}] has no encoding_aes_key", keys.name),
            format!("copy EncodingAESKey from the console and set mode = safe, or choose 明文模式 there ({console})"),
        ));
    } else if encrypted && keys.mode == Mode::Plain {
        found.push(Finding::odd(
            Cause::Mode,
            format!(
                "it came encrypted, and the mode of [{}] is plain",
                keys.name
            ),
            "set mode = safe: so nothing unencrypted is taken",
        ));
    } else {
        found.push(Finding::good(
            Step::Mode,
            format!("it came as the mode {mode} has it"),
        ));
    }
}

/// A message in the place of an envelope.
pub(super) fn unencrypted(body: &Body, keys: &Keys) -> Option<Finding> {
    let bare = body.ciphertext.is_none() && body.plain.is_some();
    bare.then(|| {
        Finding::wrong(
            Cause::Mode,
            "there is no Encrypt in the body: it is not encrypted, and must be",
            match keys.kind {
                AccountKind::WeCom => {
                    "WeCom always encrypts, so this is not WeCom; an Official Account in plain mode needs \
                     kind = official_account and mode = plain"
                }
                AccountKind::OfficialAccount => "something on the way, or the tool that calls, took the envelope off",
            },
        )
    })
}
