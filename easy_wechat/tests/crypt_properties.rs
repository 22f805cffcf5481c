//! What holds for every input: round trips, no panics, and nothing changed is taken.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
use easy_wechat::crypt::{CryptError, Envelope, EnvelopeError, signature};
use easy_wechat::query::Query;
use easy_wechat::xml::{Field, Fields, Limits, XmlWriter};
use easy_wechat::{
    Account, DeliveryKey, EncodingAesKey, Message, Mode, ReceiveIds, Reply, Seal, TemplateCard,
    WXBizMsgCrypt,
};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value};

type Encryptor = cbc::Encryptor<aes::Aes256>;

const TOKEN: &str = "QDG6eK";
const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sealed_can_be_opened(
        message in text(200), receive_id in text(20), random: [u8; 16], timestamp: i64,
        nonce in prop_oneof![text(10), "[a-z]]{0,2}]>[a-z]"],
    ) {
        let crypt = crypt(ReceiveIds::unchecked());
        let sealed = crypt.seal(&message, &receive_id, &Seal { timestamp, nonce: nonce.clone(), random });
        if nonce.is_empty() {
            prop_assert_eq!(sealed, Err(CryptError::ComputeSignature("the nonce")));
            return Ok(());
        }
        // What XML does not allow or does not keep would come back as another nonce than was signed.
        if nonce.chars().any(|char| char == '\r' || !is_xml(char)) {
            prop_assert_eq!(sealed, Err(CryptError::GenReturnXml));
            return Ok(());
        }
        let sealed = String::from_utf8(sealed.expect("sealed")).expect("UTF-8");
        let fields = Fields::parse(sealed.as_str()).expect("XML");
        let [encrypt, msg_signature, timestamp, read] =
            ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"].map(|name| fields.get(name).expect("is there"));
        prop_assert_eq!(read, nonce);
        let opened = crypt.open(encrypt, msg_signature, timestamp, read).expect("opens");
        prop_assert_eq!((&opened.message, &*opened.receive_id), (&message, &*receive_id));
        prop_assert_eq!(crypt.decrypt_msg(&sealed, msg_signature, timestamp, read), Ok(message));
    }

    /// A client that knows the token gets as far as this.
    #[test]
    fn a_signed_ciphertext_may_hold_anything(
        bytes in vec(any::<u8>(), 0..200), length in prop_oneof![0..80_u32, any::<u32>()], pad in 0..=33_u8,
    ) {
        let crypt = crypt(ReceiveIds::unchecked());
        let open = |encrypt: &str| crypt.open(encrypt, &hex([TOKEN, "1", "2", encrypt]), "1", "2");
        let _ = open(&STANDARD.encode(&bytes));
        // Encrypted with the key, so that all that is wrong is wrong inside.
        let mut plain = bytes;
        if let Some(place) = plain.get_mut(16..20) {
            place.copy_from_slice(&length.to_be_bytes());
        }
        plain.resize(plain.len() + usize::from(pad), pad);
        plain.resize(plain.len() / 16 * 16, pad);
        match open(&encrypted(plain)) {
            Ok(opened) => prop_assert_eq!(opened.message.len(), length as usize),
            Err(error) => prop_assert!(matches!(error.code(), -40007 | -40008), "{}", error),
        }
    }

    #[test]
    fn no_text_makes_a_decoder_panic(one in anything(), two in anything(), three in anything(), four in anything()) {
        let crypt = crypt("wx".into());
        let _ = crypt.open(&one, &two, &three, &four);
        let _ = crypt.decrypt_msg(&one, &two, &three, &four);
        let _ = crypt.verify_url(&one, &two, &three, &four);
        let signed = hex([TOKEN, &three, &four, &one]);
        let _ = crypt.open(&one, &signed, &three, &four);
        let _ = EncodingAesKey::parse(&one);
        let _ = EncodingAesKey::parse(&one.chars().cycle().take(43).collect::<String>());
        let _ = WXBizMsgCrypt::new(two.as_str(), &one, three.as_str());
        let _ = Query::parse(&one);
        read_xml(&one)?;
        for account in accounts() {
            let parameters = format!("msg_signature={two}&signature={signed}&timestamp={three}&nonce={four}&echostr={one}&encrypt_type={two}");
            for query in [&one, &parameters, &format!("signature={}&timestamp=1&nonce=2", hex([TOKEN, "1", "2"]))] {
                let Ok(query) = Query::parse(query) else { continue };
                let _ = account.verify_url(&query);
                if let Ok(received) = account.open(&query, &one, Limits::default()) {
                    prop_assert_eq!(received.xml, one.as_str(), "only a plain message can be forged");
                }
            }
        }
    }

    #[test]
    fn no_xml_makes_a_reader_panic(xml in xmlish()) {
        read_xml(&xml)?;
    }

    #[test]
    fn what_is_written_is_read_again(one in text(60), two in text(60), number: i64) {
        let mut xml = XmlWriter::new();
        xml.element("xml", |xml| {
            xml.text("One", &one);
            xml.element("Deep", |xml| xml.element("er", |xml| xml.text("Two", &two)));
            xml.number("Number", number);
        });
        let fields = Fields::parse(xml.finish()).expect("XML");
        prop_assert_eq!(fields.get("One"), Some(&*as_xml_reads(&one)));
        prop_assert_eq!(fields.get("Deep/er/Two"), Some(&*as_xml_reads(&two)));
        prop_assert_eq!(fields.get("Number"), Some(&*number.to_string()));

        let reply = Reply::text(one.as_str()).to_xml(&two, &one, number);
        prop_assert_eq!(reply.is_none(), one.is_empty());
        if let Some(reply) = reply {
            let fields = Fields::parse(reply).expect("XML");
            prop_assert_eq!(fields.get("Content"), Some(&*as_xml_reads(&one)));
            prop_assert_eq!(fields.get("ToUserName"), Some(&*as_xml_reads(&two)));
        }
    }

    #[test]
    fn any_card_is_xml(members in members(), whatever in json()) {
        let _ = TemplateCard::new(whatever);
        let mut members: Map<_, _> = members;
        members.insert("card_type".to_owned(), "text_notice".into());
        let card = TemplateCard::new(Value::Object(members)).expect("a card");
        let xml = Reply::UpdateTemplateCard(card).to_xml("t", "f", 0).expect("XML");
        let fields = Fields::parse(xml).expect("XML");
        let card_types = fields.all("TemplateCard/CardType").map(Field::text).collect::<Vec<_>>();
        prop_assert!(card_types.contains(&"text_notice"));
        prop_assert_eq!(fields.iter().count(), 5, "nothing broke out of its element");
    }
}

#[test]
fn every_byte_of_the_padding_counts() {
    let crypt = crypt("wx".into());
    let open = |plain: Vec<u8>| {
        let encrypt = encrypted(plain);
        let opened = crypt.open(&encrypt, &hex([TOKEN, "1", "2", &encrypt]), "1", "2");
        opened.map(|opened| opened.message)
    };
    // More padding than there is text, and no text at all.
    assert_eq!(open(vec![32; 16]), Err(CryptError::DecryptAes));
    assert_eq!(open(vec![]), Err(CryptError::DecryptAes));
    for pad in 1..=64_u8 {
        let pads = usize::from(pad);
        // Whole blocks of 16 for each length of padding.
        let message = "m".repeat(96 - pads - 20 - 2);
        let mut plain = [&[0; 19][..], &[96 - 22 - pad], message.as_bytes(), b"wx"].concat();
        plain.resize(96, pad);
        let expected = if pad <= 32 {
            Ok(message)
        } else {
            Err(CryptError::DecryptAes)
        };
        assert_eq!(open(plain.clone()), expected, "{pad} bytes of padding");
        for at in 96 - pads..96 {
            for wrong in [0, pad ^ 0x80, 33, 255] {
                let mut plain = plain.clone();
                plain[at] = wrong;
                let right = wrong == pad && pad <= 32;
                assert!(
                    right || open(plain) == Err(CryptError::DecryptAes),
                    "{wrong} at {at}"
                );
            }
        }
    }
}

#[test]
fn nothing_changed_is_taken_for_another_message() {
    let seal = Seal {
        timestamp: 1_409_659_813,
        nonce: "n1".to_owned(),
        random: *b"0123456789abcdef",
    };
    let crypt = crypt("wx".into());
    let sealed = crypt.encrypt_msg("hi", &seal).expect("sealed");
    let encrypt = Envelope::parse(&sealed)
        .expect("an envelope")
        .encrypt
        .into_owned();
    let body =
        format!("<xml><ToUserName>wx</ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>");
    let msg_signature = hex([TOKEN, "1409659813", "n1", &encrypt]);
    let whole = [&*body, &msg_signature, "1409659813", "n1"];

    let open = |[body, msg_signature, timestamp, nonce]: [&str; 4]| {
        crypt.decrypt_msg(body, msg_signature, timestamp, nonce)
    };
    assert_eq!(open(whole).as_deref(), Ok("hi"));
    let (mut tried, mut taken) = (0, 0);
    for (part, text) in whole.into_iter().enumerate() {
        for other in neighbours(text) {
            let mut changed = whole;
            changed[part] = &other;
            tried += 1;
            match open(changed) {
                // What is not signed may be changed: the outside of the envelope.
                Ok(message) => {
                    assert_eq!((part, &*message), (0, "hi"), "{other}");
                    let changed = Envelope::parse(&other).expect("an envelope");
                    assert_eq!(changed.encrypt, encrypt);
                    taken += 1;
                }
                Err(CryptError::ValidateSignature) => {}
                Err(CryptError::ParseXml(_)) => assert_eq!(part, 0, "{other}"),
                Err(error) => panic!("{error}: {other}"),
            }
        }
    }
    let enough = 128 * whole.map(str::len).iter().sum::<usize>();
    assert!(tried > enough && taken > 0, "{tried} tried, {taken} taken");
}

#[test]
fn no_part_can_move_into_another() {
    let crypt = crypt("wx".into());
    let sealed = crypt
        .encrypt_msg(
            "hi",
            &Seal {
                timestamp: 12,
                nonce: "34".to_owned(),
                random: [0; 16],
            },
        )
        .expect("sealed");
    let encrypt = Envelope::parse(&sealed)
        .expect("an envelope")
        .encrypt
        .into_owned();
    let signed = hex([TOKEN, "12", "34", &encrypt]);
    assert!(crypt.open(&encrypt, &signed, "12", "34").is_ok());
    // The signature does not tell timestamp and nonce apart; that is the platform's, and harms nobody.
    assert!(crypt.open(&encrypt, &signed, "34", "12").is_ok());
    for [timestamp, nonce] in [["34", &*encrypt], [&*encrypt, "12"], [TOKEN, "34"]] {
        assert!(crypt.open("12", &signed, timestamp, nonce).is_err());
    }
}

/// The ciphertext of whole blocks, in base64.
fn encrypted(mut plain: Vec<u8>) -> String {
    let key = STANDARD.decode(KEY.replace("B2C", "B2A="));
    let key: [u8; 32] = key.expect("base64").try_into().expect("32 bytes");
    let iv: [u8; 16] = *key.first_chunk().expect("16 bytes");
    let (cipher, size) = (Encryptor::new(&key.into(), &iv.into()), plain.len());
    cipher
        .encrypt_padded::<NoPadding>(&mut plain, size)
        .expect("whole blocks");
    STANDARD.encode(plain)
}

/// Every prefix of `text`, `text` without each of its bytes, and with each byte as every other that leaves it UTF-8.
fn neighbours(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for at in 0..text.len() {
        let (before, rest) = text.as_bytes().split_at(at);
        let (byte, behind) = rest.split_first().expect("one more");
        all.extend([before.to_vec(), [before, behind].concat()]);
        let others = (0..=u8::MAX).filter(|other| other != byte);
        all.extend(others.map(|other| [before, &[other], behind].concat()));
    }
    all.into_iter()
        .filter_map(|bytes| String::from_utf8(bytes).ok())
        .collect()
}

/// All readers agree on what is XML, and what they read can be walked through.
fn read_xml(xml: &str) -> Result<(), TestCaseError> {
    let fields = Fields::parse(xml);
    let message = Message::parse(xml);
    prop_assert_eq!(fields.as_ref().map(drop), message.as_ref().map(drop));
    match Envelope::parse(xml) {
        Err(EnvelopeError::Xml(error)) => prop_assert_eq!(Some(&error), fields.as_ref().err()),
        _ => prop_assert!(fields.is_ok()),
    }
    let (Ok(fields), Ok(message)) = (fields, message) else {
        return Ok(());
    };
    prop_assert_eq!(&fields, message.fields());
    for field in fields.iter() {
        prop_assert!(fields.get(field.name()).is_some());
        prop_assert!(
            fields
                .all(field.name())
                .any(|other| other.text() == field.text())
        );
    }
    let mut printed = String::new();
    write!(
        printed,
        "{message:?} {:?} {:?}",
        DeliveryKey::of(&message),
        message.event()
    )
    .expect("prints");
    let _ = Reply::echo(message)
        .to_xml("t", "f", 0)
        .map(|xml| Fields::parse(xml).expect("XML"));
    // What was read can be written and read again.
    let mut again = XmlWriter::new();
    again.element("xml", |xml| {
        for field in fields.iter() {
            write_again(xml, field);
        }
    });
    let again = Fields::parse(again.finish()).expect("XML");
    let names = |fields: &Fields| {
        fields
            .iter()
            .map(|field| field.name().to_owned())
            .collect::<Vec<_>>()
    };
    prop_assert_eq!(names(&again), names(&fields));
    Ok(())
}

fn write_again(xml: &mut XmlWriter, field: Field<'_>) {
    if field.children().next().is_none() {
        return xml.text(field.name(), field.text());
    }
    xml.element(field.name(), |xml| {
        for child in field.children() {
            write_again(xml, child);
        }
    });
}

fn text(most: usize) -> impl Strategy<Value = String> {
    let char = prop_oneof![
        any::<char>(),
        prop::sample::select(vec!['\r', '\n', ']', '>', '<', '&', '\0', '你', '\u{FFFE}'])
    ];
    vec(char, 0..=most).prop_map(String::from_iter)
}

/// Random concatenations of what XML is made of.
fn xmlish() -> impl Strategy<Value = String> {
    let pieces = "<xml> </xml> <a> </a> <xml> </xml> <a> </a> <b/> <Encrypt> </Encrypt> <![CDATA[ ]]> <![CDATA[x]]> ]] \
        > < &amp; &lt; &#65; &#0; &#xFFFF; &x; & ; <!DOCTYPE <!-- --> <? ?> <a:b> </a:b> text 你好 😀 \u{FEFF} \0 </ /> =' { \
        <> <MsgType>event</MsgType> <Event>click</Event> <MsgId>1</MsgId>";
    let pieces = pieces
        .split(' ')
        .chain([" ", "\r\n", "<a b='c'>"])
        .collect::<Vec<_>>();
    let piece = prop::sample::select(pieces);
    let inside =
        vec(piece.clone(), 0..8).prop_map(|pieces| format!("<xml>{}</xml>", pieces.concat()));
    prop_oneof![inside, vec(piece, 0..12).prop_map(|pieces| pieces.concat())]
}

fn anything() -> impl Strategy<Value = String> {
    let bytes =
        vec(any::<u8>(), 0..100).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    prop_oneof![
        text(50),
        bytes,
        xmlish(),
        "[A-Za-z0-9+/]{0,60}={0,2}",
        "[0-9a-f]{40}",
        "([a-z_]{0,13}=?(%[0-9A-F]{0,2})?&?){0,6}"
    ]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text(10).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((key(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect()))
        ]
    })
}

fn members() -> impl Strategy<Value = Map<String, Value>> {
    vec((key(), json()), 0..5).prop_map(|members| members.into_iter().collect())
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,5}(_[a-z]{1,5}){0,2}",
        text(5),
        "[0-9_]{0,3}",
        Just("a><b".to_owned()),
        Just("card_type".to_owned()),
        Just("CDATA]]>".to_owned())
    ]
}

fn accounts() -> [Account; 5] {
    let crypt = || crypt("wx".into());
    [
        Account::wecom(crypt()),
        Account::plain_official_account(TOKEN).expect("an account"),
        Account::official_account(Mode::Plain, crypt()),
        Account::official_account(Mode::Compatible, crypt()),
        Account::official_account(Mode::Safe, crypt()),
    ]
}

fn crypt(receive_ids: ReceiveIds) -> WXBizMsgCrypt {
    WXBizMsgCrypt::new(TOKEN, KEY, receive_ids).expect("token and key")
}

fn hex<const N: usize>(parts: [&str; N]) -> String {
    String::from_utf8(signature(parts).to_vec()).expect("hex digits")
}

/// <https://www.w3.org/TR/xml/#charsets>
fn is_xml(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Without what XML does not allow, and with the ends of lines that it makes of them.
fn as_xml_reads(text: &str) -> String {
    let allowed = text
        .chars()
        .filter(|&char| is_xml(char))
        .collect::<String>();
    allowed.replace("\r\n", "\n").replace('\r', "\n")
}
