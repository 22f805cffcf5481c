//! What each kind of account takes, what it refuses and why, and what it never prints.

use std::error::Error as _;

use easy_wechat::account::{Channel, Received, Refusal};
use easy_wechat::crypt::{CryptError, Envelope, EnvelopeError, signature};
use easy_wechat::query::{Query, QueryError};
use easy_wechat::xml::{Fields, Limits};
use easy_wechat::{
    Account, AccountKind, EncodingAesKey, Mode, ReceiveIds, Seal, Secret, WXBizMsgCrypt,
};

const TOKEN: &str = "QDG6eKtokentokentoken";
const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
const APPID: &str = "wx5823bf96d3bd56c7";
const MESSAGE: &str = "<xml><MsgType>text</MsgType><Content>hi</Content></xml>";
const PARAMETERS: [&str; 6] = [
    "msg_signature",
    "signature",
    "timestamp",
    "nonce",
    "echostr",
    "encrypt_type",
];

#[test]
fn what_an_official_account_takes() {
    let sealed = Sealed::new(MESSAGE, APPID);
    let body = &*sealed.body;
    // S signs three parts, M the ciphertext, W is wrong; T is the time.
    // In plain mode without a key, in plain mode with one, in compatible and in safe mode.
    #[rustfmt::skip]
    let cases = [
        ("T", MESSAGE, ["no signature", "no signature", "no signature", "not safe"]),
        ("signature=S&T&openid=o", MESSAGE, ["plain", "plain", "plain", "not safe"]),
        ("signature=S&T&encrypt_type=raw", MESSAGE, ["plain", "plain", "plain", "not safe"]),
        ("signature=S&T&encrypt_type=", MESSAGE, ["plain", "plain", "plain", "not safe"]),
        ("signature=W&T", MESSAGE, ["mismatch", "mismatch", "mismatch", "not safe"]),
        ("signature=M&T", MESSAGE, ["mismatch", "mismatch", "mismatch", "not safe"]),
        ("signature=S&T&encrypt_type=aes&msg_signature=M", body, ["no key", "aes", "aes", "aes"]),
        ("signature=W&T&encrypt_type=aes&msg_signature=M", body, ["no key", "aes", "aes", "aes"]),
        ("signature=S&T&encrypt_type=AES&msg_signature=M", body, ["no key", "aes", "aes", "aes"]),
        ("T&encrypt_type=aes&msg_signature=M", body, ["no key", "aes", "aes", "aes"]),
        ("signature=S&T&encrypt_type=aes&msg_signature=W", body, ["no key", "mismatch", "mismatch", "mismatch"]),
        ("signature=S&T&encrypt_type=aes&msg_signature=S", body, ["no key", "mismatch", "mismatch", "mismatch"]),
        ("signature=S&T&encrypt_type=aes", body, ["no key", "no msg_signature", "no msg_signature", "no msg_signature"]),
        ("signature=S&T&encrypt_type=aes&msg_signature=M", MESSAGE, ["no key", "bare", "bare", "bare"]),
    ];
    for (query, body, row) in cases {
        for (account, expected) in official_accounts().iter().zip(row) {
            check(account, &sealed.sign(query), body, expected);
        }
    }
}

#[test]
fn wecom_is_always_encrypted() {
    let sealed = Sealed::new(MESSAGE, APPID);
    let account = Account::wecom(crypt(APPID));
    #[rustfmt::skip]
    let cases = [
        ("msg_signature=M&T", &*sealed.body, "aes"),
        ("msg_signature=M&T&encrypt_type=raw", &sealed.body, "aes"),
        ("msg_signature=M&T", MESSAGE, "bare"),
        ("msg_signature=W&T", &sealed.body, "mismatch"),
        ("signature=S&T", MESSAGE, "no msg_signature"),
        ("signature=S&T&encrypt_type=aes", &sealed.body, "no msg_signature"),
    ];
    for (query, body, expected) in cases {
        check(&account, &sealed.sign(query), body, expected);
    }
    assert_eq!(account.kind(), AccountKind::WeCom);
    for account in official_accounts() {
        assert_eq!(account.kind(), AccountKind::OfficialAccount);
    }
}

#[test]
fn a_query_must_be_whole_and_unambiguous() {
    let sealed = Sealed::new(MESSAGE, APPID);
    let aes = sealed.sign("msg_signature=M&T&encrypt_type=aes");
    let plain = sealed.sign("signature=S&T");
    let [.., compatible, _] = official_accounts();
    let wecom = Account::wecom(crypt(APPID));
    #[rustfmt::skip]
    let cases = [
        (&wecom, &aes, &*sealed.body, "aes", "msg_signature"),
        (&compatible, &aes, &sealed.body, "aes", "msg_signature"),
        (&compatible, &plain, MESSAGE, "plain", "signature"),
    ];
    for (account, query, body, way, signed) in cases {
        let check = |query: &str, expected: &str| check(account, query, body, expected);
        check(&format!("a=b&a=b&{query}&openid=x&&=&c"), way);
        check(&query.replace('1', "%31"), way);
        for name in [signed, "timestamp", "nonce"] {
            let instead = |text: &str| query.replace(&format!("{name}="), text);
            let none = format!("no {name}");
            check(&instead(&format!("x{name}=")), &none);
            check(&instead(&format!("{}=", name.to_uppercase())), &none);
            check(&instead(&format!("{name}=&x=")), "mismatch");
            check(&instead(&format!("{name}=0")), "mismatch");
            check(&instead(&format!("{name}=%20")), "mismatch");
            check(&instead(&format!("{name}=%FF")), &format!("broken {name}"));
        }
        for name in PARAMETERS {
            let two = format!("two {name}");
            check(&format!("{name}=1&{query}&{name}=1"), &two);
            check(&format!("{query}&{name}=1&{name}"), &two);
        }
        check("", "no timestamp");
        check(&format!("{query}&x={}", "x".repeat(8 * 1024)), "too long");

        let (mut limits, query) = (Limits::default(), Query::parse(query).expect("a query"));
        limits.max_bytes = 10;
        let opened = account.open(&query, body, limits);
        assert_eq!(
            opened.is_ok(),
            way == "plain",
            "the limits are for what is parsed"
        );
    }
}

#[test]
fn the_echo_of_an_official_account_is_given_back_as_it_came() {
    let sealed = Sealed::new(MESSAGE, APPID);
    let echo = |account: &Account, query: &str| {
        let query = sealed.sign(query);
        account.verify_url(&Query::parse(&query)?)
    };
    for account in official_accounts() {
        for (echostr, expected) in [
            ("5927782489442352469", "5927782489442352469"),
            ("%2B%3D", "+="),
        ] {
            let query = format!("signature=S&T&echostr={echostr}");
            assert_eq!(echo(&account, &query).as_deref(), Ok(expected));
        }
        for (query, expected) in [
            ("signature=W&T&echostr=1", "mismatch"),
            ("signature=M&T&echostr=1", "mismatch"),
            ("signature=S&T", "no echostr"),
            ("T&echostr=1", "no signature"),
            ("msg_signature=S&T&echostr=1", "no signature"),
            ("signature=S&nonce=1&echostr=1", "no timestamp"),
        ] {
            assert_eq!(echo(&account, query), Err(refusal(expected)), "{query}");
        }
    }
    for name in ["msg_signature", "timestamp", "nonce", "echostr"] {
        let query = sealed.sign("msg_signature=W&T&echostr=1");
        let query = query.replace(&format!("{name}="), "x=");
        let refused = echo(&Account::wecom(crypt(APPID)), &query);
        assert_eq!(refused, Err(refusal(&format!("no {name}"))));
    }
}

#[test]
fn a_reply_goes_the_way_the_message_came() {
    let (seal, receive_id) = (seal(7, "n"), APPID.into());
    let aes = Channel::Encrypted { receive_id };
    let as_it_is = || Ok(MESSAGE.as_bytes().to_vec());
    let [no_key, plain, compatible, safe] = official_accounts();
    assert_eq!(no_key.seal(MESSAGE, &Channel::Plain, &seal), as_it_is());
    assert_eq!(no_key.seal(MESSAGE, &aes, &seal), Err(Refusal::Encrypted));
    for account in [plain, compatible, safe, Account::wecom(crypt(APPID))] {
        assert_eq!(account.seal(MESSAGE, &Channel::Plain, &seal), as_it_is());
        let sealed = account.seal(MESSAGE, &aes, &seal).expect("sealed");
        let envelope = String::from_utf8(sealed).expect("UTF-8");
        let expected = crypt(APPID).encrypt_msg(MESSAGE, &seal);
        assert_eq!(Ok(&envelope), expected.as_ref());
        // What it seals it takes back.
        let fields = Fields::parse(envelope.as_str()).expect("XML");
        let signed = fields.get("MsgSignature").expect("signed");
        let query = format!("msg_signature={signed}&timestamp=7&nonce=n&encrypt_type=aes");
        check(&account, &query, &envelope, "aes");
    }
}

#[test]
fn a_receive_id_is_one_of_the_allowed() {
    let none: [&str; 0] = [];
    #[rustfmt::skip]
    let cases = [
        (ReceiveIds::from(APPID), [true, false, false], APPID),
        (ReceiveIds::from(String::from("suite")), [false, true, false], "suite"),
        (ReceiveIds::any_of(["suite", APPID]), [true, true, false], "suite"),
        (ReceiveIds::any_of([""]), [false, false, true], ""),
        (ReceiveIds::any_of(none), [false, false, false], ""),
        (ReceiveIds::unchecked(), [true, true, true], ""),
    ];
    for (ids, found, own) in cases {
        let crypt = || WXBizMsgCrypt::new(TOKEN, KEY, ids.clone()).expect("token and key");
        for (id, found) in [APPID, "suite", ""].into_iter().zip(found) {
            let sealed = Sealed::new(MESSAGE, id);
            match sealed.open_as_wecom(crypt()) {
                Ok(received) => {
                    let receive_id = id.into();
                    assert_eq!(received.channel, Channel::Encrypted { receive_id });
                    assert!(found, "{id:?} in {ids:?}");
                }
                Err(refusal) => {
                    assert_eq!(refusal.step(), "receive id");
                    assert!(!found, "{id:?} in {ids:?}");
                }
            }
        }
        // Without another word a reply is sealed for the first of them.
        let sealed = crypt().encrypt_msg(MESSAGE, &seal(7, "n")).expect("sealed");
        let expected = crypt().seal(MESSAGE, own, &seal(7, "n"));
        assert_eq!(Ok(sealed.into_bytes()), expected);
    }
    for id in [
        "wx5823bf96d3bd56c",
        "wx5823bf96d3bd56c77",
        "WX5823BF96D3BD56C7",
        " wx5823bf96d3bd56c7",
    ] {
        let (found, expected) = (id.to_owned(), vec![APPID.to_owned()]);
        let error = CryptError::ValidateCorpid { found, expected };
        let received = Sealed::new(MESSAGE, id).open_as_wecom(crypt(APPID));
        assert_eq!(received, Err(Refusal::Crypt(error)));
    }
}

#[test]
fn a_token_and_a_key_there_must_be() {
    let no_token = || Err(CryptError::ComputeSignature("the token"));
    let illegal = |characters| Err(CryptError::IllegalAesKey { characters });
    assert_eq!(Account::plain_official_account(TOKEN).map(drop), Ok(()));
    assert_eq!(Account::plain_official_account("").map(drop), no_token());
    let new = |token: &str, key: &str| WXBizMsgCrypt::new(token, key, APPID).map(drop);
    assert_eq!(new("", KEY), no_token());
    for (from, to, characters) in [
        (KEY, "", 0),
        ("2C", "2", 42),
        ("2C", "2C=", 44),
        ("j", "$", 43),
        ("j", "-", 43),
        ("2C", "2=", 43),
        ("jW", "\n ", 43),
        ("jWm", "钥", 41),
    ] {
        let key = &KEY.replace(from, to);
        assert_eq!(new(TOKEN, key), illegal(characters), "{key:?}");
        assert_eq!(EncodingAesKey::parse(key).map(drop), new(TOKEN, key));
    }
    let no_nonce = crypt(APPID).encrypt_msg(MESSAGE, &seal(7, ""));
    assert_eq!(no_nonce, Err(CryptError::ComputeSignature("the nonce")));
}

#[test]
fn no_secret_is_ever_printed() {
    let key = EncodingAesKey::parse(KEY).expect("a key");
    let mut printed = vec![
        format!("{key:?}{key:#?}{:?}", key.clone()),
        format!("{:?}", Secret::from(TOKEN)),
        format!("{:?}", crypt(APPID)),
        format!(
            "{:#?} {:#?}",
            Account::wecom(crypt(APPID)),
            official_accounts()
        ),
    ];
    let sealed = Sealed::new(MESSAGE, APPID);
    let account = Account::wecom(crypt(APPID));
    let open = |query: &str, body: &str| {
        let query = sealed.sign(query);
        account.open(&Query::parse(&query)?, body, Limits::default())
    };
    let enveloped = |body: &str| open("msg_signature=M&T", body);
    let forged = |encrypt: &str| Sealed::of(encrypt).open_as_wecom(crypt(APPID));
    let crypt_error = |error| Err(Refusal::Crypt(error));
    let bad_key = EncodingAesKey::parse(&format!("{KEY}=")).expect_err("too long");
    #[rustfmt::skip]
    let refused = [
        ("query", open("", "")),
        ("query", open("nonce&nonce", "")),
        ("query", open("nonce=%FF", "")),
        ("query", open(&"x".repeat(9000), "")),
        ("signature", open("msg_signature=W&T", &sealed.body)),
        ("signature", crypt_error(CryptError::ComputeSignature("the nonce"))),
        ("envelope", enveloped("")),
        ("envelope", enveloped("{}")),
        ("envelope", enveloped("<xml>&x;</xml>")),
        ("envelope", enveloped("<xml/>")),
        ("envelope", enveloped("<xml><Encrypt>1</Encrypt><Encrypt>2</Encrypt></xml>")),
        ("receive id", Sealed::new(MESSAGE, "wx").open_as_wecom(crypt(APPID))),
        ("decryption", forged("!")),
        ("decryption", forged("AAAA")),
        ("decryption", forged(&"A".repeat(88))),
        ("decryption", crypt_error(CryptError::IllegalBuffer("the message is not UTF-8"))),
        ("decryption", crypt_error(CryptError::EncryptAes)),
        ("decryption", crypt_error(CryptError::GenReturnXml)),
        ("decryption", crypt_error(bad_key)),
        ("mode", Err(Refusal::Unencrypted { mode: "safe" })),
        ("mode", Err(Refusal::Encrypted)),
    ];
    for (step, refused) in refused {
        let refusal = refused.expect_err(step);
        assert_eq!(refusal.step(), step, "{refusal}");
        let (text, hint) = (refusal.to_string(), refusal.hint());
        assert!(!hint.is_empty() && !text.contains('\n'));
        printed.push(format!("{text} {hint} {refusal:?} {:?}", refusal.source()));
    }
    // Parts of the token and of the key, as they are written and as bytes.
    let secrets = [
        "QDG6", "kentoken", "jWmYm7qr", "6q2B2C", "8d69989b", "141, 105", "0x8d",
    ];
    for text in printed {
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
}

/// The message arrives by the way `expected`, or it is refused for that reason.
#[track_caller]
fn check(account: &Account, query: &str, body: &str, expected: &str) {
    let opened = Query::parse(query).map_err(Refusal::from);
    let opened = opened.and_then(|query| account.open(&query, body, Limits::default()));
    let receive_id = APPID.into();
    let channel = match expected {
        "plain" => Ok(Channel::Plain),
        "aes" => Ok(Channel::Encrypted { receive_id }),
        _ => Err(refusal(expected)),
    };
    let xml = MESSAGE.to_owned();
    let expected = channel.map(|channel| Received { xml, channel });
    assert_eq!(opened, expected, "{query} to {account:?}");
}

fn refusal(why: &str) -> Refusal {
    let (what, name) = why.split_once(' ').unwrap_or((why, ""));
    let name = PARAMETERS.into_iter().find(|&known| known == name);
    let name = name.unwrap_or_default();
    match (what, why) {
        ("no", "no key") => Refusal::Encrypted,
        ("no", _) => Refusal::Query(QueryError::Missing(name)),
        ("two", _) => Refusal::Query(QueryError::Repeated(name)),
        ("broken", _) => Refusal::Query(QueryError::NotUtf8(name)),
        (_, "too long") => Refusal::Query(QueryError::TooLong),
        (_, "not safe") => Refusal::Unencrypted { mode: "safe" },
        (_, "mismatch") => Refusal::Crypt(CryptError::ValidateSignature),
        (_, "bare") => Refusal::Crypt(CryptError::ParseXml(EnvelopeError::NoEncrypt)),
        _ => panic!("no refusal is called {why}"),
    }
}

/// A callback as the platform sends it at its time.
struct Sealed {
    body: String,
    msg_signature: String,
}

impl Sealed {
    fn new(message: &str, receive_id: &str) -> Self {
        let seal = seal(1_409_659_813, "1372623149");
        let body = crypt(APPID)
            .seal(message, receive_id, &seal)
            .expect("sealed");
        let body = String::from_utf8(body).expect("UTF-8");
        Self::of(&Envelope::parse(&body).expect("an envelope").encrypt)
    }

    fn of(encrypt: &str) -> Self {
        let msg_signature = hex([TOKEN, "1409659813", "1372623149", encrypt]);
        let body = format!("<xml><Encrypt>{encrypt}</Encrypt></xml>");
        Self {
            body,
            msg_signature,
        }
    }

    /// The query with S, M, W and T filled in.
    fn sign(&self, query: &str) -> String {
        let three = hex([TOKEN, "1409659813", "1372623149"]);
        query
            .replace("=S", &format!("={three}"))
            .replace("=M", &format!("={}", self.msg_signature))
            .replace("=W", &format!("={}", "0".repeat(40)))
            .replace('T', "timestamp=1409659813&nonce=1372623149")
    }

    fn open_as_wecom(&self, crypt: WXBizMsgCrypt) -> Result<Received, Refusal> {
        let query = self.sign("msg_signature=M&T");
        Account::wecom(crypt).open(&Query::parse(&query)?, &self.body, Limits::default())
    }
}

fn seal(timestamp: i64, nonce: &str) -> Seal {
    let (nonce, random) = (nonce.to_owned(), [7; 16]);
    Seal {
        timestamp,
        nonce,
        random,
    }
}

fn crypt(receive_id: &str) -> WXBizMsgCrypt {
    WXBizMsgCrypt::new(TOKEN, KEY, receive_id).expect("token and key")
}

/// Plain without a key, plain with one, compatible, safe.
fn official_accounts() -> [Account; 4] {
    [
        Account::plain_official_account(TOKEN).expect("an account"),
        Account::official_account(Mode::Plain, crypt(APPID)),
        Account::official_account(Mode::Compatible, crypt(APPID)),
        Account::official_account(Mode::Safe, crypt(APPID)),
    ]
}

fn hex<const N: usize>(parts: [&str; N]) -> String {
    String::from_utf8(signature(parts).to_vec()).expect("hex digits")
}
