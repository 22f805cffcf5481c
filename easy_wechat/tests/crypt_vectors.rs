//! The published vectors of the callback cryptography: each of them, by every way in.

use easy_wechat::account::{Channel, Received, Refusal};
use easy_wechat::crypt::{CryptError, Envelope, Opened, signature};
use easy_wechat::query::Query;
use easy_wechat::xml::Limits;
use easy_wechat::{Account, Mode, Seal, WXBizMsgCrypt};
use serde_json::Value;

#[test]
fn a_verification_get_is_answered_with_the_plain_echo() {
    each("verify_url", 4, |vector| {
        let [msg_signature, timestamp, nonce, echostr] = vector.signed();
        let crypt = vector.crypt();
        let echo = crypt.verify_url(msg_signature, timestamp, nonce, echostr);
        assert_eq!(echo.as_deref(), Ok(vector.plain()));

        let raw = vector.text("raw_query");
        let account = Account::wecom(crypt);
        // As the platform sends it; a `+` that was not encoded; one that was decoded twice, so that it is a space.
        for plus in ["%2B", "+", "%20", " "] {
            let query = raw.replace("%2B", plus);
            let query = Query::parse(&query).expect("a query");
            assert_eq!(account.verify_url(&query).as_deref(), Ok(vector.plain()));
        }
    });
}

#[test]
fn a_callback_is_opened() {
    each("decrypt", 8, |vector| {
        let [msg_signature, timestamp, nonce, encrypt] = vector.signed();
        let (crypt, body) = (vector.crypt(), envelope("", encrypt));
        assert_eq!(
            crypt.open(encrypt, msg_signature, timestamp, nonce),
            Ok(vector.opened())
        );
        let message = crypt.decrypt_msg(&body, msg_signature, timestamp, nonce);
        assert_eq!(message.as_deref(), Ok(vector.plain()));
        assert_eq!(
            vector.send(&body, &Account::wecom(crypt)),
            Ok(vector.received())
        );
    });
}

#[test]
fn an_official_account_opens_what_is_encrypted_in_both_modes() {
    each("oa_safe", 4, |vector| {
        let body = vector.text("body_or_echostr");
        let encrypt = if let Ok(json) = serde_json::from_str::<Value>(body) {
            json["Encrypt"].as_str().expect("Encrypt").to_owned()
        } else if let Ok(envelope) = Envelope::parse(body) {
            envelope.encrypt.into_owned()
        } else {
            body.to_owned()
        };
        let [msg_signature, timestamp, nonce, _] = vector.signed();
        let opened = vector
            .crypt()
            .open(&encrypt, msg_signature, timestamp, nonce);
        assert_eq!(opened, Ok(vector.opened()));
        if let Some(three) = vector.find("signature") {
            assert_eq!(hex([vector.text("token"), timestamp, nonce]), three);
        }

        for mode in [Mode::Safe, Mode::Compatible] {
            let account = vector.official_account(mode);
            if body.starts_with('{') {
                let refusal = vector.send(body, &account).expect_err("JSON is refused");
                assert!(refusal.to_string().contains("JSON"), "{refusal}");
                assert!(refusal.hint().contains("JSON"), "{}", refusal.hint());
                continue;
            }
            let plain = vector.plain().replace("<xml>", "").replace("</xml>", "");
            let in_first_place = format!("<xml><Encrypt>{encrypt}</Encrypt>{plain}</xml>");
            for body in [
                envelope("", &encrypt),
                envelope(&plain, &encrypt),
                in_first_place,
            ] {
                assert_eq!(
                    vector.send(&body, &account),
                    Ok(vector.received()),
                    "{mode:?}"
                );
            }
            if body.starts_with('<') {
                assert_eq!(
                    vector.send(body, &account),
                    Ok(vector.received()),
                    "{mode:?}"
                );
            }
        }
    });
}

#[test]
fn a_reply_is_sealed_to_the_byte() {
    each("encrypt_known_random", 9, |vector| {
        let timestamp = vector.find("timestamp").unwrap_or("1700000000");
        let nonce = vector.find("nonce").unwrap_or("1");
        let encrypt = vector.text("body_or_echostr");
        let signed = || hex([vector.text("token"), timestamp, nonce, encrypt]);
        let msg_signature = vector
            .find("msg_signature")
            .map_or_else(signed, str::to_owned);
        let expected = format!(
            "<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt>\
             <MsgSignature><![CDATA[{msg_signature}]]></MsgSignature>\
             <TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        );
        let (crypt, random) = (vector.crypt(), vector.random().expect("random"));
        let seal = seal(timestamp.parse().expect("seconds"), nonce, random);
        assert_eq!(
            crypt.encrypt_msg(vector.plain(), &seal),
            Ok(expected.clone())
        );
        let message = crypt.decrypt_msg(&expected, &msg_signature, timestamp, nonce);
        assert_eq!(message.as_deref(), Ok(vector.plain()));
    });
}

#[test]
fn what_the_platform_sealed_is_sealed_alike() {
    let mut sealed = 0;
    for (vector, random) in vectors()
        .iter()
        .filter_map(|vector| Some((vector, vector.random()?)))
    {
        let again = vector
            .crypt()
            .encrypt_msg(vector.plain(), &seal(0, "1", random))
            .expect("sealed");
        let again = Envelope::parse(&again).expect("an envelope").encrypt;
        assert!(
            vector.text("body_or_echostr").contains(&*again),
            "{}",
            vector.text("id")
        );
        sealed += 1;
    }
    assert_eq!(sealed, 21, "vectors that state their random bytes");
}

#[test]
fn an_official_account_signs_three_parts() {
    each("signature_only", 3, |vector| {
        let token = vector.text("token");
        let [timestamp, nonce] = ["timestamp", "nonce"].map(|name| vector.text(name));
        let expected = vector.text("msg_signature");
        assert_eq!(hex([token, timestamp, nonce]), expected);
        assert_eq!(
            hex([nonce, token, timestamp]),
            expected,
            "the order does not count"
        );

        let account = Account::plain_official_account(token).expect("an account");
        let query = format!("signature={expected}&timestamp={timestamp}&nonce={nonce}&echostr=42");
        let query = Query::parse(&query).expect("a query");
        assert_eq!(account.verify_url(&query).as_deref(), Ok("42"));
        let (xml, channel) = ("<xml/>".to_owned(), Channel::Plain);
        assert_eq!(
            account.open(&query, "<xml/>", Limits::default()),
            Ok(Received { xml, channel })
        );
    });
}

#[test]
fn what_is_wrong_has_the_platforms_number() {
    each("negative", 15, |vector| {
        let [msg_signature, timestamp, nonce, body] = vector.signed();
        let expected = vector.0["expected_error"].as_i64();
        let code = |error: &CryptError| Some(i64::from(error.code()));
        let crypt = match vector.try_crypt() {
            Ok(crypt) => crypt,
            Err(error) => return assert_eq!(code(&error), expected),
        };
        let bare = !body.starts_with('<');
        let in_body = if bare {
            envelope("", body)
        } else {
            body.to_owned()
        };
        let refused = crypt.decrypt_msg(&in_body, msg_signature, timestamp, nonce);
        let error = refused.expect_err("refused");
        assert_eq!(code(&error), expected);
        if bare {
            let opened = crypt.open(body, msg_signature, timestamp, nonce);
            assert_eq!(opened, Err(error.clone()));
            let echo = crypt.verify_url(msg_signature, timestamp, nonce, body);
            assert_eq!(echo, Err(error.clone()));
        }
        let account = Account::wecom(crypt);
        assert_eq!(vector.send(&in_body, &account), Err(Refusal::Crypt(error)));
    });
}

#[test]
fn the_surplus_bits_of_a_key_do_not_count() {
    each("decrypt", 8, |vector| {
        let [msg_signature, timestamp, nonce, encrypt] = vector.signed();
        let (stem, last) = vector.text("encoding_aes_key").split_at(42);
        // Four bits of the last character are the key's, so four characters each stand for the same key.
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let at = alphabet.find(last).expect("base64");
        for (index, char) in alphabet.chars().enumerate() {
            let (key, ids) = (format!("{stem}{char}"), vector.text("receive_id"));
            let crypt = WXBizMsgCrypt::new(vector.text("token"), &key, ids).expect("a key");
            let opened = crypt.open(encrypt, msg_signature, timestamp, nonce);
            assert_eq!(opened == Ok(vector.opened()), index / 4 == at / 4, "{key}");
        }
    });
}

/// Runs `check` for every vector of `kind`, of which there must be `count`.
#[track_caller]
fn each(kind: &str, count: usize, check: impl Fn(&Vector)) {
    let vectors = vectors();
    assert_eq!(vectors.len(), 43, "in six kinds: 4 + 8 + 4 + 9 + 3 + 15");
    let mut ran = 0;
    for vector in vectors.iter().filter(|vector| vector.text("kind") == kind) {
        eprintln!("{}", vector.text("id"));
        check(vector);
        ran += 1;
    }
    assert_eq!(ran, count, "vectors of kind {kind}");
}

fn vectors() -> Vec<Vector> {
    let json = include_str!("fixtures/callback_vectors.json");
    let json: Vec<Value> = serde_json::from_str(json).expect("JSON");
    json.into_iter().map(Vector).collect()
}

struct Vector(Value);

impl Vector {
    fn find(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    fn text(&self, name: &str) -> &str {
        self.find(name)
            .unwrap_or_else(|| panic!("no {name} in {:?}", self.find("id")))
    }

    fn plain(&self) -> &str {
        self.text("expected_plaintext")
    }

    /// Signature, timestamp, nonce and what they sign.
    fn signed(&self) -> [&str; 4] {
        ["msg_signature", "timestamp", "nonce", "body_or_echostr"].map(|name| self.text(name))
    }

    fn random(&self) -> Option<[u8; 16]> {
        Some(
            u128::from_str_radix(self.find("random")?, 16)
                .expect("hex")
                .to_be_bytes(),
        )
    }

    fn try_crypt(&self) -> Result<WXBizMsgCrypt, CryptError> {
        let [token, key, id] =
            ["token", "encoding_aes_key", "receive_id"].map(|name| self.text(name));
        WXBizMsgCrypt::new(token, key, id)
    }

    fn crypt(&self) -> WXBizMsgCrypt {
        self.try_crypt().expect("token and key")
    }

    fn official_account(&self, mode: Mode) -> Account {
        Account::official_account(mode, self.crypt())
    }

    /// Gives `body` to `account` with this vector's query.
    fn send(&self, body: &str, account: &Account) -> Result<Received, Refusal> {
        let [msg_signature, timestamp, nonce, _] = self.signed();
        let query = format!("msg_signature={msg_signature}&timestamp={timestamp}&nonce={nonce}");
        let query = format!("{query}&encrypt_type=aes");
        account.open(&Query::parse(&query)?, body, Limits::default())
    }

    fn opened(&self) -> Opened {
        let (message, receive_id) = (self.plain().to_owned(), self.text("receive_id").into());
        Opened {
            message,
            receive_id,
        }
    }

    fn received(&self) -> Received {
        let Opened {
            message,
            receive_id,
        } = self.opened();
        Received {
            xml: message,
            channel: Channel::Encrypted { receive_id },
        }
    }
}

fn seal(timestamp: i64, nonce: &str, random: [u8; 16]) -> Seal {
    let nonce = nonce.to_owned();
    Seal {
        timestamp,
        nonce,
        random,
    }
}

fn envelope(others: &str, encrypt: &str) -> String {
    format!("<xml>{others}<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>")
}

fn hex<const N: usize>(parts: [&str; N]) -> String {
    String::from_utf8(signature(parts).to_vec()).expect("hex digits")
}
