//! A callback as a request: encrypted, signed, and with the parameters that the platform appends.
//!
//! <https://developer.work.weixin.qq.com/document/path/90968>,
//! <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Message_encryption_and_decryption_instructions.html>

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rand::RngExt as _;

use super::paths::Out;
use crate::crypt::{CryptError, Envelope, Seal, signature};
use crate::platform::{AccountKind, Mode};
use crate::sandbox::app::{App, letters};

/// What goes over the wire.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) url: String,
    /// `None` for a GET.
    pub(super) body: Option<String>,
}

/// What is wrong with a callback on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tamper {
    #[default]
    Nothing,
    /// The signatures are other ones.
    WrongSignature,
    /// It was signed an hour ago.
    Stale,
}

/// A message on its way: with another nonce, other random bytes and the time of now at each attempt.
pub(super) fn post(
    app: &App,
    callback: &str,
    plain: &str,
    openid: &str,
    now: i64,
    tamper: Tamper,
) -> Result<Request, CryptError> {
    let signer = Signer::new(app, now, tamper);
    if app.kind == AccountKind::WeCom {
        let encrypt = signer.encrypt(plain)?;
        let mut body = Out::new();
        body.text("ToUserName", &app.receive_id);
        body.text("Encrypt", &encrypt);
        body.text("AgentID", &app.agent_id.to_string());
        let parameters = [
            ("msg_signature", signer.sign(&[&encrypt])),
            ("timestamp", signer.timestamp.clone()),
            ("nonce", signer.nonce.clone()),
        ];
        return Ok(Request {
            url: with_query(callback, &parameters),
            body: Some(body.finish()),
        });
    }
    let mut parameters = vec![
        ("signature", signer.sign(&[])),
        ("timestamp", signer.timestamp.clone()),
        ("nonce", signer.nonce.clone()),
        ("openid", openid.to_owned()),
    ];
    let body = if app.mode == Mode::Plain {
        plain.to_owned()
    } else {
        let encrypt = signer.encrypt(plain)?;
        parameters.push(("encrypt_type", "aes".to_owned()));
        parameters.push(("msg_signature", signer.sign(&[&encrypt])));
        match plain.rsplit_once("</xml>") {
            Some((elements, _)) if app.mode == Mode::Compatible => {
                format!("{elements}<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>")
            }
            _ => {
                let mut body = Out::new();
                body.text("ToUserName", &app.user_name);
                body.text("Encrypt", &encrypt);
                body.finish()
            }
        }
    };
    Ok(Request {
        url: with_query(callback, &parameters),
        body: Some(body),
    })
}

/// The verification of the address, and the text that it must be answered with.
pub(super) fn get(app: &App, callback: &str, now: i64) -> Result<(Request, String), CryptError> {
    let signer = Signer::new(app, now, Tamper::Nothing);
    let echo = digits(19);
    let parameters = if app.kind == AccountKind::WeCom {
        let echostr = signer.encrypt(&echo)?;
        [
            ("msg_signature", signer.sign(&[&echostr])),
            ("timestamp", signer.timestamp.clone()),
            ("nonce", signer.nonce.clone()),
            ("echostr", echostr),
        ]
    } else {
        [
            ("signature", signer.sign(&[])),
            ("timestamp", signer.timestamp.clone()),
            ("nonce", signer.nonce.clone()),
            ("echostr", echo.clone()),
        ]
    };
    let request = Request {
        url: with_query(callback, &parameters),
        body: None,
    };
    Ok((request, echo))
}

struct Signer<'a> {
    app: &'a App,
    timestamp: String,
    nonce: String,
    tamper: Tamper,
}

impl<'a> Signer<'a> {
    fn new(app: &'a App, now: i64, tamper: Tamper) -> Self {
        let age = if tamper == Tamper::Stale { STALE } else { 0 };
        Self {
            app,
            timestamp: now.saturating_sub(age).to_string(),
            nonce: digits(10),
            tamper,
        }
    }

    /// The ciphertext as it stands in `Encrypt` and `echostr`.
    fn encrypt(&self, text: &str) -> Result<String, CryptError> {
        let mut random = [0; 16];
        for (byte, letter) in random.iter_mut().zip(letters(16).into_bytes()) {
            *byte = letter;
        }
        let seal = Seal {
            timestamp: 0,
            nonce: self.nonce.clone(),
            random,
        };
        let envelope = self.app.crypt.encrypt_msg(text, &seal)?;
        Ok(Envelope::parse(&envelope)?.encrypt.into_owned())
    }

    /// The signature over token, timestamp, nonce and `more`.
    fn sign(&self, more: &[&str]) -> String {
        let token = self.app.token.reveal();
        let hex = match more {
            [encrypt] => signature([token, &self.timestamp, &self.nonce, encrypt]),
            _ => signature([token, &self.timestamp, &self.nonce]),
        };
        let mut hex = String::from_utf8_lossy(&hex).into_owned();
        if self.tamper == Tamper::WrongSignature {
            // Another digit in the last place; the length stays right.
            let last = if hex.pop() == Some('0') { '1' } else { '0' };
            hex.push(last);
        }
        hex
    }
}

/// The address may have a query of its own.
fn with_query(callback: &str, parameters: &[(&str, String)]) -> String {
    let address = callback.split('#').next().unwrap_or_default();
    let mut url = address.to_owned();
    let mut separator = if address.contains('?') { '&' } else { '?' };
    for (name, value) in parameters {
        if !url.ends_with(['?', '&']) {
            url.push(separator);
        }
        separator = '&';
        url.push_str(name);
        url.push('=');
        url.extend(utf8_percent_encode(value, ENCODED));
    }
    url
}

/// A number without a zero in front.
fn digits(count: usize) -> String {
    (0..count)
        .filter_map(|at| {
            let least = u32::from(at == 0);
            char::from_digit(rand::rng().random_range(least..10), 10)
        })
        .collect()
}

/// The platform leaves letters, digits and these as they are; `+` is `%2B`, `/` is `%2F`, `=` is `%3D`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// How old a stale callback is, in seconds.
const STALE: i64 = 3600;
